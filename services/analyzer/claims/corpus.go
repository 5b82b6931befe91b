package claims

import (
	"context"
	"math"
	"slices"

	"autointel.example/services/analyzer/claims/statement"
	"autointel.example/services/analyzer/text"
)

// Bounds of the index. What they leave out is said in Limits.
const (
	maxWords    = 120  // of a sentence; a longer one is a list or has lost its full stops
	maxBytes    = 2000 // of a sentence
	maxPostings = 400  // of a term; what stands in more sentences tells none apart
	maxKept     = 20_000
)

// Place is where a sentence stands: Document 0 is the source.
type Place struct{ Document, Sentence int }

// Corpus is the source and the documents of its context, indexed by the terms of their sentences.
type Corpus struct {
	Documents  []text.Document // the source first
	Vocabulary *statement.Vocabulary
	Compared   int   // documents of the context in the language of the source
	Foreign    []int // the others, which are not compared
	TooLong    int   // sentences that were left out

	postings  [][]Place // by term, at most maxPostings of each
	frequency []int     // by term: in how many sentences it stands
	sentences int
	parsed    map[Place]*statement.Statement
	titles    map[int][]int // by document: the terms of its title
}

// NewCorpus indexes documents; titles are theirs, in the same order, and may be missing. It ends with the context.
func NewCorpus(ctx context.Context, documents []text.Document, titles []string) (*Corpus, error) {
	c := &Corpus{Documents: documents, Vocabulary: statement.NewVocabulary(documents[0].Language.Code), parsed: map[Place]*statement.Statement{}, titles: map[int][]int{}}
	for n, d := range documents {
		if n > 0 && d.Language.Code != documents[0].Language.Code {
			c.Foreign = append(c.Foreign, n)
			continue
		}
		if n > 0 && len(d.Sentences) > 0 {
			c.Compared++
		}
		for i, s := range d.Sentences {
			if i%256 == 0 && ctx.Err() != nil {
				return nil, ctx.Err()
			}
			if len(s) > maxBytes {
				c.TooLong++
				continue
			}
			c.add(Place{n, i}, c.Vocabulary.Learn(s))
		}
		if n < len(titles) {
			c.titles[n] = c.Vocabulary.Parse(titles[n]).TermNumbers()
		}
	}
	return c, nil
}

func (c *Corpus) add(p Place, terms []int) {
	c.sentences++
	slices.Sort(terms)
	for _, t := range slices.Compact(terms) {
		for t >= len(c.postings) {
			c.postings = append(c.postings, nil)
			c.frequency = append(c.frequency, 0)
		}
		c.frequency[t]++
		if len(c.postings[t]) < maxPostings {
			c.postings[t] = append(c.postings[t], p)
		}
	}
}

// Weight is how much a term tells sentences apart.
func (c *Corpus) Weight(term int) float64 {
	f := 1
	if term < len(c.frequency) {
		f = max(1, c.frequency[term])
	}
	return math.Log(1 + float64(c.sentences)/float64(f))
}

// At reads a sentence.
func (c *Corpus) At(p Place) *statement.Statement {
	if s := c.parsed[p]; s != nil {
		return s
	}
	s := c.Vocabulary.Parse(c.Documents[p.Document].Sentences[p.Sentence])
	if len(c.parsed) >= maxKept {
		clear(c.parsed)
	}
	c.parsed[p] = s
	return s
}

// Alike returns up to n sentences that share most with s, by the weight of the terms they share, the likest first. Which may
// be asked for is up to wanted.
func (c *Corpus) Alike(s *statement.Statement, n int, wanted func(Place) bool) []Place {
	shared := map[Place]float64{}
	for _, t := range s.TermNumbers() {
		if t >= len(c.postings) {
			continue
		}
		w := c.Weight(t)
		for _, p := range c.postings[t] {
			if wanted(p) {
				shared[p] += w
			}
		}
	}
	places := make([]Place, 0, len(shared))
	for p := range shared {
		places = append(places, p)
	}
	slices.SortFunc(places, func(a, b Place) int {
		switch {
		case shared[a] > shared[b]:
			return -1
		case shared[a] < shared[b]:
			return 1
		case a.Document != b.Document:
			return a.Document - b.Document
		}
		return a.Sentence - b.Sentence
	})
	return places[:min(n, len(places))]
}
