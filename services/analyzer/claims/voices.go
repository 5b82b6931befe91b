package claims

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"autointel.example/schemas"
	"autointel.example/services/analyzer/claims/statement"
	"autointel.example/services/analyzer/text"
)

// remembers is for how many sentences a pronoun stands for the last speaker.
const remembers = 3

// voices knows who has been speaking.
type voices struct {
	quoted map[int]string   // by sentence, of quotations found before
	people map[int][]string // by sentence, who is named in it
	groups map[string]bool  // names of organizations and places, for which no he or she stands
	last   string
	at     int
}

func newVoices(d text.Document, known *schemas.Analysis) *voices {
	v := &voices{quoted: map[int]string{}, people: map[int][]string{}, groups: map[string]bool{}, at: -remembers - 1}
	if known != nil {
		for _, e := range known.Entities {
			switch e.Kind {
			case schemas.EntityPerson:
				for _, i := range e.Mentions {
					v.people[i] = append(v.people[i], e.Name)
				}
			case schemas.EntityOrganization, schemas.EntityPlace:
				v.groups[e.Name] = true
			}
		}
		for _, q := range known.Quotations {
			if q.Where.Document == d.Number && q.Speaker != "" {
				v.quoted[q.Where.Sentence] = q.Speaker
			}
		}
	}
	return v
}

// speaker returns who says a sentence, and the terms of that name; empty: the source itself.
func (v *voices) speaker(i int, s *statement.Statement, words *statement.Vocabulary) (name string, terms []int) {
	from, to, found := words.Speaker(s)
	switch {
	case found && s.IsPronoun(from, to):
		name = v.standsFor(i, s.Word(from))
	case found:
		if name = s.Span(from, to); words.Titled(s, from) || from == 0 && s.Article(0) && !capitalBehind(name) {
			name = lowered(name)
		}
	default:
		name = v.quoted[i]
	}
	if name != "" {
		v.last, v.at = name, i
	}
	for w := range strings.FieldsSeq(name) {
		if t := words.TermOf(w); t != 0 {
			terms = append(terms, t)
		}
	}
	return name, terms
}

// standsFor returns whom a pronoun stands for that speaks: the last speaker, unless he or she follows a sentence that names one other
// person, or the last speaker is many. Empty: somebody, but who is not known.
func (v *voices) standsFor(i int, pronoun string) string {
	if single(pronoun) {
		if before := v.people[i-1]; len(before) == 1 && v.at < i-1 {
			return before[0]
		}
		if many(v.last) || v.groups[v.last] {
			return ""
		}
	}
	if i-v.at > remembers {
		return ""
	}
	return v.last
}

// single reports whether a pronoun stands for one person.
func single(pronoun string) bool {
	switch pronoun {
	case "he", "she", "er", "il", "elle", "él", "ella", "egli", "lui", "lei":
		return true
	}
	return false
}

// many reports whether a speaker is several: "American officials", "les habitants".
func many(speaker string) bool {
	first, _, _ := strings.Cut(speaker, " ")
	switch strings.ToLower(first) {
	case "les", "los", "las", "gli":
		return true
	}
	last := speaker[strings.LastIndexByte(speaker, ' ')+1:]
	r, _ := utf8.DecodeRuneInString(last)
	return unicode.IsLower(r) && strings.HasSuffix(last, "s") && !strings.HasSuffix(last, "ss")
}

// capitalBehind reports whether the second word of a name has a capital: The Tribune is one, the company is none.
func capitalBehind(name string) bool {
	_, rest, _ := strings.Cut(name, " ")
	r, _ := utf8.DecodeRuneInString(rest)
	return unicode.IsUpper(r)
}

// lowered is a text with its first letter in lower case.
func lowered(text string) string {
	r, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToLower(r)) + text[size:]
}

// about is the entity a claim is about, by its fullest name, or else the words that say what it is about.
func (c *Corpus) about(cl *Claim, known *schemas.Analysis) string {
	s := cl.Statement
	from, to := c.Vocabulary.Attribution(s)
	a, b, is := c.Vocabulary.About(s, from, to)
	if !is {
		return ""
	}
	name := s.Span(a, b)
	if c.Vocabulary.Titled(s, a) {
		name = lowered(name)
	}
	if known != nil {
		for _, e := range known.Entities {
			for _, form := range append([]string{e.Name}, e.Aliases...) {
				if form == name {
					return e.Name
				}
			}
		}
	}
	return name
}
