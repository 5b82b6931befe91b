package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"autointel.example/internal/pause"
)

// replica is a program that is started again whenever it ends, as a supervisor does, until it is told to stop.
type replica struct {
	name    string
	program string
	args    []string
	env     []string
	log     *os.File // everything it says, over all its lives

	turn sync.Mutex // one fault at a time

	mu       sync.Mutex
	process  *os.Process
	hold     bool // stays away
	stopping bool
	killed   bool // by us: its end is none of its own
	wake     chan struct{}
	lives    int
	ends     []string // how it ended by itself
	ended    chan struct{}
}

// restartAfter is how soon a supervisor starts what has ended.
const restartAfter = 300 * time.Millisecond

// stopWithin is how long a program may drain before it is killed.
const stopWithin = 40 * time.Second

func newReplica(name, program, logs string, env []string, args ...string) (*replica, error) {
	log, err := os.OpenFile(filepath.Join(logs, name+".log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	return &replica{name: name, program: program, args: args, env: env, log: log, wake: make(chan struct{}, 1), ended: make(chan struct{})}, nil
}

// run keeps the program running until stop. It returns at once.
func (r *replica) run() {
	go func() {
		defer close(r.ended)
		for r.life() {
		}
	}()
}

// life is one life of the program, and the wait before the next. It says whether there is to be a next.
func (r *replica) life() bool {
	for r.held() {
		<-r.wake
	}
	// #nosec G204 -- a program that we have built
	cmd := exec.Command(r.is(), r.args...)
	cmd.Env, cmd.Stdout, cmd.Stderr = r.env, r.log, r.log
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL} // should we be killed, it is too
	if !r.start(cmd) {
		return false
	}
	err := cmd.Wait()
	r.mu.Lock()
	defer r.mu.Unlock()
	r.process = nil
	if !r.killed {
		r.ends = append(r.ends, fmt.Sprint(r.name, ": ", endOf(err)))
	}
	if r.stopping {
		return false
	}
	if !r.killed {
		r.mu.Unlock()
		_ = pause.For(context.Background(), restartAfter)
		r.mu.Lock()
	}
	return !r.stopping
}

// is the program of the next life.
func (r *replica) is() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.program
}

func endOf(err error) string {
	if err == nil {
		return "exit status 0"
	}
	return err.Error()
}

// start starts a life, unless the program was told to stop meanwhile.
func (r *replica) start(cmd *exec.Cmd) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.stopping {
		return false
	}
	if err := cmd.Start(); err != nil {
		r.ends = append(r.ends, err.Error())
		return false
	}
	r.process, r.killed = cmd.Process, false
	r.lives++
	return true
}

func (r *replica) held() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.hold && !r.stopping
}

// signal sends a signal; to a program that is not there it does nothing.
func (r *replica) signal(s os.Signal) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.process == nil {
		return
	}
	if s == syscall.SIGKILL || s == syscall.SIGTERM {
		r.killed = true
	}
	_ = r.process.Signal(s) // it may just have ended
}

// away ends the program by a signal and keeps it away for a while.
func (r *replica) away(ctx context.Context, s os.Signal, d time.Duration) {
	r.setHold(true)
	r.signal(s)
	_ = pause.For(ctx, d)
	r.setHold(false)
}

func (r *replica) setHold(hold bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.hold = hold
	if !hold {
		r.woken()
	}
}

func (r *replica) woken() {
	select {
	case r.wake <- struct{}{}:
	default:
	}
}

// still has the program stand still for a while.
func (r *replica) still(ctx context.Context, d time.Duration) {
	r.signal(syscall.SIGSTOP)
	_ = pause.For(ctx, d)
	r.signal(syscall.SIGCONT)
}

// stop tells the program to stop and waits until it has. The error is how it ended, if not well.
func (r *replica) stop() error {
	r.mu.Lock()
	r.stopping, r.hold = true, false
	r.woken()
	running := r.process != nil
	if running {
		_ = r.process.Signal(syscall.SIGCONT)
		_ = r.process.Signal(syscall.SIGTERM)
	}
	before := len(r.ends)
	r.mu.Unlock()
	timer := time.AfterFunc(stopWithin, func() { r.signal(syscall.SIGKILL) })
	defer timer.Stop()
	<-r.ended
	err := r.log.Close()
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case running && r.killed:
		err = errors.Join(err, fmt.Errorf("%s had not stopped %s after it was told to", r.name, stopWithin))
	case running && len(r.ends) > before && r.ends[before] != r.name+": exit status 0":
		err = errors.Join(err, errors.New(r.ends[before]))
	}
	return err
}

// lived says how often the program was started.
func (r *replica) lived() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.lives
}
