// Package single runs `autointel up` as a process of its own, with its broker and its archive on disk and the sandbox as Discord, for
// programs that kill it and look at what is left.
package single

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"autointel.example/internal/pause"
	"autointel.example/internal/program"
	"autointel.example/internal/sandbox"
)

// Options say how an installation is to be.
type Options struct {
	Program    string        // the binary
	Dir        string        // for its data, unless Data is set, and for its log
	Data       string        // the data directory
	Durability string        // durable or fast
	Lifetime   time.Duration // of an interaction
	Allow      string        // host:port of pages inside that may be fetched
}

// Installation is an `autointel up` that is started again whenever it ends, and the Discord it works for.
type Installation struct {
	Options
	Box *sandbox.Sandbox

	env    []string
	health string
	nats   string
	log    *os.File
	ended  chan struct{} // the supervisor has

	mu       sync.Mutex
	process  *os.Process
	stopping bool
	lives    int
	killed   bool   // its last life was, by a signal that no program can refuse
	failed   string // how a life ended that nobody had ended
}

// Open makes an installation. Start starts it.
func Open(o Options) (s *Installation, err error) {
	o.Data = cmp.Or(o.Data, filepath.Join(o.Dir, "data"))
	s = &Installation{Options: o}
	if err := os.MkdirAll(o.Dir, 0o700); err != nil {
		return nil, err
	}
	if s.log, err = os.OpenFile(filepath.Join(o.Dir, "autointel.log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600); err != nil {
		return nil, err
	}
	if s.Box, err = sandbox.Start(sandbox.Options{TokenLifetime: o.Lifetime}); err != nil {
		return nil, errors.Join(err, s.log.Close())
	}
	ports, err := freePorts(3)
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	interactions := ports[2]
	s.health, s.nats = ports[0], ports[1]
	s.Box.SetEndpoint("http://" + interactions + "/interactions")
	ours := slices.DeleteFunc(os.Environ(), func(v string) bool {
		return strings.HasPrefix(v, "AUTOINTEL_") || strings.HasPrefix(v, "DISCORD_") || strings.HasPrefix(v, "NATS_") || strings.HasPrefix(v, "OTEL_") || strings.HasPrefix(v, "FAULTPOINT_")
	})
	s.env = append(ours,
		"AUTOINTEL_HTTP_ADDR="+s.health, "AUTOINTEL_NATS_LISTEN="+s.nats, "AUTOINTEL_INTERACTIONS_ADDR="+interactions, "AUTOINTEL_DATA_DIR="+s.Data,
		"AUTOINTEL_DURABILITY="+o.Durability, "AUTOINTEL_LOG_FORMAT=json", "AUTOINTEL_SESSION_LIFETIME="+o.Lifetime.String(), "AUTOINTEL_RETENTION=24h",
		"AUTOINTEL_LIMIT_PER_USER=0", "AUTOINTEL_LIMIT_PER_GUILD=0", "AUTOINTEL_FALLBACK=channel,dm", "AUTOINTEL_FETCH_ALLOW="+o.Allow,
		"DISCORD_API_URL="+s.Box.APIURL(), "DISCORD_APPLICATION_ID="+s.Box.ApplicationID(), "DISCORD_PUBLIC_KEY="+s.Box.PublicKey(), "DISCORD_TOKEN="+s.Box.BotToken(),
	)
	return s, nil
}

// Start starts the process and waits until it is ready. The first of its lives has more environment than the others. When it ends it is
// started again, until Stop or Kill.
func (s *Installation) Start(ctx context.Context, first ...string) error {
	s.mu.Lock()
	s.stopping, s.failed, s.ended = false, "", make(chan struct{})
	s.mu.Unlock()
	go func() {
		defer close(s.ended)
		for env := slices.Concat(s.env, first); s.life(env); env = s.env {
		}
	}()
	return s.Ready(ctx)
}

// life is one life of the process. It says whether there is to be another.
func (s *Installation) life(env []string) bool {
	cmd := exec.Command(s.Program, "up") // #nosec G204 -- a program that we have built
	cmd.Env, cmd.Stdout, cmd.Stderr = env, s.log, s.log
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL} // should we be killed, it is too
	s.mu.Lock()
	if s.stopping {
		s.mu.Unlock()
		return false
	}
	if err := cmd.Start(); err != nil {
		s.failed = err.Error()
		s.mu.Unlock()
		return false
	}
	s.process = cmd.Process
	s.lives++
	s.mu.Unlock()
	err := cmd.Wait()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.process = nil
	var exit *exec.ExitError
	s.killed = errors.As(err, &exit) && exit.Sys().(syscall.WaitStatus).Signal() == syscall.SIGKILL
	if !s.stopping && !s.killed {
		s.failed = fmt.Sprintf("autointel up ended by itself: %v; see %s", err, s.log.Name())
	}
	return !s.stopping && s.failed == ""
}

