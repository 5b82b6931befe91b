package stage

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"autointel.example/schemas"
)

// errEnded is why a stage's context ends when its workflow has.
var errEnded = errors.New("the workflow has ended")

// remembered bounds how many ended workflows are known by heart. An older one is found by the reads of a doubtful
// delivery, and in the last resort by the append that comes second.
const remembered = 4096

// endings knows which workflows have ended of late, and cancels the stages at work on them.
type endings struct {
	mu      sync.Mutex
	recent  map[string]bool
	order   []string // oldest first, a ring once it is full
	next    int
	running map[string][]*context.CancelCauseFunc
}

func newEndings() *endings {
	return &endings{recent: map[string]bool{}, running: map[string][]*context.CancelCauseFunc{}}
}

// note takes in an ending. A completed workflow has no stage at work, so only the others count.
func (n *endings) note(e schemas.Event) {
	if _, completed := e.Data.(schemas.WorkflowCompleted); completed {
		return
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if !n.recent[e.Workflow] {
		n.recent[e.Workflow] = true
		if len(n.order) < remembered {
			n.order = append(n.order, e.Workflow)
		} else {
			delete(n.recent, n.order[n.next])
			n.order[n.next] = e.Workflow
			n.next = (n.next + 1) % remembered
		}
	}
	for _, cancel := range n.running[e.Workflow] {
		(*cancel)(errEnded)
	}
}

// watch returns a context that ends with the workflow, or after a while with errTimedOut. Running is false if the workflow has
// ended already.
func (n *endings) watch(ctx context.Context, id string, within time.Duration) (c context.Context, release func(), running bool) {
	c, cancel := context.WithCancelCause(ctx)
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.recent[id] {
		cancel(errEnded)
		return c, func() {}, false
	}
	n.running[id] = append(n.running[id], &cancel)
	deadline := time.AfterFunc(within, func() { cancel(errTimedOut) })
	return c, func() {
		deadline.Stop()
		n.mu.Lock()
		defer n.mu.Unlock()
		others := slices.DeleteFunc(n.running[id], func(o *context.CancelCauseFunc) bool { return o == &cancel })
		if n.running[id] = others; len(others) == 0 {
			delete(n.running, id)
		}
		cancel(nil)
	}, true
}
