package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

const (
	keda       = "github.com/kedacore/keda/v2"
	kubernetes = "tools/kubernetes" // where its version is pinned
)

// kedaModule finds KEDA's module.
func kedaModule(ctx context.Context, source string) (string, error) {
	out, err := goes(ctx, filepath.Join(source, kubernetes), "mod", "download", keda)
	if err != nil {
		return "", fmt.Errorf("fetch KEDA: %w\n%s", err, out)
	}
	out, err = goes(ctx, filepath.Join(source, kubernetes), "list", "-m", "-f", "{{.Dir}}", keda)
	return strings.TrimSpace(out), err
}

// trimKEDA copies KEDA's source without the scalers that no ScaledObject here names, and returns the go.mod to build it by. Of its some 70 scalers
// one is left: their clients for clouds and databases are more than half of what KEDA is built from (1,697 packages remain of 3,678). Nothing
// else of it is changed.
func trimKEDA(ctx context.Context, source, into string) (modfile string, err error) {
	module, err := kedaModule(ctx, source)
	if err != nil {
		return "", err
	}
	to := filepath.Join(into, "keda")
	if err := os.RemoveAll(to); err != nil {
		return "", err
	}
	if err := os.CopyFS(to, os.DirFS(module)); err != nil {
		return "", err
	}
	scalers, err := filepath.Glob(filepath.Join(to, "pkg/scalers/*_scaler.go"))
	if err != nil {
		return "", err
	}
	for _, s := range scalers {
		if filepath.Base(s) == "nats_jetstream_scaler.go" {
			continue
		}
		if err := os.Remove(s); err != nil {
			return "", err
		}
	}
	if err := keepOneScaler(filepath.Join(to, "pkg/scaling/scalers_builder.go")); err != nil {
		return "", err
	}
	for _, ending := range []string{".mod", ".sum"} {
		content, err := os.ReadFile(filepath.Join(source, kubernetes, "go"+ending)) // #nosec G304 -- of the repository
		if err != nil {
			return "", err
		}
		if err := os.WriteFile(to+ending, content, 0o600); err != nil { // #nosec G703 -- where the caller says
			return "", err
		}
	}
	said, err := goes(ctx, into, "mod", "edit", "-replace="+keda+"="+to, to+".mod")
	if err != nil {
		return "", fmt.Errorf("lead to KEDA's copy: %w\n%s", err, said)
	}
	return to + ".mod", nil
}

// keepOneScaler makes KEDA's list of scalers one of a single row.
func keepOneScaler(file string) error {
	content, err := os.ReadFile(file) // #nosec G304 -- a copy that was made here
	if err != nil {
		return err
	}
	before, rest, begun := bytes.Cut(content, []byte("	// TRIGGERS-START\n"))
	_, after, ended := bytes.Cut(rest, []byte("	// TRIGGERS-END\n"))
	if !begun || !ended {
		return errors.New("KEDA's list of scalers is not where it was: look at pkg/scaling/scalers_builder.go of this version, and at keepOneScaler")
	}
	const row = `	if triggerType == "nats-jetstream" {
		return scalers.NewNATSJetStreamScaler(config)
	}
	return nil, fmt.Errorf("no scaler found for type: %s", triggerType)
`
	return os.WriteFile(file, bytes.Join([][]byte{before, after}, []byte(row)), 0o600) // #nosec G703 -- that copy
}

// goes runs the go command in a module, by its own go.mod, and returns what it said.
func goes(ctx context.Context, dir string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, "go", args...) // #nosec G204 -- arguments of our own
	cmd.Dir, cmd.Env = dir, append(os.Environ(), "GOWORK=off", "CGO_ENABLED=0")
	said, err := cmd.CombinedOutput()
	return string(said), err
}
