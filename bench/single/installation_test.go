package single

import (
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

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
			dir := t.TempDir()
			trapped := filepath.Join(dir, "trapped")
			script := filepath.Join(dir, "program")
			text := "#!/bin/sh\ntrap '" + c.onTerm + "' TERM\n: >" + trapped + "\nwhile :; do sleep 0.02; done\n"
			if err := os.WriteFile(script, []byte(text), 0o700); err != nil { // #nosec G306 -- a program
				t.Fatal(err)
			}
			s, err := Open(Options{Program: script, Dir: dir, Durability: "fast", Lifetime: time.Minute})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = s.Close() })
			ready(t, s.health)
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
