package analyzer

import (
	"context"
	"encoding/json"

	"autointel.example/internal/stage"
	"autointel.example/internal/workflow"
	"autointel.example/schemas"
	"autointel.example/services/analyzer/briefing"
)

// brief puts the report together. It is the last stage.
func brief(ctx context.Context, in stage.Input) (stage.Final, error) {
	source, transcript, err := sources(ctx, in)
	if err != nil {
		return stage.Final{}, err
	}
	analysis, err := load[schemas.Analysis](ctx, in, workflow.Analyze)
	if err != nil {
		return stage.Final{}, err
	}
	sections, err := sectionsOf(ctx, in)
	if err != nil {
		return stage.Final{}, err
	}
	report := briefing.Build(briefing.Input{
		Workflow: in.Workflow, URL: in.Context.URL, Depth: in.Context.Depth, RequestedAt: in.RequestedAt, Now: in.Now(),
		Source: source, Transcript: transcript, Analysis: analysis, Sections: sections,
	})
	content, err := json.Marshal(report)
	if err != nil {
		return stage.Final{}, err
	}
	final := stage.Final{Report: content, Headline: report.Headline, Title: report.Title}
	if analysis != nil {
		final.Words = analysis.Words
	}
	final.Completed, final.Skipped, final.Failed = briefing.Count(sections)
	return final, nil
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
