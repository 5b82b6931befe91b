package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"autointel.example/bench/render"
	"autointel.example/internal/program"
	"autointel.example/internal/workflow"
)

// The sizes of the inputs, in bytes.
const (
	smallInput = 1_000_000
	largeInput = 10_000_000
)

// boundsCommand shows that every stage keeps to its bounds.
type boundsCommand struct {
	Seconds   float64  `help:"Processor time within which an input of 1 MB must settle." default:"2"`
	Megabytes float64  `help:"Resident memory within which an input of 10 MB must settle, in MiB." default:"512"`
	Kinds     []string `help:"Only these kinds of source: ${kinds}." placeholder:"KIND,..."`

	output `embed:""`
}

// Help is what --help says beside the flags.
func (boundsCommand) Help() string {
	return `It serves sources of 1 MB and of 10 MB, and runs every stage of the most thorough depth on them, one after the other, each in a
process of its own with one processor. What the stage and all its garbage collection use of the processor counts as its
time; the most that its process has held, its input and output included, as its memory. What others do on the machine
counts for neither. Transcription by a service is left out. It exits with 1 if a bound is broken. Takes about 2 minutes.`
}

// settled is how a stage settled one source.
type settled struct {
	Stage   string  `json:"stage"`
	Source  string  `json:"source"`
	Bytes   int     `json:"bytes"`
	Outcome string  `json:"outcome"` // "completed", or the reason why not
	Seconds float64 `json:"seconds"`
	PeakMB  float64 `json:"peak_mb"`
}

// bounds is all that was measured.
type bounds struct {
	render.Origin
	Seconds   float64   `json:"bound_seconds"`
	Megabytes float64   `json:"bound_mb"`
	Settled   []settled `json:"settled"`
}

