// Package claimstest reads little articles that stand beside what is expected of them.
package claimstest

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"autointel.example/schemas"
	"autointel.example/services/analyzer/claims"
	"autointel.example/services/analyzer/text"
)

var update = flag.Bool("update", false, "write what comes out into the files of testdata")

// Run reads every file that the pattern names: "== source", its language and title on one line, then its text; "== " with an
// address and a title for each other document; "== expect" and what write must return. With -update that is written instead.
func Run(t *testing.T, pattern string, write func(t *testing.T, in claims.Input) string) {
	t.Helper()
	files, err := filepath.Glob(pattern)
	if err != nil || len(files) == 0 {
		t.Fatal(pattern, files, err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			raw, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			articles, expected, _ := strings.Cut(string(raw), "== expect\n")
			got := write(t, read(articles))
			if *update {
				if err := os.WriteFile(file, []byte(articles+"== expect\n"+got), 0o600); err != nil { //nolint:gosec // a file of testdata
					t.Fatal(err)
				}
				return
			}
			if got != expected {
				t.Errorf("got:\n%s\nwant:\n%s", got, expected)
			}
		})
	}
}

func read(articles string) claims.Input {
	in := claims.Input{Related: &schemas.Related{}}
	for part := range strings.SplitSeq("\n"+articles, "\n== ") {
		head, body, _ := strings.Cut(part, "\n")
		first, rest, _ := strings.Cut(head, " ")
		switch first {
		case "":
		case "source":
			language, title, _ := strings.Cut(rest, " ")
			in.Source = &schemas.Source{URL: "https://source.example/", Title: title, Language: language, Text: body}
		default:
			s := schemas.Source{URL: first, FinalURL: first, Title: rest, Language: in.Source.Language, Text: body}
			in.Related.Documents = append(in.Related.Documents, schemas.RelatedDocument{Source: s})
		}
	}
	in.Document, in.Context = text.Read(in.Source, nil), text.Related(in.Related)
	return in
}
