//go:build integration

package archiver_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"autointel.example/schemas"
)

// disk mounts a small file system of its own. It needs the right to mount, as root has.
func disk(t *testing.T, dir, size string) {
	t.Helper()
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size="+size); err != nil {
		t.Fatalf("mount %s: %v (run this test as root)", dir, err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
}

// fill takes all the space there is.
func fill(t *testing.T, path string) {
	t.Helper()
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	block := make([]byte, 4096)
	for err == nil {
		_, err = f.Write(block)
	}
	if !errors.Is(err, syscall.ENOSPC) {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}

// bigReport does not fit into what a full disk has left over.
var bigReport = []byte(`{"workflow_id":"x","markdown":"the keeper ` + strings.Repeat("of the gauge ", 8000) + `"}`)

// undeliverable ends workflows whose results could not be delivered.
func (h *house) undeliverable(t *testing.T, from, to int) {
	t.Helper()
	for n := from; n < to; n++ {
		wf, _ := ids(n)
		a, err := h.client.PutArtifact(t.Context(), wf, "application/json", bigReport)
		if err != nil {
			t.Fatal(err)
		}
		h.append(t, wf, ann, schemas.WorkflowCompleted{Result: a, Title: "Tides"})
		h.append(t, wf, ann, undelivered(a))
	}
}

// retrievable checks that a result is had although nothing can be kept.
func (h *house) retrievable(t *testing.T, n int) {
	t.Helper()
	wf, _ := ids(n)
	_, rt := ids(1000 + n)
	h.append(t, rt, ann, schemas.RetrievalRequested{Workflow: wf})
	e := <-h.events
	completed, ok := e.Data.(schemas.RetrievalCompleted)
	if !ok {
		t.Fatalf("%+v on a disk that takes nothing", e.Data)
	}
	if content, err := h.client.Artifact(t.Context(), completed.Result); err != nil || string(content) != string(bigReport) {
		t.Errorf("%d bytes, %v", len(content), err)
	}
}

// keptAfterAll checks that every result is kept and announced once the disk takes it.
func (h *house) keptAfterAll(t *testing.T, from, to int) {
	t.Helper()
	for range to - from {
		if e := <-h.events; e.Data.EventType() != schemas.TypeResultArchived {
			t.Fatalf("%+v", e.Data)
		}
	}
	for n := from; n < to; n++ {
		wf, _ := ids(n)
		if r, err := h.store.Get(t.Context(), wf); err != nil || !r.Undelivered || string(r.Result) != string(bigReport) {
			t.Errorf("%s: %v", wf, err)
		}
		if o, err := h.files.Read(wf); err != nil || string(o.Results) != string(bigReport) {
			t.Errorf("%s: %v", wf, err)
		}
	}
}

func TestAFullDiskLosesNothing(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "disk")
	disk(t, dir, "8m")
	h := openIn(t, dir)
	fill(t, filepath.Join(dir, "everything"))
	h.undeliverable(t, 1, 6)
	h.retrievable(t, 3)
	if err := os.Remove(filepath.Join(dir, "everything")); err != nil {
		t.Fatal(err)
	}
	h.keptAfterAll(t, 1, 6)
}

func TestADiskThatBecameReadOnlyLosesNothing(t *testing.T) {
	dir := t.TempDir()
	files := filepath.Join(dir, "orphaned_results")
	disk(t, files, "8m")
	if err := syscall.Mount("", files, "", syscall.MS_REMOUNT|syscall.MS_RDONLY, ""); err != nil {
		t.Fatal(err)
	}
	h := openIn(t, dir)
	h.undeliverable(t, 1, 4)
	wf, rt := ids(2)
	h.append(t, rt, ann, schemas.RetrievalRequested{Workflow: wf})
	if e := <-h.events; e.Data.EventType() != schemas.TypeRetrievalCompleted {
		t.Fatalf("%+v", e.Data)
	}
	if err := syscall.Mount("", files, "", syscall.MS_REMOUNT, ""); err != nil {
		t.Fatal(err)
	}
	h.keptAfterAll(t, 1, 4)
}
