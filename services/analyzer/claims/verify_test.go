package claims_test

import (
	"fmt"
	"strings"
	"testing"

	"autointel.example/schemas"
	"autointel.example/services/analyzer/claims"
	"autointel.example/services/analyzer/claims/claimstest"
	"autointel.example/services/analyzer/text"
)

// verdicts writes a verification as the files do: each claim with its verdict, then what speaks for (+) and against it (-), and what stands beside it (=).
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
		for _, e := range c.Beside {
			fmt.Fprintf(&b, "  = %d %s [%s]\n", e.Where.Document, e.Where.Text, e.Why)
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
	claimstest.Run(t, "testdata/verdicts/*.txt", func(t *testing.T, in claims.Input) string {
		v, err := claims.Verify(t.Context(), in)
		if err != nil {
			t.Fatal(err)
		}
		return verdicts(v)
	})
}

func TestReviewsAreQuotedAndMatchedToClaims(t *testing.T) {
	reviews := []schemas.ClaimReview{
		{Claim: "The harbour of Northpoint lost 1,200 jobs", Rating: "Mostly false", Reviewer: "Fact Desk"},
		{Claim: "The harbour of Northpoint lost 3,000 jobs", Rating: "False", Reviewer: "Fact Desk"},
		{Claim: "Eastgate has a new school", Rating: "True", Reviewer: "Fact Desk"},
	}
	source := &schemas.Source{Language: "en", Text: "The harbour of Northpoint lost 1,200 jobs in two years. The mayor of Northpoint resigned in May.", Reviews: reviews[:1]}
	related := &schemas.Related{Documents: []schemas.RelatedDocument{{Source: schemas.Source{Language: "en", Text: "The desk has checked it.", Reviews: reviews}}}}
	v, err := claims.Verify(t.Context(), claims.Input{Source: source, Document: text.Read(source, nil), Related: related, Context: text.Related(related)})
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
	v, err := claims.Verify(t.Context(), claims.Input{Source: source, Document: text.Read(source, nil), Related: related, Context: text.Related(related)})
	if err != nil || v.Checked != 0 || len(v.Claims) != 1 || v.Claims[0].Verdict != schemas.VerdictNotChecked {
		t.Fatalf("%v: %+v", err, v)
	}
	if len(v.Limits) != 2 || v.Limits[0].Code != "not_checked" || v.Limits[1].Code != "other_language" {
		t.Errorf("%+v", v.Limits)
	}
}

func TestALanguageWithoutItsWordsIsReadByItsFigures(t *testing.T) {
	source := &schemas.Source{Language: "fi", Text: "Turussa asui 195 000 ihmistä vuonna 2021, ja vesi nousi 21 %.\n\nMeri oli tyyni sinä iltana eikä tuullut."}
	v, err := claims.Verify(t.Context(), claims.Input{Source: source, Document: text.Read(source, nil)})
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
		v, err := claims.Verify(t.Context(), claims.Input{Source: source, Document: text.Read(source, nil), Related: related, Context: text.Related(related)})
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

func TestARecordingWithoutFullStopsSaysSo(t *testing.T) {
	words := strings.Repeat("and then we walked to the harbour of Northpoint ", 30)
	v, err := claims.Verify(t.Context(), claims.Input{Document: text.Read(nil, &schemas.Transcript{Text: words, Language: "en"})})
	if err != nil || len(v.Claims) != 0 || len(v.Limits) != 2 || v.Limits[1].Code != "long_sentences" {
		t.Errorf("%v: %+v", err, v)
	}
}
