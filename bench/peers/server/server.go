// Package server runs the servers that other systems need: Debian's, on a new directory, as children of this process.
package server

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
	"time"
)

// How long a server may take until it answers, and until it has stopped.
const (
	startTimeout = 30 * time.Second
	stopTimeout  = 20 * time.Second
	pollEvery    = 20 * time.Millisecond
)

// Server is a running server.
type Server struct {
	cmd    *exec.Cmd
	stop   os.Signal
	ended  chan struct{}
	output bytes.Buffer // read once it has ended
}

// start starts a program whose life does not outlast ours: the kernel sends it the stop signal should we be killed. It is
// in a process group of its own, so a terminal's interrupt reaches us alone and we stop it in order.
func start(stop syscall.Signal, as *syscall.Credential, program string, args ...string) (*Server, error) {
	s := &Server{cmd: exec.Command(program, args...), stop: stop, ended: make(chan struct{})}
	s.cmd.Stdout, s.cmd.Stderr = &s.output, &s.output
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: stop, Credential: as}
	if err := s.cmd.Start(); err != nil {
		return nil, err
	}
	go func() {
		_ = s.cmd.Wait() // how it ended is of interest only while it starts, and its output says more
		close(s.ended)
	}()
	return s, nil
}

// ready waits until the server answers; if it does not, it is stopped.
func (s *Server) ready(ctx context.Context, answers func() error) error {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	for {
		err := answers()
		if err == nil {
			return nil
		}
		select {
		case <-s.ended:
			return fmt.Errorf("%s ended as it started: %s", filepath.Base(s.cmd.Path), lastBytes(s.output.Bytes(), 400))
		case <-ctx.Done():
			return errors.Join(fmt.Errorf("%s does not answer: %w", filepath.Base(s.cmd.Path), err), context.Cause(ctx), s.Close())
		case <-tick.C:
		}
	}
}

// Close stops the server and waits for its end.
func (s *Server) Close() error {
	select {
	case <-s.ended:
		return nil
	default:
	}
	if err := s.cmd.Process.Signal(s.stop); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	timer := time.NewTimer(stopTimeout)
	defer timer.Stop()
	select {
	case <-s.ended:
		return nil
	case <-timer.C:
		return errors.Join(fmt.Errorf("%s did not stop within %s and was killed", filepath.Base(s.cmd.Path), stopTimeout), s.cmd.Process.Kill())
	}
}

func lastBytes(b []byte, n int) []byte {
	b = bytes.TrimSpace(b)
	return b[max(0, len(b)-n):]
}

// MissingError says that a program is not installed.
type MissingError struct{ Program, Package string }

func (e *MissingError) Error() string {
	return fmt.Sprintf("%s is not installed: apt-get install %s", e.Program, e.Package)
}

// unprivileged are the credentials of a user who owns a directory from now on: PostgreSQL refuses to run as root. For any
// user but root they are nil, which means our own.
func unprivileged(dir string) (*syscall.Credential, error) {
	if os.Getuid() != 0 {
		return nil, nil
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		return nil, fmt.Errorf("PostgreSQL does not run as root, and there is no user postgres to run it as: %w", err)
	}
	uid, err1 := strconv.ParseUint(u.Uid, 10, 32)
	gid, err2 := strconv.ParseUint(u.Gid, 10, 32)
	if err := errors.Join(err1, err2); err != nil {
		return nil, err
	}
	if err := os.Chown(dir, int(uid), int(gid)); err != nil {
		return nil, err
	}
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
}
