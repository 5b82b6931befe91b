package analyzer

import (
	"context"

	"autointel.example/internal/stage"
	"autointel.example/internal/workflow"
	"autointel.example/schemas"
	"autointel.example/services/analyzer/graph"
)

// relate relates the entities of the source to each other.
func relate(ctx context.Context, in stage.Input) (schemas.Graph, error) {
	var none schemas.Graph
	d, err := document(ctx, in)
	if err != nil {
		return none, err
	}
	analysis, err := load[schemas.Analysis](ctx, in, workflow.Analyze)
	if err != nil {
		return none, err
	}
	if analysis == nil || len(analysis.Entities) == 0 {
		return none, stage.Skip("nothing_to_relate", "No names were found in the text that could be related to each other.")
	}
	research, err := load[schemas.Research](ctx, in, workflow.Research)
	if err != nil {
		return none, err
	}
	related, err := load[schemas.Related](ctx, in, workflow.Context)
	if err != nil {
		return none, err
	}
	return graph.Make(ctx, graph.Input{Document: d, Analysis: *analysis, Research: research, Related: related})
}
