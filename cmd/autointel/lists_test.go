package main

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"autointel.example/cmd/autointel/demo/source"
	"autointel.example/internal/sandbox"
	"autointel.example/internal/workflow"
	"autointel.example/schemas"
)

// What has ended is found by everything that asks the archive: while typing, in the list, and for estimates.
func TestWhatHasEndedIsSuggestedListedAndLearntFrom(t *testing.T) {
	article, err := source.Start(0)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = article.Close() }()
	h, client := running(t, article.HostPort())
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	i, err := h.sandbox.Command(ctx, ann, "autointel", map[string]any{"url": article.URL()})
	if err != nil {
		t.Fatal(err)
	}
	id, err := schemas.WorkflowID(i.ID)
	if err != nil {
		t.Fatal(err)
	}
	var choices []sandbox.Choice
	for len(choices) == 0 { // until it has ended and is archived
		if choices, err = h.sandbox.Autocomplete(ctx, ann, "retrieve_results", map[string]any{"workflow_id": "BOOK"}, "workflow_id"); err != nil {
			t.Fatal(err)
		}
	}
	if choices[0].Value != id || !strings.Contains(choices[0].Name, "The Book of the Water") || !strings.Contains(choices[0].Name, workflow.Standard) {
		t.Errorf("%+v", choices)
	}
	if others, err := h.sandbox.Autocomplete(ctx, sandbox.User{ID: "99", GuildID: ann.GuildID}, "retrieve_results", map[string]any{"workflow_id": ""}, "workflow_id"); err != nil || len(others) != 0 {
		t.Errorf("to somebody else: %+v, %v", others, err)
	}
	if e, err := client.Estimate(ctx, workflow.Standard); err != nil || e.Runs != 1 || e.Median <= 0 || e.Median > time.Minute {
		t.Errorf("%+v, %v", e, err)
	}
	list, err := h.sandbox.Command(ctx, ann, "workflows", nil)
	if err != nil {
		t.Fatal(err)
	}
	m, err := h.sandbox.WaitMessage(ctx, func(m sandbox.Message) bool { return m.Interaction == list.ID })
	if err != nil || !slices.Equal(m.Buttons(), []string{"retrieve:" + id}) {
		t.Fatalf("%+v, %v", m, err)
	}
	if _, err := h.sandbox.Press(ctx, ann, m.ID, "retrieve:"+id); err != nil {
		t.Fatal(err)
	}
	if _, err := h.sandbox.WaitMessage(ctx, func(m sandbox.Message) bool { return m.Ephemeral() && titled(m, id) }); err != nil {
		t.Errorf("the button shows no report: %v", err)
	}
}
