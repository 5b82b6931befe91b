package main

import (
	"context"
	"os"
	"path/filepath"

	"autointel.example/bench/trial"
)

// build builds the services and the broker into a directory.
func build(ctx context.Context, into string) error {
	if err := trial.Build(ctx, "bench", "github.com/nats-io/nats-server/v2", filepath.Join(into, "nats-server")); err != nil {
		return err
	}
	return buildServices(ctx, into)
}

// newer is where the services of the next minor version are, beside the others: they say more in every event.
const newer = "newer"

// buildNewer builds the services as a newer minor version of the events makes them.
func buildNewer(ctx context.Context, into string) error {
	into = filepath.Join(into, newer)
	if err := os.MkdirAll(into, 0o700); err != nil {
		return err
	}
	return buildServices(ctx, into, "-tags", "newerminor")
}

func buildServices(ctx context.Context, into string, flags ...string) error {
	for _, service := range services {
		if err := trial.Build(ctx, filepath.Join("services", service), "./cmd/"+service, filepath.Join(into, service), flags...); err != nil {
			return err
		}
	}
	return nil
}
