package claims

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"autointel.example/schemas"
	"autointel.example/services/analyzer/claims/statement"
	"autointel.example/services/analyzer/text"
)

// Bounds of the evidence.
const (
	maxCandidates = 60 // sentences that a claim is held against
	perDocument   = 8  // of one document
	maxEvidence   = 3  // on each side
	maxReviews    = 50
)

// Input is what there is to verify.
type Input struct {
	Document text.Document
	Source   *schemas.Source   // nil: there is only a recording
	Related  *schemas.Related  // nil: no other documents
	Context  []text.Document   // of Related, in its order
	Analysis *schemas.Analysis // nil: nothing is known of the text before
	Proposed []schemas.Claim   // claims of the document that a language model has found
}

// Corpus indexes the input.
func (in Input) Corpus(ctx context.Context) (*Corpus, error) {
	titles := []string{""}
	if in.Source != nil {
		titles[0] = in.Source.Title
	}
	if in.Related != nil {
		for _, d := range in.Related.Documents {
			titles = append(titles, d.Source.Title)
		}
	}
	return NewCorpus(ctx, append([]text.Document{in.Document}, in.Context...), titles)
}

// Verify finds the claims of a text and what speaks for and against them. It ends with the context.
func Verify(ctx context.Context, in Input) (schemas.Verification, error) {
	c, err := in.Corpus(ctx)
	if err != nil {
		return schemas.Verification{}, err
	}
	return c.Verify(ctx, in)
}

// Verify is the function Verify over the input's own corpus.
func (c *Corpus) Verify(ctx context.Context, in Input) (schemas.Verification, error) {
	v := schemas.Verification{Method: schemas.MethodLocal, Claims: []schemas.Claim{}}
	found, considered, err := c.Extract(ctx, in.Analysis)
	if err != nil {
		return v, err
	}
	found, considered = c.propose(found, considered, in)
	v.Considered, v.Checked = considered, c.Compared
	v.Reviews = reviews(in)
	for i := range found {
		if ctx.Err() != nil {
			return v, ctx.Err()
		}
		cl := &found[i]
		if linked(in.Source, cl.Where.Text) {
			cl.Sourced = true
		}
		c.check(cl)
		cl.Reviews = c.reviewed(cl, v.Reviews)
		v.Claims = append(v.Claims, cl.Claim)
	}
	if v.Conflicts, err = c.Conflicts(ctx, found); err != nil {
		return v, err
	}
	v.Limits = c.limits(in, considered)
	return v, nil
}

// check looks for a claim in the documents of the context.
func (c *Corpus) check(cl *Claim) {
	if c.Compared == 0 {
		return
	}
	cl.Verdict = schemas.VerdictNotFound
	best := map[[2]int]schemas.Evidence{} // by document and side
	partly := map[[2]int]bool{}           // of these, for a part of the claim as well
	for _, p := range c.Alike(cl.Statement, maxCandidates, perDocument, func(document, _ int) bool { return document > 0 }) {
		f, found := c.Compare(cl.Place, p)
		if !found {
			if f, found = c.Beside(cl.Place, p); found && len(cl.Beside) < maxEvidence {
				cl.Beside = append(cl.Beside, schemas.Evidence{Where: c.Documents[p.Document].Quote(p.Sentence), Why: f.Why, Score: f.Score, Method: schemas.MethodLocal})
			}
			continue
		}
		key := [2]int{p.Document, 0}
		if f.Against {
			key[1] = 1
		}
		if old, is := best[key]; !is || f.Score > old.Score {
			best[key] = schemas.Evidence{Where: c.Documents[p.Document].Quote(p.Sentence), Against: f.Against, Why: f.Why, Score: f.Score, Method: schemas.MethodLocal}
			partly[key] = f.Partly
		}
	}
	sides := [2]int{}
	evidence := make([]schemas.Evidence, 0, len(best))
	for _, e := range best {
		evidence = append(evidence, e)
	}
	slices.SortFunc(evidence, func(a, b schemas.Evidence) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.Where.Document, b.Where.Document), cmp.Compare(a.Where.Sentence, b.Where.Sentence))
	})
	for _, e := range evidence {
		side := 0
		if e.Against {
			side = 1
		}
		if sides[side]++; sides[side] <= maxEvidence {
			cl.Evidence = append(cl.Evidence, e)
		}
	}
	switch {
	case sides[1] > 0 && (sides[0] > 0 || slices.Contains(slices.Collect(maps.Values(partly)), true)):
		cl.Verdict = schemas.VerdictMixed
	case sides[0] > 0:
		cl.Verdict = schemas.VerdictSupported
	case sides[1] > 0:
		cl.Verdict = schemas.VerdictDisputed
	}
}

