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
	b := briefing.Input{Report: schemas.Report{
		WorkflowID: in.Workflow, URL: in.Context.URL, Depth: in.Context.Depth, RequestedAt: in.RequestedAt, CreatedAt: in.Now(),
	}}
	for name, place := range b.Outputs() {
		if _, err := in.Load(ctx, name, place); err != nil {
			return b, err
		}
	}
	var err error
	b.Sections, err = before(ctx, in, workflow.Briefing)
	return b, err
}
