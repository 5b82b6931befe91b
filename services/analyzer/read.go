package analyzer

import (
	"context"
	"encoding/json"
	"errors"

	"autointel.example/internal/jetstream"
	"autointel.example/internal/stage"
	"autointel.example/internal/workflow"
	"autointel.example/schemas"
	"autointel.example/services/analyzer/text"
)

// load reads what an ancestor yielded; nil: it yielded nothing, or is not in the plan.
func load[T any](ctx context.Context, in stage.Input, name string) (*T, error) {
	var v T
	found, err := in.Load(ctx, name, &v)
	if err != nil || !found {
		return nil, err
	}
	return &v, nil
}

// into loads an output into its place.
func into[T any](ctx context.Context, in stage.Input, name string, place **T) error {
	v, err := load[T](ctx, in, name)
	*place = v
	return err
}

// settledAs reads what a stage of an earlier workflow yielded; nil: it yielded nothing, or that is gone by age.
func settledAs[T any](ctx context.Context, in stage.Input, id, name string) (*T, error) {
	e, found, err := in.Outputs.Settled(ctx, id, name)
	completed, ok := e.Data.(schemas.StageCompleted)
	if err != nil || !found || !ok {
		return nil, err
	}
	content, err := in.Outputs.Output(ctx, completed.Output)
	var gone *jetstream.ArtifactGoneError
	if errors.As(err, &gone) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var v T
	if json.Unmarshal(content, &v) != nil {
		return nil, nil // of an older version that wrote it otherwise
	}
	return &v, nil
}

// sources loads what was read; nil: there is none.
func sources(ctx context.Context, in stage.Input) (*schemas.Source, *schemas.Transcript, error) {
	source, err := load[schemas.Source](ctx, in, workflow.Acquire)
	if err != nil {
		return nil, nil, err
	}
	transcript, err := load[schemas.Transcript](ctx, in, workflow.Transcribe)
	return source, transcript, err
}

// document loads what was read as the document that every stage quotes from. One without a sentence is a reason to skip.
func document(ctx context.Context, in stage.Input) (text.Document, error) {
	source, transcript, err := sources(ctx, in)
	if err != nil {
		return text.Document{}, err
	}
	d := text.Read(source, transcript)
	if len(d.Sentences) == 0 {
		return d, stage.Skip("nothing_to_analyze", "The source has neither text nor a transcript.")
	}
	return d, nil
}

// before says what became of the stages that a stage waits for, and of those that they wait for, in the order of the plan.
func before(ctx context.Context, in stage.Input, name string) ([]schemas.Section, error) {
	ancestors := map[string]bool{name: true}
	for i := len(in.Context.Plan) - 1; i >= 0; i-- { // every stage comes after those it waits for
		if p := in.Context.Plan[i]; ancestors[p.Stage] {
			for _, a := range p.After {
				ancestors[a] = true
			}
		}
	}
	var sections []schemas.Section
	for _, p := range in.Context.Plan {
		if !ancestors[p.Stage] || p.Stage == name {
			continue
		}
		e, found, err := in.Outputs.Settled(ctx, in.Workflow, p.Stage)
		if err != nil {
			return nil, err
		}
		s := schemas.Section{Stage: p.Stage, Status: "missing"}
		if _, settled, ok := workflow.SettledOf(e); found && ok {
			s.Status, s.Reason, s.Message = settled.Status, settled.Reason, settled.Message
		}
		sections = append(sections, s)
	}
	return sections, nil
}
