package statement

import (
	"slices"
	"strings"
)

// About returns the tokens of what the sentence is about, outside of those from skip to skipTo: its first name, or else what its
// figure counts (a small number in words only if it opens the sentence), or what opens it: a noun for a change, or the first run of words that mean something and are no verb.
func (v *Vocabulary) About(s *Statement, skip, skipTo int) (from, to int, found bool) {
	apart := s.doings()
	outside := func(token int) bool { return (token < skip || token >= skipTo) && !apart[token] }
	choices := []func(Term) bool{
		func(t Term) bool { return t.Name },
		func(t Term) bool {
			return slices.ContainsFunc(s.Figures, func(f Figure) bool {
				return t.Token >= f.To && (!f.Spelled || f.From <= 1 && !s.Function(0)) && slices.Contains(f.Nouns, t.Number)
			}) && !v.participle(s, t.Token)
		},
		func(t Term) bool {
			return s.Function(0) && s.Article(t.Token-1) && !s.Function(t.Token-2) && !v.participle(s, t.Token)
		},
		func(t Term) bool { return !v.participle(s, t.Token) },
	}
	for n, chosen := range choices {
		if n == 2 && s.opensWithChange() && outside(1) {
			return 1, 2, true
		}
		for i, t := range s.Terms {
			if !outside(t.Token) || !chosen(t) {
				continue
			}
			from, to = t.Token, t.Token+1
			for _, next := range s.Terms[i+1:] {
				if next.Token != to || n < 2 && !chosen(next) || next.Name != t.Name || to-from == 3 || !outside(to) || !next.Name && (v.participle(s, to) || s.beforeFigure(to)) {
					break
				}
				to++
			}
			return from, to, true
		}
	}
	return 0, 0, false
}

// Titled reports whether a token has its capital only because it opens the sentence.
func (v *Vocabulary) Titled(s *Statement, token int) bool {
	t := s.Tokens[token]
	return t.capital && t.initial && t.word.lower > 0 && !v.language.nouns && !slices.ContainsFunc(s.Terms, func(o Term) bool { return o.Token == token && o.Name })
}

// opensWithChange reports whether a noun for a change is what the sentence begins with: the rise.
func (s *Statement) opensWithChange() bool {
	return len(s.Tokens) > 2 && s.Article(0) && s.Function(2) && slices.ContainsFunc(s.Hits, func(h Hit) bool {
		return (h.Sign == Up || h.Sign == Down) && h.From == 1 && h.To == 2
	})
}

// participle reports whether a word is a form of an English verb: planned, but not the planned wall.
func (v *Vocabulary) participle(s *Statement, token int) bool {
	w := s.Word(token)
	return v.language.code == "en" && len(w) > 4 && strings.HasSuffix(w, "ed") && !strings.HasSuffix(w, "eed") && !s.Article(token-1)
}

// beforeFigure reports whether a figure follows, as behind a verb that has it as its object: the wall cost 31 million.
func (s *Statement) beforeFigure(token int) bool {
	return slices.ContainsFunc(s.Figures, func(f Figure) bool { return f.From == token+1 })
}