// readyWithin bounds a start, which on a slow machine that does much else takes several seconds.
const readyWithin = 2 * time.Minute

// Ready waits until the process is ready.
func (s *Installation) Ready(ctx context.Context) error {
	return Patiently(ctx, readyWithin, func() error {
		s.mu.Lock()
		failed := s.failed
		s.mu.Unlock()
		if failed != "" {
			return &BrokenError{failed}
		}
		return program.Probe(ctx, s.health)
	})
}

// BrokenError says that a program did what it may not: waiting does not mend it.
type BrokenError struct{ Says string }

func (e *BrokenError) Error() string { return e.Says }

// Lives is how often the process was started.
func (s *Installation) Lives() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.lives
}

// running is the process of just now; nil: there is none.
func (s *Installation) running() *os.Process {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.process
}

// Killed says that the process's last life ended by SIGKILL: after Stop, that it killed itself while it drained, and was not started
// again.
func (s *Installation) Killed() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.killed
}

// end ends the process by a signal and returns when it has ended and will not be started again.
func (s *Installation) end(signal syscall.Signal) error {
	s.mu.Lock()
	ended := s.ended
	s.stopping = true
	if s.process != nil {
		_ = s.process.Signal(signal) // it may just have ended
	}
	s.mu.Unlock()
	if ended != nil {
		<-ended
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ended = nil
	if s.failed != "" {
		return &BrokenError{s.failed}
	}
	return nil
}

// Freeze has the process stand still (SIGSTOP), and returns when each of its threads does.
func (s *Installation) Freeze(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.process == nil {
		return &BrokenError{"there is no process to freeze"}
	}
	if err := s.process.Signal(syscall.SIGSTOP); err != nil {
		return err
	}
	return Patiently(ctx, 10*time.Second, func() error {
		threads, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/stat", s.process.Pid))
		for _, t := range threads {
			stat, failed := os.ReadFile(t)
			if _, state, _ := strings.Cut(string(stat), ") "); failed != nil || !strings.HasPrefix(state, "T") {
				return errors.New("a thread still runs")
			}
		}
		return err
	})
}

// Kill kills the process (SIGKILL); Start starts it again.
func (s *Installation) Kill() error { return s.end(syscall.SIGKILL) }

// Stop has the process drain and end.
func (s *Installation) Stop() error { return s.end(syscall.SIGTERM) }

// Close ends everything.
func (s *Installation) Close() error {
	return errors.Join(s.end(syscall.SIGKILL), s.Box.Close(), s.log.Close())
}

// Patiently does something until it succeeds, or breaks, for a while.
func Patiently(ctx context.Context, patience time.Duration, do func() error) error {
	within, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for {
		err := do()
		var broken *BrokenError
		if err == nil || errors.As(err, &broken) {
			return err
		}
		if pause.For(within, 50*time.Millisecond) != nil {
			return cmp.Or(ctx.Err(), err)
		}
	}
}

// given are the ports that installations of this process have. One whose process was just killed does not listen on its own, and must find
// them free when it comes back.
var given = struct {
	mu    sync.Mutex
	ports map[int]bool
}{ports: map[int]bool{}}

// freePorts are addresses of this machine that nobody listens on just now. They lie below the ports that the system gives to outgoing
// connections: one of those could else have taken the port of a killed process when it comes back.
func freePorts(n int) ([]string, error) {
	given.mu.Lock()
	defer given.mu.Unlock()
	var all []string
	for tries := 0; len(all) < n; tries++ {
		port := 15000 + rand.IntN(17000)
		if given.ports[port] {
			continue
		}
		l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port))
		if err != nil && tries > 100 {
			return nil, err
		}
		if err != nil {
			continue
		}
		defer l.Close() // held until all are found, so that each is another
		given.ports[port] = true
		all = append(all, l.Addr().String())
	}
	return all, nil
}
