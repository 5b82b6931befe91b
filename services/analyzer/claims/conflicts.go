package claims

import (
	"context"
	"slices"
	"strings"

	"autointel.example/schemas"
	"autointel.example/services/analyzer/claims/statement"
)

// Kinds of conflicts.
const (
	kindContradiction = "contradiction"
	kindSum           = "sum"
	kindPercentage    = "percentage"
	kindDate          = "date"
)

const (
	maxConflicts  = 20
	maxRecounted  = 20_000 // sentences whose figures are added up
	sameDocuments = 12     // sentences of the source that a claim is held against
)

// Conflicts finds sentences of the source that contradict each other, and figures that do not add up. It ends with the context.
func (c *Corpus) Conflicts(ctx context.Context, claims []Claim) ([]schemas.Conflict, error) {
	var found []schemas.Conflict
	d := c.Documents[0]
	for i := range d.Sentences[:min(len(d.Sentences), maxRecounted)] {
		if i%64 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		s := c.reading(Place{0, i})
		if s == nil || !states(s) || len(s.Figures)+len(s.Shares) == 0 && len(s.Periods.Years) < 2 {
			continue
		}
		for _, check := range recounts {
			if kind, why := check(s); why != "" && len(found) < maxConflicts {
				found = append(found, schemas.Conflict{Kind: kind, Why: why, Quotes: []schemas.Quote{d.Quote(i)}})
			}
		}
	}
	seen := map[[2]int]bool{}
	for i := range claims {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		for _, p := range c.Alike(claims[i].Statement, sameDocuments, sameDocuments, func(document, _ int) bool { return document == 0 }) {
			a, b := claims[i].Place.Sentence, p.Sentence
			pair := [2]int{min(a, b), max(a, b)}
			if a == b || seen[pair] {
				continue
			}
			seen[pair] = true
			f, is := c.Compare(Place{0, pair[0]}, Place{0, pair[1]})
			if !is || !f.Against || !c.sameVoice(pair[0], pair[1]) || !c.restated(pair[0], pair[1]) || len(found) >= maxConflicts {
				continue
			}
			why := strings.NewReplacer("in the claim", "first", "here", "then", "says what the claim denies", "first denied, then said", "denies what the claim says", "first said, then denied").Replace(f.Why)
			found = append(found, schemas.Conflict{Kind: kindContradiction, Why: why, Quotes: []schemas.Quote{d.Quote(pair[0]), d.Quote(pair[1])}})
		}
	}
	slices.SortStableFunc(found, func(a, b schemas.Conflict) int { return a.Quotes[0].Sentence - b.Quotes[0].Sentence })
	return found, nil
}

// restated is what share of the weight of each of two sentences the other has, if they are to contradict each other: a text that
// goes on about its subject says many like things of it.
const restated = 0.65

func (c *Corpus) restated(a, b int) bool {
	x, y := Place{0, a}, Place{0, b}
	return ended(c.At(x)) && ended(c.At(y)) && !paged(c.At(x), c.At(y)) && c.Covered(x, y) >= restated && c.Covered(y, x) >= restated
}

// paged reports whether two sentences are the same but for the number they end with, behind another: the foot of a page.
func paged(a, b *statement.Statement) bool {
	foot := func(s *statement.Statement) string {
		words := strings.Fields(bare(s.Text))
		n := len(words)
		if n < 2 || !number(strings.Trim(words[n-1], ".[]()")) || !number(strings.Trim(words[n-2], ",")) {
			return ""
		}
		return strings.Join(words[:n-1], " ")
	}
	x := foot(a)
	return x != "" && x == foot(b)
}

func number(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

// sameVoice reports whether two sentences are told by the same: what two people say differently is no contradiction of the text.
func (c *Corpus) sameVoice(a, b int) bool {
	voice := func(i int) string {
		s := c.At(Place{0, i})
		from, to := c.Vocabulary.Attribution(s)
		return strings.ToLower(s.Span(from, to))
	}
	return voice(a) == voice(b)
}
