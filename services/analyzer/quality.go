package analyzer

import (
	"context"

	"autointel.example/internal/stage"
	"autointel.example/internal/workflow"
	"autointel.example/schemas"
	"autointel.example/services/analyzer/quality"
)

// rate says how far each part of the report can be trusted.
func rate(ctx context.Context, in stage.Input) (schemas.Quality, error) {
	var q quality.Input
	var err error
	into := func(load func() error) {
		if err == nil {
			err = load()
		}
	}
	into(func() (e error) { q.Source, q.Transcript, e = sources(ctx, in); return e })
	into(func() (e error) { q.Analysis, e = load[schemas.Analysis](ctx, in, workflow.Analyze); return e })
	into(func() (e error) { q.Related, e = load[schemas.Related](ctx, in, workflow.Context); return e })
	into(func() (e error) { q.Verification, e = load[schemas.Verification](ctx, in, workflow.Verify); return e })
	into(func() (e error) { q.Assessment, e = load[schemas.Assessment](ctx, in, workflow.Assess); return e })
	into(func() (e error) { q.Knowledge, e = load[schemas.Knowledge](ctx, in, workflow.Integrate); return e })
	into(func() (e error) { q.Research, e = load[schemas.Research](ctx, in, workflow.Research); return e })
	into(func() (e error) { q.Profile, e = load[schemas.Profile](ctx, in, workflow.Profile); return e })
	into(func() (e error) { q.Sections, e = before(ctx, in, workflow.Quality); return e })
	if err != nil {
		return schemas.Quality{}, err
	}
	return quality.Rate(q), nil
}

// before says what became of the stages that a stage waits for, and of those that they wait for, in the order of the plan.
func before(ctx context.Context, in stage.Input, name string) ([]schemas.Section, error) {
	ancestors := map[string]bool{name: true}
	for i := len(in.Context.Plan) - 1; i >= 0; i-- { // every stage comes after those it waits for
		if p := in.Context.Plan[i]; ancestors[p.Stage] {
			for _, a := range p.After {
				ancestors[a] = true
			}
		}
	}
	var sections []schemas.Section
	for _, p := range in.Context.Plan {
		if !ancestors[p.Stage] || p.Stage == name {
			continue
		}
		e, found, err := in.Outputs.Settled(ctx, in.Workflow, p.Stage)
		if err != nil {
			return nil, err
		}
		s := schemas.Section{Stage: p.Stage, Status: "missing"}
		if _, settled, ok := workflow.SettledOf(e); found && ok {
			s.Status, s.Reason, s.Message = settled.Status, settled.Reason, settled.Message
		}
		sections = append(sections, s)
	}
	return sections, nil
}
