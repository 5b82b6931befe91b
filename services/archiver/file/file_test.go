package file

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

const id = "wf_0123456789abcdef0123456789abcdef"

func orphan(results string) Orphan {
	return Orphan{
		WorkflowID: id, Timestamp: Timestamp(time.UnixMilli(1696291234567)), URL: "https://example.org", Depth: "experimental",
		Results: json.RawMessage(results), Retrieval: Retrieval{Command: "/retrieve_results workflow_id:" + id, Status: Status},
	}
}

func TestTheFileHasThePromisedStructure(t *testing.T) {
	d := Dir{Path: filepath.Join(t.TempDir(), "orphaned_results")}
	path, err := d.Write(orphan(`{"headline":"h"}`))
	if err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(path)
	want := `{"workflow_id":"` + id + `","timestamp":1696291234.567,"url":"https://example.org","depth":"experimental","results":{"headline":"h"},` +
		`"retrieval_info":{"command":"/retrieve_results workflow_id:` + id + `","file_path":"` + path + `","status":"session_closed_during_workflow"}}`
	if err != nil || string(content) != want {
		t.Errorf("%v\n%s\n%s", err, content, want)
	}
	file, err := os.Stat(path)
	dir, err2 := os.Stat(d.Path)
	if err := errors.Join(err, err2); err != nil || file.Mode().Perm() != 0o600 || dir.Mode().Perm() != 0o700 {
		t.Errorf("%v %v %v", file.Mode(), dir.Mode(), err)
	}
	if got, err := d.Read(id); err != nil || string(got.Results) != `{"headline":"h"}` {
		t.Errorf("%+v, %v", got, err)
	}
	if err := errors.Join(d.Remove(id), d.Remove(id)); err != nil {
		t.Error(err)
	}
}

func TestIDsDoNotLeaveTheDirectory(t *testing.T) {
	d := Dir{Path: t.TempDir()}
	for _, bad := range []string{"", "..", "../x", "wf_1/../../x", "/etc/passwd", "wf_0123456789abcdef0123456789abcdeF", "wf_\x00"} {
		o := orphan("{}")
		o.WorkflowID = bad
		_, err := d.Write(o)
		_, err2 := d.Read(bad)
		if !errors.Is(err, ErrID) || !errors.Is(err2, ErrID) || !errors.Is(d.Remove(bad), ErrID) {
			t.Errorf("%q: %v, %v", bad, err, err2)
		}
	}
	outside := filepath.Join(t.TempDir(), "outside")
	if err := os.Symlink(outside, filepath.Join(d.Path, "."+id+".tmp")); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Write(orphan("{}")); err == nil {
		t.Error("a link out of the directory was followed")
	}
	if _, err := os.Stat(outside); err == nil {
		t.Error("a file was made outside")
	}
}

func TestAFullDiskLeavesTheOldFileWhole(t *testing.T) {
	d := Dir{Path: t.TempDir()}
	if _, err := d.Write(orphan(`{"first":1}`)); err != nil {
		t.Fatal(err)
	}
	full := d
	full.sync = func(*os.File) error { return syscall.ENOSPC }
	if _, err := full.Write(orphan(`{"second":2}`)); !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("%v", err)
	}
	if got, err := d.Read(id); err != nil || string(got.Results) != `{"first":1}` {
		t.Errorf("%s, %v", got.Results, err)
	}
	if entries, err := os.ReadDir(d.Path); err != nil || len(entries) != 1 {
		t.Errorf("%v, %v", entries, err)
	}
}

// FuzzNames: whatever a workflow is called, nothing is written, read or removed outside of the directory.
func FuzzNames(f *testing.F) {
	for _, name := range []string{id, "", "..", "../x", "wf_1/../../x", "/etc/passwd", "wf_\x00", "wf_1696291234", "autointel_1696291234_42", "con", "a\\b", ".hidden", "wf_1.json"} {
		f.Add(name)
	}
	parent := f.TempDir()
	d := Dir{Path: filepath.Join(parent, "a", "files")}
	if err := os.MkdirAll(d.Path, 0o700); err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, name string) {
		o := orphan("{}")
		o.WorkflowID = name
		path, err := d.Write(o)
		_, readErr := d.Read(name)
		if (err == nil) != (readErr == nil) || errors.Is(err, ErrID) != errors.Is(readErr, ErrID) {
			t.Errorf("%q: written %v, read %v", name, err, readErr)
		}
		if err == nil && (filepath.Dir(path) != d.Path || filepath.Base(path) != name+".json") {
			t.Errorf("%q is in %q", name, path)
		}
		if removed := d.Remove(name); errors.Is(err, ErrID) != errors.Is(removed, ErrID) {
			t.Errorf("%q: %v", name, removed)
		}
		for _, dir := range []string{parent, filepath.Join(parent, "a")} {
			if entries, err := os.ReadDir(dir); err != nil || len(entries) != 1 {
				t.Fatalf("%q left something in %s: %v, %v", name, dir, entries, err)
			}
		}
	})
}
