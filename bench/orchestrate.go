package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"autointel.example/bench/load"
	"autointel.example/bench/render"
)

// contestant is a system that orchestrate knows.
type contestant struct {
	name string
	in   string // the directory of its program below bench; empty: this program
}

// contestants are all systems, in the order of their turns.
var contestants = []contestant{
	{"autointel", ""},
	{"autointel-full", ""},
	{"raw", ""},
	{"raw-events", ""},
	{"watermill", "peers"},
	{"watermill-async", "peers"},
	{"asynq", "peers"},
	{"asynq-unix", "peers"},
	{"river", "peers"},
	{"river-tx", "peers"},
	{"dbos", "peers"},
	{"dbos-sqlite", "peers"},
	{"temporal", "peers/temporal"},
}

// orchestrateCommand measures all systems in turn.
type orchestrateCommand struct {
	Stages     int           `help:"Steps of a workflow, one after the other, each of which does nothing." default:"5"`
	InFlight   int           `help:"Workflows in flight: one that completes is followed by the next at once." name:"inflight" default:"64"`
	Durability string        `help:"fast: the operating system has what is acknowledged; durable: the disk has it; both: one after the other." enum:"fast,durable,both" default:"both"`
	For        time.Duration `help:"How long completions are counted, in each round." default:"10s"`
	Warmup     time.Duration `help:"Load that is not counted, before each measurement." default:"2s"`
	One        time.Duration `help:"How long one workflow at a time is measured afterwards; 0: not at all." default:"2s"`
	Rounds     int           `help:"How often the systems take turns." default:"3"`
	Peers      []string      `help:"The systems beside autointel, which always takes part. Default: all." placeholder:"NAME,..."`
	Dir        string        `help:"Where the systems keep their data: a directory on the disk to measure. Default: a temporary one." type:"path"`

	output `embed:""`
}

// Help is what --help says beside the flags.
func (orchestrateCommand) Help() string {
	var all []string
	for _, c := range contestants {
		all = append(all, c.name)
	}
	return `Each system runs workflows of durable steps in a closed loop, in a process and on a server of its own, which are
started for it and stopped after it; then the next one has its turn, and after the last one the next round begins. What
is compared is compared within a round. Wanted on the machine: PostgreSQL and Redis as Debian has them; a system whose
server is missing is named in the output with the reason.

The systems: ` + strings.Join(all, ", ") + `.
raw is the shortest loop on the broker that still is a chain of durable steps, without any guarantee beyond that;
autointel-full is autointel with what belongs to a Discord interaction: session, lease and timer.

Nothing else should run on the machine meanwhile. All takes about (for + one + 2 x warmup + 3 s) x systems x rounds x durabilities.`
}

// Validate says what is wrong with the flags; kong calls it.
func (c *orchestrateCommand) Validate() error {
	errs := []error{c.options(load.Fast).Validate()}
	if c.Rounds < 1 || c.Rounds > 1000 {
		errs = append(errs, fmt.Errorf("--rounds is %d: choose 1 to 1000", c.Rounds))
	}
	_, err := c.chosen()
	return errors.Join(append(errs, err)...)
}

func (c *orchestrateCommand) options(d load.Durability) load.Options {
	return load.Options{Stages: c.Stages, InFlight: c.InFlight, Durability: d, Warmup: c.Warmup, For: c.For, One: c.One}
}

func (c *orchestrateCommand) durabilities() []load.Durability {
	if c.Durability == "both" {
		return []load.Durability{load.Fast, load.Durable}
	}
	return []load.Durability{load.Durability(c.Durability)}
}

// chosen are autointel and the systems beside it, in the order of their turns.
func (c *orchestrateCommand) chosen() ([]contestant, error) {
	if len(c.Peers) == 0 {
		return contestants, nil
	}
	known := func(name string) bool {
		return slices.ContainsFunc(contestants, func(x contestant) bool { return x.name == name })
	}
	for _, name := range c.Peers {
		if !known(name) {
			var all []string
			for _, x := range contestants {
				all = append(all, x.name)
			}
			return nil, fmt.Errorf("--peers: there is no system %q; there are: %s", name, strings.Join(all, ", "))
		}
	}
	var chosen []contestant
	for _, x := range contestants {
		if x.name == "autointel" || slices.Contains(c.Peers, x.name) {
			chosen = append(chosen, x)
		}
	}
	return chosen, nil
}

