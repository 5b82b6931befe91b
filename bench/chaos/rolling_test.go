package main

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"autointel.example/schemas"
)

func TestAgesGoFromWhatAStageWaitsFor(t *testing.T) {
	plan, err := json.Marshal(schemas.Context{Plan: schemas.Plan{{Stage: "acquire"}, {Stage: "analyze", After: []string{"acquire"}}, {Stage: "verify", After: []string{"acquire"}}, {Stage: "briefing", After: []string{"analyze", "verify"}}}})
	if err != nil {
		t.Fatal(err)
	}
	start := time.Date(2026, 3, 14, 9, 0, 0, 0, time.UTC)
	at := func(second int, d schemas.Data) schemas.Event {
		return schemas.Event{Workflow: "wf_1", Context: plan, Time: start.Add(time.Duration(second) * time.Second), Data: d}
	}
	got := ages([]schemas.Event{
		{Workflow: "wf_2", Context: plan, Time: start, Data: schemas.StageCompleted{Stage: "acquire"}}, // whose request is not known
		at(0, schemas.WorkflowRequested{}), at(3, schemas.StageCompleted{Stage: "acquire"}), at(8, schemas.StageSkipped{Stage: "analyze"}),
		at(10, schemas.StageFailed{Stage: "verify"}), at(11, schemas.WorkflowCompleted{}), at(13, schemas.DeliverySucceeded{Kind: schemas.KindResults}),
	})
	want := []time.Duration{time.Second, 2 * time.Second, 3 * time.Second, 5 * time.Second, 7 * time.Second}
	if !slices.Equal(got, want) {
		t.Errorf("%v, not %v", got, want)
	}
	if p := share(got, 0.99); p != 7*time.Second {
		t.Errorf("p99 is %s", p)
	}
}
