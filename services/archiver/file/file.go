// Package file keeps undelivered results as JSON files, one a workflow, in the form that the system before this one used,
// so its users' tools go on reading them.
package file

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"autointel.example/schemas"
)

// Status is what every such file says of itself.
const Status = "session_closed_during_workflow"

// Orphan is a result that could not be delivered.
type Orphan struct {
	WorkflowID string          `json:"workflow_id"`
	Timestamp  float64         `json:"timestamp"` // seconds since 1970
	URL        string          `json:"url"`
	Depth      string          `json:"depth"`
	Results    json.RawMessage `json:"results"`
	Retrieval  Retrieval       `json:"retrieval_info"`
}

// Retrieval says how to get the result.
type Retrieval struct {
	Command  string `json:"command"`
	FilePath string `json:"file_path"`
	Status   string `json:"status"`
}

// Timestamp is a time as the files hold it, to the millisecond.
func Timestamp(t time.Time) float64 { return float64(t.UnixMilli()) / 1000 }

// ErrID says that a text is no workflow id. Nothing is read or written under it.
var ErrID = errors.New("not a workflow id")

// Dir is a directory of such files. Every file is whole or not there, and readable by its owner alone.
type Dir struct {
	Path string
	// sync is a file's Sync; tests replace it, because a disk that fails cannot be had otherwise.
	sync func(*os.File) error
}

// PathOf returns where a workflow's file is.
func (d Dir) PathOf(workflowID string) string { return filepath.Join(d.Path, workflowID+".json") }

// Write writes a file: under a temporary name in the same directory, synced, renamed, the directory synced. Writing it
// again replaces it. After an error the file there was, or none, is still whole; all but ErrID may go away by itself.
func (d Dir) Write(o Orphan) (path string, err error) {
	if !schemas.ValidWorkflow(o.WorkflowID) {
		return "", fmt.Errorf("%w: %q", ErrID, o.WorkflowID)
	}
	path = d.PathOf(o.WorkflowID)
	o.Retrieval.FilePath = path
	content, err := json.Marshal(o)
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(d.Path, 0o700); err != nil {
		return "", err
	}
	root, err := os.OpenRoot(d.Path) // nothing outside of it can be reached, whatever the name
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, root.Close()) }()
	temporary := "." + o.WorkflowID + ".tmp"
	if err := d.writeSynced(root, temporary, content); err != nil {
		return "", errors.Join(err, ignoreMissing(root.Remove(temporary)))
	}
	if err := root.Rename(temporary, o.WorkflowID+".json"); err != nil {
		return "", errors.Join(err, ignoreMissing(root.Remove(temporary)))
	}
	return path, d.syncDir()
}

func (d Dir) writeSynced(root *os.Root, name string, content []byte) error {
	f, err := root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	if err == nil {
		err = d.fsync(f)
	}
	return errors.Join(err, f.Close())
}

// syncDir makes the renaming itself survive a power cut.
func (d Dir) syncDir() error {
	f, err := os.Open(d.Path)
	if err != nil {
		return err
	}
	return errors.Join(d.fsync(f), f.Close())
}

func (d Dir) fsync(f *os.File) error {
	if d.sync != nil {
		return d.sync(f)
	}
	return f.Sync()
}

func ignoreMissing(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// Read reads a file.
func (d Dir) Read(workflowID string) (o Orphan, err error) {
	if !schemas.ValidWorkflow(workflowID) {
		return o, fmt.Errorf("%w: %q", ErrID, workflowID)
	}
	f, err := os.OpenInRoot(d.Path, workflowID+".json")
	if err != nil {
		return o, err
	}
	content, err := io.ReadAll(f)
	if err = errors.Join(err, f.Close()); err != nil {
		return o, err
	}
	return o, json.Unmarshal(content, &o)
}

// Remove removes a file; that there is none is no error.
func (d Dir) Remove(workflowID string) error {
	if !schemas.ValidWorkflow(workflowID) {
		return fmt.Errorf("%w: %q", ErrID, workflowID)
	}
	return ignoreMissing(os.Remove(d.PathOf(workflowID)))
}
