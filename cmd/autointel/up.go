package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"autointel.example/internal/discord"
	"autointel.example/internal/lifecycle"
	"autointel.example/internal/program"
)

// upCommand runs everything.
type upCommand struct {
	houseFlags `embed:""`
}

// Run runs the services until the context ends: then no more work is taken in, what is at work is finished, and the exit
// code is 0.
func (c *upCommand) Run(ctx context.Context, s streams) error {
	if err := c.stand(ctx, s); err != nil {
		return err
	}
	stack := &lifecycle.Stack{}
	h, err := build(ctx, c.houseFlags, stack, s)
	if err == nil {
		h.announce(s)
		err = h.serve(ctx)
	}
	return errors.Join(err, stack.Close())
}

// stand says what the installation stands on: what cannot work is refused, and what is unwise is warned of.
func (c *upCommand) stand(ctx context.Context, s streams) error {
	if err := c.Discord.Resolve(); err != nil {
		return &program.UsageError{Err: err}
	}
	g := survey(c.DataDir)
	g.configured(c.Discord, c.Gateway, c.InteractionsAddr)
	g.embedded, g.fast = c.NATS.URL == "", c.Durability == "fast"
	if !g.sandboxed {
		g.skew = skewOf(ctx, c.Discord.API, time.Now)
	}
	var refused []error
	for _, found := range g.judge() {
		switch found.Level {
		case levelWarning:
			fmt.Fprintf(s.err, "autointel: warning: %s: %s -> %s\n", found.Check, found.Says, found.Do)
		case levelFailed:
			refused = append(refused, fmt.Errorf("%s: %s -> %s", found.Check, found.Says, found.Do))
		}
	}
	if len(refused) > 0 {
		return &program.UsageError{Err: errors.Join(refused...)}
	}
	return nil
}

// announce prints where everything is.
func (h *house) announce(s streams) {
	if h.embedded != nil && h.embedded.URL() != "" {
		fmt.Fprintf(s.out, "NATS          %s   (nats sub --server %s 'autointel.>')\n", h.embedded.URL(), h.embedded.URL())
	}
	fmt.Fprintf(s.out, "interactions  %s\n", h.endpoint)
	if h.sandbox != nil {
		fmt.Fprintf(s.out, "sandbox       %s   (a local Discord: open it and use /autointel)\n", h.sandbox.URL())
	}
	if id := h.flags.Discord.ApplicationID; h.sandbox == nil && id != "" {
		fmt.Fprintf(s.out, "invite        %s   (adds the bot to a server of yours)\n", discord.Invite(id))
	}
	if h.console {
		h.runtime.Bound = func(addr string) {
			fmt.Fprintf(s.out, "console       %s   (what runs, waits and went wrong; in a terminal: autointel top)\n", consoleURL(addr))
		}
	}
	fmt.Fprintf(s.out, "data          %s\n", h.flags.DataDir)
}
