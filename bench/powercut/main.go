// Command powercut cuts the power of a running installation's disk, and judges what its users have lost.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/alecthomas/kong"

	"autointel.example/bench/single"
	"autointel.example/internal/program"
)

// command is the command line.
type command struct {
	Cuts       int           `help:"How often the power is cut." default:"3"`
	Every      time.Duration `help:"How long commands are used before each cut, on the average." default:"8s"`
	Rate       int           `help:"Commands a second." default:"4"`
	Seed       uint64        `help:"Draws the moments of the cuts." default:"1"`
	Durability []string      `help:"durable, fast, or both, one after the other." default:"durable,fast" enum:"durable,fast"`
	Dir        string        `help:"Where data is kept. Default: a temporary directory, removed unless something is found." type:"path"`
	Program    string        `help:"An autointel; it is not built then." type:"existingfile"`
	JSON       bool          `help:"End with the outcome as a line of JSON."`
}

// Help is what --help says beside the flags.
func (command) Help() string {
	return `autointel up runs as a process of its own, with its broker and its archive on an ext4 file system on a loop device; Discord is the
sandbox, which outlives it. While commands are used the power is cut: the process is stopped (SIGSTOP), the file system is shut down
without writing what it has not written, its journal included (ioctl EXT4_IOC_SHUTDOWN, as the file system's own tests do), the process
is killed (SIGKILL), and the file system is mounted again from what stands on the device. Then autointel is started on it. At the end the
judge of the chaos run says what became of every command.

Needs Linux, root, loop devices, ext4 and mkfs.ext4. What it does not try is a device that loses what it has said to be written.

Exit code 1: something was lost with durable. With fast it is shown what a cut costs. Exit code 2: this machine lacks something.`
}

func main() {
	ctx, cancel := program.Signals()
	defer cancel()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// run carries out a command line and returns its exit code.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	var c command
	parser, err := kong.New(&c, kong.Name("powercut"), kong.Description("An installation whose power is cut."), kong.Writers(stdout, stderr),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}))
	if err == nil {
		_, err = parser.Parse(args)
	}
	if err == nil && (c.Cuts < 1 || c.Rate < 1 || c.Every < time.Second) {
		err = errors.New("--cuts and --rate must be at least 1, --every at least 1s")
	}
	if err != nil {
		return program.Complain(stderr, "powercut", &program.UsageError{Err: err})
	}
	good, err := c.carryOut(ctx, stdout, stderr)
	if errors.Is(err, context.Canceled) {
		fmt.Fprintln(stderr, "powercut: interrupted; nothing was judged")
		return 1
	}
	var needs *NeedsError
	if errors.As(err, &needs) {
		return program.Complain(stderr, "powercut", &program.UsageError{Err: err})
	}
	if err != nil || !good {
		return max(1, program.Complain(stderr, "powercut", err))
	}
	return 0
}

// carryOut tries each durability and tells.
func (c command) carryOut(ctx context.Context, stdout, stderr io.Writer) (good bool, err error) {
	dir, done, err := single.Scratch(c.Dir, "powercut")
	if err != nil {
		return false, err
	}
	defer func() { err = done(ctx, good, err) }()
	binary := c.Program
	if binary == "" {
		fmt.Fprintln(stderr, "building autointel")
		binary = filepath.Join(dir, "autointel")
		if err := build(ctx, binary); err != nil {
			return false, err
		}
	}
	good = true
	var all []came
	for _, d := range c.Durability {
		fmt.Fprintf(stderr, "%s: commands are used, and the power is cut %d times\n", d, c.Cuts)
		o, err := c.run(ctx, binary, dir, d)
		if err != nil {
			return false, fmt.Errorf("%s: %w (what there is of it is in %s)", d, err, dir)
		}
		all = append(all, o)
		good = good && (d != "durable" || len(o.findings) == 0 && o.Broken == "")
	}
	return good, c.tell(all, good, dir, stdout)
}

// build builds autointel by its own go.mod.
func build(ctx context.Context, into string) error {
	out, err := exec.CommandContext(ctx, "go", "list", "-m", "-f", "{{.Dir}}", "autointel.example/bench").Output()
	if err != nil {
		return fmt.Errorf("find the source of autointel.example/bench: run this within the repository: %w", err)
	}
	cmd := exec.CommandContext(ctx, "go", "build", "-o", into, ".") // #nosec G204 -- our own package
	cmd.Dir, cmd.Env = filepath.Join(strings.TrimSpace(string(out)), "..", "cmd", "autointel"), append(os.Environ(), "GOWORK=off")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("build autointel: %w: %s", err, out)
	}
	return nil
}

// tell prints the outcome.
func (c command) tell(all []came, good bool, dir string, stdout io.Writer) error {
	t := tabwriter.NewWriter(stdout, 0, 4, 2, ' ', 0)
	fmt.Fprintln(t, "durability\tcuts\tasked\tacknowledged\tat work at a cut\tresult seen\tretrieved\tlost\tthe oldest, before the cut\tother findings")
	for _, o := range all {
		fmt.Fprintf(t, "%s\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%.1f s\t%d\n", o.Durability, o.Cuts, o.Asked, o.Acknowledged, o.AtWork, o.Results, o.Retrieved, o.Lost, o.Oldest, o.Other)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	for _, o := range all {
		if o.Broken != "" {
			fmt.Fprintf(stdout, "\n%s: %s\n", o.Durability, o.Broken)
		}
		for i, f := range o.findings {
			if i == shownFindings {
				fmt.Fprintf(stdout, "... and %d more\n", len(o.findings)-i)
				break
			}
			fmt.Fprintf(stdout, "%s: %s: %s: %s\n", o.Durability, f.Wrong, f.Workflow, f.Says)
		}
	}
	if !good {
		fmt.Fprintf(stdout, "\nwhat there is of it is in %s\n", dir)
	}
	fmt.Fprintf(stdout, "\nto repeat it: go run ./bench/powercut --cuts %d --every %s --rate %d --seed %d\n", c.Cuts, c.Every, c.Rate, c.Seed)
	if !c.JSON {
		return nil
	}
	return json.NewEncoder(stdout).Encode(map[string]any{"seed": c.Seed, "trials": all})
}

// shownFindings is how many findings of a trial are printed.
const shownFindings = 8
