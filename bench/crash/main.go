// Command crash kills an installation at every point at which something has just happened, and compares what is left with what is
// left when nobody kills it.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/alecthomas/kong"

	"autointel.example/bench/single"
	"autointel.example/bench/trial"
	"autointel.example/internal/program"
)

// command is the command line.
type command struct {
	Depth   []string `help:"Which workflows: all, or some of: ${scenarios}." default:"all"`
	Points  int      `help:"How many points of each workflow, evenly spread; 0: every one." default:"0"`
	Seed    uint64   `help:"Draws which, where not every one is tried." default:"1"`
	Part    string   `help:"One part of the points, such as 2/4: every fourth, from the second on." placeholder:"K/N"`
	At      string   `help:"This point alone, as the table names it." placeholder:"POINT"`
	Workers int      `help:"How many are tried side by side." default:"12"`
	Dir     string   `help:"Where data is kept. Default: a temporary directory, removed unless something is found." type:"path"`
	Program string   `help:"An autointel that was built with -tags faultpoints; it is not built then." type:"existingfile"`
	JSON    bool     `help:"End with the outcome as a line of JSON."`

	k, n int // of Part
}

// Help is what --help says beside the flags.
func (command) Help() string {
	return `autointel up runs as a process of its own, with its broker and its archive on disk; Discord is the sandbox. It is built with fault
points: after each append to the log, before and after each answer to a message (acknowledged, or to come again), after each request
to Discord, and after each write to the archive and the buckets. For each of them an installation is made, one workflow is asked for, the process is
killed (SIGKILL) when it reaches the point, and started again. Then the report that the user sees, the workflow's state as its log
tells it, and its record in the archive are compared with those of the run that nobody disturbed, and the judge of the chaos run looks at
every message.

Exit code 1: something was found that must not be; what there is of it is kept, and its directory named.`
}

func main() {
	ctx, cancel := program.Signals()
	defer cancel()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// run carries out a command line and returns its exit code.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	vars := kong.Vars{"scenarios": strings.Join(scenarios(), " ")}
	return trial.Run(ctx, "crash", "An installation that is killed at every point.", &command{}, vars, args, stdout, stderr)
}

// Check says what is wrong with the command line.
func (c *command) Check() error {
	if slices.Equal(c.Depth, []string{"all"}) {
		c.Depth = scenarios()
	}
	for _, d := range c.Depth {
		if !slices.Contains(scenarios(), d) {
			return fmt.Errorf("--depth: there is no %q; choose all, or some of: %s", d, strings.Join(scenarios(), ","))
		}
	}
	if c.Workers < 1 || c.Points < 0 {
		return errors.New("--workers must be at least 1, and --points not negative")
	}
	if c.Part != "" {
		if _, err := fmt.Sscanf(c.Part, "%d/%d", &c.k, &c.n); err != nil || c.n < 1 || c.k < 1 || c.k > c.n {
			return errors.New("--part is K/N, such as 2/4")
		}
	}
	if c.At != "" && len(c.Depth) > 1 {
		return errors.New("--at wants one --depth")
	}
	return nil
}

// CarryOut tries every workflow and tells. It says whether all was well.
func (c *command) CarryOut(ctx context.Context, stdout, stderr io.Writer) (good bool, err error) {
	dir, done, err := trial.Scratch(c.Dir, "crash")
	if err != nil {
		return false, err
	}
	defer func() { err = done(ctx, good, err) }()
	binary := c.Program
	if binary == "" {
		fmt.Fprintln(stderr, "building autointel with fault points")
		binary = filepath.Join(dir, "autointel")
		if err := build(ctx, binary); err != nil {
			return false, err
		}
	}
	l := &laboratory{program: binary, dir: dir, site: single.NewSite(), slots: make(chan struct{}, c.Workers)}
	defer l.site.Close()
	began := time.Now()
	all, errs := make([]series, len(c.Depth)), make([]error, len(c.Depth))
	var trying sync.WaitGroup
	for i, name := range c.Depth {
		trying.Go(func() {
			var err error
			if all[i], err = c.series(ctx, l, scenarioOf(name), stderr); err != nil {
				errs[i] = fmt.Errorf("%s: %w (what there is of it is in %s)", name, err, dir)
			}
		})
	}
	trying.Wait()
	if err := errors.Join(errs...); err != nil {
		return false, err
	}
	return c.tell(all, time.Since(began), dir, stdout)
}

// build builds autointel with fault points.
func build(ctx context.Context, into string) error {
	return trial.Autointel(ctx, into, "-tags", "faultpoints")
}

// series is the tries of one workflow.
type series struct {
	scenario string
	points   int // that the undisturbed run has reached
	kinds    map[string]int
	tries    []tried
}

