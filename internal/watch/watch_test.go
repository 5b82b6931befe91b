package watch

import (
	"context"
	"encoding/json"
	"log/slog"
	"slices"
	"strconv"
	"testing"
	"time"

	"go.uber.org/goleak"

	"autointel.example/internal/consume"
	"autointel.example/internal/jetstream"
	"autointel.example/internal/natstest"
	"autointel.example/internal/workflow"
	"autointel.example/schemas"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var times = Times{
	Lifetime: 15 * time.Minute, Warning: 12 * time.Minute, Margin: 10 * time.Second, Deadline: 6 * time.Hour,
	Every: Every, Patience: Patience, Lag: Lag,
}

func TestDue(t *testing.T) {
	id, began := began(t, time.Now())
	plan, err := workflow.PlanFor(workflow.Standard)
	if err != nil {
		t.Fatal(err)
	}
	running := workflow.State{ID: id, RawContext: []byte("{}"), Context: schemas.Context{Plan: plan, SessionID: "1"}, RequestedAt: began}
	warned := running
	warned.Session.ExpiringAt = began.Add(times.Lifetime)
	closed := warned
	closed.Session.ClosedReason = "token_invalid"
	rerun := running
	rerun.Context.SessionID = ""
	ended := closed
	ended.Ended = &workflow.Ended{}
	for _, c := range []struct {
		name  string
		state workflow.State
		after time.Duration
		want  []string // types appended
		next  time.Duration
	}{
		{"early on there is nothing to do until the next look", running, time.Minute, nil, 6 * time.Minute},
		{"the next look is the warning when that comes first", running, 10 * time.Minute, nil, 12 * time.Minute},
		{"at the warning time the session is expiring", running, 12 * time.Minute, []string{schemas.TypeSessionExpiring}, 14*time.Minute + 50*time.Second},
		{"it is said once", warned, 13 * time.Minute, nil, 14*time.Minute + 50*time.Second},
		{"before the lifetime's end the session is closed", warned, 14*time.Minute + 50*time.Second, []string{schemas.TypeSessionClosed}, 19*time.Minute + 50*time.Second},
		{"a closed session says nothing more, and a stage that is ready for long is asked for", closed, 20 * time.Minute, []string{schemas.TypeTriggerRepeated}, 25 * time.Minute},
		{"past its deadline a workflow fails", closed, 6 * time.Hour, []string{schemas.TypeWorkflowFailed}, 0},
		{"a workflow without an interaction has no session to close", rerun, 14*time.Minute + 55*time.Second, nil, 19*time.Minute + 55*time.Second},
		{"an ended workflow needs nothing", ended, time.Hour, nil, 0},
		{"a workflow that the log does not show yet is waited for", workflow.State{}, time.Minute, nil, 6 * time.Minute},
		{"but not for ever", workflow.State{}, time.Hour, nil, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := Due(id, c.state, began.Add(c.after), times)
			var got []string
			for _, data := range d.Append {
				got = append(got, data.EventType())
			}
			if len(got) != len(c.want) || len(got) > 0 && got[0] != c.want[0] {
				t.Errorf("appends %v, want %v", got, c.want)
			}
			if next := d.Next; c.next == 0 && !next.IsZero() || c.next != 0 && !next.Equal(began.Add(c.next)) {
				t.Errorf("looks again after %v, want %v", next.Sub(began), c.next)
			}
		})
	}
}

func began(t *testing.T, at time.Time) (string, time.Time) {
	t.Helper()
	id, err := schemas.WorkflowID(strconv.FormatInt((at.UnixMilli()-1420070400000)<<22, 10))
	if err != nil {
		t.Fatal(err)
	}
	return id, schemas.IDTime(id)
}

func TestAClosedSessionNamesTheStageThatTheWorkflowIsAt(t *testing.T) {
	id, began := began(t, time.Now())
	for _, c := range []struct {
		name string
		plan schemas.Plan
		want string
	}{
		{"the first of those that are ready", schemas.Plan{{Stage: "acquire"}, {Stage: "transcribe", After: []string{"acquire"}}}, "acquire"},
		{"none is ready", nil, ""},
	} {
		s := workflow.State{ID: id, RawContext: []byte("{}"), Context: schemas.Context{Plan: c.plan, SessionID: "1"}, RequestedAt: began}
		d := Due(id, s, began.Add(times.Lifetime-times.Margin), times)
		if len(d.Append) != 1 || d.Append[0] != (schemas.SessionClosed{Reason: "expired", Stage: c.want}) {
			t.Errorf("%s: %+v", c.name, d.Append)
		}
	}
}

