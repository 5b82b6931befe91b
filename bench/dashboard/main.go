// Command dashboard draws deploy/monitoring/dashboards/autointel.json as Grafana lays it out, with what a Prometheus holds: to look
// at a run afterwards where no Grafana is, and to keep the picture. Every panel asks its own queries.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/alecthomas/kong"

	"autointel.example/internal/program"
)

// options are the command line.
type options struct {
	Board      string        `arg:"" help:"The dashboard, as Grafana exports it." type:"existingfile"`
	Prometheus string        `help:"The Prometheus to ask." default:"http://127.0.0.1:9090"`
	To         time.Time     `help:"The end of what is drawn (RFC 3339). Default: now."`
	Last       time.Duration `help:"How long before that it begins." default:"5m"`
	Rate       time.Duration `help:"What $__rate_interval stands for: four times the interval at which Prometheus scrapes." default:"1m"`
	Out        string        `help:"The SVG to write." short:"o" default:"dashboard.svg" type:"path"`
}

func main() {
	ctx, cancel := program.Signals()
	defer cancel()
	var o options
	parser, err := kong.New(&o, kong.Name("dashboard"), kong.Description("Draw a dashboard with what a Prometheus holds."), kong.ConfigureHelp(kong.HelpOptions{Compact: true}))
	if err == nil {
		if _, err = parser.Parse(os.Args[1:]); err != nil {
			err = &program.UsageError{Err: err}
		}
	}
	if err == nil {
		err = o.run(ctx, time.Now())
	}
	os.Exit(program.Complain(os.Stderr, "dashboard", err))
}

// run reads the dashboard, asks for each panel, and draws.
func (o options) run(ctx context.Context, now time.Time) error {
	if o.Last <= 0 || o.Rate <= 0 {
		return &program.UsageError{Err: errors.New("--last and --rate must be longer than 0")}
	}
	if o.To.IsZero() {
		o.To = now
	}
	content, err := os.ReadFile(o.Board)
	if err != nil {
		return err
	}
	b, err := parse(content)
	if err != nil {
		return fmt.Errorf("%s: %w", o.Board, err)
	}
	ask := prometheus{url: o.Prometheus, from: o.To.Add(-o.Last), to: o.To, rate: o.Rate}
	empty := 0
	for i := range b.Panels {
		if err := ask.fill(ctx, &b.Panels[i]); err != nil {
			return fmt.Errorf("panel %q: %w", b.Panels[i].Title, err)
		}
		if len(b.Panels[i].series) == 0 && b.Panels[i].Type != "row" {
			empty++
		}
	}
	if err := os.WriteFile(o.Out, []byte(b.draw(ask.from, ask.to)), 0o644); err != nil { //nolint:gosec // a picture
		return err
	}
	fmt.Printf("%s: %d panels, %d of them without data\n", o.Out, len(b.Panels), empty)
	return nil
}
