package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// build builds the services and the broker into a directory, each by its own go.mod.
func build(ctx context.Context, into string) error {
	out, err := exec.CommandContext(ctx, "go", "list", "-m", "-f", "{{.Dir}}", "autointel.example/bench").Output()
	if err != nil {
		return fmt.Errorf("find the source of autointel.example/bench: run this within the repository: %w", err)
	}
	source := strings.TrimSpace(string(out))
	if err := goBuild(ctx, source, filepath.Join(into, "nats-server"), "github.com/nats-io/nats-server/v2"); err != nil {
		return err
	}
	return buildServices(ctx, source, into)
}

// newer is where the services of the next minor version are, beside the others: they say more in every event.
const newer = "newer"

// buildNewer builds the services as a newer minor version of the events makes them.
func buildNewer(ctx context.Context, into string) error {
	out, err := exec.CommandContext(ctx, "go", "list", "-m", "-f", "{{.Dir}}", "autointel.example/bench").Output()
	if err != nil {
		return fmt.Errorf("find the source of autointel.example/bench: run this within the repository: %w", err)
	}
	into = filepath.Join(into, newer)
	if err := os.MkdirAll(into, 0o700); err != nil {
		return err
	}
	return buildServices(ctx, strings.TrimSpace(string(out)), into, "-tags", "newerminor")
}

func buildServices(ctx context.Context, source, into string, flags ...string) error {
	for _, service := range services {
		module := filepath.Join(source, "..", "services", service)
		if err := goBuild(ctx, module, filepath.Join(into, service), "./cmd/"+service, flags...); err != nil {
			return err
		}
	}
	return nil
}

func goBuild(ctx context.Context, module, into, pkg string, flags ...string) error {
	cmd := exec.CommandContext(ctx, "go", slices.Concat([]string{"build", "-o", into}, flags, []string{pkg})...) // #nosec G204 -- our own packages
	cmd.Dir, cmd.Env = module, append(os.Environ(), "GOWORK=off")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("build %s: %w: %s", pkg, err, out)
	}
	return nil
}
