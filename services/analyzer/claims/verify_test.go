package claims

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"autointel.example/schemas"
	"autointel.example/services/analyzer/text"
)

var update = flag.Bool("update", false, "write what comes out into the files")

// article reads a file of testdata: a source, the documents around it, and what is expected, each after a line with ==.
func article(t *testing.T, file string) (in Input, expected string) {
	t.Helper()
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	in.Related = &schemas.Related{}
	for part := range strings.SplitSeq("\n"+string(raw), "\n== ") {
		head, body, _ := strings.Cut(part, "\n")
		first, rest, _ := strings.Cut(head, " ")
		switch {
		case first == "":
		case first == "source":
			language, title, _ := strings.Cut(rest, " ")
			in.Source = &schemas.Source{Title: title, Language: language, Text: body}
		case first == "expect":
			expected = body
		default:
			s := schemas.Source{URL: first, FinalURL: first, Title: rest, Language: in.Source.Language, Text: body}
			in.Related.Documents = append(in.Related.Documents, schemas.RelatedDocument{Source: s})
		}
	}
	in.Document, in.Context = text.Read(in.Source, nil), text.Related(in.Related)
	return in, expected
}

// verdicts writes a verification as the files do: each claim with its verdict, then what speaks for (+) and against it (-).
func verdicts(v schemas.Verification) string {
	var b strings.Builder
	for _, c := range v.Claims {
		fmt.Fprintf(&b, "%s: %s\n", c.Verdict, c.Where.Text)
		for _, e := range c.Evidence {
			side := "+"
			if e.Against {
				side = "-"
			}
			fmt.Fprintf(&b, "  %s %d %s [%s]\n", side, e.Where.Document, e.Where.Text, e.Why)
		}
	}
	for _, c := range v.Conflicts {
		fmt.Fprintf(&b, "%s: %s\n", c.Kind, c.Why)
		for _, q := range c.Quotes {
			fmt.Fprintf(&b, "  %s\n", q.Text)
		}
	}
	return b.String()
}

func TestVerdicts(t *testing.T) {
	files, err := filepath.Glob("testdata/verdicts/*.txt")
	if err != nil || len(files) < 5 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			in, expected := article(t, file)
			v, err := Verify(t.Context(), in)
			if err != nil {
				t.Fatal(err)
			}
			got := verdicts(v)
			if *update {
				raw, err := os.ReadFile(file)
				if err != nil {
					t.Fatal(err)
				}
				before, _, _ := strings.Cut(string(raw), "== expect\n")
				if err := os.WriteFile(file, []byte(before+"== expect\n"+got), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			if got != expected && !*update {
				t.Errorf("got:\n%s\nwant:\n%s", got, expected)
			}
		})
	}
}
