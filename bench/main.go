// Command bench measures autointel beside other systems that run durable workflows: in turn, on this machine, under the
// same load.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/pprof"

	"github.com/alecthomas/kong"

	"autointel.example/bench/load"
	"autointel.example/internal/program"
)

// commands is the command line.
type commands struct {
	System systemCommand `cmd:"" help:"Measure one system in this process, and print the result as a line of JSON."`
}

func main() {
	ctx, cancel := program.Signals()
	defer cancel()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// streams are where a command writes to.
type streams struct{ out, err io.Writer }

// run carries out a command line and returns its exit code: 0 done, 1 failed, 2 wrong use.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	var c commands
	parser, err := kong.New(&c, kong.Name("bench"), kong.Description("Durable workflows, measured side by side."), kong.Writers(stdout, stderr),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}), kong.BindTo(ctx, (*context.Context)(nil)), kong.Bind(streams{stdout, stderr}))
	if err != nil {
		return program.Complain(stderr, "bench", err)
	}
	k, err := parser.Parse(args)
	if err != nil {
		return program.Complain(stderr, "bench", &program.UsageError{Err: err})
	}
	return program.Complain(stderr, "bench", k.Run())
}

// systemCommand measures one system.
type systemCommand struct {
	load.Options
	Name string `arg:"" help:"One of the systems of this program."`
	Dir  string `help:"Where the system keeps its data: a directory on the disk to measure. Default: a temporary one." type:"path"`
	CPU  string `help:"Write a CPU profile to this file, for go tool pprof." name:"cpuprofile" type:"path"`
}

// Run measures and prints.
func (c *systemCommand) Run(ctx context.Context, s streams) (err error) {
	measure, ok := systems[c.Name]
	if !ok {
		return fmt.Errorf("there is no system %q here; there are: %s", c.Name, names(systems))
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
	err = errors.Join(err, stop())
	if err != nil {
		return fmt.Errorf("%s: %w", c.Name, err)
	}
	r.System = c.Name
	return json.NewEncoder(s.out).Encode(r)
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
