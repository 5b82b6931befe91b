package research

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"autointel.example/schemas"
	"autointel.example/services/analyzer/claims"
	"autointel.example/services/analyzer/claims/claimstest"
	"autointel.example/services/analyzer/text"
)

// written writes a synthesis as the files of testdata do.
func written(r schemas.Research) string {
	var b strings.Builder
	point := func(head string, points []schemas.Point) {
		for _, p := range points {
			fmt.Fprintf(&b, "%s on %d sites: %s\n", head, p.Sites, p.Claim.Text)
			for _, e := range p.Evidence {
				fmt.Fprintf(&b, "  %d %s [%s]\n", e.Where.Document, e.Where.Text, e.Why)
			}
		}
	}
	point("agreed", r.Agreements)
	point("disputed", r.Disagreements)
	for _, q := range r.OnlyHere {
		fmt.Fprintf(&b, "only here: %s\n", q.Text)
	}
	for _, q := range r.OnlyThere {
		fmt.Fprintf(&b, "only there: %d %s\n", q.Document, q.Text)
	}
	for _, d := range r.Documents {
		fmt.Fprintf(&b, "document %d, likeness %.2f, shares %s\n", d.Document, d.Likeness, strings.Join(d.Shared, ", "))
		for _, q := range d.Summary {
			fmt.Fprintf(&b, "  %s\n", q.Text)
		}
	}
	for _, s := range r.Overview {
		fmt.Fprintf(&b, "%s\n", s.Text)
		for _, q := range s.Quotes {
			fmt.Fprintf(&b, "  %d %s\n", q.Document, q.Text)
		}
	}
	for _, l := range r.Limits {
		fmt.Fprintf(&b, "limit %s: %s\n", l.Code, l.Message)
	}
	return b.String()
}

func synthesized(t *testing.T, in claims.Input) schemas.Research {
	t.Helper()
	v, err := claims.Verify(t.Context(), in)
	r, err2 := Synthesize(t.Context(), in, &v)
	again, err3 := Synthesize(t.Context(), in, &v)
	if err := errors.Join(err, err2, err3); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(r, again) {
		t.Errorf("the same input has another synthesis:\n%s\n%s", written(r), written(again))
	}
	return r
}

func TestSynthesis(t *testing.T) {
	claimstest.Run(t, "testdata/*.txt", func(t *testing.T, in claims.Input) string {
		r := synthesized(t, in)
		for _, s := range r.Overview {
			if len(s.Quotes) == 0 {
				t.Errorf("it stands on nothing: %s", s.Text)
			}
		}
		return written(r)
	})
}

func TestASiteIsItsRegistrableDomain(t *testing.T) {
	for address, want := range map[string]string{
		"https://news.example.co.uk/a":   "example.co.uk",
		"https://www.zeitung.de/":        "zeitung.de",
		"https://ada.github.io/gauge":    "ada.github.io",
		"https://bob.github.io/gauge":    "bob.github.io",
		"http://192.0.2.7:8080/x":        "192.0.2.7",
		"https://EXAMPLE.com.":           "example.com",
		"not an address\x00":             "",
		"https://xn--bcher-kva.example/": "xn--bcher-kva.example",
	} {
		if got := siteOf(address); got != want {
			t.Errorf("%s: %s, want %s", address, got, want)
		}
	}
}

// TestTheOverviewCountsAllClaimsThatNobodyElseMakes: those that are listed are the ones most worth checking, and may be fewer.
func TestTheOverviewCountsAllClaimsThatNobodyElseMakes(t *testing.T) {
	sentence := func(i int) string {
		return fmt.Sprintf("Pier %d of Northpoint cost %d million pounds in %d.", i, i+20, 1950+i)
	}
	var source strings.Builder
	for i := range 14 {
		source.WriteString(sentence(i+1) + " ")
	}
	related := &schemas.Related{Documents: []schemas.RelatedDocument{{Source: schemas.Source{URL: "https://a.example/", FinalURL: "https://a.example/", Language: "en", Text: "The ferry to the islands leaves every morning. It carries 300 people."}}}}
	page := &schemas.Source{Text: source.String(), Language: "en"}
	r := synthesized(t, claims.Input{Document: text.Read(page, nil), Source: page, Related: related, Context: text.Related(related)})
	if len(r.OnlyHere) != maxOnlyHere {
		t.Fatalf("%d are listed", len(r.OnlyHere))
	}
	if got := r.Overview[len(r.Overview)-1].Text; got != "14 claims of the source are found in none of the other documents, these among them." {
		t.Errorf("%q", got)
	}
}
