package stage_test

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"autointel.example/internal/jetstream"
	"autointel.example/internal/natstest"
	"autointel.example/internal/stage"
	"autointel.example/internal/workflow"
	"autointel.example/schemas"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

type silent struct{}

func (silent) StageSettled(context.Context, string, string, time.Duration) {}

// house runs the stages of both services over one broker until the test ends.
type house struct {
	client *jetstream.Client
	ended  chan schemas.Event
}

func open(t *testing.T, functions map[string]stage.Func) *house {
	t.Helper()
	h := &house{client: natstest.Bind(t, natstest.Start(t), jetstream.Options{}), ended: make(chan schemas.Event, 100)}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 3)
	for _, service := range []string{workflow.ServiceIngest, workflow.ServiceAnalyzer} {
		r := &stage.Runner{Log: h.client, Service: service, Worker: "test", Now: time.Now, Logger: slog.New(slog.DiscardHandler), Observer: silent{}}
		for _, name := range workflow.StagesOf(service) {
			f := functions[name]
			if f == nil {
				f = notAsked
			}
			r.Stages = append(r.Stages, stage.Stage{Name: name, Run: f})
		}
		go func() { done <- r.Run(ctx) }()
	}
	go func() {
		done <- h.client.Follow(ctx, []string{schemas.Ending("*")}, true, func(e schemas.Event) { h.ended <- e })
	}()
	t.Cleanup(func() {
		cancel()
		for range 3 {
			if err := <-done; err != nil {
				t.Error(err)
			}
		}
	})
	return h
}

// request starts a workflow; n tells it from others.
func (h *house) request(t *testing.T, n uint64, depth string) string {
	t.Helper()
	id, e := requested(t, n, depth)
	if _, err := h.client.Append(t.Context(), e); err != nil {
		t.Fatal(err)
	}
	return id
}

func (h *house) end(t *testing.T) schemas.Event {
	t.Helper()
	select {
	case e := <-h.ended:
		return e
	case <-time.After(30 * time.Second):
		t.Fatal("the workflow did not end")
		return schemas.Event{}
	}
}

func requested(t testing.TB, n uint64, depth string) (string, schemas.Event) {
	t.Helper()
	id, err := schemas.WorkflowID(snowflake(n))
	if err != nil {
		t.Fatal(err)
	}
	plan, err := workflow.PlanFor(depth)
	if err != nil {
		t.Fatal(err)
	}
	wc, err := json.Marshal(schemas.Context{URL: "https://example.org", Depth: depth, Plan: plan, SessionID: snowflake(n)})
	if err != nil {
		t.Fatal(err)
	}
	return id, schemas.Event{Workflow: id, Context: wc, Data: schemas.WorkflowRequested{RequestedAt: time.Now()}}
}

func snowflake(n uint64) string { return strconv.FormatUint(1_300_000_000_000_000_000+n<<22, 10) }

func ok(context.Context, stage.Input) (any, error) { return map[string]string{"was": "done"}, nil }

func final(ctx context.Context, in stage.Input) (any, error) {
	return stage.Final{Report: []byte(`{"workflow_id":"` + in.Workflow + `"}`), Headline: "h"}, nil
}

