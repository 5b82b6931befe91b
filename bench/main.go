// Command bench measures autointel beside other systems that run durable workflows: in turn, on this machine, under the
// same load.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/alecthomas/kong"

	"autointel.example/bench/system"
	"autointel.example/internal/program"
)

// commands is the command line.
type commands struct {
	Orchestrate orchestrateCommand `cmd:"" help:"Measure all systems in turn and compare them."`
	Curve       curveCommand       `cmd:"" help:"Show how the figures change as one thing grows."`
	Footprint   footprintCommand   `cmd:"" help:"Measure what a running autointel costs: sizes, memory, CPU at rest, time to ready."`
	Latency     latencyCommand     `cmd:"" help:"Measure what people wait for: the real program, with a local Discord, at idle and under load."`
	Bounds      boundsCommand      `cmd:"" help:"Show that every stage settles 1 MB within 2 s of one core, and 10 MB within 512 MiB."`
	Part        partCommand        `cmd:"" hidden:""`
	System      system.Command     `cmd:"" help:"Measure one system in this process, and print the result as a line of JSON."`
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
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}), kong.BindTo(ctx, (*context.Context)(nil)), kong.BindTo(stdout, (*io.Writer)(nil)),
		kong.Bind(systems, streams{stdout, stderr}), kong.Vars{"kinds": kindNames()})
	if err != nil {
		return program.Complain(stderr, "bench", err)
	}
	k, err := parser.Parse(args)
	if err != nil {
		return program.Complain(stderr, "bench", &program.UsageError{Err: err})
	}
	err = k.Run()
	if errors.Is(err, context.Canceled) {
		fmt.Fprintln(stderr, "bench: interrupted; nothing was written")
		return 1
	}
	return program.Complain(stderr, "bench", err)
}
