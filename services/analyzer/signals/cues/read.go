package cues

import (
	"cmp"
	"context"
	"iter"
	"slices"
	"strings"
	"unicode"

	"autointel.example/services/analyzer/text"
)

// MaxSentence is how long a sentence may be, in bytes, to be looked at: what is longer is a table or a list, or no language.
const MaxSentence = 4000

// Sections that help to read a sentence.
const (
	Negation    = "negation"
	Reporting   = "reporting"
	Attribution = "attribution"
	Heightening = "heightening"
)

// Sentence is a sentence with the cues in it. Its slices are valid until the next one.
type Sentence struct {
	Index     int
	Text      string
	Tokens    []Token
	Quoted    []bool  // of each token: it stands within quotation marks
	Matches   []Match // by where they begin, the longest of a section at one place
	Paragraph int     // the paragraph's first sentence
	TooLong   bool    // it was not looked at
}

// Read goes through the sentences of a document with their cues. It ends early with the context.
func (l *Lexicon) Read(ctx context.Context, d text.Document) iter.Seq[Sentence] {
	return func(yield func(Sentence) bool) {
		var s Sentence
		for _, p := range d.Paragraphs {
			open := rune(0) // the quotation mark that would close what is open
			for i := p.From; i < p.From+p.Sentences; i++ {
				if i%64 == 0 && ctx.Err() != nil {
					return
				}
				s = Sentence{Index: i, Text: d.Sentences[i], Paragraph: p.From, Tokens: s.Tokens[:0], Quoted: s.Quoted[:0], Matches: s.Matches[:0]}
				if s.TooLong = len(s.Text) > MaxSentence; !s.TooLong {
					open = l.read(&s, open)
				}
				if !yield(s) {
					return
				}
			}
		}
	}
}

// One reads a single sentence that stands alone, as a headline does.
func (l *Lexicon) One(sentence string) Sentence {
	s := Sentence{Text: sentence}
	if s.TooLong = len(sentence) > MaxSentence; !s.TooLong {
		l.read(&s, 0)
	}
	return s
}

// read fills in a sentence, and returns the quotation mark that is still awaited after it.
func (l *Lexicon) read(s *Sentence, open rune) rune {
	s.Tokens = tokenize(s.Text, elides(l.Language), s.Tokens)
	s.Quoted, open = quoted(s.Text, s.Tokens, s.Quoted, open)
	for i := range s.Tokens {
		s.Matches = l.find(s.Text, s.Tokens, i, s.Matches)
	}
	s.Matches = settle(s.Matches)
	for i := range s.Matches {
		m := &s.Matches[i]
		m.Quoted = s.Quoted[m.From]
	}
	for i := range s.Matches {
		m := &s.Matches[i]
		m.Negated, m.Weak = s.negated(*m), m.Weak && !s.heightened(*m)
	}
	return open
}

// negationReach is how many words before a cue a negation may stand.
const negationReach = 3

// negated reports whether a negation stands shortly before a cue, and not within it.
func (s *Sentence) negated(m Match) bool {
	for _, n := range s.Matches {
		if n.Section == Negation && n.To <= m.From && n.To > m.From-negationReach {
			return true
		}
	}
	return false
}

// heightened reports whether a word that raises what it stands by is next to a cue: “utterly absurd”. French and its like have it behind.
func (s *Sentence) heightened(m Match) bool {
	return slices.ContainsFunc(s.Matches, func(h Match) bool { return h.Section == Heightening && (h.To == m.From || h.From == m.To) })
}

// settle sorts matches, takes out what an exception covers, and of those of one section that overlap keeps the longest.
func settle(matches []Match) []Match {
	slices.SortStableFunc(matches, func(a, b Match) int {
		return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(b.To-b.From, a.To-a.From), strings.Compare(a.Section, b.Section))
	})
	var exceptions []Match
	for _, m := range matches {
		if m.except {
			exceptions = append(exceptions, m)
		}
	}
	end := map[string]int{}
	kept := matches[:0]
	for _, m := range matches {
		covered := slices.ContainsFunc(exceptions, func(e Match) bool {
			return e.Section == m.Section && m.From < e.To && e.From < m.To
		})
		if m.except || covered || m.From < end[m.Section] {
			continue
		}
		end[m.Section] = m.To
		kept = append(kept, m)
	}
	return kept
}

// closing maps opening quotation marks to those that close them. German and French close with what opens elsewhere.
var closing = map[rune]string{'"': "\"", '“': "”", '„': "“”\"", '«': "»", '»': "«", '‹': "›"}

// quoted says of each token whether it stands within quotation marks. What an earlier sentence left open goes on.
func quoted(s string, tokens []Token, into []bool, open rune) ([]bool, rune) {
	next := 0
	for i, r := range s {
		for next < len(tokens) && tokens[next].From <= i {
			into = append(into, open != 0)
			next++
		}
		switch {
		case open != 0 && strings.ContainsRune(closing[open], r):
			open = 0
		case open == 0 && closing[r] != "" && !afterDigit(s, i, r):
			open = r
		}
	}
	for next < len(tokens) {
		into = append(into, open != 0)
		next++
	}
	return into, open
}

// afterDigit: 5" is a measure and opens nothing.
func afterDigit(s string, i int, r rune) bool { return r == '"' && i > 0 && isDigit(s[i-1]) }

// Own reports whether a cue is the writer's own words and meant as it stands: neither quoted nor negated.
func (m Match) Own() bool { return !m.Quoted && !m.Negated }

// Words returns the words of a cue as they stand in the sentence.
func (s *Sentence) Words(m Match) string { return s.Text[s.Tokens[m.From].From:s.Tokens[m.To-1].To] }

// Has reports whether a section has a cue in the sentence outside quotation marks.
func (s *Sentence) Has(section string) bool {
	return slices.ContainsFunc(s.Matches, func(m Match) bool { return m.Section == section && !m.Quoted })
}

// Reported reports whether the sentence gives somebody else's words, with or without quotation marks.
func (s *Sentence) Reported() bool { return s.Has(Reporting) || s.Has(Attribution) }

// HasQuotation reports whether a part of the sentence stands within quotation marks.
func (s *Sentence) HasQuotation() bool { return slices.Contains(s.Quoted, true) }

// Named reports whether the sentence names somebody outside quotation marks. In German, where every noun has a capital letter, only two such words
// side by side are a name, or letters that are all capitals.
func (s *Sentence) Named(language string) bool {
	for i, t := range s.Tokens {
		if !t.IsName() || s.Quoted[i] {
			continue
		}
		if isAcronym(s.Text[t.From:t.To]) {
			return true
		}
		pair := i+1 < len(s.Tokens) && s.Tokens[i+1].IsName() && s.Tokens[i+1].From == t.To+1
		switch {
		case pair && (i > 0 || !common(t.Norm)):
			return true
		case language != "de" && i > 0 && t.Norm != "i" && !strings.HasPrefix(t.Norm, "i'"):
			return true
		}
	}
	return false
}

// common words begin sentences with a capital letter and are no names.
func common(word string) bool {
	switch word {
	case "the", "a", "an", "in", "on", "at", "der", "die", "das", "ein", "eine", "im", "am", "le", "la", "les", "el", "los", "las", "il", "lo", "gli", "i", "un", "una", "une":
		return true
	}
	return false
}

func isAcronym(word string) bool {
	n := 0
	for _, r := range word {
		if !unicode.IsUpper(r) {
			return false
		}
		n++
	}
	return n >= 2 && n <= 5
}