func TestEveryDepthRunsToItsEnd(t *testing.T) {
	h := open(t, map[string]stage.Func{workflow.Acquire: ok, workflow.Analyze: ok, workflow.Briefing: final})
	for i, depth := range workflow.Depths() {
		id := h.request(t, uint64(i), depth)
		if e := h.end(t); e.Workflow != id || e.Data.EventType() != schemas.TypeWorkflowCompleted {
			t.Fatalf("%s: ended with %+v", depth, e)
		}
		s, err := h.client.State(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range s.Context.Plan {
			want := workflow.Skipped
			if p.Stage == workflow.Acquire || p.Stage == workflow.Analyze {
				want = workflow.Completed
			}
			if got := s.Stages[p.Stage].Status; got != want && p.Stage != workflow.Briefing {
				t.Errorf("%s: %s is %q, want %q", depth, p.Stage, got, want)
			}
		}
	}
}

func TestALaterStageReadsTheOutputOfAnEarlierOne(t *testing.T) {
	big := make([]byte, 100_000) // by reference
	for i := range big {
		big[i] = 'a'
	}
	got := make(chan int, 1)
	h := open(t, map[string]stage.Func{
		workflow.Acquire: func(context.Context, stage.Input) (any, error) { return string(big), nil },
		workflow.Briefing: func(ctx context.Context, in stage.Input) (any, error) {
			var text string
			found, err := in.Load(ctx, workflow.Acquire, &text)
			if err != nil || !found {
				return nil, errors.Join(err, errors.New("not found"))
			}
			if skipped, err := in.Load(ctx, workflow.Verify, &text); skipped || err != nil {
				return nil, errors.Join(err, errors.New("a skipped stage has an output"))
			}
			got <- len(text)
			return final(ctx, in)
		},
	})
	h.request(t, 1, workflow.Standard)
	h.end(t)
	if n := <-got; n != len(big) {
		t.Errorf("%d bytes, want %d", n, len(big))
	}
}

func TestAFatalStageEndsTheWorkflow(t *testing.T) {
	h := open(t, map[string]stage.Func{workflow.Acquire: func(context.Context, stage.Input) (any, error) {
		return nil, stage.Fail("not_found", "The page does not exist.")
	}})
	h.request(t, 1, workflow.Deep)
	failed, is := h.end(t).Data.(schemas.WorkflowFailed)
	if !is || failed.Stage != workflow.Acquire || failed.Reason != "not_found" {
		t.Errorf("ended with %+v", failed)
	}
}

func TestAStageThatPanicsIsTriedAgain(t *testing.T) {
	var calls atomic.Int32
	h := open(t, map[string]stage.Func{
		workflow.Acquire: ok, workflow.Briefing: final,
		workflow.Analyze: func(ctx context.Context, in stage.Input) (any, error) {
			if calls.Add(1) == 1 {
				panic("the first time")
			}
			return in.Attempt, nil
		},
	})
	id := h.request(t, 1, workflow.Standard)
	h.end(t)
	s, err := h.client.State(t.Context(), id)
	if err != nil || s.Stages[workflow.Analyze].Attempts != 2 {
		t.Errorf("%+v, %v", s.Stages[workflow.Analyze], err)
	}
}

func TestCancellingStopsAStageAtWork(t *testing.T) {
	began, stopped := make(chan bool), make(chan error, 1)
	h := open(t, map[string]stage.Func{
		workflow.Acquire: ok,
		workflow.Analyze: func(ctx context.Context, _ stage.Input) (any, error) {
			began <- true
			<-ctx.Done()
			stopped <- ctx.Err()
			return nil, ctx.Err()
		},
	})
	id := h.request(t, 1, workflow.Standard)
	<-began
	_, e := requested(t, 1, workflow.Standard)
	e.Data = schemas.WorkflowCancelled{By: "1", Why: "changed my mind"}
	if _, err := h.client.Append(t.Context(), e); err != nil {
		t.Fatal(err)
	}
	if err := <-stopped; err == nil {
		t.Error("the stage was not cancelled")
	}
	h.end(t)
	s, err := h.client.State(t.Context(), id)
	if err != nil || s.Ended.Outcome != workflow.Cancelled || s.Stages[workflow.Analyze].Status != "" {
		t.Errorf("%+v, %v", s, err)
	}
}

func TestAStageThatMissesItsDeadlineFails(t *testing.T) {
	client := natstest.Bind(t, natstest.Start(t), jetstream.Options{})
	ctx, cancel := context.WithCancel(t.Context())
	r := &stage.Runner{Log: client, Service: workflow.ServiceIngest, Now: time.Now, Logger: slog.New(slog.DiscardHandler), Observer: silent{}, Stages: []stage.Stage{{
		Name: workflow.Acquire, Deadline: 20 * time.Millisecond,
		Run: func(ctx context.Context, _ stage.Input) (any, error) { <-ctx.Done(); return nil, ctx.Err() },
	}}}
	done := make(chan error)
	go func() { done <- r.Run(ctx) }()
	ended := make(chan schemas.Event, 1)
	follow := make(chan error)
	go func() {
		follow <- client.Follow(ctx, []string{schemas.Ending("*")}, true, func(e schemas.Event) { ended <- e })
	}()
	_, e := requested(t, 1, workflow.Standard)
	if _, err := client.Append(ctx, e); err != nil {
		t.Fatal(err)
	}
	if failed, _ := (<-ended).Data.(schemas.WorkflowFailed); failed.Reason != stage.ReasonTimedOut {
		t.Errorf("ended with %+v", failed)
	}
	cancel()
	if err := errors.Join(<-done, <-follow); err != nil {
		t.Error(err)
	}
}

// notAsked is the function of a stage that a test does not look at.
func notAsked(context.Context, stage.Input) (any, error) {
	return nil, stage.Skip("not_asked", "Not looked at.")
}
