// Package statement reads a sentence for what can be checked of it: whom and what it names, its figures and dates, what it
// denies, and the words that give away who says it and how sure they are. It knows English, German, French, Spanish and
// Italian; the words of each stand in a file of their own.
package statement

import (
	"slices"
	"strconv"
)

// Statement is a sentence as the package reads it.
type Statement struct {
	Text    string
	Tokens  []Token
	Hits    []Hit
	Terms   []Term
	Figures []Figure
	Shares  []Share
	Periods Periods
	signs   uint64
}

// Hit is a sign with the tokens that give it.
type Hit struct {
	Sign     Sign
	Value    float64
	From, To int // tokens
}

// Term is a word that means something.
type Term struct {
	Number int // of Vocabulary
	Token  int
	Name   bool // of somebody or something
}

// Periods are the times that a sentence speaks of, as far as they can be told.
type Periods struct {
	Years, Months, Quarters []int
	Before, Now             bool
}

// Has reports whether the sentence gives a sign.
func (s *Statement) Has(sign Sign) bool { return s.signs&(1<<sign) != 0 }

// Hit returns the first hit of a sign.
func (s *Statement) Hit(sign Sign) (Hit, bool) {
	i := slices.IndexFunc(s.Hits, func(h Hit) bool { return h.Sign == sign })
	if i < 0 {
		return Hit{}, false
	}
	return s.Hits[i], true
}

// Words counts the words and numbers.
func (s *Statement) Words() int {
	n := 0
	for _, t := range s.Tokens {
		if t.kind == word || t.kind == number {
			n++
		}
	}
	return n
}

// Span is the text from one token up to another, the latter not included.
func (s *Statement) Span(from, to int) string {
	if from >= to {
		return ""
	}
	return s.Text[s.Tokens[from].From:s.Tokens[to-1].To]
}

// Word returns a token's word in lower case; empty for numbers and marks.
func (s *Statement) Word(token int) string {
	if token < 0 || token >= len(s.Tokens) || s.Tokens[token].word == nil {
		return ""
	}
	return s.Tokens[token].word.Text
}

// Parse reads a sentence.
func (v *Vocabulary) Parse(sentence string) *Statement {
	s := &Statement{Text: sentence}
	v.each(sentence, func(t Token) { s.Tokens = append(s.Tokens, t) })
	s.findHits()
	v.findFigures(s)
	v.findShares(s)
	s.Hits = slices.DeleteFunc(s.Hits, func(h Hit) bool { return h.Sign == Month && !s.dated(h) })
	s.Hits = slices.DeleteFunc(s.Hits, func(h Hit) bool { return h.Sign == Hedge && (s.isMonth(h) || s.prefers(h)) })
	for _, h := range s.Hits {
		s.signs |= 1 << h.Sign
		switch h.Sign {
		case Month:
			s.Periods.Months = append(s.Periods.Months, int(h.Value))
		case Quarter:
			s.Periods.Quarters = append(s.Periods.Quarters, int(h.Value))
		}
	}
	s.Periods.Before, s.Periods.Now = s.Has(Before), s.Has(Now)
	v.findTerms(s)
	return s
}

// isMonth reports whether a word names a month where it stands: in May nothing may be.
func (s *Statement) isMonth(h Hit) bool {
	return slices.ContainsFunc(s.Hits, func(m Hit) bool { return m.Sign == Month && m.From == h.From && m.To == h.To })
}

// prefers reports whether would says what somebody likes better, which is no caution: would rather.
func (s *Statement) prefers(h Hit) bool {
	for i := h.To; i < h.To+3 && s.Word(h.From) == "would"; i++ {
		if s.Word(i) == "rather" {
			return true
		}
	}
	return false
}

// findHits finds every phrase; of two of one sign the longer one counts, and one of None hides what stands within it.
func (s *Statement) findHits() {
	for i, t := range s.Tokens {
		if t.word == nil {
			continue
		}
		for _, p := range t.word.phrases {
			if s.continues(i+1, p.words) {
				s.Hits = append(s.Hits, Hit{p.sign, p.value, i, i + 1 + len(p.words)})
			}
		}
	}
	all := s.Hits
	s.Hits = nil
	for i, h := range all {
		hidden := false
		for j := i - 1; j >= 0 && all[j].From+8 > h.From && !hidden; j-- {
			hidden = hides(all[j], h)
		}
		for j := i + 1; j < len(all) && all[j].From == h.From && !hidden; j++ {
			hidden = hides(all[j], h)
		}
		if !hidden {
			s.Hits = append(s.Hits, h)
		}
	}
}

func hides(a, b Hit) bool {
	within := a.From <= b.From && b.To <= a.To && a.To-a.From > b.To-b.From
	return within && (a.Sign == b.Sign || a.Sign == None || a.Sign == Unit)
}

