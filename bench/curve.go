package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"autointel.example/bench/load"
	"autointel.example/bench/render"
)

// curveCommand shows how figures change as one thing grows.
type curveCommand struct {
	Inflight inflightCurve `cmd:"" help:"As more workflows are in flight."`
	Log      logCurve      `cmd:"" help:"As the log holds more events: throughput, memory, and the time until a restarted server is ready."`
	Replicas replicasCurve `cmd:"" help:"As more copies of the stages' runner work on one server, each a process."`
	Cluster  clusterCurve  `cmd:"" help:"One server, and three that keep every stream thrice, each a process."`
}

// curveFlags are what every curve takes.
type curveFlags struct {
	Stages     int             `help:"Steps of a workflow." default:"5"`
	Durability load.Durability `help:"fast: the operating system has what is acknowledged; durable: the disk has it." enum:"fast,durable" default:"fast"`
	For        time.Duration   `help:"How long completions are counted, at each point." default:"5s"`
	Warmup     time.Duration   `help:"Load that is not counted, before." default:"2s"`
	Dir        string          `help:"Where data is kept: a directory on the disk to measure. Default: a temporary one." type:"path"`

	output `embed:""`
}

func (c curveFlags) options(inFlight int) load.Options {
	return load.Options{Stages: c.Stages, InFlight: inFlight, Durability: c.Durability, Warmup: c.Warmup, For: c.For}
}

// curve is what a growth has shown.
type curve struct {
	render.Origin
	Name       string          `json:"curve"`
	Durability load.Durability `json:"durability"`
	Points     []curvePoint    `json:"points"`

	title, x string
	measures []measure
}

// measure is one of the figures of a point.
type measure struct {
	key, label string
}

// curvePoint is what one value of the growing thing has shown.
type curvePoint struct {
	System  string             `json:"system"`
	At      int                `json:"at"`
	Values  map[string]float64 `json:"values"`
	Lost    int                `json:"lost"`
	Doubled int                `json:"doubled"`
	Missing string             `json:"missing,omitempty"` // why there are no values
}

// The measures that every load gives.
var (
	byRate = measure{key: "workflows_per_second", label: "workflows/s"}
	byP50  = measure{key: "p50_ms", label: "p50 ms"}
	byP99  = measure{key: "p99_ms", label: "p99 ms"}
	byCPU  = measure{key: "cpu_seconds_per_1000", label: "CPU s per 1,000"}
)

// newPoint takes over what a load has shown.
func newPoint(system string, at int, r partResult) curvePoint {
	p := curvePoint{System: system, At: at, Values: map[string]float64{
		byRate.key: r.WorkflowsPerSecond, byP50.key: r.P50MS, byP99.key: r.P99MS, byCPU.key: r.CPUSecondsPer1000,
	}, Lost: r.Lost, Doubled: r.Doubled}
	for key, value := range r.Values {
		p.Values[key] = value
	}
	return p
}

// measureAt measures a point in a child of this program with a new directory, and says so.
func (c curveFlags) measureAt(ctx context.Context, s streams, system string, at int, args func(dir string) []string) (p curvePoint, err error) {
	self, err := os.Executable()
	if err != nil {
		return p, err
	}
	dir, err := os.MkdirTemp(c.Dir, "bench-curve-")
	if err != nil {
		return p, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	fmt.Fprintf(s.err, "%-14s %12s  ", system, render.Count(at))
	out, err := outputOf(ctx, self, args(dir))
	if ctx.Err() != nil {
		fmt.Fprintln(s.err, "interrupted")
		return p, context.Cause(ctx)
	}
	var r partResult
	if err == nil {
		err = json.Unmarshal([]byte(lastLine(string(out))), &r)
	}
	if err != nil {
		fmt.Fprintln(s.err, err)
		return curvePoint{System: system, At: at, Missing: err.Error()}, nil
	}
	fmt.Fprintf(s.err, "%8s workflows/s, p50 %s ms\n", render.Figure(r.WorkflowsPerSecond), render.Figure(r.P50MS))
	return newPoint(system, at, r), nil
}

// markdown is the curve for people.
func (c curve) markdown() string {
	head := []string{c.x, "system"}
	for _, m := range c.measures {
		head = append(head, m.label)
	}
	var rows [][]string
	var notes strings.Builder
	for _, p := range c.Points {
		row := []string{render.Count(p.At), p.System}
		for _, m := range c.measures {
			cell := "-"
			if v, ok := p.Values[m.key]; ok {
				cell = render.Figure(v)
			}
			row = append(row, cell)
		}
		rows = append(rows, row)
		if p.Missing != "" {
			fmt.Fprintf(&notes, "- %s at %d was not measured: %s\n", p.System, p.At, p.Missing)
		}
		if p.Lost+p.Doubled > 0 {
			fmt.Fprintf(&notes, "- %s at %d: %d workflows never completed, %d completions were one too many\n", p.System, p.At, p.Lost, p.Doubled)
		}
	}
	text := fmt.Sprintf("%s %s\n\n%s", c.Origin, meaning[c.Durability], render.Table(head, rows))
	if notes.Len() > 0 {
		text += "\n" + notes.String()
	}
	return text
}

// chart has a panel for each measure and a line for each system.
func (c curve) chart() string {
	chart := render.Lines{Title: c.title, Note: c.Machine + ", " + c.Date, X: c.x}
	for _, m := range c.measures {
		panel := render.Panel{Label: m.label}
		lines := map[string]int{}
		for _, p := range c.Points {
			if v, ok := p.Values[m.key]; ok && p.At > 0 {
				i, known := lines[p.System]
				if !known {
					i = len(panel.Series)
					lines[p.System] = i
					panel.Series = append(panel.Series, render.Series{Name: p.System})
				}
				panel.Series[i].Points = append(panel.Series[i].Points, render.Point{X: float64(p.At), Y: v})
			}
		}
		chart.Panels = append(chart.Panels, panel)
	}
	return chart.SVG()
}

// finish writes the curve, and fails if it has no point.
func (c curveFlags) finish(s streams, made curve) error {
	made.Origin, made.Durability = c.origin("curve "+made.Name), c.Durability
	if err := c.write(s, "curve-"+made.Name, made, made.markdown(), made.chart()); err != nil {
		return err
	}
	for _, p := range made.Points {
		if p.Missing == "" {
			return nil
		}
	}
	return errors.New("no point could be measured")
}

// part is the beginning of a part's arguments.
func part(name string, o load.Options, dir string) []string {
	return append([]string{"part", name, "--dir=" + filepath.Join(dir, "data")}, flagsOf(o)...)
}
