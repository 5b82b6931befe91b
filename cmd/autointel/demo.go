package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"sync"
	"time"

	"autointel.example/cmd/autointel/demo/town"
	"autointel.example/internal/lifecycle"
	"autointel.example/internal/program"
	"autointel.example/internal/workflow"
	"autointel.example/schemas"
	"autointel.example/services/archiver"
	"autointel.example/services/notifier"
)

// demoCommand tells the story that autointel exists for, with real parts.
type demoCommand struct {
	URL     string        `placeholder:"URL" help:"A page to look into; by default an invented article that comes along, with the sites it links to."`
	Depth   string        `placeholder:"DEPTH" help:"Look into the page at this depth (standard, deep, comprehensive or experimental), and show the whole report at the end. Without it: experimental, and the story alone."`
	Output  string        `short:"o" type:"path" placeholder:"FILE" help:"Write the report to a file: as JSON if its name ends in .json, the drawing of its relations if it ends in .svg, else as Markdown."`
	Open    bool          `help:"Open the local Discord's page in a browser at the end, and keep everything running until Ctrl-C."`
	Session time.Duration `default:"6s" help:"Life of the interaction; Discord's is 15m. Of more than 12s, the report is answered within it."`
	JSON    bool          `help:"Print one JSON document and nothing else."`
	Verbose bool          `short:"v" help:"Show the log lines as well."`
}

// Help is what --help says beside the flags.
func (c *demoCommand) Help() string {
	return `Everything runs on this machine and nothing has to be configured: the four services on a real event log, and a local
Discord with real rules. The interaction is given 6 seconds to live, the workflow needs 12: it outlives its session, its report
is archived, announced in the channel, and retrieved. The exit code is 0 only if what was retrieved is, byte for byte, what was
archived.

The article that comes along is an invented local paper's, about a sea wall. Of the sites it links to some bear it out and some
contradict it; one asks programs not to read it, and one wants to be paid.

  autointel demo                                    the story, in about 15 s
  autointel demo --depth experimental               the same, and the whole report to read
  autointel demo --depth deep -o report.md          the report as a file as well
  autointel demo --url https://en.wikipedia.org/wiki/Tide_gauge --depth standard
  autointel demo --open                             and a look at the local Discord's page, to try the buttons`
}

// depth is what the page is looked into at.
func (c *demoCommand) depth() string {
	if c.Depth == "" {
		return workflow.Experimental
	}
	return c.Depth
}

// Times of the demo: how long the captions take to arrive, when a session is to be outlived and when not, and how long it may
// take at most.
const (
	demoDrip    = 12 * time.Second
	demoHurry   = 2 * time.Second
	demoTimeout = 55 * time.Second
)

// verdict is what the demo found.
type verdict struct {
	OK           bool    `json:"ok"`
	Workflow     string  `json:"workflow"`
	Outcome      string  `json:"outcome"`
	Delivered    string  `json:"delivered"` // interaction, or the route of the notice
	Retrieved    bool    `json:"retrieved"`
	ReportBytes  int     `json:"report_bytes"`
	ArchivedFile string  `json:"archived_file,omitempty"`
	Seconds      float64 `json:"seconds"`
	Events       []row   `json:"events"`
}

// Run runs the demo; it fails unless the report that was retrieved is the archived one.
func (c *demoCommand) Run(ctx context.Context, s streams) (err error) {
	if _, err := workflow.PlanFor(c.depth()); err != nil {
		return &program.UsageError{Err: err}
	}
	if err := writable(c.Output); err != nil {
		return &program.UsageError{Err: err}
	}
	dir, err := os.MkdirTemp("", "autointel-demo-")
	if err != nil {
		return err
	}
	stack := &lifecycle.Stack{}
	stack.Defer("temporary directory", func() error { return os.RemoveAll(dir) })
	defer func() { err = errors.Join(err, stack.Close()) }()
	d := &demo{command: c, streams: s, began: time.Now()}
	if d.house, err = d.open(ctx, dir, stack); err != nil {
		return err
	}
	serving, stop := context.WithCancel(ctx)
	served := make(chan error, 1)
	go func() { served <- d.house.serve(serving) }()
	v, err := d.play(ctx)
	if err == nil {
		err = d.report(ctx, v)
	}
	if c.JSON {
		err = errors.Join(err, json.NewEncoder(s.out).Encode(v))
	}
	if err == nil && c.Open {
		d.linger(ctx)
	}
	stop()
	return errors.Join(err, <-served)
}

// demo is a demo that runs.
type demo struct {
	command *demoCommand
	house   *house
	streams streams
	url     string
	began   time.Time

	mu   sync.Mutex
	rows []row
}

// open starts the source and the house, in a directory of its own.
func (d *demo) open(ctx context.Context, dir string, stack *lifecycle.Stack) (*house, error) {
	c := d.command
	f := houseFlags{Database: archiver.Database{DataDir: dir}, Durability: "durable", HTTPAddr: "127.0.0.1:0", SandboxAddr: "127.0.0.1:0", Routes: notifier.Routes{Fallback: []string{schemas.RouteChannel, schemas.RouteDM}}}
	f.Log.Level, f.Log.Format = "error", "text"
	if c.Verbose {
		f.Log.Level = "info"
	}
	f.Session = program.Session{Lifetime: c.Session, Deadline: max(time.Hour, c.Session), Retention: 24 * time.Hour}
	d.url, f.FetchAllow = c.URL, own(c.URL)
	if d.url == "" {
		drip := demoDrip
		if c.Session > demoDrip {
			drip = demoHurry
		}
		t, err := town.Start(drip)
		if err != nil {
			return nil, err
		}
		stack.Defer("town", t.Close)
		d.url, f.FetchAllow = t.URL(), t.HostPorts()
	}
	return build(ctx, f, stack, d.streams)
}

// own is the address of a page that this machine serves itself: who runs the demo may let it read that, and nothing beside it.
func own(page string) []string {
	u, err := url.Parse(page)
	if err != nil || u.Port() == "" {
		return nil
	}
	if ip := net.ParseIP(u.Hostname()); u.Hostname() != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return nil
	}
	return []string{u.Host}
}

// say prints a line of the story.
func (d *demo) say(format string, args ...any) {
	if !d.command.JSON {
		fmt.Fprintf(d.streams.out, format+"\n", args...)
	}
}
