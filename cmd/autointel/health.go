package main

import (
	"context"
	"fmt"

	"autointel.example/internal/program"
)

// healthCommand is the health check of a container that runs `up`: its image has no shell and no curl.
type healthCommand struct {
	HTTPAddr string `name:"http-addr" env:"AUTOINTEL_HTTP_ADDR" default:"127.0.0.1:9464" help:"Where the running program serves /readyz."`
}

// Run fails if the program does not run, or is not ready.
func (c *healthCommand) Run(ctx context.Context, s streams) error {
	if err := program.Probe(ctx, c.HTTPAddr); err != nil {
		return err
	}
	fmt.Fprintln(s.out, "ready")
	return nil
}
