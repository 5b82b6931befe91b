package stage

import (
	"context"
	"errors"
	"sync"

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
	running map[string]map[*context.CancelCauseFunc]bool
}

func newEndings() *endings {
	return &endings{recent: map[string]bool{}, running: map[string]map[*context.CancelCauseFunc]bool{}}
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
	for cancel := range n.running[e.Workflow] {
		(*cancel)(errEnded)
	}
}

// watch returns a context that ends with the workflow. Running is false if it has ended already.
func (n *endings) watch(ctx context.Context, id string) (c context.Context, release func(), running bool) {
	c, cancel := context.WithCancelCause(ctx)
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.recent[id] {
		cancel(errEnded)
		return c, func() {}, false
	}
	if n.running[id] == nil {
		n.running[id] = map[*context.CancelCauseFunc]bool{}
	}
	n.running[id][&cancel] = true
	return c, func() {
		n.mu.Lock()
		defer n.mu.Unlock()
		delete(n.running[id], &cancel)
		if len(n.running[id]) == 0 {
			delete(n.running, id)
		}
		cancel(nil)
	}, true
}
