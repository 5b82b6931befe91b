package analyzer

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"autointel.example/internal/stage"
	"autointel.example/internal/workflow"
	"autointel.example/schemas"
	"autointel.example/services/analyzer/claims"
	"autointel.example/services/analyzer/llm"
	"autointel.example/services/analyzer/signals"
	"autointel.example/services/analyzer/text"
)

// withModel has a language model add to what stages compute from the text alone. It never makes a stage fail: where it cannot be
// asked, or is not to be believed, the local result stands, and the report says why.
func withModel(stages []stage.Stage, model *llm.Client) []stage.Stage {
	for i, s := range stages {
		switch s.Name {
		case workflow.Analyze:
			stages[i].Run, stages[i].Waits = analyzeWith(s.Run, model), true
		case workflow.Verify:
			stages[i].Run, stages[i].Waits = verifyWith(model), true
		case workflow.Assess:
			stages[i].Run, stages[i].Waits = assessWith(model), true
		}
	}
	return stages
}

// fallback gathers why the local result stands.
type fallback struct {
	limits []schemas.Limit
	away   bool // the model cannot be asked, so nobody waits for it again
}

// of notes what came of a part that a model was asked for. The error is the context's.
func (f *fallback) of(part string, err error) error {
	if err == nil {
		return nil
	}
	limit, stands := llm.LimitOf(part, err)
	if !stands {
		return err
	}
	var u *llm.UnavailableError
	f.away = f.away || errors.As(err, &u)
	if !slices.Contains(f.limits, limit) {
		f.limits = append(f.limits, limit)
	}
	return nil
}

// analyzeWith adds an abstract and the kinds of entities to an analysis.
func analyzeWith(local stage.Func, model *llm.Client) stage.Func {
	return func(ctx context.Context, in stage.Input) (any, error) {
		v, err := local(ctx, in)
		a, ok := v.(schemas.Analysis)
		if err != nil || !ok {
			return v, err
		}
		d, err := document(ctx, in)
		if err != nil {
			return nil, err
		}
		session := model.Session(in.Workflow, workflow.Analyze, in.Context.Depth)
		err = enrich(ctx, &a, session.Page(d), session)
		return a, err
	}
}

// enrich asks a model. The error is the context's.
func enrich(ctx context.Context, a *schemas.Analysis, page llm.Page, model llm.Model) error {
	var f fallback
	abstract, err := model.Abstract(ctx, page)
	if err == nil {
		a.Abstract = abstract
	}
	if err := f.of("the summary", err); err != nil {
		return err
	}
	if !f.away && len(a.Entities) > 0 {
		entities, err := model.Kinds(ctx, page, a.Entities)
		if err == nil {
			a.Entities = entities
		}
		if err := f.of("the kinds of the names", err); err != nil {
			return err
		}
	}
	if a.Model = model.Use(); a.Model != nil {
		a.Limits = append(a.Limits, page.Limits()...)
	}
	a.Limits = append(a.Limits, f.limits...)
	return ctx.Err()
}

// How many claims a model is asked for, how many it compares, and with how many sentences each.
const (
	maxProposed   = 24
	maxCompared   = 12
	maxCandidates = 8
	perDocument   = 3
)

// verifyWith has a model look for claims that the words of the text do not give away, and then again for what speaks for or against
// those of which nothing was found.
func verifyWith(model *llm.Client) stage.Func {
	return func(ctx context.Context, in stage.Input) (any, error) {
		input, err := toVerify(ctx, in)
		if err != nil {
			return nil, err
		}
		return verifyAsking(ctx, input, model.Session(in.Workflow, workflow.Verify, in.Context.Depth))
	}
}

// asked is what a stage asks a language model through: its questions, and the page as it may see it.
type asked interface {
	llm.Model
	Page(d text.Document) llm.Page
}

