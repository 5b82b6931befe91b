package analyzer

import (
	"context"
	"errors"

	"autointel.example/internal/stage"
	"autointel.example/internal/workflow"
	"autointel.example/schemas"
	"autointel.example/services/analyzer/quality"
)

// rate says how far each part of the report can be trusted.
func rate(ctx context.Context, in stage.Input) (schemas.Quality, error) {
	var q quality.Input
	err := errors.Join(
		into(ctx, in, workflow.Acquire, &q.Source), into(ctx, in, workflow.Transcribe, &q.Transcript), into(ctx, in, workflow.Analyze, &q.Analysis),
		into(ctx, in, workflow.Context, &q.Related), into(ctx, in, workflow.Verify, &q.Verification), into(ctx, in, workflow.Assess, &q.Assessment),
		into(ctx, in, workflow.Integrate, &q.Knowledge), into(ctx, in, workflow.Research, &q.Research), into(ctx, in, workflow.Profile, &q.Profile),
	)
	if err != nil {
		return schemas.Quality{}, err
	}
	q.Sections, err = before(ctx, in, workflow.Quality)
	if err != nil {
		return schemas.Quality{}, err
	}
	return quality.Rate(q), nil
}
