package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestWhatPeopleWaitForIsMeasuredOnTheRealProgram(t *testing.T) {
	dir := t.TempDir()
	section := filepath.Join(dir, "figures.md")
	if err := os.WriteFile(section, []byte("before\n<!-- begin latency -->\n<!-- end latency -->\nafter\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 4*time.Minute) // the program is built first
	defer cancel()
	var stdout, stderr bytes.Buffer
	code := run(ctx, []string{"latency", "--for=4s", "--warmup=200ms", "--inflight=16", "--slow=2500ms", "--durability=fast", "--section=" + section}, &stdout, &stderr)
	if code != 0 {
		t.Fatalf("exit code %d: %s", code, stderr.String())
	}
	var l latency
	if err := json.Unmarshal(stdout.Bytes(), &l); err != nil {
		t.Fatal(err)
	}
	if len(l.Loads) != 3 {
		t.Fatalf("%d loads", len(l.Loads))
	}
	for _, p := range l.Loads {
		if p.Failed > 0 || p.Workflows == 0 || p.WorkflowsPerSecond <= 0 || p.Cores <= 0 || len(p.Waits) != len(waits) {
			t.Errorf("%+v", p)
		}
		for _, w := range p.Waits {
			if w.Count == 0 || w.P50MS < 0 || w.P95MS < w.P50MS || w.P99MS < w.P95MS || w.P99MS <= 0 && w.What != waitOverdue {
				t.Errorf("%s: %+v", p.Load, w)
			}
		}
	}
	text, err := os.ReadFile(section)
	if err != nil || !strings.HasPrefix(string(text), "before\n") || !strings.Contains(string(text), "| "+waitRetrieved+" ") {
		t.Errorf("%v: %s", err, text)
	}
}
