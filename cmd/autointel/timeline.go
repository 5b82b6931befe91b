package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"

	"autointel.example/internal/jetstream"
	"autointel.example/internal/program"
	"autointel.example/internal/telemetry"
	"autointel.example/internal/tracing"
	"autointel.example/internal/workflow"
	"autointel.example/schemas"
)

// timelineCommand prints a workflow's events.
type timelineCommand struct {
	program.NATS `embed:""`
	Workflow     string `arg:"" help:"Id of the workflow (wf_...) or of a retrieval (rt_...)."`
	JSON         bool   `help:"One JSON document; with --follow one per line."`
	Follow       bool   `help:"Go on until the workflow has ended and its answer is settled, or the command is interrupted."`
}

// defaultBroker is where 'up' lets its server listen.
const defaultBroker = "nats://127.0.0.1:4222"

// dial connects an operator's command to the broker.
func dial(ctx context.Context, n program.NATS) (*jetstream.Client, func(), error) {
	if n.URL == "" {
		n.URL = defaultBroker
	}
	conn, err := jetstream.Connect(jetstream.ConnectOptions{URL: n.URL, Creds: n.Creds, NkeyFile: n.NkeyFile, CA: n.CA, Name: "autointel-cli"})
	if err != nil {
		return nil, nil, fmt.Errorf("%w (`autointel up` brings one along)", err)
	}
	logger := slog.New(slog.NewTextHandler(os.Stderr, nil))
	version, _ := telemetry.Version()
	tracer, err := tracing.New(ctx, os.Getenv, "autointel", version, logger)
	if err != nil {
		conn.Close()
		return nil, nil, &program.UsageError{Err: err}
	}
	done := func() {
		if err := tracer.Close(); err != nil { // what was done is done all the same
			logger.Warn("traces could not be sent", "error", err)
		}
		conn.Close()
	}
	client, err := jetstream.Bind(ctx, conn, jetstream.Options{Source: "autointel/cli", Tracer: tracer})
	if err != nil {
		done()
		return nil, nil, err
	}
	return client, done, nil
}

// Run prints the events.
func (c *timelineCommand) Run(ctx context.Context, s streams) error {
	if !schemas.ValidID(c.Workflow) {
		return notAnID(c.Workflow)
	}
	client, done, err := dial(ctx, c.NATS)
	if err != nil {
		return err
	}
	defer done()
	began := schemas.IDTime(c.Workflow)
	if c.Follow {
		return c.follow(ctx, client, s)
	}
	events, err := client.Events(ctx, c.Workflow)
	if err != nil {
		return err
	}
	if len(events) == 0 {
		return notInTheLog(c.Workflow)
	}
	rows := make([]row, len(events))
	for i, e := range events {
		rows[i] = rowOf(e, began)
	}
	if c.JSON {
		return json.NewEncoder(s.out).Encode(rows)
	}
	for _, r := range rows {
		fmt.Fprintln(s.out, r)
	}
	return nil
}

// follow prints events as they happen.
func (c *timelineCommand) follow(ctx context.Context, client *jetstream.Client, s streams) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	began := schemas.IDTime(c.Workflow)
	var state workflow.State
	return client.Follow(ctx, []string{schemas.Everything(c.Workflow)}, true, func(e schemas.Event) {
		r := rowOf(e, began)
		if c.JSON {
			_ = json.NewEncoder(s.out).Encode(r) // the reader has gone: nobody is left to tell
		} else {
			fmt.Fprintln(s.out, r)
		}
		if state = workflow.Apply(state, e); over(state) {
			cancel()
		}
	})
}

// over reports whether nothing more is to be expected of a workflow but retrievals.
func over(s workflow.State) bool {
	if s.Ended == nil {
		return false
	}
	_, noticed := s.Deliveries[schemas.KindNotice]
	for _, kind := range []string{schemas.KindResults, schemas.KindError} {
		if d, ok := s.Deliveries[kind]; ok && (d.Succeeded || noticed) {
			return true
		}
	}
	return s.Ended.Outcome == workflow.Cancelled
}
