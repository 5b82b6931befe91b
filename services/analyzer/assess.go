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
	d, err := document(ctx, in)
	if err != nil {
		return schemas.Assessment{}, err
	}
	source, transcript, err := sources(ctx, in)
	if err != nil {
		return schemas.Assessment{}, err
	}
	verification, err := load[schemas.Verification](ctx, in, workflow.Verify)
	if err != nil {
		return schemas.Assessment{}, err
	}
	return signals.Assess(ctx, signals.Input{Document: d, Source: source, Transcript: transcript, Verification: verification})
}
