package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"autointel.example/cmd/autointel/demo/source"
	"autointel.example/internal/sandbox"
	"autointel.example/schemas"
)

// written keeps what is written to it.
type written struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (w *written) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.text.Write(p)
}

func (w *written) bytes() []byte {
	w.mu.Lock()
	defer w.mu.Unlock()
	return bytes.Clone(w.text.Bytes())
}

// An interaction's token is a credential. After a run in which everything happens to it (it is answered with, refused, it
// expires, and another retrieves the result) it is in the bucket sessions, and nowhere else.
func TestTheTokenIsInTheSessionsBucketAlone(t *testing.T) {
	article, err := source.Start(3 * time.Second)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = article.Close() }()
	var logs written
	h, client := runningWith(t, 2*time.Second, &logs, article.HostPort())
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	h.sandbox.Fail("edit_original", 1, sandbox.Fault{Dropped: true}) // errors of the connection quote addresses
	h.sandbox.Fail("edit_original", 1, sandbox.Fault{Status: 500})
	h.sandbox.Fail("callback", 1, sandbox.Fault{Lost: true})
	i, err := h.sandbox.Command(ctx, ann, "autointel", map[string]any{"url": article.URL()})
	if err != nil {
		t.Fatal(err)
	}
	id, err := schemas.WorkflowID(i.ID)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.sandbox.WaitMessage(ctx, func(m sandbox.Message) bool { return has(m, "retrieve:"+id) }); err != nil {
		t.Fatal(err)
	}
	again, err := h.sandbox.Command(ctx, ann, "retrieve_results", map[string]any{"workflow_id": id})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.sandbox.WaitMessage(ctx, func(m sandbox.Message) bool { return m.Interaction == again.ID && titled(m, id) }); err != nil {
		t.Fatal(err)
	}
	for _, token := range []string{tokenOf(t, i), tokenOf(t, again)} {
		if bytes.Contains(logs.bytes(), []byte(token)) {
			t.Error("the token is in the log lines")
		}
		if strings.Contains(metricsOf(t, h), token) {
			t.Error("the token is in the metrics")
		}
		events, err := client.Events(ctx, id)
		if body, _ := json.Marshal(events); err != nil || bytes.Contains(body, []byte(token)) {
			t.Errorf("the token is in the events, %v", err)
		}
		if in := filesWith(t, h.flags.DataDir, token); len(in) > 0 {
			t.Errorf("the token is in %v", in)
		}
	}
	// What is looked for in the same way and has to be there: else the test has lost its subject.
	if in := filesWith(t, h.flags.DataDir, id); len(in) < 3 || !bytes.Contains(logs.bytes(), []byte(id)) {
		t.Errorf("even the workflow's id is only in %v", in)
	}
}

func tokenOf(t *testing.T, i sandbox.Interaction) string {
	t.Helper()
	var body struct{ Token string }
	if err := json.Unmarshal(i.Body, &body); err != nil || len(body.Token) < 20 {
		t.Fatalf("%q, %v", body.Token, err)
	}
	return body.Token
}

// filesWith lists the files of the data directory (log, artifacts, archive, orphaned results) that hold a text, those of the
// bucket sessions apart.
func filesWith(t *testing.T, dir, text string) (found []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.Contains(path, "KV_"+schemas.BucketSessions) {
			return err
		}
		content, err := os.ReadFile(path)
		if err == nil && bytes.Contains(content, []byte(text)) {
			found = append(found, path)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
	return found
}

// metricsOf reads the metrics as they are served.
func metricsOf(t *testing.T, h *house) string {
	t.Helper()
	families, err := h.runtime.Metrics.Registry.Gather()
	if err != nil || len(families) == 0 {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, f := range families {
		b.WriteString(f.String())
	}
	return b.String()
}
