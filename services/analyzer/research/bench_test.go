package research

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"autointel.example/internal/testtime"
	"autointel.example/schemas"
	"autointel.example/services/analyzer/claims"
	"autointel.example/services/analyzer/text"
)

// prose makes about n bytes of text, the same every time.
func prose(n int, seed uint64) string {
	r := rand.New(rand.NewPCG(seed, 7))
	pick := func(words ...string) string { return words[r.IntN(len(words))] }
	var b strings.Builder
	for i := 0; b.Len() < n; i++ {
		fmt.Fprintf(&b, "In %d the %s of %s w%d counted %d %s. ", 1990+r.IntN(30), pick("council", "mayor", "harbour office"), pick("Northpoint", "Eastgate", "Varna"), r.IntN(900), r.IntN(500), pick("boats", "houses", "workers"))
		if i%6 == 5 {
			b.WriteString("\n\n")
		}
	}
	return b.String()
}

func around(source string, others ...string) claims.Input {
	in := claims.Input{Source: &schemas.Source{URL: "https://source.example", Language: "en", Text: source}, Related: &schemas.Related{}}
	for i, o := range others {
		in.Related.Documents = append(in.Related.Documents, schemas.RelatedDocument{Source: schemas.Source{URL: fmt.Sprintf("https://site%d.example", i), Language: "en", Text: o}})
	}
	in.Document, in.Context = text.Read(in.Source, nil), text.Related(in.Related)
	return in
}

func BenchmarkSynthesize1MB(b *testing.B) {
	in := around(prose(500_000, 1), prose(100_000, 2), prose(100_000, 3), prose(100_000, 4), prose(100_000, 5), prose(100_000, 6))
	v, err := claims.Verify(b.Context(), in)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := Synthesize(b.Context(), in, &v); err != nil {
			b.Fatal(err)
		}
	}
}

func TestHostileTextsEnd(t *testing.T) {
	for name, s := range map[string]string{
		"the same sentence for ever": strings.Repeat("In Northpoint 12 people were injured in 2019. ", 20_000),
		"50,000 paragraphs":          strings.Repeat("In Northpoint 12 people were injured in 2019.\n\n", 50_000),
		"no spaces at all":           strings.Repeat("x", 1_000_000),
		"one sentence of 200 KB":     strings.Repeat("the wall of Northpoint rose by 5 percent and ", 4500) + ".",
		"broken UTF-8":               strings.Repeat("\xff\xfe12 % \xc3", 50_000),
	} {
		t.Run(name, func(t *testing.T) {
			in := around("A wall was built in Eastgate in 1931.", s, s, s)
			started := time.Now()
			synthesized(t, in)
			if took := time.Since(started); took > testtime.Limit(20*time.Second) {
				t.Errorf("it took %s", took)
			}
		})
	}
}

func TestACancelledSynthesisEnds(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Synthesize(ctx, around(prose(50_000, 1), prose(50_000, 2)), nil); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func FuzzSynthesize(f *testing.F) {
	f.Add("In Northpoint 14 people were injured.", "In Northpoint 15 people were injured.", "The wall cost 3 million pounds.", "https://a.example")
	f.Add("", "\xff", "x", "::")
	f.Fuzz(func(t *testing.T, source, a, b, address string) {
		in := around(source, a, b)
		if len(in.Document.Sentences) == 0 {
			return
		}
		in.Related.Documents[0].Source.URL = address
		for _, s := range synthesized(t, in).Overview {
			if len(s.Quotes) == 0 {
				t.Errorf("it stands on nothing: %s", s.Text)
			}
		}
	})
}
