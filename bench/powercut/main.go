// Command powercut cuts the power of a running installation's disk, and judges what its users have lost.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"text/tabwriter"
	"time"

	"autointel.example/bench/trial"
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
	os.Exit(trial.Run(ctx, "powercut", "An installation whose power is cut.", &command{}, nil, os.Args[1:], os.Stdout, os.Stderr))
}

// Check says what is wrong with the command line.
func (c *command) Check() error {
	if c.Cuts < 1 || c.Rate < 1 || c.Every < time.Second {
		return errors.New("--cuts and --rate must be at least 1, --every at least 1s")
	}
	return nil
}

// CarryOut tries each durability and tells.
func (c *command) CarryOut(ctx context.Context, stdout, stderr io.Writer) (good bool, err error) {
	dir, done, err := trial.Scratch(c.Dir, "powercut")
	if err != nil {
		return false, err
	}
	defer func() { err = done(ctx, good, err) }()
	binary := c.Program
	if binary == "" {
		fmt.Fprintln(stderr, "building autointel")
		binary = filepath.Join(dir, "autointel")
		if err := trial.Autointel(ctx, binary); err != nil {
			return false, err
		}
	}
	good = true
	var all []came
	for _, d := range c.Durability {
		fmt.Fprintf(stderr, "%s: commands are used, and the power is cut %d times\n", d, c.Cuts)
		o, err := c.run(ctx, binary, dir, d)
		if err != nil {
			if needs := (*NeedsError)(nil); errors.As(err, &needs) {
				return false, &program.UsageError{Err: err}
			}
			return false, fmt.Errorf("%s: %w (what there is of it is in %s)", d, err, dir)
		}
		all = append(all, o)
		good = good && (d != "durable" || len(o.findings) == 0 && o.Broken == "")
	}
	return good, c.tell(all, good, dir, stdout)
}

// tell prints the outcome.
func (c *command) tell(all []came, good bool, dir string, stdout io.Writer) error {
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
