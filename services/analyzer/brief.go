package analyzer

import (
	"context"
	"encoding/json"
	"errors"

	"autointel.example/internal/stage"
	"autointel.example/internal/workflow"
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
	b.Sections, err = before(ctx, in, workflow.Briefing)
	return b, err
}
