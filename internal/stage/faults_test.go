package stage_test

import (
	"context"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	js "github.com/nats-io/nats.go/jetstream"

	"autointel.example/internal/jetstream"
	"autointel.example/internal/natstest"
	"autointel.example/internal/stage"
	"autointel.example/internal/workflow"
	"autointel.example/schemas"
)

// take fetches the next message of a stage, as a worker does.
func take(t *testing.T, nc *nats.Conn, name string) js.Msg {
	t.Helper()
	api, err := js.New(nc)
	if err != nil {
		t.Fatal(err)
	}
	c, err := api.Consumer(t.Context(), schemas.StreamLog, workflow.ConsumersOf(name)[0].Name)
	if err != nil {
		t.Fatal(err)
	}
	msg, err := c.Next(js.FetchMaxWait(20 * time.Second))
	if err != nil {
		t.Fatal(err)
	}
	return msg
}

// running runs the stages of one service until the test ends.
func running(t *testing.T, client *jetstream.Client, service string, functions map[string]stage.Func) {
	t.Helper()
	runningBy(t, time.Now, client, service, functions)
}

// runningBy is running by a clock of its own.
func runningBy(t *testing.T, now func() time.Time, client *jetstream.Client, service string, functions map[string]stage.Func) {
	t.Helper()
	r := &stage.Runner{Log: client, Service: service, Now: now, Logger: slog.New(slog.DiscardHandler), Observer: silent{}}
	for _, name := range workflow.StagesOf(service) {
		if f := functions[name]; f != nil {
			r.Stages = append(r.Stages, stage.Stage{Name: name, Run: f})
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- r.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

// following hands over the events on a filter.
func following(t *testing.T, client *jetstream.Client, filter string) <-chan schemas.Event {
	t.Helper()
	events := make(chan schemas.Event, 100)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() {
		done <- client.Follow(ctx, []string{filter}, true, func(e schemas.Event) { events <- e })
	}()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return events
}

// A handler that kills its process never answers its message; after the last delivery the server says so.
func TestAStageThatKillsItsWorkersSettlesAsFailed(t *testing.T) {
	nc := natstest.StartBare(t)
	consumers := workflow.Consumers()
	i := slices.IndexFunc(consumers, func(c schemas.Consumer) bool {
		return c.Name == schemas.StageConsumerName(workflow.Transcribe, workflow.Acquire)
	})
	consumers[i].AckWait, consumers[i].MaxDeliver = 100*time.Millisecond, 2
	if err := jetstream.Provision(t.Context(), nc, natstest.Settings(), consumers); err != nil {
		t.Fatal(err)
	}
	client := natstest.Bind(t, nc, jetstream.Options{})
	settled := following(t, client, "autointel.*.stage.*.transcribe")
	running(t, client, workflow.ServiceIngest, map[string]stage.Func{workflow.Acquire: ok})
	_, e := requested(t, 1, workflow.Standard)
	if _, err := client.Append(t.Context(), e); err != nil {
		t.Fatal(err)
	}
	api, err := js.New(nc)
	if err != nil {
		t.Fatal(err)
	}
	c, err := api.Consumer(t.Context(), schemas.StreamLog, schemas.StageConsumerName(workflow.Transcribe, workflow.Acquire))
	if err != nil {
		t.Fatal(err)
	}
	dying, err := c.Consume(func(js.Msg) {}) // a worker that asks for messages and answers none
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		dying.Stop()
		<-dying.Closed()
	}()
	failed, is := (<-settled).Data.(schemas.StageFailed)
	if !is || failed.Reason != stage.ReasonGaveUp || failed.Attempts != 2 {
		t.Errorf("settled with %+v", failed)
	}
	letters, err := client.Letters(t.Context())
	if err != nil || len(letters) != 1 || !strings.Contains(letters[0].Reason, "delivered 2 times without an answer") {
		t.Errorf("%+v, %v", letters, err)
	}
}

// The watchdog's word is the way out for a delivery that was acknowledged and came to nothing.
func TestAStageThatIsAskedForAgainRuns(t *testing.T) {
	nc := natstest.Start(t)
	client := natstest.Bind(t, nc, jetstream.Options{})
	running(t, client, workflow.ServiceIngest, map[string]stage.Func{workflow.Acquire: ok})
	id, e := requested(t, 1, workflow.Standard)
	if _, err := client.Append(t.Context(), e); err != nil {
		t.Fatal(err)
	}
	if err := take(t, nc, workflow.Transcribe).DoubleAck(t.Context()); err != nil { // and forget it
		t.Fatal(err)
	}
	settled := following(t, client, "autointel.*.stage.*.transcribe")
	running(t, client, workflow.ServiceIngest, map[string]stage.Func{workflow.Transcribe: ok})
	e.Data = schemas.TriggerRepeated{Stage: workflow.Transcribe, Why: "ready for long"}
	for range 2 { // the second finds it settled
		if _, err := client.Append(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
	if e := <-settled; e.Workflow != id || e.Data.EventType() != schemas.TypeStageCompleted {
		t.Errorf("settled with %+v", e.Data)
	}
}
