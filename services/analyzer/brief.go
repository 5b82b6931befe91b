package analyzer

import (
	"context"
	"encoding/json"
	"errors"

	"autointel.example/internal/stage"
	"autointel.example/internal/workflow"
	"autointel.example/schemas"
	"autointel.example/services/analyzer/briefing"
)

// brief puts the report together. It is the last stage.
func brief(ctx context.Context, in stage.Input) (stage.Final, error) {
	found, err := found(ctx, in)
	if err != nil {
		return stage.Final{}, err
	}
	report := briefing.Build(found)
	content, err := json.Marshal(report)
	if err != nil {
		return stage.Final{}, err
	}
	final := stage.Final{Report: content, Headline: report.Headline, Title: report.Title}
	if report.Analysis != nil {
		final.Words = report.Analysis.Words
	}
	final.Completed, final.Skipped, final.Failed = briefing.Count(report.Sections)
	return final, nil
}

// found loads what the stages before the briefing yielded.
func found(ctx context.Context, in stage.Input) (briefing.Input, error) {
	b := briefing.Input{Workflow: in.Workflow, URL: in.Context.URL, Depth: in.Context.Depth, RequestedAt: in.RequestedAt, Now: in.Now()}
	err := errors.Join(
		into(ctx, in, workflow.Acquire, &b.Source), into(ctx, in, workflow.Transcribe, &b.Transcript), into(ctx, in, workflow.Analyze, &b.Analysis),
		into(ctx, in, workflow.Context, &b.Related), into(ctx, in, workflow.Verify, &b.Claims), into(ctx, in, workflow.Assess, &b.Assessment),
		into(ctx, in, workflow.Integrate, &b.Knowledge), into(ctx, in, workflow.Research, &b.Research), into(ctx, in, workflow.Profile, &b.Profile),
		into(ctx, in, workflow.Quality, &b.Quality), into(ctx, in, workflow.Graph, &b.Graph),
	)
	if err != nil {
		return b, err
	}
	b.Sections, err = sectionsOf(ctx, in)
	return b, err
}

// into loads an output into its place.
func into[T any](ctx context.Context, in stage.Input, name string, place **T) error {
	v, err := load[T](ctx, in, name)
	*place = v
	return err
}

// sectionsOf says what became of every stage before the briefing.
func sectionsOf(ctx context.Context, in stage.Input) ([]schemas.Section, error) {
	var sections []schemas.Section
	for _, p := range in.Context.Plan {
		if p.Stage == workflow.Briefing {
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