func TestATimerThatIsNoWorkflowsIsDoneWithoutALook(t *testing.T) {
	w := &Watch{} // without a client: a look would panic
	for _, subject := range []string{schemas.DueSubject("wf_1"), schemas.DueSubject(""), schemas.TimerSubject("wf_019b7c2e8a4e7d3f9a1b2c3d4e5f6071")} {
		if err := w.handle(t.Context(), consume.Delivery{Message: schemas.Message{Subject: subject}}); err != nil {
			t.Errorf("%s: %v", subject, err)
		}
	}
}

// A timer that arrives again, after a crash before its acknowledgement, asks once more, which is harmless, and says nothing else twice.
// Of a trigger that was repeated the log's reader sees the last.
func TestAStageThatIsReadyForLongIsAskedForAndCounted(t *testing.T) {
	client := natstest.Bind(t, natstest.Start(t), jetstream.Options{})
	var counted []string
	w := &Watch{
		Client: client, Times: times, Now: func() time.Time { return time.Now().Add(Patience + time.Minute) },
		Logger: slog.New(slog.DiscardHandler), Repeated: func(stage string) { counted = append(counted, stage) },
	}
	id, at := began(t, time.Now())
	plan, _ := workflow.PlanFor(workflow.Standard)
	wc, err := json.Marshal(schemas.Context{Plan: plan, SessionID: "77"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := client.Append(t.Context(), schemas.Event{Workflow: id, Context: wc, Data: schemas.WorkflowRequested{RequestedAt: at}}); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := w.handle(t.Context(), consume.Delivery{Message: schemas.Message{Subject: schemas.DueSubject(id)}}); err != nil {
			t.Fatal(err)
		}
	}
	events, err := client.Events(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range events {
		got = append(got, e.Data.EventType())
	}
	if want := []string{schemas.TypeWorkflowRequested, schemas.TypeSessionClosed, schemas.TypeTriggerRepeated}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	if want := []string{workflow.Acquire, workflow.Acquire}; !slices.Equal(counted, want) {
		t.Errorf("counted %v, want %v", counted, want)
	}
}

// One timer, set before the request, brings a short session to its end and the workflow to its deadline.
func TestOneTimerTellsTheWholeStory(t *testing.T) {
	client := natstest.Bind(t, natstest.Start(t), jetstream.Options{})
	short := Times{
		Lifetime: 2 * time.Second, Warning: time.Second, Margin: 100 * time.Millisecond, Deadline: 3 * time.Second,
		Every: time.Minute, Patience: time.Minute, Lag: time.Minute,
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 2)
	w := &Watch{Client: client, Times: short, Now: time.Now, Logger: slog.New(slog.DiscardHandler), Repeated: func(stage string) { t.Error(stage, "was asked for again") }}
	go func() { done <- w.Run(ctx) }()
	events := make(chan schemas.Event, 10)
	go func() {
		done <- client.Follow(ctx, []string{schemas.Everything("*")}, true, func(e schemas.Event) { events <- e })
	}()
	id, at := began(t, time.Now())
	plan, _ := workflow.PlanFor(workflow.Standard)
	wc, err := json.Marshal(schemas.Context{Plan: plan, SessionID: "77"})
	if err != nil {
		t.Fatal(err)
	}
	if err := client.PutSession(ctx, "77", "secret"); err != nil {
		t.Fatal(err)
	}
	if err := client.SetTimer(ctx, id, First(id, short)); err != nil {
		t.Fatal(err)
	}
	if _, err := client.Append(ctx, schemas.Event{Workflow: id, Context: wc, Data: schemas.WorkflowRequested{RequestedAt: at}}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{schemas.TypeWorkflowRequested, schemas.TypeSessionExpiring, schemas.TypeSessionClosed, schemas.TypeWorkflowFailed} {
		if e := <-events; e.Data.EventType() != want {
			t.Errorf("%s, want %s", e.Data.EventType(), want)
		}
	}
	var session string
	if found, err := client.Session(ctx, "77", false, &session); found || err != nil {
		t.Errorf("the token outlived its session: %v, %v", found, err)
	}
	cancel()
	for range 2 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}
