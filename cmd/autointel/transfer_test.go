package main

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"autointel.example/cmd/autointel/demo/source"
	"autointel.example/internal/sandbox"
	"autointel.example/schemas"
)

func TestAnArchiveMovesAndAPersonIsForgotten(t *testing.T) {
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
	if _, err := h.sandbox.WaitMessage(ctx, func(m sandbox.Message) bool { return titled(m, id) }); err != nil {
		t.Fatal(err)
	}
	replayAll(t, h, again(t, h, id))
	var exported string
	for exported == "" { // the archiver works beside the notifier
		code, stdout, stderr := call(ctx, "results", "export", "--data-dir", h.flags.DataDir)
		if code != 0 {
			t.Fatalf("exit %d: %s", code, stderr)
		}
		exported = stdout
	}
	other := t.TempDir()
	file := filepath.Join(other, "archive.jsonl")
	if err := os.WriteFile(file, []byte(exported), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, _, stderr := call(ctx, "results", "import", file, "--data-dir", other); code != 0 || !strings.Contains(stderr, "imported") {
		t.Errorf("exit %d: %s", code, stderr)
	}
	_, first, _ := call(ctx, "results", "show", id, "--json", "--data-dir", h.flags.DataDir)
	_, second, _ := call(ctx, "results", "show", id, "--json", "--data-dir", other)
	if first == "" || first != second {
		t.Error("the report is not the same in both archives")
	}
	rm := []string{"results", "rm", "--user", ann.ID, "--data-dir", h.flags.DataDir, "--nats-url", h.embedded.URL()}
	if code, stdout, _ := call(ctx, rm...); code != 0 || !strings.Contains(stdout, id+"\n") {
		t.Errorf("without --yes: exit %d, %q", code, stdout)
	}
	if code, _, stderr := call(ctx, append(rm, "--yes")...); code != 0 {
		t.Errorf("exit %d: %s", code, stderr)
	}
	if events, err := client.Events(ctx, id); err != nil || len(events) != 0 {
		t.Errorf("%d events are left, %v", len(events), err)
	}
	code, stdout, _ := call(ctx, "results", "list", "--json", "--data-dir", h.flags.DataDir)
	var list []listed
	if err := json.Unmarshal([]byte(stdout), &list); code != 0 || err != nil || len(list) != 0 {
		t.Errorf("%d records are left, %v", len(list), err)
	}
}

// again runs a workflow again from its briefing: the source is not fetched twice, and the report comes by the channel.
func again(t *testing.T, h *house, old string) string {
	t.Helper()
	code, stdout, stderr := call(t.Context(), "rerun", old, "--from", "briefing", "--nats-url", h.embedded.URL(), "--json")
	var v struct {
		Workflow  string
		Inherited []string
	}
	if err := json.Unmarshal([]byte(stdout), &v); code != 0 || err != nil || len(v.Inherited) != 6 {
		t.Fatalf("exit %d, %v, %q %s", code, err, stdout, stderr)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if _, err := h.sandbox.WaitMessage(ctx, func(m sandbox.Message) bool { return has(m, "retrieve:"+v.Workflow) }); err != nil {
		_, timeline, _ := call(t.Context(), "timeline", v.Workflow, "--nats-url", h.embedded.URL())
		t.Fatalf("%v\n%s", err, timeline)
	}
	if code, _, stderr := call(t.Context(), "rerun", old, "--from", "nothing", "--nats-url", h.embedded.URL()); code != 1 || !strings.Contains(stderr, "briefing") {
		t.Errorf("an unknown stage: exit %d, %s", code, stderr)
	}
	return v.Workflow
}

// replayAll delivers the kept result anew, in one batch however often it is begun: one message.
func replayAll(t *testing.T, h *house, id string) {
	t.Helper()
	replay := []string{"results", "replay", "--all", "--to", "dm", "--batch", "b", "--data-dir", h.flags.DataDir, "--nats-url", h.embedded.URL()}
	if code, stdout, stderr := call(t.Context(), append(replay, "--dry-run")...); code != 0 || !strings.HasPrefix(stdout, id) {
		t.Errorf("dry run: exit %d, %q %s", code, stdout, stderr)
	}
	for range 2 {
		named := append(replay[:2:2], append([]string{id}, replay[3:]...)...)
		if code, stdout, stderr := call(t.Context(), named...); code != 0 || stdout != id+"\tdm\tdelivered\n" {
			t.Errorf("exit %d, %q %s", code, stdout, stderr)
		}
	}
	list := h.sandbox.Messages(h.sandbox.DMChannel(ann.ID))
	if len(list) != 1 || !titled(list[0], id) {
		t.Errorf("%d messages: %+v", len(list), list)
	}
}

func TestResultsOfTheEarlierSystemAreImported(t *testing.T) {
	dir, data := t.TempDir(), t.TempDir()
	content := `{"workflow_id": "wf_1696291234", "timestamp": 1696291234.567, "url": "https://example.org/a", "depth": "deep", "results": {"a": 1}, "retrieval_info": {}}`
	for name, content := range map[string]string{"wf_1696291234.json": content, "wf_2.json": content[:50]} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	code, _, stderr := call(t.Context(), "results", "import", dir, "--user", "11", "--data-dir", data)
	if code != 1 || !strings.Contains(stderr, "1 imported") || !strings.Contains(stderr, "wf_2.json") {
		t.Errorf("exit %d: %s", code, stderr)
	}
	if code, stdout, _ := call(t.Context(), "results", "show", "wf_1696291234", "--data-dir", data); code != 0 || !strings.Contains(stdout, `"a": 1`) {
		t.Errorf("exit %d: %s", code, stdout)
	}
}
