package main

import (
	"context"
	"errors"
	"fmt"

	"autointel.example/internal/lifecycle"
)

// upCommand runs everything.
type upCommand struct {
	houseFlags `embed:""`
}

// Run runs the services until the context ends: then no more work is taken in, what is at work is finished, and the exit
// code is 0.
func (c *upCommand) Run(ctx context.Context, s streams) error {
	stack := &lifecycle.Stack{}
	h, err := build(ctx, c.houseFlags, stack, s)
	if err == nil {
		h.announce(s)
		err = h.serve(ctx)
	}
	return errors.Join(err, stack.Close())
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
	if h.console {
		h.runtime.Bound = func(addr string) {
			fmt.Fprintf(s.out, "console       %s   (what runs, waits and went wrong; in a terminal: autointel top)\n", consoleURL(addr))
		}
	}
	fmt.Fprintf(s.out, "data          %s\n", h.flags.DataDir)
}
