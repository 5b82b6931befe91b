package ingest

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"autointel.example/internal/sandbox"
	"autointel.example/internal/workflow"
	"autointel.example/schemas"
)

// entries are n results, newest first.
func entries(n int) []schemas.ArchiveEntry {
	var list []schemas.ArchiveEntry
	for k := range n {
		list = append(list, schemas.ArchiveEntry{
			Workflow: fmt.Sprintf("wf_%032x", k), URL: "https://example.org/a", Depth: "deep", Outcome: workflow.Completed, Title: fmt.Sprintf("Tides %d", k),
			EndedAt: time.UnixMilli(1_700_000_000_000 - int64(k)*1000),
		})
	}
	return list
}

func (a *archive) question(t *testing.T) schemas.ArchiveSearch {
	t.Helper()
	var q schemas.ArchiveSearch
	if err := json.Unmarshal([]byte(<-a.asked), &q); err != nil {
		t.Fatal(err)
	}
	return q
}

func TestASearchShowsPagesToChooseFrom(t *testing.T) {
	d := open(t)
	a := &archive{entries: entries(6)}
	d.archive(t, a)
	_, m := d.use(t, ann, "retrieve_results", map[string]any{"words": "tide  gauge", "since": "7d"})
	if q := a.question(t); q.Words != "tide  gauge" || q.Requester.UserID != ann.ID || time.Since(q.Since) < 6*24*time.Hour || q.Limit != 6 {
		t.Errorf("asked %+v", q)
	}
	if !m.Ephemeral() || !strings.Contains(text(m), "Tides 4") || strings.Contains(text(m), "Tides 5") {
		t.Errorf("%s", text(m))
	}
	buttons := m.Buttons()
	last := entries(6)[4]
	older := fmt.Sprintf("older:%d:%s", last.EndedAt.UnixMilli(), last.Workflow)
	if len(buttons) != 6 || buttons[0] != "retrieve:"+entries(1)[0].Workflow || buttons[5] != older {
		t.Fatalf("%v", buttons)
	}
	a.entries = entries(6)[5:]
	i, err := d.Press(t.Context(), ann, m.ID, older)
	if err != nil {
		t.Fatal(err)
	}
	d.intake.Wait()
	if q := a.question(t); q.Words != "tide gauge" || q.AfterWorkflow != last.Workflow || !q.AfterEnded.Equal(last.EndedAt) || q.Since.IsZero() {
		t.Errorf("asked %+v", q)
	}
	next, _ := d.Original(i.ID)
	if !strings.Contains(text(next), "Tides 5") || slices.ContainsFunc(next.Buttons(), func(b string) bool { return strings.HasPrefix(b, "older:") }) {
		t.Errorf("%s %v", text(next), next.Buttons())
	}
	a.entries = nil
	if i, err = d.Press(t.Context(), ann, m.ID, older); err != nil {
		t.Fatal(err)
	}
	d.intake.Wait()
	if m, _ := d.Original(i.ID); !strings.Contains(text(m), "no older results") {
		t.Errorf("%s", text(m))
	}
}

// One result, none, and an archive that does not answer are left to the event, which is durable.
func TestASearchThatLeavesNoChoiceIsAnEvent(t *testing.T) {
	d := open(t)
	requested := func(i sandbox.Interaction) bool {
		rt, err := schemas.RetrievalID(i.ID)
		if err != nil {
			t.Fatal(err)
		}
		_, found, err := d.client.Last(t.Context(), schemas.SubjectOf(rt, schemas.RetrievalRequested{}))
		return found && err == nil
	}
	if i, _ := d.use(t, ann, "retrieve_results", map[string]any{"url": "https://example.org/a"}); !requested(i) {
		t.Error("nobody answered, and nothing was asked for")
	}
	a := &archive{}
	d.archive(t, a)
	for n := range 2 {
		a.entries = entries(n)
		if i, _ := d.use(t, ann, "retrieve_results", map[string]any{"url": "https://example.org/a"}); !requested(i) {
			t.Errorf("%d results, and nothing was asked for", n)
		}
	}
}

func TestAPlaceInAListThatIsNone(t *testing.T) {
	d := open(t)
	_, m := d.start(t, ann, "https://example.org")
	for _, id := range []string{"older:", "older:x:" + kept, "older:1:../x"} {
		i, err := d.Press(t.Context(), ann, m.ID, id)
		if err != nil {
			t.Fatal(err)
		}
		d.intake.Wait()
		if m, ok := d.Original(i.ID); !ok || !m.Ephemeral() {
			t.Errorf("%q: %+v", id, m)
		}
	}
}
