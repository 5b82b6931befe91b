package main

import (
	"encoding/hex"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	otlp "go.opentelemetry.io/proto/otlp/trace/v1"

	"autointel.example/internal/jetstream"
	"autointel.example/internal/natstest"
	"autointel.example/internal/workflow"
	"autointel.example/schemas"
	"autointel.example/services/archiver"
	"autointel.example/services/archiver/archive"
)

// What an operator has done anew has a trace of its own, whose first span is the operator's command.
func TestAnOperatorsCommandIsTheFirstSpanOfItsTrace(t *testing.T) {
	spans := startReceiver(t)
	t.Cleanup(http.DefaultClient.CloseIdleConnections)
	dir := t.TempDir()
	e, err := jetstream.StartEmbedded(jetstream.EmbeddedOptions{Dir: logDir(dir), Fast: true, Listen: "127.0.0.1:0"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	})
	conn, err := e.Connect("test")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(conn.Close)
	if err := jetstream.Provision(t.Context(), conn, natstest.Settings(), workflow.Consumers()); err != nil {
		t.Fatal(err)
	}
	client := natstest.Bind(t, conn, jetstream.Options{})
	plan, err := workflow.PlanFor(workflow.Standard)
	if err != nil {
		t.Fatal(err)
	}
	const old = "wf_0199a1b2c3d47e5f8a1b2c3d4e5f6071"
	wc, err := json.Marshal(schemas.Context{URL: "https://example.org/", Depth: workflow.Standard, Plan: plan, Requester: schemas.Requester{UserID: "1"}})
	if err != nil {
		t.Fatal(err)
	}
	for _, data := range []schemas.Data{
		schemas.WorkflowRequested{RequestedAt: time.Now()}, schemas.StageCompleted{Stage: workflow.Acquire, Output: schemas.Output{Inline: []byte(`{}`)}}, schemas.WorkflowFailed{Reason: "deadline"},
	} {
		if _, err := client.Append(t.Context(), schemas.Event{Workflow: old, Context: wc, Data: data}); err != nil {
			t.Fatal(err)
		}
	}
	store, err := archiver.Database{DataDir: dir}.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := store.Put(t.Context(), archive.Record{WorkflowID: old, UserID: "1", Depth: "standard", Outcome: "completed", EndedAt: time.Now(), Undelivered: true, Result: []byte(`{}`)}); err != nil {
		t.Fatal(err)
	}
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", spans.URL)
	code, again, stderr := call(t.Context(), "rerun", old, "--from", workflow.Transcribe, "--nats-url", e.URL())
	if code != 0 {
		t.Fatal(stderr)
	}
	// Nobody delivers here, so it gives up; what it asked for is traced all the same.
	if code, _, stderr := call(t.Context(), "results", "replay", old, "--wait", "1s", "--nats-url", e.URL(), "--data-dir", dir); code != 1 {
		t.Fatalf("exit %d %s", code, stderr)
	}
	spans.mu.Lock()
	defer spans.mu.Unlock()
	began := map[string][]*otlp.Span{}
	for trace, list := range spans.spans {
		for _, s := range list {
			if len(s.ParentSpanId) == 0 {
				began[s.Name] = append(began[s.Name], s)
				continue
			}
			if first := hex.EncodeToString(s.ParentSpanId); first != trace[16:] {
				t.Errorf("%s is not of the command, but of %s", s.Name, first)
			}
		}
	}
	if len(began["rerun"]) != 1 || hex.EncodeToString(began["rerun"][0].TraceId) != strings.TrimPrefix(strings.TrimSpace(again), "wf_") {
		t.Errorf("rerun: %v", began["rerun"])
	}
	if len(began["results replay"]) != 1 || len(began) != 2 || len(spans.spans) != 2 {
		t.Errorf("%v", began)
	}
}
