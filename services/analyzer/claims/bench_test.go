package claims

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"time"

	"autointel.example/internal/testtime"
	"autointel.example/schemas"
	"autointel.example/services/analyzer/text"
)

// prose makes about n bytes of text with names and figures, the same every time.
func prose(n int, seed uint64) string {
	r := rand.New(rand.NewPCG(seed, 7))
	pick := func(words ...string) string { return words[r.IntN(len(words))] }
	var b strings.Builder
	for i := 0; b.Len() < n; i++ {
		town := pick("Northpoint", "Eastgate", "Varna", "Lund", "Torralba", "Kassel") + pick("", " Harbour", " Bay", " Hill")
		switch r.IntN(4) {
		case 0:
			fmt.Fprintf(&b, "The %s of %s rose by %d percent in %d. ", pick("rent", "tide", "budget", "traffic"), town, r.IntN(60), 1990+r.IntN(35))
		case 1:
			fmt.Fprintf(&b, "According to the council of %s, %d %s were %s at the %s. ", town, r.IntN(9000), pick("boats", "workers", "houses"), pick("built", "counted", "moved"), pick("quay", "station", "market"))
		case 2:
			fmt.Fprintf(&b, "The %s w%d did not %s the %s near %s. ", pick("keeper", "mayor", "engineer"), r.IntN(5000), pick("repair", "paint", "sell"), pick("gauge", "wall", "bridge"), town)
		default:
			fmt.Fprintf(&b, "It was a quiet evening and nobody looked at the %s. ", pick("water", "sky", "wall"))
		}
		if i%6 == 5 {
			b.WriteString("\n\n")
		}
	}
	return b.String()
}

// against is a text of n bytes with documents of m bytes each around it.
func against(n, m, documents int) Input {
	in := Input{Source: &schemas.Source{Language: "en", Text: prose(n, 1)}, Related: &schemas.Related{}}
	for i := range documents {
		in.Related.Documents = append(in.Related.Documents, schemas.RelatedDocument{Source: schemas.Source{Language: "en", Text: prose(m, uint64(i)+2)}})
	}
	in.Document, in.Context = text.Read(in.Source, nil), text.Related(in.Related)
	return in
}

func BenchmarkVerify1MB(b *testing.B) {
	in := against(1_000_000, 100_000, 5)
	for b.Loop() {
		if _, err := Verify(b.Context(), in); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkVerify10MB(b *testing.B) {
	in := against(10_000_000, 100_000, 5)
	for b.Loop() {
		if _, err := Verify(b.Context(), in); err != nil {
			b.Fatal(err)
		}
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	b.ReportMetric(float64(m.HeapSys>>20), "MB-heap")
}

func TestTheSameTextsHaveTheSameVerdicts(t *testing.T) {
	in := against(30_000, 20_000, 4)
	a, err := Verify(t.Context(), in)
	b, err2 := Verify(t.Context(), in)
	if err := errors.Join(err, err2); err != nil || !reflect.DeepEqual(a, b) || len(a.Claims) != MaxClaims {
		t.Errorf("%v: %d claims", err, len(a.Claims))
	}
}

// Hostile texts end soon, whatever they are.
func TestHostileTextsEnd(t *testing.T) {
	for name, s := range map[string]string{
		"one sentence of 200 KB":     strings.Repeat("the wall of Northpoint rose by 5 percent and ", 4500) + ".",
		"no spaces at all":           strings.Repeat("x", 1_000_000),
		"nothing but digits":         strings.Repeat("7", 500_000),
		"digits and commas":          strings.Repeat("1,", 250_000),
		"figures alone":              strings.Repeat("5 percent ", 50_000),
		"50,000 paragraphs":          strings.Repeat("In Northpoint 12 people were injured in 2019.\n\n", 50_000),
		"the same sentence for ever": strings.Repeat("In Northpoint 12 people were injured in 2019. ", 20_000),
		"a cue word for ever":        strings.Repeat("said ", 100_000),
		"tables of figures": func() string {
			var b strings.Builder
			for i := range 3000 {
				fmt.Fprintf(&b, "The boats of Northpoint rose by ")
				for k := range 50 {
					fmt.Fprintf(&b, "%d percent ", i+k)
				}
				b.WriteString("then.\n\n")
			}
			return b.String()
		}(),
		"broken UTF-8":    strings.Repeat("\xff\xfe12 % \xc3", 50_000),
		"quotation marks": strings.Repeat("\"“”", 100_000),
		"different words": func() string {
			var b strings.Builder
			for i := range 100_000 {
				fmt.Fprintf(&b, "W%d said %d. ", i, i)
			}
			return b.String()
		}(),
	} {
		t.Run(name, func(t *testing.T) {
			source := &schemas.Source{Language: "en", Text: s}
			other := schemas.RelatedDocument{Source: *source}
			in := Input{Source: source, Document: text.Read(source, nil), Related: &schemas.Related{Documents: []schemas.RelatedDocument{other, other}}}
			in.Context = text.Related(in.Related)
			started := time.Now()
			if _, err := Verify(t.Context(), in); err != nil {
				t.Fatal(err)
			}
			if took := time.Since(started); took > testtime.Limit(20*time.Second) {
				t.Errorf("it took %s", took)
			}
			t.Log(time.Since(started))
		})
	}
}

func TestACancelledVerificationEnds(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Verify(ctx, against(50_000, 1000, 1)); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}
