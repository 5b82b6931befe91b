package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"autointel.example/bench/render"
)

// footprintCommand measures what a running autointel costs.
type footprintCommand struct {
	Rest     time.Duration `help:"How long it rests before memory is read, and how long its CPU time at rest is counted." default:"20s"`
	Sleepers int           `help:"Workflows that wait on sleeping stages; 0: leave this out." default:"10000"`
	Events   int           `help:"Events in the log before a restart; 0: leave this out." default:"1000000"`
	Dir      string        `help:"Where data is kept: a directory on the disk to measure. Default: a temporary one." type:"path"`

	output `embed:""`
}

// Help is what --help says beside the flags.
func (footprintCommand) Help() string {
	return `It builds the programs as a release does (-trimpath, -ldflags "-s -w") and takes their sizes; starts 'autointel up' on an
empty directory until /readyz says 200, and lets it rest; has workflows wait on stages that sleep; and restarts
'autointel up' on a log that is filled with the events of finished workflows. Takes about three times --rest and a minute.`
}

// figure is one line of the footprint.
type figure struct {
	Name  string  `json:"name"`
	Value float64 `json:"value"`
	Unit  string  `json:"unit"`
}

// footprint is all of it.
type footprint struct {
	render.Origin
	Figures []figure `json:"figures"`
}

func (f *footprint) add(s streams, name string, value float64, unit string) {
	f.Figures = append(f.Figures, figure{name, value, unit})
	fmt.Fprintf(s.err, "%s: %s %s\n", name, render.Figure(value), unit)
}

// binaries are the programs whose sizes are taken.
var binaries = []string{
	"cmd/autointel", "services/ingest/cmd/ingest", "services/analyzer/cmd/analyzer", "services/notifier/cmd/notifier", "services/archiver/cmd/archiver",
}

// Run measures one thing after the other.
func (c *footprintCommand) Run(ctx context.Context, s streams) (err error) {
	dir, err := os.MkdirTemp(c.Dir, "bench-footprint-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	f := &footprint{Origin: c.origin("footprint")}
	autointel, err := c.sizes(ctx, s, f, dir)
	if err != nil {
		return err
	}
	data := filepath.Join(dir, "data")
	if err := c.rest(ctx, s, f, autointel, data); err != nil {
		return err
	}
	if c.Sleepers > 0 {
		if err := c.sleepers(ctx, s, f, filepath.Join(dir, "sleepers")); err != nil {
			return err
		}
	}
	if c.Events > 0 {
		if err := c.restart(ctx, s, f, autointel, data); err != nil {
			return err
		}
	}
	return c.write(s, "footprint", f, f.markdown(), "")
}

// sizes builds the programs and returns the path of autointel.
func (c *footprintCommand) sizes(ctx context.Context, s streams, f *footprint, into string) (autointel string, err error) {
	source, err := sourceDir(ctx)
	if err != nil {
		return "", err
	}
	for _, name := range binaries {
		program, err := buildProgram(ctx, filepath.Join(source, "..", name), into, "-trimpath", "-ldflags=-s -w")
		if err != nil {
			return "", err
		}
		info, err := os.Stat(program)
		if err != nil {
			return "", err
		}
		f.add(s, "size of "+filepath.Base(name)+", stripped", float64(info.Size())/1e6, "MB")
		if name == binaries[0] {
			autointel = program
		}
	}
	return autointel, nil
}

// rest starts autointel on an empty directory and lets it rest.
func (c *footprintCommand) rest(ctx context.Context, s streams, f *footprint, autointel, data string) (err error) {
	up, ready, err := startUp(ctx, autointel, data, os.Environ(), "--nats-listen=")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, up.stop()) }()
	f.add(s, "autointel up, from start to /readyz on an empty directory", ready.Seconds()*1000, "ms")
	return c.atRest(ctx, s, f, "autointel up at rest", up.cmd.Process.Pid)
}

// atRest reads memory and CPU of a process that has nothing to do.
func (c *footprintCommand) atRest(ctx context.Context, s streams, f *footprint, name string, pid int) error {
	before, err := cpuOf(pid)
	if err != nil {
		return err
	}
	select {
	case <-time.After(c.Rest):
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	after, err := cpuOf(pid)
	if err != nil {
		return err
	}
	values, err := memory(pid)
	if err != nil {
		return err
	}
	f.add(s, name+", resident memory", values["rss_mb"], "MB")
	f.add(s, fmt.Sprintf("%s, CPU over %s", name, c.Rest), 100*(after-before).Seconds()/c.Rest.Seconds(), "% of a core")
	return nil
}

// sleepers has workflows wait.
func (c *footprintCommand) sleepers(ctx context.Context, s streams, f *footprint, dir string) (err error) {
	m, line, err := startMember(ctx, "sleeping", "--dir="+dir, fmt.Sprintf("--workflows=%d", c.Sleepers))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, m.stop()) }()
	return c.atRest(ctx, s, f, line, m.cmd.Process.Pid)
}

// restart fills the log of the directory on which autointel has run, and starts it again.
func (c *footprintCommand) restart(ctx context.Context, s streams, f *footprint, autointel, data string) (err error) {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	fmt.Fprintf(s.err, "filling the log with %s events\n", render.Count(c.Events))
	if _, err := outputOf(ctx, self, []string{"part", "grow", "--dir=" + filepath.Join(data, "jetstream"), fmt.Sprintf("--events=%d", c.Events)}); err != nil {
		return fmt.Errorf("fill the log: %w", err)
	}
	up, ready, err := startUp(ctx, autointel, data, os.Environ(), "--nats-listen=")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, up.stop()) }()
	what := "autointel up on a log of " + render.Count(c.Events) + " events"
	f.add(s, what+", from start to /readyz", ready.Seconds()*1000, "ms")
	values, err := memory(up.cmd.Process.Pid)
	if err != nil {
		return err
	}
	f.add(s, what+", resident memory once ready", values["rss_mb"], "MB")
	return nil
}

// startUp starts `autointel up` with an environment and flags, and waits until it is ready; it returns how long that took.
func startUp(ctx context.Context, autointel, data string, env []string, flags ...string) (*member, time.Duration, error) {
	address, err := freePorts(1)
	if err != nil {
		return nil, 0, err
	}
	args := append([]string{"up", "--data-dir=" + data, "--http-addr=" + address[0], "--sandbox-addr=127.0.0.1:0"}, flags...)
	m := &member{cmd: child(context.WithoutCancel(ctx), autointel, args...), stderr: &bytes.Buffer{}, name: "autointel up"}
	m.cmd.Stderr, m.cmd.Env = m.stderr, env
	began := time.Now()
	if err := m.cmd.Start(); err != nil {
		return nil, 0, err
	}
	client := &http.Client{Timeout: time.Second}
	err = retry(ctx, 2*time.Millisecond, 2*time.Minute, func() error {
		response, err := client.Get("http://" + address[0] + "/readyz")
		if err != nil {
			return err
		}
		if response.StatusCode != http.StatusOK {
			err = errors.New(response.Status)
		}
		return errors.Join(err, response.Body.Close())
	})
	if err != nil {
		return nil, 0, errors.Join(fmt.Errorf("autointel up did not become ready: %w: %s", err, lastLine(m.stderr.String())), m.stop())
	}
	return m, time.Since(began), nil
}

// markdown is the footprint for people.
func (f *footprint) markdown() string {
	var rows [][]string
	for _, x := range f.Figures {
		rows = append(rows, []string{x.Name, render.Figure(x.Value) + " " + x.Unit})
	}
	return f.Origin.String() + "\n\n" + render.Table([]string{"what", "figure"}, rows)
}
