package single

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"

	"autointel.example/internal/testtime"
)

// TestWhoKillsItselfWhileItDrainsIsKnown: a program that dies of SIGKILL after it was told to end is not started again, and Killed says
// so; one that ends as it should was not killed.
func TestWhoKillsItselfWhileItDrainsIsKnown(t *testing.T) {
	for name, c := range map[string]struct {
		onTerm string
		killed bool
	}{
		"killed":  {`kill -9 $$`, true},
		"drained": {`exit 0`, false},
	} {
		t.Run(name, func(t *testing.T) {
			trapped := filepath.Join(t.TempDir(), "trapped")
			s := installed(t, "#!/bin/sh\ntrap '"+c.onTerm+"' TERM\n: >"+trapped+"\nwhile :; do sleep 0.02; done\n")
			if err := s.Start(t.Context()); err != nil {
				t.Fatal(err)
			}
			if err := Patiently(t.Context(), testtime.Limit(10*time.Second), func() error { _, err := os.Stat(trapped); return err }); err != nil {
				t.Fatal(err)
			}
			if err := s.Stop(); err != nil || s.Killed() != c.killed || s.Lives() != 1 {
				t.Errorf("stopped with %v, killed %v, lives %d", err, s.Killed(), s.Lives())
			}
		})
	}
}

// TestWhatAKilledProcessDidNotAnswerIsAskedOfTheNext: who is killed while somebody reads is started again, and read anew. What fails of a
// process that lives is said at once.
func TestWhatAKilledProcessDidNotAnswerIsAskedOfTheNext(t *testing.T) {
	s := installed(t, "#!/bin/sh\nwhile :; do sleep 0.02; done\n")
	broker(t, s.nats)
	if err := s.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	failed := errors.New("no answer")
	asked := 0
	err := s.with(t.Context(), func(ctx context.Context, _ *nats.Conn) error {
		if asked++; asked > 1 {
			return nil
		}
		if err := s.running().Kill(); err != nil {
			return err
		}
		return errors.Join(failed, Patiently(ctx, testtime.Limit(10*time.Second), func() error {
			if s.Lives() == 1 {
				return errors.New("not yet started again")
			}
			return nil
		}))
	})
	if err != nil || asked != 2 || s.Lives() != 2 {
		t.Errorf("asked %d times in %d lives: %v", asked, s.Lives(), err)
	}
	asked = 0
	err = s.with(t.Context(), func(context.Context, *nats.Conn) error { asked++; return failed })
	if !errors.Is(err, failed) || asked != 1 {
		t.Errorf("asked %d times: %v", asked, err)
	}
}

// TestNobodyIsGivenThePortOfAnother: not even while nobody listens on it, as between two lives of a process.
func TestNobodyIsGivenThePortOfAnother(t *testing.T) {
	seen := map[string]bool{}
	for range 500 { // of 17,000 ports some would come twice
		ports, err := freePorts(3)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range ports {
			if seen[p] {
				t.Fatalf("%s was given twice", p)
			}
			seen[p] = true
		}
	}
}

// installed is an installation of a shell script.
func installed(t *testing.T, script string) *Installation {
	t.Helper()
	dir := t.TempDir()
	program := filepath.Join(dir, "program")
	if err := os.WriteFile(program, []byte(script), 0o700); err != nil { // #nosec G306 -- a program
		t.Fatal(err)
	}
	s, err := Open(Options{Program: program, Dir: dir, Durability: "fast", Lifetime: time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	ready(t, s.health)
	return s
}

// ready answers for a program that has no HTTP.
func ready(t *testing.T, addr string) {
	t.Helper()
	l, err := net.Listen("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	_ = server.Listener.Close()
	server.Listener = l
	server.Start()
	t.Cleanup(server.Close)
}

// broker stands in for the one that a program would have.
func broker(t *testing.T, addr string) {
	t.Helper()
	at, err := net.ResolveTCPAddr("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	s, err := server.NewServer(&server.Options{Host: at.IP.String(), Port: at.Port, NoLog: true, NoSigs: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Shutdown(); s.WaitForShutdown() })
	s.Start()
	if !s.ReadyForConnections(testtime.Limit(10 * time.Second)) {
		t.Fatal("the broker does not start")
	}
}
