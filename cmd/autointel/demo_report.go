package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"

	"autointel.example/cmd/autointel/terminal"
	"autointel.example/internal/workflow"
	"autointel.example/schemas"
	"autointel.example/services/archiver"
	"autointel.example/services/archiver/file"
	"autointel.example/services/archiver/sqlite"
)

// archived reads the report from both places where it is kept, which must agree.
func (d *demo) archived(ctx context.Context, id string) (markdown []byte, path string, err error) {
	files := file.Dir{Path: archiver.FilesPath(d.house.flags.DataDir)}
	orphan, err := files.Read(id)
	if err != nil {
		return nil, "", err
	}
	store, err := sqlite.Open(ctx, archiver.DatabasePath(d.house.flags.DataDir))
	if err != nil {
		return nil, "", err
	}
	record, err := store.Get(ctx, id)
	if err = errors.Join(err, store.Close()); err != nil {
		return nil, "", err
	}
	if !bytes.Equal(record.Result, orphan.Results) {
		return nil, "", errors.New("the archived file and the database hold different reports")
	}
	var report schemas.Report
	if err := json.Unmarshal(record.Result, &report); err != nil {
		return nil, "", err
	}
	return []byte(report.Markdown), orphan.Retrieval.FilePath, nil
}

// report shows the whole report, and writes it to its file, where that was asked for.
func (d *demo) report(ctx context.Context, v verdict) error {
	c := d.command
	switch {
	case v.Outcome != workflow.Completed && c.Output != "":
		return fmt.Errorf("there is no report to write to %s: the workflow ended without one, for the reason above; try another address", c.Output)
	case v.Outcome != workflow.Completed:
		return nil
	case c.Depth == "" && c.Output == "":
		d.say("\nThe report itself: autointel demo --depth %s", c.depth())
		return nil
	}
	client, err := d.house.runtime.Client(ctx, "demo")
	if err != nil {
		return err
	}
	state, err := client.State(ctx, v.Workflow)
	if err != nil {
		return err
	}
	content, err := client.Artifact(ctx, state.Ended.Completed.Result)
	if err != nil {
		return err
	}
	var report schemas.Report
	if err := json.Unmarshal(content, &report); err != nil {
		return err
	}
	if c.Depth != "" {
		columns, colour := terminal.Of(d.streams.out)
		d.say("\n%s", terminal.Render(report.Markdown, columns, colour))
	}
	if c.Output == "" {
		return nil
	}
	written := []byte(report.Markdown)
	switch strings.ToLower(filepath.Ext(c.Output)) {
	case ".json":
		var b bytes.Buffer
		if err := json.Indent(&b, content, "", "  "); err != nil {
			return err
		}
		written = append(b.Bytes(), '\n')
	case ".svg":
		if written, err = drawing(report); err != nil {
			return err
		}
	}
	if err := os.WriteFile(c.Output, written, 0o644); err != nil { //nolint:gosec // a report is for others to read
		return err
	}
	d.say("The report is in %s (%d bytes).", c.Output, len(written))
	return nil
}

// writable reports, before anything is done, that a file could not be written.
func writable(path string) error {
	if path == "" {
		return nil
	}
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return fmt.Errorf("--output %s is a directory: name a file", path)
	}
	if info, err := os.Stat(filepath.Dir(path)); err != nil || !info.IsDir() {
		return fmt.Errorf("--output %s: there is no directory %s", path, filepath.Dir(path))
	}
	return nil
}

// linger opens the local Discord's page and keeps everything running until the context ends.
func (d *demo) linger(ctx context.Context) {
	url := d.house.sandbox.URL()
	how := "open it in a browser"
	if err := browse(ctx, url); err == nil {
		how = "it opens in your browser"
	}
	fmt.Fprintf(d.streams.err, "\nThe local Discord is at %s (%s). Ctrl-C ends the demo.\n", url, how)
	<-ctx.Done()
}

// browse opens an address in the system's browser.
func browse(ctx context.Context, url string) error {
	name, args := "xdg-open", []string{url}
	switch runtime.GOOS {
	case "darwin":
		name = "open"
	case "windows":
		name, args = "rundll32", []string{"url.dll,FileProtocolHandler", url}
	}
	path, err := exec.LookPath(name)
	if err != nil {
		return err
	}
	command := exec.CommandContext(ctx, path, args...)
	if err := command.Start(); err != nil {
		return err
	}
	go func() { _ = command.Wait() }() // how the browser fares is no matter of ours
	return nil
}
