package analyzer

import (
	"context"

	"autointel.example/internal/stage"
	"autointel.example/schemas"
	"autointel.example/services/analyzer/text"
)

// analyze computes what the words of the source, and of its recording, say about it.
func analyze(ctx context.Context, in stage.Input) (schemas.Analysis, error) {
	d, err := document(ctx, in)
	if err != nil {
		return schemas.Analysis{}, err
	}
	return text.Analyze(ctx, d)
}
