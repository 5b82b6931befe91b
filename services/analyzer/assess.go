package analyzer

import (
	"context"

	"autointel.example/internal/stage"
	"autointel.example/internal/workflow"
	"autointel.example/schemas"
	"autointel.example/services/analyzer/signals"
)

// assess looks for signs of deception and manipulation, and scores how far the source can be trusted.
func assess(ctx context.Context, in stage.Input) (schemas.Assessment, error) {
	input, err := toAssess(ctx, in)
	if err != nil {
		return schemas.Assessment{}, err
	}
	return signals.Assess(ctx, input)
}

// toAssess is what is known of the source.
func toAssess(ctx context.Context, in stage.Input) (input signals.Input, err error) {
	if input.Document, err = document(ctx, in); err != nil {
		return input, err
	}
	if input.Source, input.Transcript, err = sources(ctx, in); err != nil {
		return input, err
	}
	input.Verification, err = load[schemas.Verification](ctx, in, workflow.Verify)
	return input, err
}