func (s *Statement) continues(i int, words []string) bool {
	for k, w := range words {
		if i+k >= len(s.Tokens) || s.Tokens[i+k].word == nil || !matches(w, s.Tokens[i+k].word.Text) {
			return false
		}
	}
	return true
}

// dated reports whether the name of a month is one: May, but not may.
func (s *Statement) dated(h Hit) bool {
	t := s.Tokens[h.From]
	near := func(i int) bool { return i >= 0 && i < len(s.Tokens) && s.Tokens[i].kind == number }
	return t.capital && !t.initial || near(h.From-1) || near(h.From+1) || near(h.From-2) && s.Word(h.From-1) == "" || near(h.From-2) && s.Word(h.From-1) == "de"
}

// findTerms collects the words that mean something: neither figures with their units, nor directions, nor the verbs of speaking.
func (v *Vocabulary) findTerms(s *Statement) {
	apart := make([]bool, len(s.Tokens))
	for _, h := range s.Hits {
		switch h.Sign {
		case Unit, Number, Scale:
			if !s.partOfFigure(h) {
				continue
			}
		case Up, Down, Says, According, Hearsay, Hedge, Approx, AtLeast, AtMost, Month, Factor:
		default:
			continue
		}
		for i := h.From; i < h.To; i++ {
			apart[i] = true
		}
	}
	for _, h := range s.Shares {
		for i := h.From; i < h.To && !h.Counted(); i++ {
			apart[i] = true
		}
	}
	shouted := s.titleCase()
	for i, t := range s.Tokens {
		if t.kind != word || apart[i] || t.word.Term == 0 {
			continue
		}
		name := v.proper(t)
		if shouted || t.initial {
			name = t.word.lower == 0 && (name && t.word.capital > 0 || !shouted && t.capital && v.firstOfName(s, i))
		}
		s.Terms = append(s.Terms, Term{t.word.Term, i, name})
	}
}

// firstOfName reports whether a name goes on behind the first word of a sentence: Eloise Parry.
func (v *Vocabulary) firstOfName(s *Statement, i int) bool {
	if v.language.nouns || i+1 >= len(s.Tokens) {
		return false
	}
	next := s.Tokens[i+1]
	return next.kind == word && next.capital && next.word.Term != 0 && v.proper(next)
}

func (s *Statement) partOfFigure(h Hit) bool {
	return slices.ContainsFunc(s.Figures, func(f Figure) bool { return f.From <= h.From && h.From < f.To })
}

// titleCase reports whether most words have a capital, as in a headline: then a capital says nothing.
func (s *Statement) titleCase() bool {
	capitals, words := 0, 0
	for _, t := range s.Tokens {
		if t.kind == word {
			words++
			if t.capital {
				capitals++
			}
		}
	}
	return words >= 4 && 10*capitals > 7*words
}

// TermNumbers returns the terms, each once, sorted.
func (s *Statement) TermNumbers() []int {
	numbers := make([]int, len(s.Terms))
	for i, t := range s.Terms {
		numbers[i] = t.Number
	}
	slices.Sort(numbers)
	return slices.Compact(numbers)
}

// Names returns the terms that name somebody or something, each once, in their order.
func (s *Statement) Names() []int {
	var names []int
	for _, t := range s.Terms {
		if t.Name && !slices.Contains(names, t.Number) {
			names = append(names, t.Number)
		}
	}
	return names
}

// Mark reports whether a token is punctuation.
func (s *Statement) Mark(token int) bool { return s.Tokens[token].kind == mark }

// Article reports whether a token is an article.
func (s *Statement) Article(token int) bool {
	if token < 0 {
		return false
	}
	w := s.Tokens[token].word
	return w != nil && w.has(Article)
}

// Year reports whether a token is one of the years of Periods.
func (s *Statement) Year(token int) bool {
	t := s.Tokens[token]
	year, err := strconv.Atoi(s.Text[t.From:t.To])
	return err == nil && slices.Contains(s.Periods.Years, year)
}

// Auxiliary reports whether a token only helps a verb: were, stayed.
func (s *Statement) Auxiliary(token int) bool {
	w := s.Tokens[token].word
	return w != nil && (w.has(Be) || w.has(Remain))
}

// Empty reports whether the tokens from one up to another, the latter not included, are words that mean nothing by themselves.
func (s *Statement) Empty(from, to int) bool {
	for i := from; i < to; i++ {
		if t := s.Tokens[i]; t.kind != word || t.word.Term != 0 && !s.Auxiliary(i) {
			return false
		}
	}
	return true
}

// Function reports whether a token is a word that means nothing by itself, such as a preposition, and no article.
func (s *Statement) Function(token int) bool {
	if token < 0 || token >= len(s.Tokens) {
		return false
	}
	w := s.Tokens[token].word
	return w != nil && w.Term == 0 && !w.has(Article) && s.Tokens[token].kind == word
}
