package ingest

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// What is said of how long a workflow takes: nothing that took longer to find out than estimateWithin, and nothing that
// rests on fewer than estimateRuns earlier ones. An answer is good for estimateFor, and so is the lack of one: an archive
// that is away must not delay every command.
const (
	estimateWithin = 200 * time.Millisecond
	estimateRuns   = 3
	estimateFor    = time.Minute
)

// estimate is how long a workflow of a depth takes, if that is known.
type estimate struct {
	takes time.Duration
	known bool
}

// estimates remembers what the archive said, by depth.
type estimates struct {
	mu    sync.Mutex
	known map[string]remembered
}

type remembered struct {
	estimate
	until time.Time
}

func (e *estimates) get(depth string, now time.Time) (estimate, bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	r, ok := e.known[depth]
	return r.estimate, ok && now.Before(r.until)
}

func (e *estimates) put(depth string, v estimate, until time.Time) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.known == nil {
		e.known = map[string]remembered{}
	}
	e.known[depth] = remembered{v, until}
}

// usually finds out how long a workflow of a depth usually takes, side by side with what the caller does meanwhile. One
// estimate comes, within estimateWithin. The depth is a valid one, so there are few to remember.
func (i *Intake) usually(ctx context.Context, depth string) <-chan estimate {
	found := make(chan estimate, 1)
	if e, ok := i.estimates.get(depth, i.Now()); ok {
		found <- e
		return found
	}
	i.working.Go(func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), estimateWithin) // what is found serves others too
		defer cancel()
		var e estimate
		got, err := i.Client.Estimate(ctx, depth)
		if err != nil {
			i.Logger.Debug("there is no estimate", "depth", depth, "error", err)
		} else if got.Runs >= estimateRuns {
			e = estimate{got.Median, true}
		}
		i.estimates.put(depth, e, i.Now().Add(estimateFor))
		found <- e
	})
	return found
}

// about says as people do how long something takes.
func about(d time.Duration) string {
	if d < 5*time.Second {
		return "a few seconds"
	}
	return "about " + amount(d)
}

// amount says a duration in one unit.
func amount(d time.Duration) string {
	switch {
	case d < 90*time.Second:
		return fmt.Sprintf("%d s", max(d.Round(10*time.Second), 5*time.Second)/time.Second)
	case d < 90*time.Minute:
		return fmt.Sprintf("%d min", d.Round(time.Minute)/time.Minute)
	}
	return fmt.Sprintf("%.0f h", d.Round(time.Hour).Hours())
}
