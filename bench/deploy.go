package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	js "github.com/nats-io/nats.go/jetstream"
	"golang.org/x/sync/errgroup"

	"autointel.example/bench/load"
	"autointel.example/internal/jetstream"
	"autointel.example/internal/workflow"
	"autointel.example/schemas"
)

// chain makes the plan of a house, a chain of stages, and returns the consumers that it needs.
func (h *house) chain(stages int) []schemas.Consumer {
	var after []string
	consumers := schemas.ServiceConsumers()
	for n := range stages {
		name := fmt.Sprintf("step%d", n+1)
		h.plan = append(h.plan, schemas.PlannedStage{Stage: name, After: after})
		consumers = append(consumers, schemas.StageConsumers(name, after, n == 0)...)
		after = []string{name}
	}
	return append(consumers, schemas.DeadConsumer(workflow.ServiceAnalyzer))
}

// join provisions a broker and binds a client for each service, each on a connection of its own.
func (h *house) join(ctx context.Context, connect func(name string) (*nats.Conn, error), s jetstream.Settings, consumers []schemas.Consumer) error {
	for name, client := range map[string]**jetstream.Client{"ingest": &h.intake, "analyzer": &h.runner, "notifier": &h.deliver} {
		nc, err := connect(name)
		if err != nil {
			return err
		}
		if err := jetstream.Provision(ctx, nc, s, consumers); err != nil { // may come again
			return err
		}
		if *client, err = jetstream.Bind(ctx, nc, jetstream.Options{Source: "autointel/" + name, Group: h.group}); err != nil {
			return err
		}
	}
	return nil
}

// inProcess connects to a server in this process.
func inProcess(server *jetstream.Embedded) func(name string) (*nats.Conn, error) {
	return func(name string) (*nats.Conn, error) { return server.Connect(name) }
}

// remote connects to a server elsewhere.
func remote(url string) func(name string) (*nats.Conn, error) {
	return func(name string) (*nats.Conn, error) {
		return jetstream.Connect(jetstream.ConnectOptions{URL: url, Name: name})
	}
}

// kept connects once for each name.
func kept(connect func(name string) (*nats.Conn, error)) func(name string) (*nats.Conn, error) {
	connections := map[string]*nats.Conn{}
	return func(name string) (*nats.Conn, error) {
		if nc := connections[name]; nc != nil {
			return nc, nil
		}
		nc, err := connect(name)
		if err == nil {
			connections[name] = nc
		}
		return nc, err
	}
}

// work runs the stages and delivers what they end with, until the context ends.
func (h *house) work(ctx context.Context) error {
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return h.stages().Run(ctx) })
	group.Go(func() error {
		return h.deliver.Consume(ctx, jetstream.Consumption{
			Stream: schemas.StreamLog, Consumers: []string{schemas.NotifierConsumers()[0]}, Workers: autointelWorkers, Handler: h.delivered, Drain: time.Second,
		})
	})
	return group.Wait()
}

// measureWorking puts load on a house whose stages run here.
func (h *house) measureWorking(ctx context.Context, o load.Options) (r load.Result, err error) {
	h.load = load.New(o)
	working, stop := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- h.work(working) }()
	defer func() {
		stop()
		err = errors.Join(err, <-ended)
	}()
	return h.load.Measure(ctx, h.request)
}

// measureElsewhere puts load on a house whose stages run in other processes: what they deliver is read from the log.
func (h *house) measureElsewhere(ctx context.Context, nc *nats.Conn, o load.Options) (r load.Result, err error) {
	api, err := js.New(nc)
	if err != nil {
		return r, err
	}
	deliveries, err := api.OrderedConsumer(ctx, schemas.StreamLog, js.OrderedConsumerConfig{FilterSubjects: []string{schemas.Root + ".*.delivery.>"}})
	if err != nil {
		return r, err
	}
	l := load.New(o)
	var ids sync.Map // of workflows
	reading, err := deliveries.Consume(func(m js.Msg) {
		if id, ok := ids.Load(workflowOf(m.Subject())); ok {
			l.Done(id.(int)) //nolint:forcetypeassert // as stored below
		}
	})
	if err != nil {
		return r, err
	}
	defer reading.Stop()
	return l.Measure(ctx, func(ctx context.Context, id int) error {
		workflowID, err := schemas.WorkflowID(strconv.Itoa(firstInteraction + id))
		if err != nil {
			return err
		}
		ids.Store(workflowID, id)
		return h.request(ctx, id)
	})
}

// workflowOf is the workflow of a subject of the log.
func workflowOf(subject string) string {
	_, rest, _ := strings.Cut(subject, ".")
	id, _, _ := strings.Cut(rest, ".")
	return id
}
