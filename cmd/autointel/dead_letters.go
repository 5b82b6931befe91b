package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"autointel.example/internal/discord"
	"autointel.example/internal/jetstream"
	"autointel.example/internal/program"
	"autointel.example/schemas"
)

// chosenLetters are those that a command is about: named ones, or all.
type chosenLetters struct {
	program.NATS `embed:""`
	Letter       []string `arg:"" optional:"" help:"Names of letters, as list shows them."`
	All          bool     `help:"Every letter. Without --yes it is only said what would be done."`
	Yes          bool     `short:"y" help:"With --all: do it."`
	JSON         bool     `help:"Print one JSON document per letter."`
}

// find returns the letters that the command is about. Doing is false if it is only to be said what would be done.
func (c *chosenLetters) find(ctx context.Context, client *jetstream.Client) (letters []jetstream.Letter, doing bool, err error) {
	if c.All {
		letters, err = client.Letters(ctx)
		return letters, c.Yes, err
	}
	for _, id := range c.Letter {
		l, err := client.Letter(ctx, id)
		if err != nil {
			return nil, false, err
		}
		letters = append(letters, l)
	}
	return letters, true, nil
}

func (c *chosenLetters) check() error {
	if (len(c.Letter) == 0) != c.All {
		return &program.UsageError{Err: errors.New("name letters as `autointel dead list` shows them, or use --all")}
	}
	return nil
}

// would says what a command with --all would do.
func (c *chosenLetters) would(s streams, letters []jetstream.Letter, done string) error {
	for _, l := range letters {
		if c.JSON {
			if err := json.NewEncoder(s.out).Encode(shownLetter(l)); err != nil {
				return err
			}
			continue
		}
		fmt.Fprintf(s.out, "%s\t%s\n", l.ID(), orDash(l.Workflow()))
	}
	fmt.Fprintf(s.err, "%d letters would be %s. Add --yes to do it.\n", len(letters), done)
	return nil
}

// deadDropCommand removes letters.
type deadDropCommand struct {
	chosenLetters `embed:""`
}

// Run removes them.
func (c *deadDropCommand) Run(ctx context.Context, s streams) error {
	if err := c.check(); err != nil {
		return err
	}
	client, done, err := dial(ctx, c.NATS)
	if err != nil {
		return err
	}
	defer done()
	letters, doing, err := c.find(ctx, client)
	if err != nil {
		return err
	}
	if !doing {
		return c.would(s, letters, "removed, for good")
	}
	for _, l := range letters {
		if err := client.DropLetter(ctx, l); err != nil {
			return fmt.Errorf("%s: %w", l.ID(), err)
		}
		if c.JSON {
			err = json.NewEncoder(s.out).Encode(shownLetter(l))
		} else {
			_, err = fmt.Fprintln(s.out, l.ID())
		}
		if err != nil {
			return err
		}
	}
	fmt.Fprintf(s.err, "%d letters removed.\n", len(letters))
	return nil
}

// deadRetryCommand runs the workflows of letters again.
type deadRetryCommand struct {
	chosenLetters `embed:""`
	Session       program.Session `embed:""`
}

// retriedLetter is what became of a letter that was to be retried.
type retriedLetter struct {
	Letter   string   `json:"letter"`
	Workflow string   `json:"workflow,omitempty"` // the new one
	Derived  string   `json:"derived_from,omitempty"`
	From     string   `json:"from,omitempty"`
	Given    []string `json:"inherited,omitempty"`
	Problem  string   `json:"problem,omitempty"`
}

// Run retries them. One that cannot be retried stays, and the others are.
func (c *deadRetryCommand) Run(ctx context.Context, s streams) error {
	if err := c.check(); err != nil {
		return err
	}
	client, done, err := dial(ctx, c.NATS)
	if err != nil {
		return err
	}
	defer done()
	letters, doing, err := c.find(ctx, client)
	if err != nil {
		return err
	}
	if !doing {
		return c.would(s, letters, "retried, each as a new workflow")
	}
	failed, began := 0, map[string]retriedLetter{}
	for _, l := range letters {
		r := c.retry(ctx, client, l, began)
		if r.Problem != "" {
			failed++
		}
		switch {
		case c.JSON:
			if err := json.NewEncoder(s.out).Encode(r); err != nil {
				return err
			}
		case r.Problem != "":
			fmt.Fprintf(s.err, "%s: %s\n", r.Letter, r.Problem)
		default:
			fmt.Fprintf(s.out, "%s\t%s\n", r.Letter, r.Workflow)
		}
	}
	if failed > 0 {
		return fmt.Errorf("%d of %d letters could not be retried, and are still there; what stands above says why", failed, len(letters))
	}
	fmt.Fprintf(s.err, "%d retried. Watch one with `autointel timeline WORKFLOW --follow`.\n", len(letters))
	return nil
}

// retry begins a new workflow and then removes the letter: after a crash in between the letter is still there, and retrying it makes
// another workflow. Two letters of one step of one workflow make one.
func (c *deadRetryCommand) retry(ctx context.Context, client *jetstream.Client, l jetstream.Letter, began map[string]retriedLetter) retriedLetter {
	r := retriedLetter{Letter: l.ID(), Derived: l.Workflow()}
	stage, ok := retriedFrom(l.Consumer)
	if !ok || r.Derived == "" {
		r.Problem = fmt.Sprintf("what %s was given up on belongs to no step of a workflow: look at it with `autointel dead show %s`, then drop it", l.Consumer, l.ID())
		return r
	}
	r.From = stage
	if before, done := began[r.Derived+" "+stage]; done {
		r.Workflow, r.Given = before.Workflow, before.Given
	} else {
		now := time.Now()
		id, err := schemas.WorkflowID(discord.Snowflake(now, rand.Uint64()))
		if err == nil {
			r.Given, err = rerun(ctx, client, r.Derived, stage, id, now, c.Session.Times())
		}
		if err != nil {
			r.Problem = fmt.Sprintf("%s: %v", r.Derived, err)
			return r
		}
		r.Workflow = id
		began[r.Derived+" "+stage] = r
	}
	if err := client.DropLetter(ctx, l); err != nil {
		r.Problem = fmt.Sprintf("the workflow %s has begun, but the letter could not be removed: `autointel dead drop %s` does (%v)", r.Workflow, l.ID(), err)
	}
	return r
}