// Run measures all and writes what it has shown.
func (c *orchestrateCommand) Run(ctx context.Context, s streams) (err error) {
	chosen, err := c.chosen()
	if err != nil {
		return err
	}
	temporary, err := os.MkdirTemp("", "bench-programs-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(temporary)) }()
	programs, err := c.programs(ctx, s, chosen, temporary)
	if err != nil {
		return err
	}
	trials, err := c.rounds(ctx, s, chosen, programs)
	if err != nil {
		return err
	}
	result := comparison{Origin: c.origin("orchestrate"), Rounds: c.Rounds, Systems: compare(trials)}
	if err := c.write(s, "orchestrate", result, result.markdown(), result.chart()); err != nil {
		return err
	}
	for _, x := range result.Systems {
		if x.Name == "autointel" && (x.Missing != "" || x.Lost > 0 || x.Doubled > 0) {
			return fmt.Errorf("autointel (%s): %d lost, %d doubled %s", x.Durability, x.Lost, x.Doubled, x.Missing)
		}
	}
	return nil
}

// built is a program that measures systems, or why there is none.
type built struct {
	path string
	err  error
}

// programs builds what is needed. A program that cannot be built makes its systems missing, not the run fail.
func (c *orchestrateCommand) programs(ctx context.Context, s streams, chosen []contestant, into string) (map[string]built, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	programs := map[string]built{"": {path: self}}
	for _, x := range chosen {
		if _, done := programs[x.in]; done {
			continue
		}
		source, err := sourceDir(ctx)
		if err != nil {
			return nil, err
		}
		fmt.Fprintf(s.err, "building bench/%s, which takes a while the first time\n", x.in)
		path, err := buildProgram(ctx, filepath.Join(source, x.in), into)
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		if err != nil {
			fmt.Fprintf(s.err, "  %v\n", err)
		}
		programs[x.in] = built{path, err}
	}
	return programs, nil
}

// rounds lets the systems take turns. It ends early only with the context.
func (c *orchestrateCommand) rounds(ctx context.Context, s streams, chosen []contestant, programs map[string]built) ([]trial, error) {
	var trials []trial
	for round := 1; round <= c.Rounds; round++ {
		for _, d := range c.durabilities() {
			for _, x := range chosen {
				t := trial{round: round, name: x.name, durability: d}
				if t.err = programs[x.in].err; t.err == nil {
					fmt.Fprintf(s.err, "round %d of %d  %-7s  %-14s  ", round, c.Rounds, d, x.name)
					t.result, t.err = measureChild(ctx, programs[x.in].path, c.arguments(x, d))
					if ctx.Err() != nil {
						fmt.Fprintln(s.err, "interrupted")
						return nil, context.Cause(ctx)
					}
					fmt.Fprintln(s.err, t.progress())
				}
				trials = append(trials, t)
			}
		}
	}
	return trials, nil
}

func (c *orchestrateCommand) arguments(x contestant, d load.Durability) []string {
	var args []string
	if x.in == "" {
		args = append(args, "system")
	}
	args = append(append(args, x.name), flagsOf(c.options(d))...)
	if c.Dir != "" {
		args = append(args, "--dir="+c.Dir)
	}
	return args
}

// progress is a trial in one line.
func (t trial) progress() string {
	if t.err != nil {
		return t.err.Error()
	}
	line := fmt.Sprintf("%8s workflows/s, p50 %s ms", render.Figure(t.result.WorkflowsPerSecond), render.Figure(t.result.P50MS))
	if t.result.Lost+t.result.Doubled > 0 {
		line += fmt.Sprintf(", %d LOST, %d DOUBLED", t.result.Lost, t.result.Doubled)
	}
	return line
}
