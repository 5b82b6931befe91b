package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"autointel.example/internal/discord"
	"autointel.example/internal/jetstream"
	"autointel.example/internal/program"
	"autointel.example/internal/watch"
	"autointel.example/internal/workflow"
	"autointel.example/schemas"
)

// rerunCommand runs a workflow again from a stage.
type rerunCommand struct {
	program.NATS `embed:""`
	Session      program.Session `embed:""`
	Workflow     string          `arg:"" help:"Id of an ended workflow."`
	From         string          `required:"" help:"The stage to begin with; what does not depend on it is inherited."`
	JSON         bool            `help:"Print one JSON document."`
}

// Run starts the new workflow. It has no interaction, so its report comes to the requester by the routes of one that has
// closed.
func (c *rerunCommand) Run(ctx context.Context, s streams) error {
	if !schemas.ValidID(c.Workflow) {
		return notAnID(c.Workflow)
	}
	client, done, err := dial(ctx, c.NATS)
	if err != nil {
		return err
	}
	defer done()
	now := time.Now()
	id, err := schemas.WorkflowID(discord.Snowflake(now, rand.Uint64()))
	if err != nil {
		return err
	}
	given, err := rerun(ctx, client, c.Workflow, c.From, id, now, c.Session.Times())
	if err != nil {
		return err
	}
	if c.JSON {
		return json.NewEncoder(s.out).Encode(map[string]any{"workflow": id, "derived_from": c.Workflow, "inherited": given})
	}
	fmt.Fprintln(s.out, id)
	fmt.Fprintf(s.err, "It inherits %d settled stages of %s. Watch it with `autointel timeline %s --follow`.\n", len(given), c.Workflow, id)
	return nil
}

// rerun requests the workflow id from an old one. Timer and lease come before the request, as for a command; the inherited
// settlements come after it. After a crash in between the new workflow lacks some of them, and its deadline ends it.
func rerun(ctx context.Context, client *jetstream.Client, old, from, id string, now time.Time, times watch.Times) ([]string, error) {
	ctx, end := client.Tracer().Command(ctx, id, "rerun")
	defer end()
	events, err := client.Events(ctx, old)
	if err != nil {
		return nil, err
	}
	state := workflow.Fold(events)
	if state.RawContext == nil {
		return nil, notInTheLog(old)
	}
	plan, given, err := workflow.Rerun(state, from)
	if err != nil {
		return nil, err
	}
	wc := state.Context
	wc.Plan, wc.DerivedFrom, wc.SessionID = plan, old, ""
	raw, err := json.Marshal(wc)
	if err != nil {
		return nil, err
	}
	_, err = client.TakeLease(ctx, wc.Requester, jetstream.Lease{Workflow: id, URL: wc.URL, Depth: wc.Depth, Since: now})
	if err = errors.Join(err, client.SetTimer(ctx, id, watch.First(id, times))); err != nil {
		return nil, err
	}
	if _, err := client.Append(ctx, schemas.Event{Workflow: id, Context: raw, Data: schemas.WorkflowRequested{RequestedAt: now}}); err != nil {
		return nil, err
	}
	inherited := map[string]bool{}
	for _, stage := range given {
		inherited[stage] = true
	}
	for _, e := range events {
		if stage, _, ok := workflow.SettledOf(e); ok && inherited[stage] {
			if _, err := client.Append(ctx, schemas.Event{Workflow: id, Context: raw, Data: e.Data}); err != nil {
				return nil, err
			}
		}
	}
	return given, nil
}
