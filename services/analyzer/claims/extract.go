// Package claims finds what a text claims, and holds it against the text itself and against other documents. A verdict stands
// on sentences side by side: the same entity with the same figure, or the same statement with or without a not. Likeness alone
// decides nothing.
package claims

import (
	"context"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"autointel.example/schemas"
	"autointel.example/services/analyzer/claims/statement"
)

// Bounds of what is called a claim.
const (
	MaxClaims  = 40
	minWords   = 5
	worthwhile = 0.3 // the least score of a claim
)

// Kinds of claims.
const (
	kindFigure      = "figure"
	kindComparison  = "comparison"
	kindCause       = "cause"
	kindEvent       = "event"
	kindAttribution = "attribution"
	kindStatement   = "statement"
)

// Certainties of claims.
const (
	asserted = "asserted"
	reported = "reported"
	hedged   = "hedged"
)

// weights say how much each sign adds to what makes a sentence worth checking, and what takes away from it.
var weights = []struct {
	sign   statement.Sign
	weight float64
}{
	{statement.Comparison, 0.15},
	{statement.Cause, 0.15},
	{statement.Happens, 0.15},
	{statement.Up, 0.1},
	{statement.Down, 0.1},
	{statement.Factor, 0.15},
	{statement.Says, 0.1},
	{statement.According, 0.1},
	{statement.Study, 0.05},
	{statement.Negation, 0.15},
	{statement.Hedge, -0.1},
	{statement.Future, -0.1},
	{statement.FirstPerson, -0.1},
	{statement.Address, -0.2},
	{statement.If, -0.1},
	{statement.Opinion, -0.3},
}

// The other parts of a score.
const (
	ground      = 0.1  // of every sentence that states something
	ofFigure    = 0.35 // at least one figure
	ofMoreThan1 = 0.05 // a second one
	ofSpelled   = 0.2  // nothing but small numbers in words
	ofYear      = 0.2
	ofName      = 0.15
	ofVoice     = 0.25 // taken off: somebody is quoted with no figure, mostly a view
	ofKeyTerms  = 0.1  // at most: the share of the text's key terms it has
)

// Claim is a claim with its reading, before anything is known of it.
type Claim struct {
	schemas.Claim
	Place     Place
	Statement *statement.Statement
	speaker   []int // terms of the speaker's name: others need not repeat it
}

// Extract finds what a document claims: at most MaxClaims, those most worth checking, in the order of the text. Considered is
// how many sentences could have been claims. It ends with the context.
func (c *Corpus) Extract(ctx context.Context, known *schemas.Analysis) (found []Claim, considered int, err error) {
	d := c.Documents[0]
	wordless := !statement.Supported(d.Language.Code)
	voices := newVoices(d, known)
	keys := c.keyTerms(known)
	said := map[string]bool{}
	for i := range d.Sentences {
		if i%64 == 0 && ctx.Err() != nil {
			return nil, 0, ctx.Err()
		}
		s := c.reading(Place{0, i})
		if s != nil && s.Words() > maxWords {
			c.TooLong++
		}
		if s == nil || !states(s) || wordless && solid(s) == 0 && len(s.Periods.Years) == 0 {
			continue
		}
		if said[s.Text] {
			continue // a caption or a sentence set large that the page shows again
		}
		claim := Claim{Place: Place{0, i}, Statement: s}
		claim.Speaker, claim.speaker = voices.speaker(i, s, c.Vocabulary)
		claim.Score = score(s, keys)
		if claim.Score < worthwhile {
			continue
		}
		considered++
		said[s.Text] = true
		found = append(found, claim)
		if len(found) >= 4*MaxClaims {
			found = best(found)
		}
	}
	found = best(found)
	for i := range found {
		found[i].describe(c, known, i+1)
	}
	return found, considered, nil
}

// reading reads a sentence, but none that is too long to be one.
func (c *Corpus) reading(p Place) *statement.Statement {
	if len(c.Documents[p.Document].Sentences[p.Sentence]) > maxBytes {
		return nil
	}
	return c.At(p)
}

// best keeps the MaxClaims with the highest scores, in the order of the text.
func best(claims []Claim) []Claim {
	slices.SortStableFunc(claims, func(a, b Claim) int {
		switch {
		case a.Score > b.Score:
			return -1
		case a.Score < b.Score:
			return 1
		}
		return a.Place.Sentence - b.Place.Sentence
	})
	claims = claims[:min(MaxClaims, len(claims))]
	slices.SortFunc(claims, func(a, b Claim) int { return a.Place.Sentence - b.Place.Sentence })
	return claims
}

