package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"time"

	"autointel.example/internal/stage"
	"autointel.example/internal/workflow"
	"autointel.example/schemas"
	"autointel.example/services/analyzer"
	"autointel.example/services/ingest"
	"autointel.example/services/ingest/fetch"
)

// at is the time of every run: the analysis may not depend on the day.
var at = time.Date(2026, 3, 14, 9, 0, 0, 0, time.UTC)

// outputs are what the stages of one workflow yielded.
type outputs map[string]schemas.Event

// Settled implements stage.Outputs.
func (o outputs) Settled(_ context.Context, _, name string) (schemas.Event, bool, error) {
	e, ok := o[name]
	return e, ok, nil
}

// Output implements stage.Outputs.
func (o outputs) Output(_ context.Context, out schemas.Output) ([]byte, error) {
	return out.Inline, nil
}

// result is an item with what the stages found in it.
type result struct {
	item
	source       schemas.Source
	transcript   schemas.Transcript
	analysis     *schemas.Analysis
	verification *schemas.Verification
	assessment   *schemas.Assessment
	failure      error // of the first stage that failed
}

// evaluated are the stages that are run, in order.
var evaluated = []string{workflow.Acquire, workflow.Transcribe, workflow.Analyze, workflow.Verify, workflow.Assess}

// runAll runs every item through the stages, from the web server on.
func runAll(ctx context.Context, items []item, dir string) ([]result, error) {
	server := serve(dir)
	defer server.Close()
	where, err := url.Parse(server.URL)
	if err != nil {
		return nil, err
	}
	client := fetch.New(fetch.Options{Allow: []string{where.Host}})
	stages := map[string]stage.Func{}
	for _, s := range append(ingest.Stages(client, ingest.Listening{}), analyzer.Stages(analyzer.Tools{})...) {
		stages[s.Name] = s.Run
	}
	var results []result
	for n, i := range items {
		address := where.JoinPath(i.name, filepath.Base(i.file)).String()
		r, err := runOne(ctx, stages, i, address, n)
		if err != nil {
			return nil, fmt.Errorf("item %s: %w", i.name, err)
		}
		results = append(results, r)
	}
	return results, nil
}

func runOne(ctx context.Context, stages map[string]stage.Func, i item, address string, n int) (result, error) {
	r := result{item: i}
	plan, err := workflow.PlanFor(workflow.Standard)
	if err != nil {
		return r, err
	}
	settled := outputs{}
	for _, name := range evaluated {
		out, err := stages[name](ctx, stage.Input{
			Workflow: fmt.Sprintf("wf_019ceb8ac4c87d3f9a1b2c3d%08x", n), Attempt: 1, RequestedAt: at, Now: func() time.Time { return at }, Outputs: settled,
			Context: schemas.Context{URL: address, Depth: workflow.Standard, Plan: plan}, Progress: func(int64, int64, string) {},
		})
		switch {
		case ctx.Err() != nil:
			return r, ctx.Err()
		case err != nil && !stage.Settles(err):
			return r, fmt.Errorf("%s: %w", name, err)
		case err != nil:
			settled[name] = schemas.Event{Data: schemas.StageSkipped{Stage: name}}
			if name == workflow.Acquire {
				r.failure = err
			}
			continue
		}
		raw, err := json.Marshal(out)
		if err != nil {
			return r, err
		}
		settled[name] = schemas.Event{Data: schemas.StageCompleted{Stage: name, Output: schemas.Output{Inline: raw}}}
		if err := r.keep(name, raw); err != nil {
			return r, err
		}
	}
	return r, nil
}

// keep reads an output.
func (r *result) keep(name string, raw []byte) error {
	var err error
	switch name {
	case workflow.Acquire:
		err = json.Unmarshal(raw, &r.source)
	case workflow.Transcribe:
		err = json.Unmarshal(raw, &r.transcript)
	case workflow.Analyze:
		err = json.Unmarshal(raw, &r.analysis)
	case workflow.Verify:
		err = json.Unmarshal(raw, &r.verification)
	case workflow.Assess:
		err = json.Unmarshal(raw, &r.assessment)
	default:
		err = errors.New("nobody asked for this output")
	}
	return err
}
