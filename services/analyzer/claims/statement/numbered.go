package statement

import (
	"slices"
	"strings"
)

// longestLabel is how many digits a number has at most that only tells things apart; longer ones are years, and amounts.
const longestLabel = 3

// Numbered are the things of a sentence that a number tells apart from others of their kind, as reactor 2, by the number of their term. A
// number that counts or measures something is none; nor is one that could, in a sentence that has no other figure: the storm killed 12.
func (s *Statement) Numbered() map[int][]string {
	var labels map[int][]string
	for _, t := range s.Terms {
		i := t.Token + 1
		if i >= len(s.Tokens) || s.Tokens[i].kind != number || s.Tokens[i].Clause != s.Tokens[t.Token].Clause {
			continue
		}
		digits := s.Span(i, i+1)
		if len(digits) > longestLabel || strings.Trim(digits, "0123456789") != "" || !s.tellsApart(i) {
			continue
		}
		if labels == nil {
			labels = map[int][]string{}
		}
		labels[t.Number] = append(labels[t.Number], digits)
	}
	return labels
}

// tellsApart reports whether a number in digits is no figure, or one of nothing in a sentence that has others.
func (s *Statement) tellsApart(i int) bool {
	at := slices.IndexFunc(s.Figures, func(f Figure) bool { return f.From <= i && i < f.To })
	return at < 0 || !s.ofSomething(s.Figures[at]) && s.Figures[at].To == i+1 && slices.ContainsFunc(s.Figures, s.ofSomething)
}

// ofSomething reports whether a figure measures or counts something. An article behind it begins something else (in region 1 the rate),
// and a name behind it is where it stands (reactor 1 of Valbonne).
func (s *Statement) ofSomething(f Figure) bool {
	if f.Unit != "" || len(f.Nouns) == 0 {
		return f.Unit != ""
	}
	if f.nounsTo > 0 { // the noun follows directly
		return true
	}
	name := slices.ContainsFunc(s.Terms, func(t Term) bool { return t.Name && t.Token > f.To && t.Number == f.Nouns[0] })
	return !name && (f.To >= len(s.Tokens) || !s.Article(f.To) || s.partitive(f.To))
}

// partitive reports whether an article says of what: 300 des maisons.
func (s *Statement) partitive(i int) bool {
	switch s.Word(i) {
	case "des", "du", "der", "del", "della", "dei", "delle", "dell'":
		return true
	}
	return false
}
