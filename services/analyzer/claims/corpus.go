package claims

import (
	"cmp"
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
	maxPostings = 100  // of a term in one document; what stands in more of its sentences tells none apart
	maxKept     = 20_000
	nearby      = 5 // sentences before another one of its paragraph that say whom it is about
)

// Place is where a sentence stands: Document 0 is the source.
type Place struct{ Document, Sentence int }

// Corpus is the source and the documents of its context, indexed by the terms of their sentences.
type Corpus struct {
	Documents  []text.Document // the source first
	Vocabulary *statement.Vocabulary
	Compared   int   // documents of the context in the language of the source
	Foreign    []int // the others, which are not compared
	TooLong    int   // sentences that were left out: of more than maxBytes, or of the source of more than maxWords

	index     []postings // by term
	sentences int
	parsed    map[Place]*statement.Statement
	titles    []*statement.Statement // by document
}

// postings are the sentences that a term stands in.
type postings struct {
	frequency int // of all of them
	places    []compact
	document  int32 // of the last one,
	kept      int32 // and how many of it were kept
}

// compact is a Place as the index keeps it.
type compact struct{ document, sentence int32 }

// NewCorpus indexes documents; titles are theirs, in the same order, and may be missing. It ends with the context.
func NewCorpus(ctx context.Context, documents []text.Document, titles []string) (*Corpus, error) {
	c := &Corpus{Documents: documents, Vocabulary: statement.NewVocabulary(documents[0].Language.Code), parsed: map[Place]*statement.Statement{}}
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
			c.add(compact{int32(n), int32(i)}, c.Vocabulary.Learn(s))
		}
	}
	for _, t := range titles[:min(len(titles), len(documents))] {
		c.titles = append(c.titles, c.Vocabulary.Parse(t[:min(len(t), maxBytes)]))
	}
	return c, nil
}

func (c *Corpus) add(p compact, terms []int) {
	c.sentences++
	slices.Sort(terms)
	for _, t := range slices.Compact(terms) {
		for t >= len(c.index) {
			c.index = append(c.index, postings{})
		}
		of := &c.index[t]
		of.frequency++
		if of.document != p.document {
			of.document, of.kept = p.document, 0
		}
		if of.kept < maxPostings {
			of.kept++
			of.places = append(of.places, p)
		}
	}
}

// Weight is how much a term tells sentences apart.
func (c *Corpus) Weight(term int) float64 {
	f := 1
	if term < len(c.index) {
		f = max(1, c.index[term].frequency)
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

// Alike returns the sentences that share most with s, by the weight of the terms they share, the likest first: at most n, and
// at most each of one document. Those that are not wanted are left out.
func (c *Corpus) Alike(s *statement.Statement, n, each int, wanted func(document, sentence int) bool) []Place {
	shared := map[compact]float64{}
	for _, t := range s.TermNumbers() {
		if t >= len(c.index) {
			continue
		}
		w := c.Weight(t)
		for _, p := range c.index[t].places {
			if wanted(int(p.document), int(p.sentence)) {
				shared[p] += w
			}
		}
	}
	found := make([]compact, 0, len(shared))
	for p := range shared {
		found = append(found, p)
	}
	slices.SortFunc(found, func(a, b compact) int {
		return cmp.Or(cmp.Compare(shared[b], shared[a]), cmp.Compare(a.document, b.document), cmp.Compare(a.sentence, b.sentence))
	})
	var places []Place
	count := map[int32]int{}
	for _, p := range found {
		if count[p.document]++; count[p.document] <= each && len(places) < n {
			places = append(places, Place{int(p.document), int(p.sentence)})
		}
	}
	return places
}

// around returns the terms that say whom a sentence is about: its own, those of its paragraph before it, and the title's. True: a
// name.
func (c *Corpus) around(p Place) map[int]bool {
	terms := map[int]bool{}
	add := func(s *statement.Statement) {
		for _, t := range s.Terms {
			terms[t.Number] = terms[t.Number] || t.Name
		}
	}
	d := c.Documents[p.Document]
	for i := max(d.ParagraphOf(p.Sentence).From, p.Sentence-nearby); i <= p.Sentence; i++ {
		if s := c.reading(Place{p.Document, i}); s != nil {
			add(s)
		}
	}
	if p.Document < len(c.titles) {
		add(c.titles[p.Document])
	}
	return terms
}

// lead is how many sentences of a document say whom all of it is about.
const lead = 3

// sameSubject reports whether two sentences that name nobody may be about the same: what stands around them, and opens their
// documents, has a name in common, or no names at all, or names that a's document knows for the most part.
func (c *Corpus) sameSubject(a, b Place) bool {
	names := func(p Place) []int {
		around := c.around(p)
		for i := range min(lead, len(c.Documents[p.Document].Sentences)) {
			if s := c.reading(Place{p.Document, i}); s != nil {
				for _, n := range s.Names() {
					around[n] = true
				}
			}
		}
		var found []int
		for t, named := range around {
			if named {
				found = append(found, t)
			}
		}
		return found
	}
	x, y := names(a), names(b)
	if len(x) == 0 || len(y) == 0 || overlap(x, y) {
		return true
	}
	known := 0 // of b's names, in a's document
	for _, t := range y {
		if c.Counts(t)[a.Document] > 0 {
			known++
		}
	}
	return 2*known >= len(y)
}

// Counts returns in how many sentences of each document a term stands; beyond maxPostings it is not counted on.
func (c *Corpus) Counts(term int) []int {
	counts := make([]int, len(c.Documents))
	if term < len(c.index) {
		for _, p := range c.index[term].places {
			counts[p.document]++
		}
	}
	return counts
}

// Worth is how much a sentence is worth checking, 0 to 1; 0: it states nothing.
func (c *Corpus) Worth(p Place) float64 {
	s := c.reading(p)
	if s == nil || !states(s) {
		return 0
	}
	return score(s, nil)
}

// Covered returns the share of the weight of a sentence's terms that another one has too.
func (c *Corpus) Covered(sentence, by Place) float64 {
	a, b := c.reading(sentence), c.reading(by)
	if a == nil || b == nil {
		return 0
	}
	return c.pairOf(a, b).ofA
}
