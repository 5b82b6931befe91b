package research

import (
	"fmt"
	"regexp"
	"strings"

	"autointel.example/schemas"
)

// What the overview holds at most.
const (
	maxQuotes   = 8 // of a statement
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
		n, quotes := len(r.Agreements), both(r.Agreements)
		add(quotes, "%s of the source's %s %s also found in at least one of the %s that were compared%s.",
			capital(count(n)), plural(len(v.Claims), "claim"), is(n), plural(s.corpus.Compared, "document"), among(len(quotes) > maxQuotes))
	}
	for _, p := range r.Disagreements[:min(len(r.Disagreements), maxApart)] {
		add(both([]schemas.Point{p}), "%s the source: %s.", says(p.Sites), elsewhere(p.Evidence[0].Why))
	}
	if n := len(r.Disagreements) - maxApart; n > 0 {
		quotes := both(r.Disagreements[maxApart:])
		add(quotes, "%s more of the source's claims %s contradicted elsewhere%s.", capital(count(n)), is(n), among(len(quotes) > maxQuotes))
	}
	for _, cl := range s.clusters[:min(len(s.clusters), maxLeftOut)] {
		var quotes []schemas.Quote
		for _, p := range cl.places {
			quotes = append(quotes, s.quote(p))
		}
		add(quotes, "%s this, and the source does not.", capital(plural(cl.sites, "site"))+" say")
	}
	if n := max(len(unspoken(v)), len(r.OnlyHere)); n > 0 {
		add(r.OnlyHere, "%s of the source %s in none of the other documents%s.", capital(plural(n, "claim")), found(n), among(n > maxQuotes))
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

// among says that the quotes of a statement are some of many.
func among(some bool) string {
	if some {
		return ", these among them"
	}
	return ""
}

var here = regexp.MustCompile(`\bhere\b`)

// elsewhere words the reason of a piece of evidence, which stands beside a claim, for a sentence about the source. What is quoted in
// it stays as it is.
func elsewhere(why string) string {
	words := strings.NewReplacer("in the claim", "in the source", "denies what the claim", "it denies what the source", "says what the claim", "it says what the source")
	var b strings.Builder
	for why != "" {
		own, rest, quotes := strings.Cut(why, "“")
		b.WriteString(here.ReplaceAllString(words.Replace(own), "there"))
		if !quotes {
			break
		}
		quote, after, closed := strings.Cut(rest, "”")
		b.WriteString("“" + quote)
		if closed {
			b.WriteString("”")
		}
		why = after
	}
	return strings.TrimSuffix(b.String(), ".")
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