// linked reports whether a sentence holds the words of a link; one word alone may stand anywhere.
func linked(source *schemas.Source, sentence string) bool {
	return source != nil && slices.ContainsFunc(source.Links, func(l schemas.Link) bool {
		return strings.Contains(strings.TrimSpace(l.Text), " ") && strings.Contains(sentence, strings.TrimSpace(l.Text))
	})
}

// reviews are the reviews that the source and the documents of its context publish, each once.
func reviews(in Input) []schemas.ClaimReview {
	var all []schemas.ClaimReview
	add := func(of []schemas.ClaimReview) {
		for _, r := range of {
			if len(all) < maxReviews && !slices.Contains(all, r) {
				all = append(all, r)
			}
		}
	}
	if in.Source != nil {
		add(in.Source.Reviews)
	}
	if in.Related != nil {
		for _, d := range in.Related.Documents {
			add(d.Source.Reviews)
		}
	}
	return all
}

// reviewed returns the reviews of a claim, by their places. A review is of the claim if both share most of their terms and all of
// their figures; whether it confirms or denies the claim is its author's to say.
func (c *Corpus) reviewed(cl *Claim, reviews []schemas.ClaimReview) []int {
	var of []int
	for i, r := range reviews {
		if len(r.Claim) > maxBytes {
			continue
		}
		p := c.pairOf(cl.Statement, c.Vocabulary.Parse(r.Claim))
		if len(p.shared) >= 2 && p.ofB >= forStatement && p.ofA >= ofOther && sameFigures(p) && samePeriod(p.a, p.b) {
			of = append(of, i)
		}
	}
	return of
}

// sameFigures reports whether every figure of b agrees with one of a.
func sameFigures(p *pair) bool {
	for _, g := range p.b.Figures {
		if !slices.ContainsFunc(p.a.Figures, func(f statement.Figure) bool { return f.Unit == g.Unit && statement.Agree(f, g) }) {
			return false
		}
	}
	return true
}

// limits says what was left out.
func (c *Corpus) limits(in Input, considered int) []schemas.Limit {
	var limits []schemas.Limit
	add := func(code, format string, args ...any) {
		limits = append(limits, schemas.Limit{Code: code, Message: fmt.Sprintf(format, args...)})
	}
	if l := in.Document.Language; !statement.Supported(l.Code) {
		name := cmp.Or(l.Name, "this language")
		add("language", "Claims are found by their figures alone: the words that give away claims are known for English, German, French, Spanish and Italian, not for %s.", name)
	}
	switch {
	case in.Related == nil:
		add("not_checked", "The claims were held against the text itself alone: no other document was read.")
	case c.Compared == 0:
		add("not_checked", "There was no document to check the claims against.")
	}
	if n := len(c.Foreign); n > 0 {
		add("other_language", "%d of the other documents are in another language and were not compared.", n)
	}
	if considered > MaxClaims {
		add("claims_left_out", "Of %d sentences that could be claims, the %d most worth checking are listed.", considered, MaxClaims)
	}
	if c.TooLong > 0 {
		add("long_sentences", "%d sentences of more than %d words are too long to be read as claims: they are lists, or their full stops are missing.", c.TooLong, maxWords)
	}
	return limits
}
