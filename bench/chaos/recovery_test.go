//go:build integration

package main

import (
	"fmt"
	"maps"
	"syscall"
	"testing"
	"time"

	"autointel.example/schemas"
)

// TestWhatAKilledServiceHadAtHandIsTakenUpByAnother kills one of two ingests while both wait for pages, and times when the other
// asks for what the first had. The promise is AckWait, which is three heartbeats, and a second; a loaded machine gets more here.
func TestWhatAKilledServiceHadAtHandIsTakenUpByAnother(t *testing.T) {
	const workflows, ackWait, slack = 48, 3 * schemas.Heartbeat, 5 * time.Second
	t.Parallel()
	programs := programsOf(t)
	h, err := open(t.Context(), options{Workflows: workflows, Nodes: 1, Lifetime: 5 * time.Minute, Durability: "durable"}, programs, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := h.close(false); err != nil {
			t.Error(err)
		}
	}()
	for n := range workflows {
		options := map[string]any{"url": h.site.addressOf(pageHeld, n)}
		if _, err := h.box.Command(t.Context(), userOf(fate{User: n}), "autointel", options); err != nil {
			t.Fatal(err)
		}
	}
	until(t, h, "both ingests wait for pages", func() bool { return len(h.site.asked) == workflows })
	killed := time.Now()
	h.named("ingest-1").setHold(true) // it does not come back to take its own
	h.named("ingest-1").signal(syscall.SIGKILL)
	until(t, h, "its connections are gone", func() bool { return len(h.site.gone) > 0 && time.Since(killed) > 2*time.Second })
	h.site.mu.Lock()
	its := maps.Clone(h.site.gone) // before the other has waited so long for its own that it gives them up
	h.site.mu.Unlock()
	until(t, h, "what it had was asked for again", func() bool {
		for path := range its {
			if h.site.again[path].IsZero() {
				return false
			}
		}
		return true
	})
	h.site.mu.Lock()
	defer h.site.mu.Unlock()
	var first, last time.Duration
	for path, gone := range its {
		after := h.site.again[path].Sub(killed)
		if h.site.again[path].IsZero() || after > ackWait+slack {
			t.Errorf("%s, gone after %s, was asked for again after %s", path, gone.Sub(killed), after)
		}
		if first == 0 || after < first {
			first = after
		}
		last = max(last, after)
	}
	if len(its) == workflows {
		t.Error("the other ingest had none")
	}
	t.Logf("of %d stages at work %d were the killed ingest's; the other took them up %.1f to %.1f s after the kill (AckWait %s)",
		workflows, len(its), first.Seconds(), last.Seconds(), ackWait)
}

// until waits for something about the pages.
func until(t *testing.T, h *house, what string, is func() bool) {
	t.Helper()
	err := patiently(t.Context(), 90*time.Second, func() error {
		h.site.mu.Lock()
		defer h.site.mu.Unlock()
		if !is() {
			return fmt.Errorf("%w: %d asked for, %d gone, %d again", errNotYet, len(h.site.asked), len(h.site.gone), len(h.site.again))
		}
		return nil
	})
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
}
