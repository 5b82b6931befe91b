package main

import (
	"context"
	"encoding/json"
	"os"
	"time"

	"charm.land/lipgloss/v2"
	"github.com/alecthomas/kong"
	"golang.org/x/term"

	"autointel.example/cmd/autointel/terminal"
	"autointel.example/cmd/autointel/top"
	"autointel.example/internal/console"
	"autointel.example/internal/console/live"
	"autointel.example/internal/program"
)

// topCommand shows the console in the terminal.
type topCommand struct {
	program.NATS `embed:""`
	Once         bool   `help:"Print it once. So it is where standard output is no terminal."`
	JSON         bool   `help:"Print it once, as one JSON document."`
	Search       string `short:"q" placeholder:"WORDS" help:"Only workflows with these words in their id, address, depth, stage or state."`
	State        string `enum:",running,completed,failed,cancelled,undelivered,retried" default:"" placeholder:"STATE" help:"Only workflows that are running, completed, failed, cancelled, undelivered or retried."`
	Limit        int    `default:"100" help:"How many workflows are listed; 0: all that are known."`
}

// Help says what the keys do.
func (topCommand) Help() string {
	return `Up and down choose a workflow, Enter shows its timeline, / searches, s goes through the states, q quits.`
}

var _ kong.HelpProvider = topCommand{}

// Run shows it.
func (c *topCommand) Run(ctx context.Context, s streams) error {
	client, done, err := dial(ctx, c.NATS)
	if err != nil {
		return err
	}
	defer done()
	source := live.New(client, time.Now)
	defer func() { _ = source.Close() }() // it returns no error
	opening, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	release, err := source.Open(opening)
	if err != nil {
		return err
	}
	defer release()
	q := console.Query{Words: c.Search, State: c.State, Limit: c.Limit}
	where := c.NATS.URL
	if where == "" {
		where = defaultBroker
	}
	if !c.JSON && !c.Once && terminal.Is(s.out) && os.Getenv("TERM") != "dumb" {
		return top.Run(ctx, source, where, q)
	}
	snapshot, _ := source.Snapshot(q)
	if c.JSON {
		return json.NewEncoder(s.out).Encode(snapshot)
	}
	_, err = lipgloss.Fprintln(s.out, top.Draw(top.View{Snapshot: snapshot, Where: where, Width: columns(s), Selected: -1, Query: q}))
	return err
}

// columns is how wide a line may be.
func columns(s streams) int {
	if f, ok := s.out.(*os.File); ok && terminal.Is(f) {
		if width, _, err := term.GetSize(int(f.Fd())); err == nil {
			return width
		}
	}
	return terminal.DefaultWidth + 40 // of a file, or what reads a pipe
}
