package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"autointel.example/internal/jetstream"
	"autointel.example/internal/sandbox"
	"autointel.example/internal/workflow"
	"autointel.example/schemas"
)

// A page that is looked into again: the second report knows of the first and says what has changed, to who asked for both, and to
// nobody else.
func TestASecondReportKnowsOfTheFirst(t *testing.T) {
	var level atomic.Int64
	level.Store(19)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprintf(w, `<!doctype html><html lang="en"><head><title>The gauge</title></head><body><article><h1>The gauge</h1>
			<p>The tide gauge at Northpoint has stood in the harbour since 1894, and it was built by the engineer Clara Voss, who lived beside it for thirty years.</p>
			<p>According to the harbour office, the mean level of the water has risen by %d centimetres. Nobody in the town doubts what the old gauge says about it.</p>
			</article></body></html>`, level.Load())
	}))
	defer server.Close()
	h, client := running(t, strings.TrimPrefix(server.URL, "http://"))
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	url := server.URL + "/gauge"
	first, k := knowledgeOf(ctx, t, h, client, ann, url)
	if k.Looked != 0 || k.Changed != nil {
		t.Errorf("the first knows something: %+v", k)
	}
	asked := schemas.ArchiveKnown{Requester: schemas.Requester{UserID: ann.ID, GuildID: ann.GuildID}, URLs: []string{url}}
	for archived := (schemas.ArchiveKnowledge{}); len(archived.Reports) == 0; {
		var err error
		if archived, err = client.Known(ctx, asked); err != nil {
			t.Fatal(err)
		}
	}
	level.Store(21)
	_, k = knowledgeOf(ctx, t, h, client, ann, url)
	if k.Looked != 1 || len(k.SameURL) != 1 || k.SameURL[0].WorkflowID != first || k.SameURL[0].Title != "The gauge" {
		t.Fatalf("%+v", k)
	}
	if c := k.Changed; c == nil || c.EditedCount != 1 || c.AddedCount+c.RemovedCount != 0 || len(c.Figures) != 1 || c.Figures[0].Was != "19 centimetres" || c.Figures[0].Now != "21 centimetres" {
		t.Errorf("%+v", c)
	}
	if _, k = knowledgeOf(ctx, t, h, client, sandbox.User{ID: "99", GuildID: ann.GuildID}, url); k.Looked != 0 || len(k.SameURL) != 0 || k.Changed != nil {
		t.Errorf("somebody else is told of it: %+v", k)
	}
}

// knowledgeOf looks into a page and returns the workflow and what the stage integrate yielded.
func knowledgeOf(ctx context.Context, t *testing.T, h *house, client *jetstream.Client, who sandbox.User, url string) (string, schemas.Knowledge) {
	t.Helper()
	i, err := h.sandbox.Command(ctx, who, "autointel", map[string]any{"url": url, "depth": workflow.Standard})
	if err != nil {
		t.Fatal(err)
	}
	id, err := schemas.WorkflowID(i.ID)
	if err != nil {
		t.Fatal(err)
	}
	for {
		e, found, err := client.Settled(ctx, id, workflow.Integrate)
		if err != nil {
			t.Fatal(err)
		}
		if !found {
			<-time.After(5 * time.Millisecond)
			continue
		}
		completed, ok := e.Data.(schemas.StageCompleted)
		if !ok {
			t.Fatalf("%+v", e.Data)
		}
		content, err := client.Output(ctx, completed.Output)
		if err != nil {
			t.Fatal(err)
		}
		var k schemas.Knowledge
		if err := json.Unmarshal(content, &k); err != nil {
			t.Fatal(err)
		}
		return id, k
	}
}
