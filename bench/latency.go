package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"autointel.example/bench/load"
	"autointel.example/bench/render"
	"autointel.example/internal/sandbox"
	"autointel.example/schemas"
)

// latencyCommand measures what people wait for.
type latencyCommand struct {
	For        time.Duration   `help:"How long each load is put on: one user at a time, as many as it takes, and a share of that." default:"30s"`
	Warmup     time.Duration   `help:"Load that is not counted, before." default:"3s"`
	InFlight   int             `help:"Users at a time when the most workflows a second are looked for." name:"inflight" default:"64"`
	Share      float64         `help:"Of the most workflows a second: the load that latencies are measured under." default:"0.7"`
	Slow       time.Duration   `help:"How long a linked page takes." default:"3s"`
	Durability load.Durability `help:"Of the program's log: durable, as is its default, or fast." enum:"durable,fast" default:"durable"`
	Dir        string          `help:"Where data is kept: a directory on the disk to measure. Default: a temporary one." type:"path"`

	output `embed:""`
}

// Help is what --help says beside the flags.
func (latencyCommand) Help() string {
	return `It starts 'autointel up' as a program of its own, and is Discord and the web for it: users use commands and press buttons, each
in a guild of their own, and what they see has its time. Of every 50 users one asks for a page that links to a slow one, at the depth
that reads it, and 4 lose their session and press the button of the notice; when one user comes at a time, it is one and four of eleven.
Takes about three times --for.`
}

// Validate says what is wrong with the flags; kong calls it.
func (c *latencyCommand) Validate() error {
	var errs []error
	if c.For <= 0 || c.Warmup < 0 || c.Slow <= 0 {
		errs = append(errs, errors.New("--for and --slow must be longer than 0, --warmup 0 or longer"))
	}
	if c.InFlight < 1 || c.InFlight > 10_000 {
		errs = append(errs, fmt.Errorf("--inflight is %d: choose 1 to 10000", c.InFlight))
	}
	if c.Share <= 0 || c.Share >= 1 {
		errs = append(errs, fmt.Errorf("--share is %g: choose more than 0 and less than 1; at 1 and above they queue for ever", c.Share))
	}
	return errors.Join(errs...)
}

// people is what one load has shown.
type people struct {
	Load               string  `json:"load"`
	Workflows          int     `json:"workflows"`
	Failed             int     `json:"failed"` // users who have no result
	WorkflowsPerSecond float64 `json:"workflows_per_second"`
	Cores              float64 `json:"cores"` // of the program's, in use
	Waits              []wait  `json:"waits"`

	why error // of the first that failed
}

// latency is what all loads have shown.
type latency struct {
	render.Origin
	Durability load.Durability `json:"durability"`
	Loads      []people        `json:"loads"`
}

// Run puts one load after the other on the same program.
func (c *latencyCommand) Run(ctx context.Context, s streams) (err error) {
	dir, err := os.MkdirTemp(c.Dir, "bench-latency-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	source, err := sourceDir(ctx)
	if err != nil {
		return err
	}
	autointel, err := buildProgram(ctx, filepath.Join(source, "..", "cmd", "autointel"), dir, "-trimpath", "-ldflags=-s -w")
	if err != nil {
		return err
	}
	t, err := openTown(ctx, autointel, dir, c.Durability, c.Slow)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, t.close()) }()
	found := latency{Origin: c.origin("latency"), Durability: c.Durability}
	if found.Loads, err = c.loads(ctx, s, t); err != nil {
		return err
	}
	if err := c.write(s, "latency", found, found.markdown(), ""); err != nil {
		return err
	}
	return found.complaint()
}

// loads measures each load.
func (c *latencyCommand) loads(ctx context.Context, s streams, t *town) (all []people, err error) {
	crowd := &crowd{town: t}
	measure := func(name string, warmup, run func()) error {
		warmup()
		p, err := c.measure(ctx, crowd, run)
		if err != nil {
			return err
		}
		p.Load = name
		fmt.Fprintf(s.err, "%-22s %6d workflows, %s a second, %d failed, %s cores\n", name, p.Workflows, render.Figure(p.WorkflowsPerSecond), p.Failed, render.Figure(p.Cores))
		all = append(all, p)
		return nil
	}
	err = measure("one at a time", func() { crowd.one(ctx, c.Warmup, allPlain) }, func() { crowd.one(ctx, c.For, oneAtATime) })
	if err != nil {
		return nil, err
	}
	err = measure("as many as it takes", func() { crowd.closed(ctx, c.InFlight, c.Warmup, asPeopleDo) }, func() { crowd.closed(ctx, c.InFlight, c.For, asPeopleDo) })
	if err != nil {
		return nil, err
	}
	rate := all[1].WorkflowsPerSecond * c.Share
	err = measure(fmt.Sprintf("%.0f %% of that", 100*c.Share), func() { crowd.open(ctx, rate, c.Warmup, asPeopleDo) }, func() { crowd.open(ctx, rate, c.For, asPeopleDo) })
	return all, err
}

