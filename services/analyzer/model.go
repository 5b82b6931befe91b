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
)

// withModel has a language model add to what stages computed from the text alone. It never makes a stage fail: where it cannot be
// asked, or is not to be believed, the local result stands, and the report says why.
func withModel(stages []stage.Stage, model *llm.Client) []stage.Stage {
	for i, s := range stages {
		switch s.Name {
		case workflow.Analyze:
			stages[i].Run = analyzeWith(s.Run, model)
		case workflow.Verify:
			stages[i].Run = verifyWith(s.Run, model)
		}
	}
	return stages
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
		err = enrich(ctx, &a, llm.PageOf(d), session)
		return a, err
	}
}

// enrich asks a model. The error is the context's.
func enrich(ctx context.Context, a *schemas.Analysis, page llm.Page, model llm.Model) error {
	abstract, failed := model.Abstract(ctx, page)
	if failed == nil {
		a.Abstract = abstract
	}
	entities, failedToo := model.Kinds(ctx, page, a.Entities)
	if failedToo == nil {
		a.Entities = entities
	}
	a.Model = model.Use()
	if a.Model != nil {
		a.Limits = append(a.Limits, page.Limits()...)
	}
	seen := map[schemas.Limit]bool{}
	for _, err := range []error{failed, failedToo} {
		if err == nil {
			continue
		}
		limit, stands := llm.LimitOf(err)
		if !stands {
			return err
		}
		if !seen[limit] {
			seen[limit] = true
			a.Limits = append(a.Limits, limit)
		}
	}
	return ctx.Err()
}

// How many claims a model compares, and with how many sentences each.
const (
	maxCompared   = 12
	maxCandidates = 8
	perDocument   = 3
)

// verifyWith has a model look again for what speaks for or against the claims of which nothing was found.
func verifyWith(local stage.Func, model *llm.Client) stage.Func {
	return func(ctx context.Context, in stage.Input) (any, error) {
		found, err := local(ctx, in)
		v, ok := found.(schemas.Verification)
		if err != nil || !ok || v.Checked == 0 {
			return found, err
		}
		input, err := toVerify(ctx, in)
		if err != nil {
			return nil, err
		}
		corpus, err := input.Corpus(ctx)
		if err != nil {
			return nil, err
		}
		err = compare(ctx, &v, corpus, model.Session(in.Workflow, workflow.Verify, in.Context.Depth))
		return v, err
	}
}

// compare asks a model, the claims first that are most worth checking. The error is the context's.
func compare(ctx context.Context, v *schemas.Verification, corpus *claims.Corpus, model llm.Model) error {
	var open []*schemas.Claim
	for i := range v.Claims {
		if v.Claims[i].Verdict == schemas.VerdictNotFound {
			open = append(open, &v.Claims[i])
		}
	}
	slices.SortStableFunc(open, func(a, b *schemas.Claim) int { return cmp.Compare(b.Score, a.Score) })
	for _, claim := range open[:min(maxCompared, len(open))] {
		evidence, err := model.Compare(ctx, claim.Where, likest(corpus, claim))
		if err != nil {
			limit, stands := llm.LimitOf(err)
			if !stands {
				return err
			}
			if !slices.Contains(v.Limits, limit) {
				v.Limits = append(v.Limits, limit)
			}
			if errors.Is(err, llm.ErrRefused) {
				continue // it may do better with the next
			}
			break
		}
		if len(evidence) > 0 {
			claim.Evidence, claim.Verdict, claim.Method = evidence, verdictOf(evidence), model.Method()
		}
	}
	v.Model = model.Use()
	return ctx.Err()
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
