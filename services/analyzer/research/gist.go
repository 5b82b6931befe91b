package research

import (
	"cmp"
	"context"
	"math"
	"slices"

	"autointel.example/schemas"
	"autointel.example/services/analyzer/claims"
	"autointel.example/services/analyzer/claims/statement"
)

// Bounds of a document's gist.
const (
	gistSentences = 3
	leastWords    = 6
	mostWords     = 60
	mostBytes     = 1000 // of a sentence
	maxShared     = 6
	leastCount    = 2    // how often a document has a word, no name, that both are said to speak of; the source has it once more
	tooAlike      = 0.6  // share of a sentence's weight that another of the gist has already
	fullTerms     = 8    // a sentence with fewer words that mean something counts for less
	namesFrom     = 2000 // sentences of the source
)

// gists says of every document what it is about, and how like the source it is.
func (s *synthesis) gists(ctx context.Context, in claims.Input) ([]schemas.DocumentGist, error) {
	likeness, common := s.likeness()
	names, err := s.names(ctx)
	if err != nil {
		return nil, err
	}
	out := []schemas.DocumentGist{}
	for n := 1; n < len(s.corpus.Documents); n++ {
		g := schemas.DocumentGist{Document: n, Likeness: math.Round(100*likeness[n]) / 100}
		corpus, at := s.corpus, n
		weight := func(t int) float64 { return common[n][t] }
		if slices.Contains(s.corpus.Foreign, n) { // read by itself, in its own language
			if corpus, err = claims.NewCorpus(ctx, in.Context[n-1:n], nil); err != nil {
				return nil, err
			}
			at = 0
			weight = func(t int) float64 { return math.Log(1 + float64(corpus.Counts(t)[0])) }
		} else {
			g.Shared = s.shared(n, common[n], names)
		}
		if g.Summary, err = summary(ctx, corpus, at, weight); err != nil {
			return nil, err
		}
		out = append(out, g)
	}
	return out, nil
}

// likeness compares every document with the source: the cosine of their terms' weights. Common holds, by document, the weight of
// each of its terms for its gist: one that others have too, and above all the source, counts more.
func (s *synthesis) likeness() (likeness []float64, common []map[int]float64) {
	n := len(s.corpus.Documents)
	likeness, common = make([]float64, n), make([]map[int]float64, n)
	for d := range common {
		common[d] = map[int]float64{}
	}
	dot, square := make([]float64, n), make([]float64, n)
	for t := 1; t < s.corpus.Vocabulary.Terms(); t++ {
		counts, idf, in := s.corpus.Counts(t), s.corpus.Weight(t), 0
		for _, c := range counts {
			if c > 0 {
				in++
			}
		}
		for d, c := range counts {
			if c == 0 {
				continue
			}
			w := math.Log(1+float64(c)) * idf
			square[d] += w * w
			if counts[0] > 0 {
				dot[d] += w * math.Log(1+float64(counts[0])) * idf
			}
			switch {
			case d == 0:
			case counts[0] > 0:
				common[d][t] = w
			case in > 1:
				common[d][t] = 0.7 * w
			default:
				common[d][t] = 0.2 * w
			}
		}
	}
	for d := range likeness {
		if square[0] > 0 && square[d] > 0 {
			likeness[d] = min(1, dot[d]/math.Sqrt(square[0]*square[d]))
		}
	}
	return likeness, common
}

// summary returns the sentences of a document with the weightiest terms, none that repeats another, in the document's order.
func summary(ctx context.Context, c *claims.Corpus, document int, weight func(term int) float64) ([]schemas.Quote, error) {
	d := c.Documents[document]
	score := map[int]float64{}
	var places []int
	for i := range d.Sentences[:min(len(d.Sentences), maxSentences)] {
		if i%64 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if len(d.Sentences[i]) > mostBytes {
			continue
		}
		st := c.At(claims.Place{Document: document, Sentence: i})
		if words := st.Words(); words < leastWords || words > mostWords || st.Has(statement.Boilerplate) {
			continue
		}
		terms := st.TermNumbers()
		for _, t := range terms {
			score[i] += weight(t)
		}
		score[i] /= float64(max(fullTerms, len(terms)))
		places = append(places, i)
	}
	slices.SortFunc(places, func(a, b int) int { return cmp.Or(cmp.Compare(score[b], score[a]), cmp.Compare(a, b)) })
	chosen := []int{}
	for _, i := range places {
		repeats := slices.ContainsFunc(chosen, func(o int) bool {
			return c.Covered(claims.Place{Document: document, Sentence: i}, claims.Place{Document: document, Sentence: o}) > tooAlike
		})
		if !repeats {
			chosen = append(chosen, i)
		}
		if len(chosen) == gistSentences {
			break
		}
	}
	slices.Sort(chosen)
	quotes := []schemas.Quote{}
	for _, i := range chosen {
		quotes = append(quotes, d.Quote(i))
	}
	return quotes, nil
}

// name is a name of the source, as it stands there.
type name struct {
	text  string
	terms []int
}

// names are the names of the source, the longest form first of those that begin together.
func (s *synthesis) names(ctx context.Context) ([]name, error) {
	var names []name
	seen := map[string]bool{}
	d := s.corpus.Documents[0]
	for i := range d.Sentences[:min(len(d.Sentences), namesFrom)] {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if len(d.Sentences[i]) > mostBytes {
			continue
		}
		st := s.corpus.At(claims.Place{Sentence: i})
		for k := 0; k < len(st.Terms); k++ {
			if !st.Terms[k].Name {
				continue
			}
			n, first := name{terms: []int{st.Terms[k].Number}}, st.Terms[k].Token
			for k+1 < len(st.Terms) && st.Terms[k+1].Name && st.Terms[k+1].Token == st.Terms[k].Token+1 {
				k++
				n.terms = append(n.terms, st.Terms[k].Number)
			}
			if n.text = st.Span(first, st.Terms[k].Token+1); !seen[n.text] {
				seen[n.text] = true
				names = append(names, n)
			}
		}
	}
	slices.SortStableFunc(names, func(a, b name) int { return len(b.terms) - len(a.terms) })
	return names, nil
}

// shared are the names and terms that the source and a document both speak of, the weightiest first.
func (s *synthesis) shared(document int, weights map[int]float64, names []name) []string {
	type item struct {
		text   string
		weight float64
	}
	var items []item
	done := map[int]bool{}
	for _, n := range names {
		sum, all := 0.0, true
		for _, t := range n.terms {
			all = all && weights[t] > 0 && !done[t]
			sum += weights[t]
		}
		if all {
			for _, t := range n.terms {
				done[t] = true
			}
			items = append(items, item{n.text, 2 * sum / float64(len(n.terms))}) // a name says more than a word
		}
	}
	for t := 1; t < s.corpus.Vocabulary.Terms(); t++ {
		w := weights[t]
		if text := s.corpus.Vocabulary.TermText(t); w > 0 && !done[t] && len(text) > 2 && s.corpus.Vocabulary.Topical(t) && s.corpus.Counts(t)[0] > leastCount && s.corpus.Counts(t)[document] >= leastCount {
			items = append(items, item{text, w})
		}
	}
	slices.SortStableFunc(items, func(a, b item) int { return cmp.Compare(b.weight, a.weight) })
	var texts []string
	for _, i := range items[:min(len(items), maxShared)] {
		texts = append(texts, i.text)
	}
	return texts
}
