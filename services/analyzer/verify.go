package analyzer

import (
	"context"

	"autointel.example/internal/stage"
	"autointel.example/internal/workflow"
	"autointel.example/schemas"
	"autointel.example/services/analyzer/claims"
	"autointel.example/services/analyzer/text"
)

// verify finds what the source claims, and holds it against itself and, where they were read, against other documents.
func verify(ctx context.Context, in stage.Input) (schemas.Verification, error) {
	input, err := toVerify(ctx, in)
	if err != nil {
		return schemas.Verification{}, err
	}
	return claims.Verify(ctx, input)
}

// toVerify loads what claims are looked for in.
func toVerify(ctx context.Context, in stage.Input) (claims.Input, error) {
	var input claims.Input
	var err error
	if input.Document, err = document(ctx, in); err != nil {
		return input, err
	}
	if input.Source, err = load[schemas.Source](ctx, in, workflow.Acquire); err != nil {
		return input, err
	}
	if input.Related, err = load[schemas.Related](ctx, in, workflow.Context); err != nil {
		return input, err
	}
	if input.Analysis, err = load[schemas.Analysis](ctx, in, workflow.Analyze); err != nil {
		return input, err
	}
	input.Context = text.Related(input.Related)
	return input, nil
}
