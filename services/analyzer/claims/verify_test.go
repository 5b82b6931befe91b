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

func TestReviewsAreQuotedAndMatchedToClaims(t *testing.T) {
	reviews := []schemas.ClaimReview{
		{Claim: "The harbour of Northpoint lost 1,200 jobs", Rating: "Mostly false", Reviewer: "Fact Desk"},
		{Claim: "The harbour of Northpoint lost 3,000 jobs", Rating: "False", Reviewer: "Fact Desk"},
		{Claim: "Eastgate has a new school", Rating: "True", Reviewer: "Fact Desk"},
	}
	source := &schemas.Source{Language: "en", Text: "The harbour of Northpoint lost 1,200 jobs in two years. The mayor of Northpoint resigned in May.", Reviews: reviews[:1]}
	related := &schemas.Related{Documents: []schemas.RelatedDocument{{Source: schemas.Source{Language: "en", Text: "The desk has checked it.", Reviews: reviews}}}}
	v, err := Verify(t.Context(), Input{Source: source, Document: text.Read(source, nil), Related: related, Context: text.Related(related)})
	if err != nil || len(v.Reviews) != 3 || len(v.Claims) != 2 {
		t.Fatalf("%v: %+v", err, v)
	}
	if first, second := v.Claims[0].Reviews, v.Claims[1].Reviews; len(first) != 1 || first[0] != 0 || len(second) != 0 || v.Claims[0].Verdict != schemas.VerdictNotFound {
		t.Errorf("%+v", v.Claims)
	}
}

func TestADocumentInAnotherLanguageIsNotCompared(t *testing.T) {
	source := &schemas.Source{Language: "en", Text: "In Northpoint 14 people were injured in 2019."}
	related := &schemas.Related{Documents: []schemas.RelatedDocument{{Source: schemas.Source{Language: "de", Text: "In Northpoint wurden 2019 14 Menschen verletzt."}}}}
	v, err := Verify(t.Context(), Input{Source: source, Document: text.Read(source, nil), Related: related, Context: text.Related(related)})
	if err != nil || v.Checked != 0 || len(v.Claims) != 1 || v.Claims[0].Verdict != schemas.VerdictNotChecked {
		t.Fatalf("%v: %+v", err, v)
	}
	if len(v.Limits) != 2 || v.Limits[0].Code != "not_checked" || v.Limits[1].Code != "other_language" {
		t.Errorf("%+v", v.Limits)
	}
}

func TestALanguageWithoutItsWordsIsReadByItsFigures(t *testing.T) {
	source := &schemas.Source{Language: "fi", Text: "Turussa asui 195 000 ihmistä vuonna 2021, ja vesi nousi 21 %.\n\nMeri oli tyyni sinä iltana eikä tuullut."}
	v, err := Verify(t.Context(), Input{Source: source, Document: text.Read(source, nil)})
	if err != nil || len(v.Claims) != 1 || v.Limits[0].Code != "language" || !strings.Contains(v.Limits[0].Message, "Finnish") {
		t.Errorf("%v: %+v", err, v)
	}
}

func FuzzVerify(f *testing.F) {
	f.Add("In Northpoint 14 people were injured in 2019.", "In Northpoint 15 people were injured in 2019.", "en")
	f.Add("Laut Polizei wurden 12 Menschen verletzt.", "12 wurden verletzt, 2 starben.", "de")
	f.Add("\xff 12 % de l'", "\x00", "fr")
	f.Fuzz(func(t *testing.T, a, b, language string) {
		source := &schemas.Source{Language: language, Text: a}
		related := &schemas.Related{Documents: []schemas.RelatedDocument{{Source: schemas.Source{Language: language, Text: b}}}}
		v, err := Verify(t.Context(), Input{Source: source, Document: text.Read(source, nil), Related: related, Context: text.Related(related)})
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range v.Claims {
			if (c.Verdict == schemas.VerdictNotFound || c.Verdict == schemas.VerdictNotChecked) != (len(c.Evidence) == 0) {
				t.Errorf("%+v", c)
			}
		}
	})
}
