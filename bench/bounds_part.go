package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"autointel.example/internal/program"
	"autointel.example/internal/stage"
	"autointel.example/internal/workflow"
	"autointel.example/schemas"
	"autointel.example/services/analyzer"
	"autointel.example/services/ingest"
	"autointel.example/services/ingest/fetch"
)

// completed is the outcome of a stage that yielded something.
const completed = "completed"

// Ids of the workflow that is measured, and of an earlier one on the same source, which integrate compares with.
const (
	measured = "wf_019ceb8ac4c87d3f9a1b2c3d4e5f6071"
	earlier  = "wf_019ceb8ac4c87d3f9a1b2c3d4e5f6070"
)

// boundPart runs one stage, once, and prints what that took.
type boundPart struct {
	Dir   string `required:"" help:"Where the stages before it have left their outputs, and where it leaves its own."`
	Stage string `required:""`
	URL   string `required:""`
	Warm  string `help:"A source that is acquired before, and not counted: what is started once in a process is."`
}

// Run settles the stage. The measuring ends when its output is written as it is stored.
func (p *boundPart) Run(ctx context.Context, s streams) error {
	where, err := url.Parse(p.URL)
	if err != nil {
		return err
	}
	client := fetch.New(fetch.Options{Allow: []string{where.Host}, Pause: time.Millisecond})
	defer client.Close()
	var run stage.Func
	for _, x := range append(ingest.Stages(client, ingest.Listening{}), analyzer.Stages(analyzer.Tools{Archive: known{}})...) {
		if x.Name == p.Stage {
			run = x.Run
		}
	}
	if run == nil {
		return &program.UsageError{Err: fmt.Errorf("--stage: there is no stage %q", p.Stage)}
	}
	if p.Warm != "" && p.Stage == workflow.Acquire {
		if _, err := run(ctx, p.input(p.Warm)); err != nil {
			return fmt.Errorf("warm up: %w", err)
		}
	}
	before := used()
	out, err := run(ctx, p.input(p.URL))
	var raw []byte
	if err == nil {
		raw, err = asStored(out)
	}
	one := settled{Outcome: completed, Seconds: (used() - before).Seconds()}
	if err != nil {
		if !stage.Settles(err) {
			return err
		}
		one.Outcome = strings.SplitN(err.Error(), "\n", 2)[0]
	}
	values, err := memory(os.Getpid())
	if err != nil {
		return err
	}
	one.PeakMB = values["rss_peak_mb"]
	if err := directory(p.Dir).keep(p.Stage, raw); err != nil {
		return err
	}
	return json.NewEncoder(s.out).Encode(one)
}

func (p *boundPart) input(address string) stage.Input {
	plan, _ := workflow.PlanFor(workflow.Experimental) // the depth is one
	at := time.Date(2026, 3, 14, 9, 0, 0, 0, time.UTC)
	return stage.Input{
		Workflow: measured, Attempt: 1, RequestedAt: at, Now: func() time.Time { return at }, Outputs: directory(p.Dir),
		Context: schemas.Context{URL: address, Depth: workflow.Experimental, Plan: plan}, Progress: func(int64, int64, string) {},
	}
}

func asStored(out any) ([]byte, error) {
	if f, ok := out.(stage.Final); ok {
		return f.Report, nil
	}
	return json.Marshal(out)
}

// used is the processor time of this process so far.
func used() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u) // it fails for no reason that could be ours
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// directory is the outputs of stages in files of their names. It is a stage.Outputs.
type directory string

func (d directory) file(name string) string { return filepath.Join(string(d), name+".json") }

// keep writes an output; an empty one is of a stage that was skipped. Of a source an older version is kept as well.
func (d directory) keep(name string, raw []byte) error {
	if err := os.WriteFile(d.file(name), raw, 0o600); err != nil || name != workflow.Acquire || len(raw) == 0 {
		return err
	}
	var s schemas.Source
	if err := json.Unmarshal(raw, &s); err != nil {
		return err
	}
	paragraphs := strings.Split(s.Text, "\n\n")
	for i := range paragraphs {
		if i%10 == 3 {
			paragraphs[i] = "This paragraph stood here before, and was taken out in the meantime."
		}
	}
	s.Text = strings.Join(paragraphs, "\n\n")
	old, err := json.Marshal(s)
	if err != nil {
		return err
	}
	return os.WriteFile(d.file("earlier-"+name), old, 0o600)
}

// Settled implements stage.Outputs.
func (d directory) Settled(_ context.Context, id, name string) (schemas.Event, bool, error) {
	if id == earlier {
		name = "earlier-" + name
	}
	info, err := os.Stat(d.file(name))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return schemas.Event{}, false, nil
	case err != nil:
		return schemas.Event{}, false, err
	case info.Size() == 0:
		return schemas.Event{Workflow: id, Data: schemas.StageSkipped{Stage: name, Reason: "nothing_to_do", Message: "There was nothing to do.", Attempts: 1}}, true, nil
	}
	return schemas.Event{Workflow: id, Data: schemas.StageCompleted{Stage: name, Output: schemas.Output{Artifact: schemas.Artifact{Key: name, Size: info.Size()}}}}, true, nil
}

// Output implements stage.Outputs.
func (d directory) Output(_ context.Context, out schemas.Output) ([]byte, error) {
	return os.ReadFile(d.file(out.Artifact.Key))
}

// mostKnown is how many earlier reports an archive answers with at most.
const mostKnown = 200

// known is an archive that knows as much of a source as it ever says. It is an analyzer.Archive.
type known struct{}

// Known implements analyzer.Archive.
func (known) Known(_ context.Context, q schemas.ArchiveKnown) (schemas.ArchiveKnowledge, error) {
	var all schemas.ArchiveKnowledge
	trust := 60
	for n := range mostKnown {
		r := schemas.KnownReport{
			Workflow: earlier, URL: q.URLs[0], Title: "An earlier report", SiteName: "The Gauge", Entities: q.Names, Trust: &trust,
			EndedAt: time.Date(2026, 3, 13, 9, 0, 0, 0, time.UTC).Add(-time.Duration(n) * time.Hour), Fingerprint: make([]uint32, 128),
		}
		for i := range r.Fingerprint {
			r.Fingerprint[i] = uint32(n*128 + i)
		}
		all.Reports = append(all.Reports, r)
	}
	return all, nil
}
