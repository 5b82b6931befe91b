package notifier_test

import (
	"context"
	"testing"
	"time"

	js "github.com/nats-io/nats.go/jetstream"

	"autointel.example/internal/consume"
	"autointel.example/internal/jetstream"
	"autointel.example/internal/pause"
	"autointel.example/internal/sandbox"
	"autointel.example/internal/testtime"
	"autointel.example/internal/workflow"
	"autointel.example/schemas"
)

// ended is the consumer on which the notifier hears of endings.
const ended = "notifier-ended"

// pauseEndings keeps endings from the notifier until the consumer is resumed.
func (h *house) pauseEndings(t *testing.T) js.Stream {
	t.Helper()
	api, err := js.New(h.conn)
	if err != nil {
		t.Fatal(err)
	}
	log, err := api.Stream(t.Context(), schemas.StreamLog)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := log.PauseConsumer(t.Context(), ended, time.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	return log
}

// The ending's own delivery is with a replica that stands still, while another shows the result, because its edit for progress was
// on its way when the workflow ended. When the first goes on, the session has closed.
func TestWhatASecondLookHasShownIsNotAnnouncedAsKept(t *testing.T) {
	t.Parallel() // it waits more than it works
	h := open(t)
	log := h.pauseEndings(t)
	a := h.ask(t, true)
	h.Fail("edit_original", 1, sandbox.Fault{Delay: time.Second})
	faults := h.Faults()
	if err := h.client.PublishProgress(progress(a, t, workflow.Acquire, "running")); err != nil {
		t.Fatal(err)
	}
	wait(t, "the edit is on its way", func(context.Context) (bool, error) { return h.Faults() > faults, nil })
	h.complete(t, a)
	if d, ok := h.next(t).(schemas.DeliverySucceeded); !ok || d.Kind != schemas.KindResults {
		t.Fatalf("%+v", d)
	}
	h.original(t, a, titled("Tides"))
	if err := h.client.CloseSession(t.Context(), a.session.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := log.ResumeConsumer(t.Context(), ended); err != nil {
		t.Fatal(err)
	}
	wait(t, "the ending is handled", func(ctx context.Context) (bool, error) {
		reports, err := jetstream.Inspect(ctx, h.conn)
		for _, r := range reports {
			for _, c := range r.Consumers {
				if c.Name == ended {
					return c.Waiting+c.AtWork == 0, err
				}
			}
		}
		return false, err
	})
	state, err := h.client.State(t.Context(), a.id)
	if d := state.Deliveries[schemas.KindResults]; err != nil || !d.Succeeded || len(state.Deliveries) != 1 {
		t.Errorf("%+v, %v", state.Deliveries, err)
	}
	if h.logs.has("persisting") {
		t.Error("it is said to be kept")
	}
}

// An edit for progress comes after the ending, and the session closes before it can be made good: the final answer is put back all the same.
func TestProgressDoesNotStandOverTheFinalAnswerAfterItsSession(t *testing.T) {
	t.Parallel() // it waits more than it works
	h := open(t)
	a := h.ask(t, false)
	h.acknowledged(t, a)
	h.Fail("edit_original", 1, sandbox.Fault{Delay: time.Second})
	faults := h.Faults()
	if err := h.client.PublishProgress(progress(a, t, workflow.Acquire, "running")); err != nil {
		t.Fatal(err)
	}
	wait(t, "the edit is on its way", func(context.Context) (bool, error) { return h.Faults() > faults, nil })
	if err := h.client.CloseSession(t.Context(), a.session.ID); err != nil {
		t.Fatal(err)
	}
	h.complete(t, a)
	h.original(t, a, titled("Tides"))
}

// After a crash, a word of progress can come again before the ending does. Had it put the final answer in its place, the ending's delivery
// would have taken that for its own, and nobody would have been told.
func TestAResultIsNotPutInItsPlaceBeforeItsOwnDeliveryIsKnown(t *testing.T) {
	h := open(t)
	h.pauseEndings(t)
	a := h.ask(t, false)
	h.acknowledged(t, a)
	if err := h.client.CloseSession(t.Context(), a.session.ID); err != nil {
		t.Fatal(err)
	}
	report := h.complete(t, a)
	err := h.service.Progress(t.Context(), word(t, a, 2))
	if d := consume.Of(err, 2); err == nil || d.Kind != consume.Retry || !d.Planned {
		t.Errorf("before the ending: %v", err)
	}
	if m, _ := h.Original(a.session.ID); titled("Tides")(m) {
		t.Error("the result was put in its place")
	}
	if err := h.service.Handle(t.Context(), a.delivery(t, schemas.WorkflowCompleted{Result: report, Title: "Tides"}, 2)); err != nil {
		t.Fatal(err)
	}
	if got := said(h.next(t)); got != "results failed: session_closed" {
		t.Errorf("recorded %q", got)
	}
	if err := h.service.Progress(t.Context(), word(t, a, 3)); err != nil {
		t.Errorf("after the ending: %v", err)
	}
	h.original(t, a, titled("Tides"))
}

// wait waits until something is so.
func wait(t *testing.T, what string, so func(ctx context.Context) (bool, error)) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), testtime.Limit(20*time.Second))
	defer cancel()
	for {
		is, err := so(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if is {
			return
		}
		if err := pause.For(ctx, 20*time.Millisecond); err != nil {
			t.Fatalf("%s: not within 20 s", what)
		}
	}
}
