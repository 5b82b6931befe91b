package main

import (
	"context"
	"fmt"
	"time"

	"autointel.example/internal/jetstream"
	"autointel.example/internal/program"
	"autointel.example/internal/workflow"
)

// provisionCommand makes what the services bind to.
type provisionCommand struct {
	program.NATS `embed:""`
	Session      program.Session `embed:""`
	Replicas     int             `env:"AUTOINTEL_REPLICAS" default:"1" help:"Of every stream and bucket: 1, 3 or 5."`
	MaxBytes     int64           `env:"AUTOINTEL_LOG_MAX_BYTES" default:"8589934592" help:"Size at which the event log takes no new commands, in bytes."`
}

// provisionTimeout bounds the whole of it, so that a Job of it ends.
const provisionTimeout = 2 * time.Minute

// Run makes everything, or brings it up to date; it may run beside the services, and as often as one likes.
func (c *provisionCommand) Run(ctx context.Context, s streams) error {
	if err := c.Session.Validate(); err != nil {
		return &program.UsageError{Err: err}
	}
	if c.Replicas != 1 && c.Replicas != 3 && c.Replicas != 5 {
		return &program.UsageError{Err: fmt.Errorf("AUTOINTEL_REPLICAS is %d: use 1, 3 or 5", c.Replicas)}
	}
	n := c.NATS
	if n.URL == "" {
		n.URL = defaultBroker
	}
	conn, err := jetstream.Connect(jetstream.ConnectOptions{URL: n.URL, Creds: n.Creds, NkeyFile: n.NkeyFile, CA: n.CA, Name: "autointel-provision"})
	if err != nil {
		return err
	}
	defer conn.Close()
	ctx, cancel := context.WithTimeout(ctx, provisionTimeout)
	defer cancel()
	consumers := workflow.Consumers()
	settings := jetstream.Settings{
		Retention: c.Session.Retention, SessionLifetime: c.Session.Lifetimes().Lifetime, Deadline: c.Session.Deadline, Replicas: c.Replicas, MaxBytes: c.MaxBytes,
	}
	if err := jetstream.Provision(ctx, conn, settings, consumers); err != nil {
		return err
	}
	fmt.Fprintf(s.out, "Streams, buckets and %d consumers are in place (%d replicas).\n", len(consumers), c.Replicas)
	return nil
}
