package claims

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"autointel.example/schemas"
	"autointel.example/services/analyzer/claims/statement"
)

// propose adds the claims that a language model has found to those that were found by the words of the text. A claim of both stays as
// it was read, and takes from the model what the words did not give away. The model can make a claim more cautious and never bolder.
func (c *Corpus) propose(found []Claim, considered int, in Input) ([]Claim, int) {
	if len(in.Proposed) == 0 {
		return found, considered
	}
	proposed := map[int]schemas.Claim{}
	for _, p := range in.Proposed {
		proposed[p.Where.Sentence] = p
	}
	voices, keys := newVoices(c.Documents[0], in.Analysis), c.keyTerms(in.Analysis)
	for i := range c.Documents[0].Sentences {
		p, is := proposed[i]
		s := c.reading(Place{0, i})
		if s == nil || !is && !states(s) {
			continue
		}
		speaker, terms := voices.speaker(i, s, c.Vocabulary) // of every sentence, since who spoke last may speak on
		at := slices.IndexFunc(found, func(f Claim) bool { return f.Place.Sentence == i })
		switch {
		case !is, at < 0 && !proposable(s):
			continue
		case at < 0:
			claim := Claim{Place: Place{0, i}, Statement: s, speaker: terms}
			claim.Speaker, claim.Score = speaker, max(worthwhile, score(s, keys))
			claim.describe(c, in.Analysis, 0)
			claim.Method = p.Method
			considered++
			at, found = len(found), append(found, claim)
		}
		found[at].fill(p)
	}
	found = best(found)
	for i := range found {
		found[i].ID = "c" + strconv.Itoa(i+1)
	}
	return found, considered
}

// proposable reports whether a sentence can be a claim, whoever says so.
func proposable(s *statement.Statement) bool {
	return s.Words() <= maxWords && !s.Has(statement.Boilerplate) && !strings.HasSuffix(bare(s.Text), "?")
}

// fill takes from a proposal what the words of the text did not give away.
func (cl *Claim) fill(p schemas.Claim) {
	was := cl.Claim
	if cl.Speaker == "" && p.Speaker != "" {
		cl.Speaker, cl.Sourced = p.Speaker, cl.Sourced || p.Sourced
	}
	if cl.About == "" {
		cl.About = p.About
	}
	if cl.Kind == kindStatement && (p.Kind != kindFigure || strings.ContainsFunc(cl.Where.Text, unicode.IsDigit)) {
		cl.Kind = p.Kind
	}
	if cl.Certainty == asserted {
		cl.Certainty = p.Certainty
	}
	if cl.Speaker != was.Speaker || cl.About != was.About || cl.Kind != was.Kind || cl.Certainty != was.Certainty {
		cl.Method = p.Method
	}
	cl.Score = math.Round(100*max(cl.Score, (cl.Score+p.Score)/2)) / 100
}
