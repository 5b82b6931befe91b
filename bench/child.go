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
	"syscall"
	"time"

	"autointel.example/bench/load"
)

// stopTimeout is how long a child may take to stop its servers once it is told to; then it is killed, and they with it.
const stopTimeout = 40 * time.Second

// child is a program in a process group of its own: a terminal's interrupt reaches us alone, and we tell it to stop. Should
// we be killed, the kernel tells it.
func child(ctx context.Context, program string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGINT}
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = stopTimeout
	return cmd
}

// measureChild measures a system in a child, which prints its result as its last line.
func measureChild(ctx context.Context, program string, args []string) (load.Result, error) {
	out, err := outputOf(ctx, program, args)
	if err != nil {
		return load.Result{}, err
	}
	return load.Read(out)
}

// outputOf is what a child prints. The error is what it complained of.
func outputOf(ctx context.Context, program string, args []string) ([]byte, error) {
	cmd := child(ctx, program, args...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	if err != nil {
		if said := lastLine(stderr.String()); said != "" {
			return nil, errors.New(said)
		}
		return nil, err
	}
	return out, nil
}

// lastLine is the last line of a program's complaint; of a panic, its first.
func lastLine(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	for _, line := range lines {
		if strings.HasPrefix(line, "panic: ") || strings.HasPrefix(line, "fatal error: ") {
			return line
		}
	}
	return lines[len(lines)-1]
}

// flagsOf are the options as flags of a program that measures systems.
func flagsOf(o load.Options) []string {
	return []string{
		fmt.Sprintf("--stages=%d", o.Stages), fmt.Sprintf("--inflight=%d", o.InFlight), "--durability=" + string(o.Durability),
		"--warmup=" + o.Warmup.String(), "--for=" + o.For.String(), "--one=" + o.One.String(),
	}
}

// sourceDir is where this module's source is.
func sourceDir(ctx context.Context) (string, error) {
	out, err := exec.CommandContext(ctx, "go", "list", "-m", "-f", "{{.Dir}}", "autointel.example/bench").Output()
	if err != nil {
		return "", fmt.Errorf("find the source of autointel.example/bench: run this within the repository: %w", err)
	}
	return strings.TrimSpace(string(out)), nil
}

// buildProgram builds a main package from its own go.mod, and returns the path of the program in the directory.
func buildProgram(ctx context.Context, source, into string, flags ...string) (string, error) {
	program := filepath.Join(into, filepath.Base(source)+".bench")
	args := append([]string{"build", "-o", program}, flags...)
	cmd := exec.CommandContext(ctx, "go", append(args, ".")...)
	cmd.Dir, cmd.Env = source, append(os.Environ(), "GOWORK=off")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build %s: %w: %s", filepath.Base(source), err, lastLine(string(out)))
	}
	return program, nil
}