// series runs a workflow undisturbed, twice, and then once for each point.
func (c *command) series(ctx context.Context, l *laboratory, sc scenario, stderr io.Writer) (s series, err error) {
	want, err := l.undisturbed(ctx, sc)
	if err != nil {
		return s, err
	}
	s = series{scenario: sc.name, points: len(want.Points), kinds: map[string]int{}}
	for _, p := range want.Points {
		s.kinds[kindOf(p)]++
	}
	chosen := sample(want.Points, c.Points, c.Seed)
	if c.Part != "" {
		chosen = part(chosen, c.k, c.n)
	}
	if c.At != "" {
		chosen = []string{c.At}
	}
	fmt.Fprintf(stderr, "%s: %d points, %d to try\n", sc.name, len(want.Points), len(chosen))
	s.tries = make([]tried, len(chosen))
	errs := make([]error, len(chosen))
	var trying sync.WaitGroup
	for i, point := range chosen {
		trying.Go(func() {
			t, err := l.try(ctx, sc, point)
			if err != nil {
				errs[i] = fmt.Errorf("%s: %w", point, err)
				return
			}
			t.judge(want.picture)
			s.tries[i], errs[i] = t, t.forget()
			fmt.Fprintf(stderr, "%s: %s: %s (%s)\n", sc.name, point, t.How, t.Took.Round(time.Second/10))
			if len(t.Differs) > 0 {
				fmt.Fprintf(stderr, "%s: %s: %s\n    what there is of it: %s\n", sc.name, point, strings.Join(t.Differs, "\n    "), t.dir)
			}
		})
	}
	trying.Wait()
	return s, errors.Join(errs...)
}

// undisturbed is a run that nobody disturbs. Two of them must come to the same, else a comparison would say nothing.
func (l *laboratory) undisturbed(ctx context.Context, sc scenario) (tried, error) {
	var one, other tried
	var err, failed error
	var both sync.WaitGroup
	both.Go(func() { one, err = l.try(ctx, sc, "") })
	both.Go(func() { other, failed = l.try(ctx, sc, "") })
	both.Wait()
	if err := errors.Join(err, failed); err != nil {
		return one, err
	}
	if differs := slices.Concat(one.Differs, other.Differs, compare(one.picture, other.picture, false)); len(differs) > 0 {
		return one, fmt.Errorf("two undisturbed runs: %s", strings.Join(differs, "; "))
	}
	return one, errors.Join(one.forget(), other.forget())
}

// How a try came out.
const (
	same     = "same"        // as if nobody had killed anything
	again    = "asked again" // nothing was started and nobody was told that it was; asked again, the same
	kept     = "kept"        // its user was not told that it was accepted; its result is kept, announced, and had by the button
	unhit    = "not reached" // the point was not reached this time
	differed = "different"   // must not be
)

func (t *tried) judge(want picture) {
	t.Differs = append(t.Differs, compare(want, t.picture, t.denied)...)
	switch {
	case len(t.Differs) > 0:
		t.How = differed
	case !t.Reached:
		t.How = unhit
	case t.again:
		t.How = again
	case t.denied:
		t.How = kept
	default:
		t.How = same
	}
}

// kindOf is what a point comes after.
func kindOf(point string) string {
	kind, _, _ := strings.Cut(point, " ")
	return kind
}

// sample chooses n of the points, evenly, beginning where the seed says; 0: all.
func sample(points []string, n int, seed uint64) (chosen []string) {
	if n == 0 || n >= len(points) {
		return points
	}
	first := rand.New(rand.NewPCG(seed, 1)).IntN(len(points))
	for i := range n {
		chosen = append(chosen, points[(first+i*len(points)/n)%len(points)])
	}
	return chosen
}

// part is the k-th of n parts, which together are all.
func part(points []string, k, n int) (chosen []string) {
	for i := k - 1; i < len(points); i += n {
		chosen = append(chosen, points[i])
	}
	return chosen
}

// row is a series as the table and the JSON show it.
type row struct {
	Depth     string         `json:"depth"`
	Points    int            `json:"points"`
	Kinds     map[string]int `json:"kinds"`
	Tried     int            `json:"tried"`
	Same      int            `json:"same"`
	Again     int            `json:"asked_again"`
	Kept      int            `json:"kept"`
	Unreached int            `json:"not_reached"`
	Different int            `json:"different"`
}

func (s series) row() row {
	r := row{Depth: s.scenario, Points: s.points, Kinds: s.kinds, Tried: len(s.tries)}
	for _, t := range s.tries {
		switch t.How {
		case same:
			r.Same++
		case again:
			r.Again++
		case kept:
			r.Kept++
		case unhit:
			r.Unreached++
		default:
			r.Different++
		}
	}
	return r
}

// tell prints the outcome.
func (c *command) tell(all []series, took time.Duration, dir string, stdout io.Writer) (good bool, err error) {
	var rows []row
	different := 0
	for _, s := range all {
		rows = append(rows, s.row())
		different += s.row().Different
	}
	if err := table(stdout, rows); err != nil {
		return false, err
	}
	for _, s := range all {
		for _, t := range s.tries {
			if t.How == differed {
				fmt.Fprintf(stdout, "\n%s, killed at %q:\n    %s\n", s.scenario, t.Point, strings.Join(t.Differs, "\n    "))
			}
		}
	}
	if different > 0 {
		fmt.Fprintf(stdout, "\nwhat there is of them is in %s\n", dir)
	}
	fmt.Fprintf(stdout, "\n%s; to repeat it: %s\n", took.Round(time.Second), c.again())
	if c.JSON {
		err = json.NewEncoder(stdout).Encode(map[string]any{"seed": c.Seed, "different": different, "seconds": took.Round(time.Second).Seconds(), "depths": rows})
	}
	return different == 0, err
}

// again is the command line that repeats a run.
func (c *command) again() string {
	text := "go run ./bench/crash --depth " + strings.Join(c.Depth, ",")
	if c.Points > 0 {
		text += fmt.Sprintf(" --points %d --seed %d", c.Points, c.Seed)
	}
	if c.Part != "" {
		text += " --part " + c.Part
	}
	if c.At != "" {
		text += fmt.Sprintf(" --at %q", c.At)
	}
	return text
}
