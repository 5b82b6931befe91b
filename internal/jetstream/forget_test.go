package jetstream_test

import (
	"errors"
	"testing"

	"autointel.example/internal/jetstream"
	"autointel.example/internal/natstest"
	"autointel.example/schemas"
)

func TestAForgottenWorkflowLeavesNothing(t *testing.T) {
	c := natstest.Bind(t, natstest.Start(t), jetstream.Options{})
	ctx := t.Context()
	var kept []schemas.Artifact
	for n := range 2 {
		a, err := c.PutArtifact(ctx, id(n), "text/plain", make([]byte, 200_000))
		if err != nil {
			t.Fatal(err)
		}
		kept = append(kept, a)
		e := completed(n, "analyze")
		if _, err := c.Append(ctx, e); err != nil {
			t.Fatal(err)
		}
	}
	var running *jetstream.RunningError
	if err := c.Forget(ctx, id(0)); !errors.As(err, &running) {
		t.Errorf("a running workflow: %v", err)
	}
	e := completed(0, "")
	e.Data = schemas.WorkflowCompleted{Result: kept[0]}
	if _, err := c.Append(ctx, e); err != nil {
		t.Fatal(err)
	}
	for range 2 { // again is no error
		if err := c.Forget(ctx, id(0)); err != nil {
			t.Fatal(err)
		}
	}
	if events, err := c.Events(ctx, id(0)); len(events) != 0 || err != nil {
		t.Errorf("%d events, %v", len(events), err)
	}
	var gone *jetstream.ArtifactGoneError
	if _, err := c.Artifact(ctx, kept[0]); !errors.As(err, &gone) {
		t.Errorf("its output: %v", err)
	}
	if events, err := c.Events(ctx, id(1)); len(events) != 1 || err != nil {
		t.Errorf("another's events: %d, %v", len(events), err)
	}
	if _, err := c.Artifact(ctx, kept[1]); err != nil {
		t.Errorf("another's output: %v", err)
	}
	if err := c.Forget(ctx, "*"); err == nil {
		t.Error("every workflow was forgotten at once")
	}
}
