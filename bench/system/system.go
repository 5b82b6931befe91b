// Package system is the command that measures one system: the same flags and the same line of JSON in every program that
// holds systems.
package system

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"runtime/pprof"
	"slices"
	"strings"

	"github.com/alecthomas/kong"

	"autointel.example/bench/load"
	"autointel.example/internal/program"
)

// Measure measures a system in this process; the system keeps its data in a directory that is removed afterwards. A server
// that it needs is its child, and has ended when it returns.
type Measure func(ctx context.Context, o load.Options, dir string) (load.Result, error)

// Systems are what a program can measure, by name.
type Systems map[string]Measure

// Names lists them for a person.
func (s Systems) Names() string { return strings.Join(slices.Sorted(maps.Keys(s)), ", ") }

// Command measures one system. Kong binds the Systems and the io.Writer of its result.
type Command struct {
	load.Options
	Name string `arg:"" help:"One of the systems of this program."`
	Dir  string `help:"Where the system keeps its data: a directory on the disk to measure. Default: a temporary one." type:"path"`
	CPU  string `help:"Write a CPU profile to this file, for go tool pprof." name:"cpuprofile" type:"path"`
	Mem  string `help:"Write a profile of all allocations to this file, for go tool pprof -sample_index=alloc_objects." name:"memprofile" type:"path"`
}

// Run measures and prints.
func (c *Command) Run(ctx context.Context, systems Systems, out io.Writer) (err error) {
	measure, ok := systems[c.Name]
	if !ok {
		return &program.UsageError{Err: fmt.Errorf("there is no system %q here; there are: %s", c.Name, systems.Names())}
	}
	dir, err := os.MkdirTemp(c.Dir, "bench-"+c.Name+"-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	stop, err := profile(c.CPU)
	if err != nil {
		return err
	}
	r, err := measure(ctx, c.Options, dir)
	err = errors.Join(err, stop(), allocations(c.Mem))
	if err != nil {
		return fmt.Errorf("%s: %w", c.Name, err)
	}
	r.System = c.Name
	return json.NewEncoder(out).Encode(r)
}

// profile writes a CPU profile until it is stopped; without a file it does nothing.
func profile(file string) (stop func() error, err error) {
	if file == "" {
		return func() error { return nil }, nil
	}
	f, err := os.Create(file)
	if err != nil {
		return nil, err
	}
	if err := pprof.StartCPUProfile(f); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return func() error { pprof.StopCPUProfile(); return f.Close() }, nil
}

// allocations writes what has been allocated so far; without a file it does nothing.
func allocations(file string) error {
	if file == "" {
		return nil
	}
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	return errors.Join(pprof.Lookup("allocs").WriteTo(f, 0), f.Close())
}

// Main is the main of a program that does nothing but measure systems. It returns the exit code.
func Main(name, help string, systems Systems) int {
	ctx, cancel := program.Signals()
	defer cancel()
	var c Command
	parser, err := kong.New(&c, kong.Name(name), kong.Description(help), kong.ConfigureHelp(kong.HelpOptions{Compact: true}))
	if err != nil {
		return program.Complain(os.Stderr, name, err)
	}
	if _, err := parser.Parse(os.Args[1:]); err != nil {
		return program.Complain(os.Stderr, name, &program.UsageError{Err: err})
	}
	return program.Complain(os.Stderr, name, c.Run(ctx, systems, os.Stdout))
}
