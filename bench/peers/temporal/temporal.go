package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"go.temporal.io/sdk/client"
	sdklog "go.temporal.io/sdk/log"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"autointel.example/bench/load"
)

// The same as for every system that is compared: the steps of one stage at work side by side, and the bytes of a message.
const (
	workers = 16
	payload = 50
)

const queue = "bench"

// measure measures workflows of activities, one after the other. An activity is recorded when it is scheduled, when it
// starts and when it has completed.
func measure(ctx context.Context, o load.Options, dir string) (r load.Result, err error) {
	synchronous := "1"
	if o.Durability == load.Durable {
		synchronous = "2"
	}
	server, address, err := startServer(dir, synchronous)
	if err != nil {
		return r, fmt.Errorf("start the server: %w", err)
	}
	defer func() { err = errors.Join(err, server.Stop()) }()
	c, err := client.DialContext(ctx, client.Options{HostPort: address, Namespace: namespace, Logger: sdklog.NewStructuredLogger(slog.New(slog.DiscardHandler))})
	if err != nil {
		return r, err
	}
	defer c.Close()
	chain := func(ctx workflow.Context, input string) (string, error) {
		ctx = workflow.WithActivityOptions(ctx, workflow.ActivityOptions{StartToCloseTimeout: time.Minute})
		for range o.Stages {
			if err := workflow.ExecuteActivity(ctx, step, input).Get(ctx, nil); err != nil {
				return "", err
			}
		}
		return input, nil
	}
	w := worker.New(c, queue, worker.Options{
		MaxConcurrentActivityExecutionSize: workers * o.Stages, MaxConcurrentWorkflowTaskExecutionSize: workers * o.Stages,
		// As many as the server advises, which is what the documentation recommends.
		WorkflowTaskPollerBehavior: worker.NewPollerBehaviorAutoscaling(worker.PollerBehaviorAutoscalingOptions{}),
		ActivityTaskPollerBehavior: worker.NewPollerBehaviorAutoscaling(worker.PollerBehaviorAutoscalingOptions{}),
	})
	w.RegisterWorkflowWithOptions(chain, workflow.RegisterOptions{Name: "chain"})
	w.RegisterActivity(step)
	if err := w.Start(); err != nil {
		return r, err
	}
	defer w.Stop()
	input := strings.Repeat("x", payload)
	l := load.New(o)
	r, err = l.Measure(ctx, func(ctx context.Context, id int) error {
		run, err := c.ExecuteWorkflow(ctx, client.StartWorkflowOptions{ID: fmt.Sprintf("w%d", id), TaskQueue: queue}, "chain", input)
		if err != nil {
			return err
		}
		if err := run.Get(ctx, nil); err != nil {
			return err
		}
		l.Done(id)
		return nil
	})
	r.Settings = fmt.Sprintf("temporal server 1.32.1 and SDK 1.50.0 in one process, put together as its development server is, 1 partition a queue, eager activities, new tasks looked for without a limit, SQLite with a write-ahead log and synchronous=%s, %d activities at once, pollers scaled by themselves", synchronous, workers*o.Stages)
	return r, err
}

// step does nothing.
func step(_ context.Context, input string) (string, error) { return input, nil }
