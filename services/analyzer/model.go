package analyzer

import (
	"context"

	"autointel.example/internal/stage"
	"autointel.example/internal/workflow"
	"autointel.example/schemas"
	"autointel.example/services/analyzer/llm"
)

// withModel has a language model add to what stages computed from the text alone. It never makes a stage fail: where it cannot be
// asked, or is not to be believed, the local result stands, and the report says why.
func withModel(stages []stage.Stage, model *llm.Client) []stage.Stage {
	for i, s := range stages {
		if s.Name == workflow.Analyze {
			stages[i].Run = analyzeWith(s.Run, model)
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
