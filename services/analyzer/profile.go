package analyzer

import (
	"context"

	"autointel.example/internal/stage"
	"autointel.example/internal/workflow"
	"autointel.example/schemas"
	"autointel.example/services/analyzer/profile"
)

// describe describes how the voices of the source word what they say.
func describe(ctx context.Context, in stage.Input) (schemas.Profile, error) {
	var none schemas.Profile
	d, err := document(ctx, in)
	if err != nil {
		return none, err
	}
	source, transcript, err := sources(ctx, in)
	if err != nil {
		return none, err
	}
	analysis, err := load[schemas.Analysis](ctx, in, workflow.Analyze)
	if err != nil {
		return none, err
	}
	verification, err := load[schemas.Verification](ctx, in, workflow.Verify)
	if err != nil {
		return none, err
	}
	return profile.Make(ctx, profile.Input{Document: d, Source: source, Transcript: transcript, Analysis: analysis, Verification: verification})
}
