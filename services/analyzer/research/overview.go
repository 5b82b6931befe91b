package research

import (
	"fmt"
	"strings"

	"autointel.example/schemas"
)

// What the overview holds at most.
const (
	maxQuotes   = 4 // of a statement
	maxApart    = 3 // disagreements told one by one
	maxLeftOut  = 3 // statements that the source leaves out, told one by one
	nearlyACopy = 0.9
)

// overview says in a few sentences what the comparison came to.
func (s *synthesis) overview(r schemas.Research, v *schemas.Verification) []schemas.Statement {
	var all []schemas.Statement
	add := func(quotes []schemas.Quote, format string, args ...any) {
		if len(quotes) > 0 {
			all = append(all, schemas.Statement{Text: fmt.Sprintf(format, args...), Quotes: quotes[:min(len(quotes), maxQuotes)]})
		}
	}
	if v != nil && s.corpus.Compared > 0 {
		n := len(r.Agreements)
		add(both(r.Agreements), "%s of the %s in the source %s also found in at least one of the %s that were compared.",
			capital(count(n)), plural(len(v.Claims), "claim"), is(n), plural(s.corpus.Compared, "document"))
	}
	for _, p := range r.Disagreements[:min(len(r.Disagreements), maxApart)] {
		add(both([]schemas.Point{p}), "%s the source: %s.", says(p.Sites), strings.NewReplacer("denies what", "it denies what", "says what", "it says what").Replace(p.Evidence[0].Why))
	}
	if n := len(r.Disagreements); n > maxApart {
		add(both(r.Disagreements[maxApart:]), "%s more of the source's claims are contradicted elsewhere.", capital(count(n-maxApart)))
	}
	for _, cl := range s.clusters[:min(len(s.clusters), maxLeftOut)] {
		var quotes []schemas.Quote
		for _, p := range cl.places {
			quotes = append(quotes, s.quote(p))
		}
		add(quotes, "%s this, and the source does not.", capital(plural(cl.sites, "site"))+" say")
	}
	if n := max(len(unspoken(v)), len(r.OnlyHere)); n > 0 {
		add(r.OnlyHere, "%s of the source %s in none of the other documents.", capital(plural(n, "claim")), found(n))
	}
	for _, d := range r.Documents {
		if d.Likeness >= nearlyACopy {
			add(d.Summary, "Document %d is almost word for word the source: what it says confirms nothing by itself.", d.Document)
		}
	}
	return all
}

// both returns each claim with the first sentence that speaks for or against it.
func both(points []schemas.Point) []schemas.Quote {
	var quotes []schemas.Quote
	for _, p := range points {
		quotes = append(quotes, p.Claim, p.Evidence[0].Where)
	}
	return quotes
}

func says(sites int) string {
	if sites == 1 {
		return "One site contradicts"
	}
	return capital(plural(sites, "site")) + " contradict"
}

func is(n int) string {
	if n == 1 {
		return "is"
	}
	return "are"
}

func found(n int) string {
	if n == 1 {
		return "is found"
	}
	return "are found"
}

func plural(n int, noun string) string {
	if n == 1 {
		return "one " + noun
	}
	return count(n) + " " + noun + "s"
}

var small = []string{"none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"}

func count(n int) string {
	if n < len(small) {
		return small[n]
	}
	return fmt.Sprint(n)
}

func capital(s string) string {
	if s == "" || s[0] < 'a' || s[0] > 'z' {
		return s
	}
	return string(s[0]-'a'+'A') + s[1:]
}
