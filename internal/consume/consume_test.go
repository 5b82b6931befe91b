package consume

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"autointel.example/schemas"
)

func TestOf(t *testing.T) {
	cause := errors.New("cause")
	for _, c := range []struct {
		name string
		err  error
		want Kind
	}{
		{"no error acknowledges", nil, Ack},
		{"a marked error keeps its mark when it is wrapped", fmt.Errorf("more: %w", Terminal(cause)), Dead},
		{"the outermost mark counts", Outage(Terminal(cause)), Hold},
		{"an unmarked error is tried again", cause, Retry},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := Of(c.err, 1).Kind; got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
			if c.err != nil && !errors.Is(c.err, cause) {
				t.Error("the cause is hidden")
			}
		})
	}
	if got := Of(RetryAfter(cause, 7*time.Second), 3).Delay; got != 7*time.Second {
		t.Errorf("a stated delay became %v", got)
	}
	if got := Of(Later("not yet", time.Second), 3); got != (Disposition{Retry, time.Second, true}) {
		t.Errorf("a planned delay became %+v", got)
	}
}

func TestBackoffGrowsAndIsBounded(t *testing.T) {
	for attempt := range 100 {
		d := Backoff(attempt, time.Second, time.Minute)
		if d <= 0 || d > time.Minute {
			t.Fatalf("attempt %d: %v", attempt, d)
		}
	}
	if a, b := Backoff(1, time.Second, time.Minute), Backoff(4, time.Second, time.Minute); a > time.Second || b < 6*time.Second {
		t.Errorf("first %v, fourth %v", a, b)
	}
}

func TestADeliveryIsReadWithItsPlaceOnTheLog(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	m, err := schemas.Encode(schemas.Event{ID: "e1", Time: now, Workflow: "wf_1", Context: []byte(`{"depth":"deep"}`), Data: schemas.StageFailed{Stage: "analyze"}})
	if err != nil {
		t.Fatal(err)
	}
	d := Delivery{Message: m, Seq: 7, Attempt: 1, Stored: now}
	e, err := d.Event(now)
	if err != nil || e.Seq != 7 || e.ID != "e1" || e.Data != (schemas.StageFailed{Stage: "analyze"}) {
		t.Errorf("%+v, %v", e, err)
	}
	v, err := d.Open(now)
	if err != nil || v.Subject.Qualifier != "analyze" || string(v.Context) != `{"depth":"deep"}` {
		t.Errorf("%+v, %v", v, err)
	}
	d.Header = map[string][]string{schemas.HeaderType: {"autointel.stage.failed.v2"}}
	if _, err := d.Open(now); Of(err, 1).Kind != Retry {
		t.Errorf("a newer version is not waited for where the outside alone is read: %v", err)
	}
	if _, err := d.Open(now.Add(NewerPatience)); Of(err, 1).Kind != Dead {
		t.Errorf("it is waited for without end: %v", err)
	}
}

func TestWhatMayHaveBeenHandledBeforeIsSaid(t *testing.T) {
	for _, c := range []struct {
		name string
		d    Delivery
		want bool
	}{
		{"the first attempt", Delivery{Attempt: 1}, false},
		{"a later one", Delivery{Attempt: 2}, true},
		{"the first, after it was held in an outage", Delivery{Attempt: 1, Held: true}, true},
	} {
		if got := c.d.Again(); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}

func TestWhatNobodyWaitsForIsBuriedForTheReasonItWasGivenUp(t *testing.T) {
	cause := errors.New("cause")
	if got := Bury(t.Context(), Delivery{}, cause); !errors.Is(got, cause) {
		t.Error(got)
	}
}

func TestUnreadableEvents(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	newer := Delivery{
		Message: schemas.Message{Subject: "autointel.wf_1.workflow.requested", Header: map[string][]string{schemas.HeaderType: {"autointel.workflow.requested.v2"}}, Body: []byte("{}")},
		Stored:  now.Add(-time.Minute), Attempt: 1,
	}
	if _, err := newer.Event(now); Of(err, 1) != (Disposition{Kind: Retry, Delay: NewerDelay(1)}) {
		t.Errorf("a newer version is not waited for: %v", err)
	}
	newer.Stored = now.Add(-time.Hour)
	if _, err := newer.Event(now); Of(err, 1).Kind != Dead {
		t.Errorf("a newer version is waited for without end: %v", err)
	}
	broken := newer
	broken.Header = map[string][]string{schemas.HeaderType: {schemas.TypeWorkflowRequested}}
	broken.Stored = now
	if _, err := broken.Event(now); Of(err, 1).Kind != Dead {
		t.Errorf("a broken event is not dead: %v", err)
	}
}

func TestANewerVersionIsWaitedForWithinTheDeliveriesOfAStage(t *testing.T) {
	var waited time.Duration
	for attempt := 1; attempt < schemas.MaxDeliver; attempt++ {
		waited += NewerDelay(attempt)
	}
	if waited < NewerPatience || NewerDelay(1) > 10*time.Second {
		t.Errorf("%d deliveries last %v, and the first wait is %v", schemas.MaxDeliver, waited, NewerDelay(1))
	}
}
