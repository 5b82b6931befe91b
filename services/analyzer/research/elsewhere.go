package research

import (
	"cmp"
	"context"
	"slices"

	"autointel.example/services/analyzer/claims"
)

// Bounds of the search for what others say and the source leaves out.
const (
	maxElsewhere  = 10
	maxSentences  = 3000 // of a document that are looked at
	perDocument   = 60   // of those that say something worth checking
	maxCandidates = 600
	leastWorth    = 0.1 // no opinion; that several say it makes up for the rest
	covered       = 0.5 // share of a sentence's weight that the source has in one of its own: it does not leave it out
)

// cluster is a statement that several sites make, in their words; the sentence most worth checking first.
type cluster struct {
	places []claims.Place
	sites  int
	worth  float64
}

// elsewhere finds what at least two sites other than the source's say, and the source does not.
func (s *synthesis) elsewhere(ctx context.Context) ([]cluster, error) {
	candidates, worth, err := s.candidates(ctx)
	if err != nil {
		return nil, err
	}
	var found []cluster
	taken := map[claims.Place]bool{}
	for i, p := range candidates {
		if i%16 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if taken[p] || s.inSource(p) {
			continue
		}
		cl := cluster{places: []claims.Place{p}, worth: worth[p]}
		sites := []string{s.sites[p.Document]}
		for _, other := range s.corpus.Alike(s.corpus.At(p), 16, 4, func(document, _ int) bool { return document > 0 && document != p.Document }) {
			if taken[other] || s.sites[other.Document] == s.sites[0] {
				continue
			}
			if f, is := s.corpus.Compare(p, other); !is || f.Against {
				continue
			}
			cl.places = append(cl.places, other)
			if !slices.Contains(sites, s.sites[other.Document]) {
				sites = append(sites, s.sites[other.Document])
			}
		}
		if cl.sites = len(sites); cl.sites < 2 {
			continue
		}
		for _, p := range cl.places {
			taken[p] = true
		}
		found = append(found, cl)
	}
	slices.SortStableFunc(found, func(a, b cluster) int {
		return cmp.Or(cmp.Compare(b.sites, a.sites), cmp.Compare(b.worth, a.worth))
	})
	return found[:min(len(found), maxElsewhere)], nil
}

// candidates are the sentences of other sites most worth checking, those first.
func (s *synthesis) candidates(ctx context.Context) ([]claims.Place, map[claims.Place]float64, error) {
	var all []claims.Place
	worth := map[claims.Place]float64{}
	order := func(a, b claims.Place) int {
		return cmp.Or(cmp.Compare(worth[b], worth[a]), cmp.Compare(a.Document, b.Document), cmp.Compare(a.Sentence, b.Sentence))
	}
	for n, d := range s.corpus.Documents {
		if n == 0 || s.sites[n] == s.sites[0] || slices.Contains(s.corpus.Foreign, n) {
			continue
		}
		var of []claims.Place
		for i := range d.Sentences[:min(len(d.Sentences), maxSentences)] {
			if i%64 == 0 && ctx.Err() != nil {
				return nil, nil, ctx.Err()
			}
			p := claims.Place{Document: n, Sentence: i}
			if w := s.corpus.Worth(p); w >= leastWorth {
				worth[p] = w
				of = append(of, p)
			}
		}
		slices.SortFunc(of, order)
		all = append(all, of[:min(len(of), perDocument)]...)
	}
	slices.SortFunc(all, order)
	return all[:min(len(all), maxCandidates)], worth, nil
}

// inSource reports whether the source speaks of the same, if only to say the contrary.
func (s *synthesis) inSource(p claims.Place) bool {
	for _, own := range s.corpus.Alike(s.corpus.At(p), 8, 8, func(document, _ int) bool { return document == 0 }) {
		if s.corpus.Covered(p, own) >= covered {
			return true
		}
		if _, is := s.corpus.Compare(p, own); is {
			return true
		}
	}
	return false
}
