// Package research puts a source and the documents around it side by side: what they agree on, where they differ, what only one
// of them says. Every statement of its own names the sentences it stands on.
package research

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"autointel.example/schemas"
	"autointel.example/services/analyzer/claims"
)

// Bounds of the synthesis.
const (
	maxPoints   = 20 // agreements, and as many disagreements
	maxOnlyHere = 10
)

// Synthesize compares the source with the documents of its context. Verified may be nil: then nothing is said of its claims.
// It ends with the context.
func Synthesize(ctx context.Context, in claims.Input, verified *schemas.Verification) (schemas.Research, error) {
	r := schemas.Research{Method: schemas.MethodLocal, Agreements: []schemas.Point{}, Disagreements: []schemas.Point{}, Documents: []schemas.DocumentGist{}}
	c, err := in.Corpus(ctx)
	if err != nil {
		return r, err
	}
	s := &synthesis{corpus: c, sites: sitesOf(in)}
	if verified != nil {
		r.Agreements = s.points(verified, false)
		r.Disagreements = s.points(verified, true)
		r.OnlyHere = onlyHere(verified)
	}
	if s.clusters, err = s.elsewhere(ctx); err != nil {
		return r, err
	}
	for _, cl := range s.clusters {
		r.OnlyThere = append(r.OnlyThere, s.quote(cl.places[0]))
	}
	if r.Documents, err = s.gists(ctx, in); err != nil {
		return r, err
	}
	r.Overview = s.overview(r, verified)
	if verified == nil {
		r.Limits = append(r.Limits, schemas.Limit{Code: "no_claims", Message: "The claims of the source are not known, so it is not said what the other documents make of them."})
	}
	if n := len(c.Foreign); n > 0 {
		r.Limits = append(r.Limits, schemas.Limit{Code: "other_language", Message: fmt.Sprintf("%d of the other documents are in another language: they are summarised, but not compared.", n)})
	}
	return r, nil
}

// synthesis is what is known while a synthesis is made.
type synthesis struct {
	corpus   *claims.Corpus
	sites    []string // of each document, the source first
	clusters []cluster
}

func (s *synthesis) quote(p claims.Place) schemas.Quote {
	return s.corpus.Documents[p.Document].Quote(p.Sentence)
}

// points are the claims that other documents support, or speak against: those that most sites speak of first.
func (s *synthesis) points(v *schemas.Verification, against bool) []schemas.Point {
	points, worth := []schemas.Point{}, map[int]float64{}
	for _, c := range v.Claims {
		p := schemas.Point{Claim: c.Where}
		var sites []string
		for _, e := range c.Evidence {
			if e.Against != against || e.Where.Document >= len(s.sites) {
				continue
			}
			p.Evidence = append(p.Evidence, e)
			if site := s.sites[e.Where.Document]; !slices.Contains(sites, site) {
				sites = append(sites, site)
			}
		}
		if p.Sites = len(sites); p.Sites > 0 {
			worth[c.Where.Sentence] = c.Score
			points = append(points, p)
		}
	}
	slices.SortStableFunc(points, func(a, b schemas.Point) int {
		return cmp.Or(cmp.Compare(b.Sites, a.Sites), cmp.Compare(worth[b.Claim.Sentence], worth[a.Claim.Sentence]), cmp.Compare(a.Claim.Sentence, b.Claim.Sentence))
	})
	return points[:min(len(points), maxPoints)]
}

// unspoken are the claims that were looked for and of which no other document speaks.
func unspoken(v *schemas.Verification) []schemas.Claim {
	var missing []schemas.Claim
	if v == nil {
		return nil
	}
	for _, c := range v.Claims {
		if c.Verdict == schemas.VerdictNotFound && len(c.Beside) == 0 {
			missing = append(missing, c)
		}
	}
	return missing
}

// onlyHere are those of them that are most worth checking, in the order of the source.
func onlyHere(v *schemas.Verification) []schemas.Quote {
	missing := unspoken(v)
	slices.SortStableFunc(missing, func(a, b schemas.Claim) int { return cmp.Compare(b.Score, a.Score) })
	missing = missing[:min(len(missing), maxOnlyHere)]
	slices.SortFunc(missing, func(a, b schemas.Claim) int { return cmp.Compare(a.Where.Sentence, b.Where.Sentence) })
	var quotes []schemas.Quote
	for _, c := range missing {
		quotes = append(quotes, c.Where)
	}
	return quotes
}
