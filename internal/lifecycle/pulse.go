package lifecycle

import (
	"fmt"
	"sync"
	"time"
)

// Pulse knows the loops of a program that have to go on turning, whatever happens outside of it: that one has stopped is the
// one thing a restart is good for. The zero value knows none.
type Pulse struct {
	mu    sync.Mutex
	loops map[*beating]bool
	now   func() time.Time // tests replace it
}

type beating struct {
	name string
	last time.Time
}

// Stuck is how long a loop may be silent. It is three times as long as loops take for a turn at most (schemas.Heartbeat).
const Stuck = 30 * time.Second

// Begin takes note of a loop. Beat is called with every turn, end when it has come to its end.
func (p *Pulse) Begin(name string) (beat, end func()) {
	b := &beating{name, p.time()}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.loops == nil {
		p.loops = map[*beating]bool{}
	}
	p.loops[b] = true
	return func() {
			p.mu.Lock()
			defer p.mu.Unlock()
			b.last = p.time()
		}, func() {
			p.mu.Lock()
			defer p.mu.Unlock()
			delete(p.loops, b)
		}
}

// Alive is an error when a loop has stopped. Times are of the monotonic clock, which stands still while the machine sleeps.
func (p *Pulse) Alive() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.time()
	for b := range p.loops {
		if silent := now.Sub(b.last); silent > Stuck {
			return fmt.Errorf("%s has not turned for %s", b.name, silent.Round(time.Second))
		}
	}
	return nil
}

func (p *Pulse) time() time.Time {
	if p.now != nil {
		return p.now()
	}
	return time.Now()
}