// verifyAsking verifies an input with a model's help. The error is the context's.
func verifyAsking(ctx context.Context, input claims.Input, model asked) (v schemas.Verification, err error) {
	var f fallback
	page := model.Page(input.Document)
	if input.Proposed, err = model.Claims(ctx, page, maxProposed); err != nil {
		if err = f.of("the choice of the claims", err); err != nil {
			return v, err
		}
	}
	corpus, err := input.Corpus(ctx)
	if err != nil {
		return v, err
	}
	if v, err = corpus.Verify(ctx, input); err != nil {
		return v, err
	}
	if !f.away && v.Checked > 0 {
		if err := compare(ctx, &v, corpus, model, &f); err != nil {
			return v, err
		}
	}
	if v.Model = model.Use(); v.Model != nil {
		v.Limits = append(v.Limits, page.Limits()...)
	}
	v.Limits = append(v.Limits, f.limits...)
	return v, ctx.Err()
}

// compare asks a model, the claims first that are most worth checking. The error is the context's.
func compare(ctx context.Context, v *schemas.Verification, corpus *claims.Corpus, model llm.Model, f *fallback) error {
	var open []*schemas.Claim
	for i := range v.Claims {
		if v.Claims[i].Verdict == schemas.VerdictNotFound {
			open = append(open, &v.Claims[i])
		}
	}
	slices.SortStableFunc(open, func(a, b *schemas.Claim) int { return cmp.Compare(b.Score, a.Score) })
	for _, claim := range open[:min(maxCompared, len(open))] {
		evidence, err := model.Compare(ctx, claim.Where, likest(corpus, claim))
		if err := f.of("the comparison of some claims with other documents", err); err != nil {
			return err
		}
		if err != nil && !errors.Is(err, llm.ErrRefused) { // after a refusal it may do better with the next
			break
		}
		if len(evidence) > 0 {
			claim.Evidence, claim.Verdict = evidence, verdictOf(evidence)
		}
	}
	return nil
}

// likest are the sentences of other documents that share most with a claim.
func likest(corpus *claims.Corpus, claim *schemas.Claim) []schemas.Quote {
	statement := corpus.At(claims.Place{Sentence: claim.Where.Sentence})
	var quotes []schemas.Quote
	for _, p := range corpus.Alike(statement, maxCandidates, perDocument, func(document, _ int) bool { return document > 0 }) {
		quotes = append(quotes, corpus.Documents[p.Document].Quote(p.Sentence))
	}
	return quotes
}

func verdictOf(evidence []schemas.Evidence) string {
	against := slices.ContainsFunc(evidence, func(e schemas.Evidence) bool { return e.Against })
	inFavour := slices.ContainsFunc(evidence, func(e schemas.Evidence) bool { return !e.Against })
	switch {
	case against && inFavour:
		return schemas.VerdictMixed
	case against:
		return schemas.VerdictDisputed
	}
	return schemas.VerdictSupported
}

// maxSigns is how many signs of manipulation a model is asked for.
const maxSigns = 12

// assessWith has a model look for signs that no list of words holds. The score is computed without them.
func assessWith(model *llm.Client) stage.Func {
	return func(ctx context.Context, in stage.Input) (any, error) {
		input, err := toAssess(ctx, in)
		if err != nil {
			return nil, err
		}
		return assessAsking(ctx, input, model.Session(in.Workflow, workflow.Assess, in.Context.Depth))
	}
}

// assessAsking assesses an input with a model's help. The error is the context's.
func assessAsking(ctx context.Context, input signals.Input, model asked) (a schemas.Assessment, err error) {
	var f fallback
	page := model.Page(input.Document)
	if input.Named, err = model.Signs(ctx, page, maxSigns); err != nil {
		if err = f.of("the search for signs of manipulation", err); err != nil {
			return a, err
		}
	}
	if a, err = signals.Assess(ctx, input); err != nil {
		return a, err
	}
	if a.Model = model.Use(); a.Model != nil {
		a.Limits = append(a.Limits, page.Limits()...)
	}
	a.Limits = append(a.Limits, f.limits...)
	return a, ctx.Err()
}
