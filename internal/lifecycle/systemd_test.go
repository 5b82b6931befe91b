package lifecycle

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// listening is what systemd is to a program: a socket for datagrams. Each is handed on.
func listening(t *testing.T) <-chan string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "notify")
	conn, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: path, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("NOTIFY_SOCKET", path)
	said := make(chan string, 1000)
	done := make(chan bool)
	go func() {
		defer close(done)
		buffer := make([]byte, 4096)
		for {
			n, err := conn.Read(buffer)
			if err != nil {
				return
			}
			said <- string(buffer[:n])
		}
	}()
	t.Cleanup(func() {
		if err := conn.Close(); err != nil {
			t.Error(err)
		}
		<-done
	})
	return said
}

// until reads what is said until something begins so.
func until(t *testing.T, said <-chan string, begins string) (before []string) {
	t.Helper()
	for {
		select {
		case s := <-said:
			if strings.HasPrefix(s, begins) {
				return before
			}
			before = append(before, s)
		case <-time.After(10 * time.Second):
			t.Fatalf("it did not say %q; it said %q", begins, before)
		}
	}
}

// What systemd is told: nothing of readiness until everything is there, a sign of life for as long as no loop is stuck, and
// that it stops.
func TestSystemdIsToldHowTheProgramIs(t *testing.T) {
	said := listening(t)
	t.Setenv("WATCHDOG_USEC", "100000")
	var missing, stuck atomic.Pointer[error]
	away, silent := errors.Join(errors.New("the broker is away"), errors.New("so is the disk")), errors.New("watch has not turned")
	missing.Store(&away)
	load := func(p *atomic.Pointer[error]) error {
		if err := p.Load(); err != nil {
			return *err
		}
		return nil
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan bool)
	go func() {
		defer close(done)
		Manager{
			Ready: func(context.Context) error { return load(&missing) }, Alive: func() error { return load(&stuck) }, Logger: slog.New(slog.DiscardHandler),
		}.Run(ctx)
	}()
	until(t, said, "STATUS=Not ready: the broker is away; so is the disk")
	missing.Store(nil)
	for _, early := range until(t, said, "READY=1") {
		if strings.HasPrefix(early, "WATCHDOG") {
			t.Error("a sign of life before it was ready")
		}
	}
	until(t, said, "WATCHDOG=1")
	until(t, said, "WATCHDOG=1")
	stuck.Store(&silent)
	until(t, said, "STATUS=Stuck: watch has not turned")
	for _, s := range until(t, said, "STATUS=Stuck") {
		t.Errorf("stuck, it says %q", s)
	}
	stuck.Store(nil)
	until(t, said, "WATCHDOG=1")
	cancel()
	until(t, said, "STOPPING=1")
	<-done
}

func TestAProgramThatStopsBeforeItIsReadyNeverSaysItIs(t *testing.T) {
	said := listening(t)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan bool)
	go func() {
		defer close(done)
		Manager{Ready: func(context.Context) error { return errors.New("no") }, Alive: func() error { return nil }, Logger: slog.New(slog.DiscardHandler)}.Run(ctx)
	}()
	until(t, said, "STATUS=Not ready")
	cancel()
	for _, s := range until(t, said, "STOPPING=1") {
		if strings.HasPrefix(s, "READY") {
			t.Error(s)
		}
	}
	<-done
}

func TestWithoutSystemdNothingIsSaid(t *testing.T) {
	t.Setenv("NOTIFY_SOCKET", "")
	Manager{Ready: func(context.Context) error { t.Error("asked"); return nil }}.Run(t.Context())
}

func TestALoopThatDoesNotTurnIsStuck(t *testing.T) {
	now := time.Now()
	p := Pulse{now: func() time.Time { return now }}
	beat, end := p.Begin("watch")
	_, endOther := p.Begin("archiver-ended")
	endOther()
	now = now.Add(Stuck)
	if err := p.Alive(); err != nil {
		t.Error(err)
	}
	now = now.Add(time.Second)
	if err := p.Alive(); err == nil || !strings.Contains(err.Error(), "watch has not turned for 31s") {
		t.Error(err)
	}
	beat()
	if err := p.Alive(); err != nil {
		t.Error(err)
	}
	end()
	now = now.Add(time.Hour)
	if err := p.Alive(); err != nil {
		t.Errorf("a loop that has ended is not stuck: %v", err)
	}
}