// states reports whether a sentence states something at all: no question, heading, call to the reader or part of the page.
func states(s *statement.Statement) bool {
	n := s.Words()
	if n < minWords || n > maxWords || s.Has(statement.Boilerplate) {
		return false
	}
	end := bare(s.Text)
	switch {
	case strings.HasSuffix(end, "?"), strings.HasSuffix(end, ":"), strings.HasPrefix(s.Text, "¿"):
		return false
	case strings.HasSuffix(end, "!"):
		return len(s.Figures) > 0
	}
	first, _ := utf8.DecodeRuneInString(s.Text)
	return ended(s) || n >= 10 && (unicode.IsUpper(first) || unicode.IsDigit(first) || unicode.Is(unicode.Pi, first) || first == '"' || n >= 20)
}

// ended reports whether a sentence has its full stop; headings and items of lists have none.
func ended(s *statement.Statement) bool {
	end := bare(s.Text)
	return strings.HasSuffix(end, ".") || strings.HasSuffix(end, "…") || strings.HasSuffix(end, ";") || strings.HasSuffix(end, "!")
}

// bare is a sentence without the marks that close a quotation.
func bare(sentence string) string {
	return strings.TrimRightFunc(sentence, func(r rune) bool { return strings.ContainsRune("\"'”’»“)] ", r) })
}

// score is how much a sentence is worth checking: the sum of its signs, between 0 and 1.
func score(s *statement.Statement, keys map[int]bool) float64 {
	sum := ground
	for _, w := range weights {
		if s.Has(w.sign) {
			sum += w.weight
		}
	}
	switch n := solid(s); {
	case n > 1:
		sum += ofFigure + ofMoreThan1
	case n == 1:
		sum += ofFigure
	case len(s.Figures)+len(s.Shares) > 0:
		sum += ofSpelled
	}
	if len(s.Periods.Years) > 0 || len(s.Periods.Months) > 0 {
		sum += ofYear
	}
	names, known := s.Names(), 0
	if len(names) > 0 {
		sum += ofName
	}
	terms := s.TermNumbers()
	for _, t := range terms {
		if keys[t] {
			known++
		}
	}
	if len(terms) > 0 {
		sum += ofKeyTerms * min(1, 2*float64(known)/float64(len(terms)))
	}
	if solid(s) == 0 && strings.ContainsAny(s.Text, "“”„«»\"") {
		sum -= ofVoice
	}
	if len(terms)+solid(s) < 2 {
		sum -= ofFigure // nothing to look for
	}
	return math.Round(100*max(0, min(1, sum))) / 100
}

// solid counts the figures that are more than a small number in words.
func solid(s *statement.Statement) int {
	n := 0
	for _, f := range s.Figures {
		if !f.Spelled {
			n++
		}
	}
	return n
}

// keyTerms are the terms that the text is about: of its key terms, or else the most frequent ones.
func (c *Corpus) keyTerms(known *schemas.Analysis) map[int]bool {
	keys := map[int]bool{}
	if known != nil {
		for _, k := range known.KeyTerms {
			for w := range strings.FieldsSeq(k.Text) {
				if t := c.Vocabulary.TermOf(w); t != 0 {
					keys[t] = true
				}
			}
		}
	}
	return keys
}

// describe fills in what a person reads of a claim.
func (cl *Claim) describe(c *Corpus, known *schemas.Analysis, number int) {
	s := cl.Statement
	cl.ID = "c" + strconv.Itoa(number)
	cl.Where = c.Documents[0].Quote(cl.Place.Sentence)
	cl.Method = schemas.MethodLocal
	cl.Verdict = schemas.VerdictNotChecked
	cl.Kind = kindOf(s, cl.Speaker)
	cl.About = c.about(cl, known)
	cl.Certainty = asserted
	if cl.Speaker != "" || s.Has(statement.Says) || s.Has(statement.According) || s.Has(statement.Hearsay) {
		cl.Certainty = reported
	}
	if s.Has(statement.Hedge) {
		cl.Certainty = hedged
	}
	cl.Sourced = cl.Speaker != "" && !vague(s) || s.Has(statement.According) || strings.Contains(s.Text, "http")
}

// vague reports whether a sentence is somebody's word, but nobody's in particular.
func vague(s *statement.Statement) bool {
	return s.Has(statement.Hearsay) && !s.Has(statement.According) && !s.Has(statement.Says)
}

func kindOf(s *statement.Statement, speaker string) string {
	switch {
	case solid(s) > 0:
		return kindFigure
	case s.Has(statement.Comparison):
		return kindComparison
	case s.Has(statement.Cause):
		return kindCause
	case s.Has(statement.Happens) || s.Has(statement.Up) || s.Has(statement.Down):
		return kindEvent
	case speaker != "" || s.Has(statement.Says):
		return kindAttribution
	}
	return kindStatement
}
