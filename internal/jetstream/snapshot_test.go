package jetstream_test

import (
	"bytes"
	"context"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	js "github.com/nats-io/nats.go/jetstream"

	"autointel.example/internal/consume"
	"autointel.example/internal/jetstream"
	"autointel.example/internal/natstest"
	"autointel.example/internal/workflow"
	"autointel.example/schemas"
)

// taken is a snapshot in memory.
type taken struct {
	jetstream.StreamSnapshot
	content bytes.Buffer
}

func take(t *testing.T, nc *nats.Conn, stream string) *taken {
	t.Helper()
	s := &taken{}
	err := jetstream.TakeSnapshot(t.Context(), nc, stream, func(about jetstream.StreamSnapshot) error {
		s.StreamSnapshot = about
		return nil
	}, func(chunk []byte) error {
		s.content.Write(chunk)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// restore makes the stream on a server that has none, and lets the consumers go on from where they were.
func (s *taken) restore(t *testing.T, nc *nats.Conn, settings jetstream.Settings) jetstream.SnapshotState {
	t.Helper()
	state, err := jetstream.RestoreSnapshot(t.Context(), nc, schemas.StreamLog, s.StreamSnapshot, settings.Replicas, bytes.NewReader(s.content.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	if err := jetstream.Provision(t.Context(), nc, settings, workflow.Consumers()); err != nil {
		t.Fatal(err)
	}
	for consumer, after := range s.Positions {
		if ok, err := jetstream.SetPosition(t.Context(), nc, schemas.StreamLog, consumer, after); !ok || err != nil {
			t.Fatalf("%s: %v, %v", consumer, ok, err)
		}
	}
	return state
}

// onRequest is the consumer that the worker of these tests listens to.
var onRequest = schemas.StageConsumerName(workflow.Acquire, schemas.OnRequest)

// work settles what is requested, as a stage does, until stopped: what it does is appended, then acknowledged.
func work(t *testing.T, c *jetstream.Client, handled *atomic.Int64) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	output := schemas.RawJSON(`"` + strings.Repeat("x", 3000) + `"`)
	go func() {
		done <- c.Consume(ctx, jetstream.Consumption{
			Stream: schemas.StreamLog, Consumers: []string{onRequest}, Workers: 16, Drain: time.Second,
			Handler: func(ctx context.Context, d consume.Delivery) error {
				e, err := schemas.Decode(d.Message)
				if err == nil {
					handled.Add(1)
					_, err = c.Append(ctx, schemas.Event{Workflow: e.Workflow, Context: rawContext, Data: schemas.StageCompleted{Stage: workflow.Acquire, Output: schemas.Output{Inline: output}}})
				}
				if _, ours := jetstream.Taken(err); ours {
					return nil
				}
				return err
			},
		})
	}()
	return func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}

// A snapshot is taken while workflows are requested and settled. In the log that is restored from it every workflow that was
// requested before is there, none is doubled, and none is forgotten: what was not settled is settled when work goes on. And it goes
// on where it stood, not at the beginning.
func TestALogThatIsRestoredFromASnapshotUnderLoadGoesOn(t *testing.T) {
	nc := natstest.Start(t)
	client := natstest.Bind(t, nc, jetstream.Options{})
	var handled atomic.Int64
	stop := work(t, client, &handled)
	var requested atomic.Int64
	request := func(n int) {
		if _, err := client.Append(t.Context(), schemas.Event{Workflow: id(n), Context: rawContext, Data: schemas.WorkflowRequested{}}); err != nil {
			t.Error(err)
		}
		requested.Add(1)
	}
	const before = 4000
	for n := range before {
		request(n + 1)
	}
	ctx, cancel := context.WithCancel(t.Context())
	var load sync.WaitGroup
	load.Go(func() {
		for n := before; ctx.Err() == nil; n++ {
			request(n + 1)
		}
	})
	snapshot := take(t, nc, schemas.StreamLog)
	cancel()
	load.Wait()
	during := requested.Load() - before
	stop()
	if during < 10 || snapshot.Positions[onRequest] == 0 {
		t.Fatalf("there was no load: %d requests meanwhile, positions %v", during, snapshot.Positions)
	}

	elsewhere := natstest.StartBare(t)
	state := snapshot.restore(t, elsewhere, natstest.Settings())
	if state.LastSeq < snapshot.Counts().LastSeq || state.Messages < before {
		t.Errorf("%+v, of %+v", state, snapshot.Counts())
	}
	restored := natstest.Bind(t, elsewhere, jetstream.Options{})
	open := func() (requests, unsettled int) {
		for n := range int(requested.Load()) {
			settled, err := restored.LastSeq(t.Context(), schemas.Settlement(id(n+1), workflow.Acquire))
			if err != nil {
				t.Fatal(err)
			}
			asked, err := restored.LastSeq(t.Context(), schemas.Lifecycle(id(n+1)))
			if err != nil {
				t.Fatal(err)
			}
			if asked == 0 && n < before {
				t.Fatalf("the request of %d was acknowledged before, and is gone", n)
			}
			if asked == 0 {
				continue
			}
			requests++
			if settled == 0 {
				unsettled++
				if asked <= snapshot.Positions[onRequest] {
					t.Errorf("%d counts as done and is not", n)
				}
			}
		}
		return requests, unsettled
	}
	requests, left := open()
	handled.Store(0)
	stop = work(t, restored, &handled)
	for tick := time.NewTicker(20 * time.Millisecond); ; <-tick.C {
		if _, still := open(); still == 0 {
			tick.Stop()
			break
		}
	}
	stop()
	if n := int(handled.Load()); n < left || n > requests/2 {
		t.Errorf("%d of %d requests were handled again, %d were open", n, requests, left)
	}
	t.Logf("%d requests before, %d meanwhile; restored: %d, of which %d were open; %d came again", before, during, requests, left, handled.Load())
	if unfinished, err := restored.Unfinished(t.Context()); err != nil || len(unfinished) != requests || unfinished[0].Workflow != id(1) {
		t.Errorf("%d unfinished of %d, %v", len(unfinished), requests, err)
	}
}

func TestASnapshotOfAClusterIsRestoredOnACluster(t *testing.T) {
	cluster := natstest.StartCluster(t)
	nc := cluster.Connect("operator")
	defer nc.Close()
	client := natstest.Bind(t, nc, jetstream.Options{})
	appendAll(t, client, 500)
	snapshot := take(t, nc, schemas.StreamLog)
	api, err := js.New(nc)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := jetstream.RestoreSnapshot(t.Context(), nc, schemas.StreamLog, snapshot.StreamSnapshot, 0, bytes.NewReader(snapshot.content.Bytes())); err == nil {
		t.Error("a log was written over")
	}
	if err := api.DeleteStream(t.Context(), schemas.StreamLog); err != nil {
		t.Fatal(err)
	}
	settings := natstest.Settings()
	settings.Replicas = 3
	if state := snapshot.restore(t, nc, settings); state.Messages != 500 {
		t.Errorf("%+v", state)
	}
	s, err := api.Stream(t.Context(), schemas.StreamLog)
	if err != nil || s.CachedInfo().Config.Replicas != 3 {
		t.Errorf("%+v, %v", s, err)
	}
	if _, err := client.Append(t.Context(), completed(500, "analyze")); err != nil { // it takes new ones
		t.Error(err)
	}
}

func TestAnUnfinishedWorkflowIsResumed(t *testing.T) {
	nc := natstest.Start(t)
	client := natstest.Bind(t, nc, jetstream.Options{})
	for n, ends := range []schemas.Data{nil, schemas.WorkflowCancelled{}, schemas.WorkflowFailed{}, schemas.WorkflowCompleted{}} {
		for _, data := range []schemas.Data{schemas.WorkflowRequested{}, ends} {
			if data == nil {
				continue
			}
			if _, err := client.Append(t.Context(), schemas.Event{Workflow: id(n + 1), Context: rawContext, Data: data}); err != nil {
				t.Fatal(err)
			}
		}
	}
	open, err := client.Unfinished(t.Context())
	if err != nil || len(open) != 1 || open[0].Workflow != id(1) {
		t.Fatalf("%+v, %v", open, err)
	}
	for range 2 {
		if err := client.Resume(t.Context(), open[0]); err != nil {
			t.Fatal(err)
		}
	}
	if leases, err := client.RunningWorkflows(t.Context()); err != nil || len(leases) != 1 || leases[0].User != "1" {
		t.Errorf("%+v, %v", leases, err)
	}
	due := make(chan string, 1)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() {
		done <- client.Consume(ctx, jetstream.Consumption{
			Stream: schemas.StreamTimers, Consumers: []string{schemas.ConsumerWatch}, Workers: 1, Drain: time.Second,
			Handler: func(_ context.Context, d consume.Delivery) error {
				select {
				case due <- d.Subject:
				default:
				}
				return nil
			},
		})
	}()
	if got := <-due; got != schemas.DueSubject(id(1)) {
		t.Error(got)
	}
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
}