// Run settles every source of both sizes.
func (c *boundsCommand) Run(ctx context.Context, s streams) (err error) {
	for _, k := range c.Kinds {
		if !slices.ContainsFunc(sourceKinds, func(x sourceKind) bool { return x.name == k }) {
			return &program.UsageError{Err: fmt.Errorf("--kinds: there is no kind %q; there are: %s", k, kindNames())}
		}
	}
	dir, err := os.MkdirTemp("", "bench-bounds-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	all := &bounds{Origin: c.origin("bounds"), Seconds: c.Seconds, Megabytes: c.Megabytes}
	for _, kind := range sourceKinds {
		if len(c.Kinds) > 0 && !slices.Contains(c.Kinds, kind.name) {
			continue
		}
		for _, size := range []int{smallInput, largeInput} {
			if err := all.settle(ctx, s, kind, size, filepath.Join(dir, fmt.Sprintf("%s-%d", kind.path, size))); err != nil {
				return fmt.Errorf("%s of %s bytes: %w", kind.name, render.Count(size), err)
			}
		}
	}
	if err := c.write(s, "bounds", all, all.markdown(), ""); err != nil {
		return err
	}
	return all.judge(len(c.Kinds) == 0)
}

// settle runs the stages of one source, each in a process that finds in the directory what those before it have left there.
func (b *bounds) settle(ctx context.Context, s streams, kind sourceKind, size int, dir string) error {
	if err := os.Mkdir(dir, 0o700); err != nil {
		return err
	}
	server := httptest.NewServer(newLibrary(kind, size))
	defer server.Close()
	where, err := url.Parse(server.URL)
	if err != nil {
		return err
	}
	plan, err := workflow.PlanFor(workflow.Experimental)
	if err != nil {
		return err
	}
	for _, p := range plan {
		if len(kind.stages) > 0 && !slices.Contains(kind.stages, p.Stage) {
			continue
		}
		one, err := settleIn(ctx, "--dir="+dir, "--stage="+p.Stage, "--url="+where.JoinPath(kind.path).String(), "--warm="+kind.warmed(where))
		if err != nil {
			return fmt.Errorf("%s: %w", p.Stage, err)
		}
		one.Stage, one.Source, one.Bytes = p.Stage, kind.name, size
		b.Settled = append(b.Settled, one)
		fmt.Fprintf(s.err, "%s, %s of %s bytes: %s s, %s MB, %s\n", one.Stage, one.Source, render.Count(size), render.Figure(one.Seconds), render.Figure(one.PeakMB), one.Outcome)
	}
	return nil
}

// settleIn runs one stage in a process of one processor.
func settleIn(ctx context.Context, args ...string) (settled, error) {
	self, err := os.Executable()
	if err != nil {
		return settled{}, err
	}
	cmd := child(ctx, self, append([]string{"part", "bound"}, args...)...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr, cmd.Env = &stdout, &stderr, append(os.Environ(), "GOMAXPROCS=1")
	if err := cmd.Run(); err != nil {
		if ctx.Err() != nil {
			return settled{}, context.Cause(ctx)
		}
		return settled{}, fmt.Errorf("%w: %s", err, lastLine(stderr.String()))
	}
	var one settled
	err = json.Unmarshal(stdout.Bytes(), &one)
	return one, err
}

// row is a line of the table: what was worst of a stage, whatever the source was.
type row struct {
	name               string
	small, large, peak settled
	broken             bool
}

// rows are the acquiring of each kind of source, and then every other stage.
func (b *bounds) rows() []*row {
	var rows []*row
	for _, s := range b.Settled {
		if strings.HasPrefix(s.Outcome, "skipped") {
			continue // it had nothing to do
		}
		name := s.Stage
		if name == workflow.Acquire {
			name += ", " + s.Source
		}
		i := slices.IndexFunc(rows, func(r *row) bool { return r.name == name })
		if i < 0 {
			i = len(rows)
			rows = append(rows, &row{name: name})
		}
		rows[i].add(s, b)
	}
	slices.SortStableFunc(rows, func(x, y *row) int { return cmp.Compare(place(x.name), place(y.name)) })
	return rows
}

// place is where a row's stage stands in the table of stages.
func place(name string) int {
	stage, _, _ := strings.Cut(name, ",")
	plan, err := workflow.PlanFor(workflow.Experimental)
	if err != nil {
		return 0
	}
	for i, p := range plan {
		if p.Stage == stage {
			return i
		}
	}
	return len(plan)
}

func (r *row) add(s settled, b *bounds) {
	if s.Bytes == smallInput {
		if s.Seconds >= r.small.Seconds {
			r.small = s
		}
		r.broken = r.broken || s.Seconds > b.Seconds
		return
	}
	if s.Seconds >= r.large.Seconds {
		r.large = s
	}
	if s.PeakMB >= r.peak.PeakMB {
		r.peak = s
	}
	r.broken = r.broken || s.PeakMB*1e6 > b.Megabytes*(1<<20)
}

// judge says which bounds are broken. Of a run over all kinds of sources every stage must have had something to do.
func (b *bounds) judge(whole bool) error {
	var errs []error
	for _, r := range b.rows() {
		if r.broken {
			errs = append(errs, fmt.Errorf("%s: %s s for 1 MB (%s), and %s MB for 10 MB (%s); at most %g s and %g MiB are allowed", r.name,
				render.Figure(r.small.Seconds), r.small.Source, render.Figure(r.peak.PeakMB), r.peak.Source, b.Seconds, b.Megabytes))
		}
	}
	plan, err := workflow.PlanFor(workflow.Experimental)
	for _, p := range plan {
		if whole && !slices.ContainsFunc(b.Settled, func(s settled) bool { return s.Stage == p.Stage && s.Outcome == completed }) {
			errs = append(errs, fmt.Errorf("%s: it completed nothing, so it was not measured", p.Stage))
		}
	}
	return errors.Join(append(errs, err)...)
}

// markdown is the table for people.
func (b *bounds) markdown() string {
	var lines [][]string
	for _, r := range b.rows() {
		within := "yes"
		if r.broken {
			within = "**no**"
		}
		lines = append(lines, []string{
			r.name, r.of(r.small, r.small.Seconds), r.of(r.large, r.large.Seconds), r.of(r.peak, r.peak.PeakMB), within,
		})
	}
	return b.Origin.String() + fmt.Sprintf(" Bounds: %g s of one core for 1 MB, %g MiB for 10 MB.", b.Seconds, b.Megabytes) + "\n\n" +
		render.Table([]string{"stage", "1 MB, s", "10 MB, s", "10 MB, peak MB", "within"}, lines)
}

// of is a figure with the source that it is of, unless the row's name says it.
func (r *row) of(s settled, value float64) string {
	switch {
	case s.Outcome == "":
		return "not measured"
	case s.Stage == workflow.Acquire:
		return render.Figure(value)
	}
	return fmt.Sprintf("%s (%s)", render.Figure(value), s.Source)
}
