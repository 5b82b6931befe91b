package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strings"
	"time"
)

// member is a part of this program that runs beside us until it is stopped.
type member struct {
	cmd    *exec.Cmd
	stderr *bytes.Buffer
	name   string
}

// startMember starts a part and waits for the line that it prints once it is ready.
func startMember(ctx context.Context, args ...string) (*member, string, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, "", err
	}
	m := &member{cmd: child(context.WithoutCancel(ctx), self, append([]string{"part"}, args...)...), stderr: &bytes.Buffer{}, name: args[0]}
	m.cmd.Stderr = m.stderr
	out, err := m.cmd.StdoutPipe()
	if err != nil {
		return nil, "", err
	}
	if err := m.cmd.Start(); err != nil {
		return nil, "", err
	}
	abandoned := context.AfterFunc(ctx, func() { _ = m.cmd.Process.Signal(os.Interrupt) })
	defer abandoned()
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		ended := m.stop()
		return nil, "", errors.Join(fmt.Errorf("%s ended as it started: %w: %s", m.name, err, lastLine(m.stderr.String())), ended)
	}
	return m, strings.TrimSpace(line), nil
}

// stop tells the part to stop and waits until it has.
func (m *member) stop() error {
	if err := m.cmd.Process.Signal(os.Interrupt); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	timer := time.AfterFunc(stopTimeout, func() { _ = m.cmd.Process.Kill() })
	defer timer.Stop()
	if err := m.cmd.Wait(); err != nil {
		return fmt.Errorf("%s: %w: %s", m.name, err, lastLine(m.stderr.String()))
	}
	return nil
}

// freePorts are addresses of this machine that nobody listens on just now.
func freePorts(n int) ([]string, error) {
	var all []string
	for range n {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, err
		}
		defer l.Close() // held until all are found, so that each is another
		all = append(all, l.Addr().String())
	}
	return all, nil
}

// retry does something until it succeeds, every 2 ms, for a while.
func retry(ctx context.Context, patience time.Duration, do func() error) error {
	deadline := time.NewTimer(patience)
	defer deadline.Stop()
	for {
		err := do()
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-deadline.C:
			return err
		case <-time.After(2 * time.Millisecond):
		}
	}
}
