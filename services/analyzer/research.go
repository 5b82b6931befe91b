package analyzer

import (
	"context"

	"autointel.example/internal/stage"
	"autointel.example/internal/workflow"
	"autointel.example/schemas"
	"autointel.example/services/analyzer/research"
)

// synthesize puts the source and the documents of its context side by side.
func synthesize(ctx context.Context, in stage.Input) (schemas.Research, error) {
	input, err := toVerify(ctx, in)
	if err != nil {
		return schemas.Research{}, err
	}
	if len(input.Context) == 0 {
		return schemas.Research{}, stage.Skip("no_other_documents", "There were no other documents to compare the source with.")
	}
	verified, err := load[schemas.Verification](ctx, in, workflow.Verify)
	if err != nil {
		return schemas.Research{}, err
	}
	return research.Synthesize(ctx, input, verified)
}
