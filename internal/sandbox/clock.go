package sandbox

import (
	"sync"
	"time"
)

// Clock is real time plus what was skipped. It never goes back. It is safe for concurrent use; its zero value tells the
// real time.
type Clock struct {
	mu      sync.Mutex
	skipped time.Duration
	hooks   []func()
}

// Now is the clock's time.
func (c *Clock) Now() time.Time { return time.Now().Add(c.Skipped()) }

// Skipped is how far the clock is ahead of real time.
func (c *Clock) Skipped() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.skipped
}

// OnSkip has a function called after every skip. Whoever waits for a time by another clock looks again there.
func (c *Clock) OnSkip(hook func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.hooks = append(c.hooks, hook)
}

// Skip moves the clock forward and calls the hooks, in the order in which they were added. A skip back does nothing.
func (c *Clock) Skip(d time.Duration) {
	if d <= 0 {
		return
	}
	c.mu.Lock()
	c.skipped += d
	hooks := c.hooks[:len(c.hooks):len(c.hooks)]
	c.mu.Unlock()
	for _, hook := range hooks { // without the lock: they ask for the time
		hook()
	}
}
