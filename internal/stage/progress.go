package stage

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"autointel.example/schemas"
)

// How progress waits before it is published. Discord shows it slower still, and of a workflow that has ended by then nobody
// asks how far it is: short work costs no message at all.
const (
	progressDelay = 200 * time.Millisecond
	progressFlush = 256 // workflows with news are published at once, and no more are kept waiting
)

// spool keeps the newest word of each stage at work until it is published.
type spool struct {
	mu   sync.Mutex
	news map[string][]schemas.Progress // by workflow; one for each stage
	wake chan struct{}                 // there is news, after none
	full chan struct{}                 // there is as much as is kept
}

func newSpool() *spool {
	return &spool{news: map[string][]schemas.Progress{}, wake: make(chan struct{}, 1), full: make(chan struct{}, 1)}
}

// put replaces what the stage said before. When too many workflows have news it is dropped: their next word comes.
func (s *spool) put(p schemas.Progress) {
	s.mu.Lock()
	defer s.mu.Unlock()
	stages, waiting := s.news[p.Workflow]
	if i := slices.IndexFunc(stages, func(q schemas.Progress) bool { return q.Stage == p.Stage }); i >= 0 {
		stages[i] = p
		return
	}
	if !waiting && len(s.news) >= progressFlush {
		signal(s.full)
		if len(s.news) >= 4*progressFlush {
			return
		}
	}
	if len(s.news) == 0 {
		signal(s.wake)
	}
	s.news[p.Workflow] = append(stages, p)
}

// ended drops what the stages of a workflow said: its ending says it all.
func (s *spool) ended(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.news, id)
}

// take returns what is to be published, and empties the spool.
func (s *spool) take() map[string][]schemas.Progress {
	s.mu.Lock()
	defer s.mu.Unlock()
	news := s.news
	s.news = map[string][]schemas.Progress{}
	return news
}

// run publishes until the context ends, and what is left then. It does nothing while there is no news. Progress that is
// lost is replaced by the next.
func (s *spool) run(ctx context.Context, publish func(schemas.Progress) error) {
	flush := func() {
		news := s.take()
		for _, id := range slices.Sorted(maps.Keys(news)) {
			for _, p := range news[id] {
				_ = publish(p)
			}
		}
	}
	defer flush()
	delay := time.NewTimer(progressDelay)
	defer delay.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-s.wake:
		}
		delay.Reset(progressDelay)
		select {
		case <-ctx.Done():
			return
		case <-s.full:
		case <-delay.C:
		}
		flush()
	}
}

func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}
