package live_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	js "github.com/nats-io/nats.go/jetstream"
	"go.uber.org/goleak"

	"autointel.example/internal/console"
	"autointel.example/internal/console/live"
	"autointel.example/internal/jetstream"
	"autointel.example/internal/natstest"
	"autointel.example/internal/testtime"
	"autointel.example/internal/workflow"
	"autointel.example/schemas"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var began = time.Now().Add(-time.Minute)

func id(n int) string { return fmt.Sprintf("wf_%012x7000800000000000%04x", began.UnixMilli(), n) }

func contextOf(t testing.TB, url string) schemas.RawJSON {
	t.Helper()
	plan, err := workflow.PlanFor(workflow.Standard)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := json.Marshal(schemas.Context{URL: url, Depth: workflow.Standard, Plan: plan, SessionID: "1", Requester: schemas.Requester{UserID: "2"}})
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func add(t testing.TB, c *jetstream.Client, id string, data schemas.Data) {
	t.Helper()
	if _, err := c.Append(t.Context(), schemas.Event{Workflow: id, Context: contextOf(t, "https://a.example/"+id), Data: data}); err != nil {
		t.Fatal(err)
	}
}

// until waits for a snapshot.
func until(t *testing.T, s *live.Source, q console.Query, is func(console.Snapshot) bool) console.Snapshot {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), testtime.Limit(20*time.Second))
	defer cancel()
	for {
		seen, changed := s.Snapshot(q)
		if is(seen) {
			return seen
		}
		select {
		case <-changed:
		case <-ctx.Done():
			t.Fatalf("it does not come: %+v", seen.Workflows[:min(3, len(seen.Workflows))])
		}
	}
}

// passing counts the consumers of the log that are no durable ones.
func passing(t *testing.T, nc *nats.Conn) (n int) {
	t.Helper()
	api, err := js.New(nc)
	if err != nil {
		t.Fatal(err)
	}
	stream, err := api.Stream(t.Context(), schemas.StreamLog)
	if err != nil {
		t.Fatal(err)
	}
	list := stream.ListConsumers(t.Context())
	for c := range list.Info() {
		if c.Config.Durable == "" {
			n++
		}
	}
	return n
}

func TestWhatHappensIsSeenAndNothingIsReadWhileNobodyLooks(t *testing.T) {
	nc := natstest.Start(t)
	client := natstest.Bind(t, nc, jetstream.Options{})
	s := live.New(client, time.Now)
	add(t, client, id(1), schemas.WorkflowRequested{RequestedAt: time.Now()})
	if s.Reading() || passing(t, nc) != 0 {
		t.Error("it reads, and nobody looks")
	}
	if seen, changed := s.Snapshot(console.Query{}); seen.Trouble == "" || changed != nil {
		t.Error("who is no reader sees something")
	}
	release, err := s.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	seen, _ := s.Snapshot(console.Query{})
	if len(seen.Workflows) != 1 || seen.Workflows[0].State != console.Running || len(seen.Consumers) != len(workflow.Consumers()) || seen.Log.Events != 1 {
		t.Errorf("at once: %+v", seen)
	}
	second, err := s.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if n := passing(t, nc); n != 1 {
		t.Errorf("two readers, %d consumers", n)
	}
	if err := client.PublishProgress(schemas.Progress{Workflow: id(1), Stage: workflow.Acquire, State: "running", Done: 5}); err != nil {
		t.Fatal(err)
	}
	until(t, s, console.Query{}, func(s console.Snapshot) bool { return s.Workflows[0].Working[0].Done == 5 })
	add(t, client, id(1), schemas.WorkflowCancelled{})
	until(t, s, console.Query{}, func(s console.Snapshot) bool { return s.Workflows[0].State == workflow.Cancelled })
	until(t, s, console.Query{}, func(s console.Snapshot) bool { return s.Log.Events == 2 }) // the next look
	tl, found, err := s.Timeline(t.Context(), id(1))
	if err != nil || !found || len(tl.Events) != 2 {
		t.Errorf("%+v, %v, %v", tl, found, err)
	}
	if _, found, err := s.Timeline(t.Context(), id(2)); found || err != nil {
		t.Errorf("an unknown one: %v, %v", found, err)
	}
	second()
	release()
	release() // counts once
	if !s.Reading() {
		t.Error("who turns a page should find the reading as it was")
	}
	if err := errors.Join(s.Close(), s.Close()); err != nil || s.Reading() {
		t.Error(err)
	}
	if _, err := s.Open(t.Context()); !errors.Is(err, live.ErrClosed) {
		t.Errorf("after its end: %v", err)
	}
}