// allPlain, oneAtATime and asPeopleDo say which page the n-th user of a load asks for, counted from 1.
func allPlain(int) string { return pagePlain }

func oneAtATime(n int) string {
	switch n % 11 {
	case 1:
		return pageSlow
	case 2, 4, 6, 8:
		return pageHeld
	}
	return pagePlain
}

func asPeopleDo(n int) string {
	switch n % 50 {
	case 1:
		return pageSlow
	case 2, 14, 26, 38:
		return pageHeld
	}
	return pagePlain
}

// measure runs a load and reads what became of it from the log and from what users saw.
func (c *latencyCommand) measure(ctx context.Context, crowd *crowd, run func()) (p people, err error) {
	pid := crowd.town.up.cmd.Process.Pid
	before, err := cpuOf(pid)
	if err != nil {
		return p, err
	}
	crowd.anew()
	began := time.Now()
	run()
	if ctx.Err() != nil {
		return p, context.Cause(ctx)
	}
	took := time.Since(began)
	after, err := cpuOf(pid)
	if err != nil {
		return p, err
	}
	all, err := crowd.town.facts(ctx, crowd.journeys)
	if err != nil {
		return p, err
	}
	p = people{Workflows: len(crowd.journeys), WorkflowsPerSecond: perSecond(crowd.journeys, began, c.For), Cores: (after - before).Seconds() / took.Seconds(), Waits: waitsOf(all)}
	for _, j := range crowd.journeys {
		if j.err != nil {
			p.Failed++
			if p.why == nil {
				p.why = fmt.Errorf("%s, a %s page: %w", j.workflow, j.page, j.err)
			}
		}
	}
	return p, nil
}

// perSecond is how many journeys came to their end in a window, a second.
func perSecond(journeys []*journey, began time.Time, window time.Duration) float64 {
	n := 0
	for _, j := range journeys {
		if j.err == nil && j.ended.Sub(began) < window {
			n++
		}
	}
	return float64(n) / window.Seconds()
}

// facts gathers what is known of some journeys.
func (t *town) facts(ctx context.Context, journeys []*journey) ([]facts, error) {
	all, byWorkflow := make([]facts, len(journeys)), map[string]*facts{}
	stages := map[string][]string{} // that the log has seen settle, by workflow
	for i, j := range journeys {
		all[i] = facts{asked: j.asked, lost: j.page == pageHeld, pressed: j.pressed}
		byWorkflow[j.workflow] = &all[i]
	}
	err := t.events(ctx, func(e schemas.Event) {
		f := byWorkflow[e.Workflow]
		if f == nil {
			return
		}
		switch d := e.Data.(type) {
		case schemas.StageCompleted:
			f.settled = append(f.settled, settlement{d.Stage, e.Time})
		case schemas.StageSkipped:
			f.settled = append(f.settled, settlement{d.Stage, e.Time})
		case schemas.StageFailed:
			f.settled = append(f.settled, settlement{d.Stage, e.Time})
		case schemas.WorkflowCompleted:
			f.completed = e.Time
		}
	})
	if err != nil {
		return nil, err
	}
	for i, j := range journeys {
		for _, s := range all[i].settled {
			stages[j.workflow] = append(stages[j.workflow], s.stage)
		}
		all[i].answer, all[i].retrieved = t.showings(j.interaction, stages[j.workflow]), t.showings(j.button, nil)
	}
	return all, nil
}

// showings are what the answer to an interaction showed, version by version; of none there are none.
func (t *town) showings(interaction string, stages []string) []showing {
	m, answered := t.box.Original(interaction)
	if !answered {
		return nil
	}
	var all []showing
	from := m.Timestamp
	for _, v := range append(m.History[:len(m.History):len(m.History)], sandbox.Version{Content: m.Content, Embeds: m.Embeds}) {
		s := showing{from: from}
		if len(v.Embeds) > 0 {
			s.shows, s.settled = shows(v.Embeds[0].Title), settledIn(v.Embeds[0].Description, stages)
		}
		all, from = append(all, s), v.Until
	}
	return all
}
