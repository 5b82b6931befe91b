package stage_test

import (
	"context"
	"log/slog"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"autointel.example/internal/jetstream"
	"autointel.example/internal/natstest"
	"autointel.example/internal/stage"
	"autointel.example/internal/workflow"
	"autointel.example/schemas"
)

// TestNoMoreStagesAreAtWorkThanProcessors runs four workflows with one processor: their stages that wait for others meet, all
// four of them, and those that do not never do.
func TestNoMoreStagesAreAtWorkThanProcessors(t *testing.T) {
	client := natstest.Bind(t, natstest.Start(t), jetstream.Options{})
	var met sync.WaitGroup
	met.Add(4)
	wait := func(ctx context.Context, in stage.Input) (any, error) {
		met.Done()
		met.Wait() // for the other three
		return ok(ctx, in)
	}
	var atWork, most atomic.Int32
	work := func(ctx context.Context, in stage.Input) (any, error) {
		most.Store(max(most.Load(), atWork.Add(1)))
		defer atWork.Add(-1)
		for range 100 {
			runtime.Gosched()
		}
		return ok(ctx, in)
	}
	end := func(ctx context.Context, in stage.Input) (any, error) {
		_, _ = work(ctx, in)
		return final(ctx, in)
	}
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	defer running.Wait()
	defer cancel()
	for _, service := range []string{workflow.ServiceIngest, workflow.ServiceAnalyzer} {
		r := &stage.Runner{
			Log: client, Service: service, Worker: "test", Now: time.Now, Logger: slog.New(slog.DiscardHandler), Observer: silent{}, Processors: 1,
		}
		for _, name := range workflow.StagesOf(service) {
			s := stage.Stage{Name: name, Run: work}
			switch {
			case name == workflow.Acquire:
				s.Run, s.Waits = wait, true
			case name == workflow.Briefing:
				s.Run = end
			case service == workflow.ServiceIngest:
				s.Run = ok // of another runner
			}
			r.Stages = append(r.Stages, s)
		}
		running.Go(func() { _ = r.Run(ctx) })
	}
	ended := following(t, client, schemas.Ending("*"))
	for n := range uint64(4) {
		_, e := requested(t, n, workflow.Standard)
		if _, err := client.Append(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
	for range 4 {
		select {
		case <-ended:
		case <-time.After(30 * time.Second):
			t.Fatal("a workflow did not end")
		}
	}
	if most.Load() != 1 {
		t.Errorf("%d stages were at work on one processor", most.Load())
	}
}