func TestWhenTheLastHasGoneTheReadingEndsAndLeavesNothingBehind(t *testing.T) {
	nc := natstest.Start(t)
	s := live.New(natstest.Bind(t, nc, jetstream.Options{}), time.Now)
	defer s.Close()
	s.Linger = time.Millisecond
	for range 3 {
		release, err := s.Open(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		release()
		for late := time.Now().Add(10 * time.Second); s.Reading() || passing(t, nc) > 0; {
			if time.Now().After(late) {
				t.Fatalf("reading %v, %d consumers", s.Reading(), passing(t, nc))
			}
		}
	}
}

func TestALongLogIsReadFromItsEndAndWhatRunsForLongIsFound(t *testing.T) {
	nc := natstest.Start(t)
	client := natstest.Bind(t, nc, jetstream.Options{})
	add(t, client, id(1), schemas.WorkflowRequested{RequestedAt: time.Now()})
	add(t, client, id(1), schemas.StageSkipped{Stage: workflow.Transcribe, Reason: "no_recording"})
	if _, err := client.TakeLease(t.Context(), schemas.Requester{UserID: "2"}, jetstream.Lease{Workflow: id(1)}); err != nil {
		t.Fatal(err)
	}
	fill(t, nc, 30_000)
	s := live.New(client, time.Now)
	defer s.Close()
	release, err := s.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer release()
	seen := until(t, s, console.Query{State: console.Running, Words: id(1)}, func(s console.Snapshot) bool { return s.Matching == 1 })
	if w := seen.Workflows[0]; w.Partial || w.Settled != 1 || seen.Known > console.Keep {
		t.Errorf("%d known, %+v", seen.Known, w)
	}
	events := 0
	for _, n := range seen.Hour.Events {
		events += n
	}
	if events != 20_000 {
		t.Errorf("%d events were read of 30,002", events)
	}
}

// fill appends events of workflows, ten each, that ended.
func fill(t testing.TB, nc *nats.Conn, n int) {
	t.Helper()
	api, err := js.New(nc, js.WithPublishAsyncMaxPending(4096))
	if err != nil {
		t.Fatal(err)
	}
	raw := contextOf(t, "https://b.example/")
	stages := []string{workflow.Acquire, workflow.Transcribe, workflow.Analyze, workflow.Verify, workflow.Assess, workflow.Integrate}
	for i := range n {
		w, at := fmt.Sprintf("wf_%012x70008000%012x", began.UnixMilli(), 1<<20+i/10), time.Now()
		var data schemas.Data = schemas.WorkflowRequested{RequestedAt: at}
		switch k := i % 10; {
		case k == 9:
			data = schemas.DeliverySucceeded{Kind: schemas.KindResults, Route: schemas.RouteInteraction}
		case k == 8:
			data = schemas.WorkflowCompleted{StartedAt: at, FinishedAt: at}
		case k == 7:
			data = schemas.SessionAcknowledged{}
		case k > 0:
			data = schemas.StageCompleted{Stage: stages[k-1], StartedAt: at, FinishedAt: at, Attempt: 1}
		}
		m, err := schemas.Encode(schemas.Event{ID: fmt.Sprint(i), Source: "autointel/test", Time: at, Workflow: w, Context: raw, Data: data})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := api.PublishMsgAsync(&nats.Msg{Subject: m.Subject, Header: m.Header, Data: m.Body}, js.WithStallWait(10*time.Second)); err != nil {
			t.Fatal(err)
		}
	}
	select {
	case <-api.PublishAsyncComplete():
	case <-time.After(time.Minute):
		t.Fatal("the log does not take it")
	}
}

// BenchmarkFirstPicture is how long the first reader waits, on logs of different lengths. The log has no durable consumers, which
// would take most of the time it takes to fill it.
func BenchmarkFirstPicture(b *testing.B) {
	for _, events := range []int{10_000, 1_000_000} {
		b.Run(fmt.Sprintf("%d events", events), func(b *testing.B) {
			nc := natstest.StartBare(b)
			if err := jetstream.Provision(b.Context(), nc, natstest.Settings(), nil); err != nil {
				b.Fatal(err)
			}
			client := natstest.Bind(b, nc, jetstream.Options{})
			fill(b, nc, events)
			for b.Loop() {
				s := live.New(client, time.Now)
				release, err := s.Open(b.Context())
				if err != nil {
					b.Fatal(err)
				}
				release()
				if err := s.Close(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
