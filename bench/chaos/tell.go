package main

import (
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"github.com/mattn/go-isatty"
)

// teller says how a run goes: on a terminal a line that changes, elsewhere a line for each phase.
type teller struct {
	w     io.Writer
	live  bool
	began time.Time
}

func newTeller(w io.Writer) *teller {
	f, ok := w.(*os.File)
	return &teller{w: w, live: ok && isatty.IsTerminal(f.Fd()), began: time.Now()}
}

func (t *teller) at() string { return time.Since(t.began).Round(time.Second).String() }

// phase says what begins.
func (t *teller) phase(what string) {
	if t.live {
		fmt.Fprintf(t.w, "\r\x1b[K")
	}
	fmt.Fprintf(t.w, "%6s  %s\n", t.at(), what)
}

// watch shows how things stand until it is stopped.
func (t *teller) watch(stands func() string) (stop func()) {
	if !t.live {
		return func() { t.phase(stands()) }
	}
	done := make(chan struct{})
	var showing sync.WaitGroup
	showing.Go(func() {
		tick := time.NewTicker(500 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-done:
				return
			case <-tick.C:
				fmt.Fprintf(t.w, "\r\x1b[K%6s  %s", t.at(), stands())
			}
		}
	})
	return func() {
		close(done)
		showing.Wait()
		t.phase(stands())
	}
}

// standing is how a run stands.
func standing(h *house, s *striker, c *crowd) string {
	c.mu.Lock()
	asked := c.asked
	c.mu.Unlock()
	s.mu.Lock()
	defer s.mu.Unlock()
	text := fmt.Sprintf("%d of %d asked · %d faults · %d requests failed at Discord", asked, h.Workflows, len(s.log), h.box.Faults())
	if s.last != "" {
		text += " · last: " + s.last
	}
	return text
}
