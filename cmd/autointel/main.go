// Command autointel is the whole of autointel in one binary: the four services in one process, a demonstration, and what
// operators need. Each service is also a program of its own.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/alecthomas/kong"

	"autointel.example/internal/program"
	"autointel.example/internal/telemetry"
	"autointel.example/services/notifier"
)

// commands is the command line.
type commands struct {
	Up        upCommand        `cmd:"" help:"Run all four services in one process. Without NATS_URL with an embedded JetStream, without Discord credentials with the sandbox."`
	Demo      demoCommand      `cmd:"" help:"Show the whole story in about 20 s: a workflow that outlives its Discord session, and the result that is not lost."`
	Top       topCommand       `cmd:"" help:"What runs now: workflows, stages, lag, deliveries and what went wrong, live. --once and --json for scripts."`
	Timeline  timelineCommand  `cmd:"" help:"One workflow's events, oldest first."`
	Results   resultsCommand   `cmd:"" help:"The archive, for operators."`
	Doctor    doctorCommand    `cmd:"" help:"Check the configuration and what autointel needs."`
	Rerun     rerunCommand     `cmd:"" help:"Run a workflow again from a stage: a new workflow that inherits what does not depend on it."`
	Dead      deadCommand      `cmd:"" help:"Dead letters: messages that could not be handled."`
	Commands  commandsCommand  `cmd:"" help:"The slash commands, as Discord has them."`
	Provision provisionCommand `cmd:"" help:"Make the streams, consumers and buckets on a broker, or bring them up to date. 'up' does so by itself."`
	Backup    backupCommand    `cmd:"" help:"Write the event log, the archive and the undelivered results into one file, while everything runs."`
	Restore   restoreCommand   `cmd:"" help:"Make an installation of a backup."`
	Upgrade   upgradeCommand   `cmd:"" name:"upgrade-check" help:"Whether this program can take over from the one that runs, and what it will change."`
	Health    healthCommand    `cmd:"" help:"Whether a running 'up' is ready: the health check of its container."`
	Keys      keysCommand      `cmd:"" help:"Make certificates and user keys for a broker of your own (deploy/nats)."`
	Build     versionCommand   `cmd:"" name:"version" help:"Which build this is: release, commit, Go, platform."`
	Version   kong.VersionFlag `help:"Print the version."`
}

// streams are where a command writes to.
type streams struct{ out, err io.Writer }

func main() {
	ctx, cancel := program.Signals()
	defer cancel()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// exited is how kong's own exit (after --help) is told from the others.
type exited int

// run carries out a command line and returns its exit code: 0 done, 1 failed, 2 wrong use or configuration.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) (code int) {
	defer func() {
		if p := recover(); p != nil {
			e, ok := p.(exited)
			if !ok {
				panic(p)
			}
			code = int(e)
		}
	}()
	version, _ := telemetry.Version()
	var c commands
	parser, err := kong.New(&c, kong.Name("autointel"), kong.Description("Slash commands whose results are never lost."),
		kong.Writers(stdout, stderr), kong.Vars{"version": version, "routes": strings.Join(notifier.RouteNames(), ",")}, kong.Exit(func(code int) { panic(exited(code)) }),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}), kong.BindTo(ctx, (*context.Context)(nil)), kong.Bind(streams{stdout, stderr}))
	if err != nil {
		return program.Complain(stderr, "autointel", err)
	}
	k, err := parser.Parse(args)
	if err != nil {
		fmt.Fprintln(stderr, "Run `autointel --help` to see the commands.")
		return program.Complain(stderr, "autointel", &program.UsageError{Err: err})
	}
	if err := program.ReadFiles(k); err != nil {
		return program.Complain(stderr, "autointel", &program.UsageError{Err: err})
	}
	program.WarnOfUnknown(stderr, "autointel", program.UnknownVariables(parser, os.Environ()))
	err = k.Run()
	if errors.Is(err, context.Canceled) && ctx.Err() != nil {
		err = nil
	}
	return program.Complain(stderr, "autointel", err)
}
