// Package live brings what the console shows from the broker, and only while somebody looks: with the first reader it reads the end
// of the log and follows it, and a while after the last has gone it stops, and forgets everything.
package live

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"autointel.example/internal/console"
	"autointel.example/internal/jetstream"
	"autointel.example/internal/pause"
	"autointel.example/schemas"
)

// What is read. The numbers bound memory and the time until the first picture, however long the log is.
const (
	tail       = 20_000           // events of the log's end
	fills      = 64               // workflows that are read whole because their beginning stands before that, in one look
	lookEvery  = 2 * time.Second  // at the consumers
	againAfter = 2 * time.Second  // when the broker could not be reached
	linger     = 10 * time.Second // unless it is set
)

// Source is what the terminal and the page read. It is safe for concurrent use.
type Source struct {
	// Linger is how long the reading goes on when nobody looks any more: who turns a page is soon back. It is to be set before the
	// first reader; zero: 10 s.
	Linger time.Duration

	client *jetstream.Client
	now    func() time.Time

	mu      sync.Mutex
	readers int
	reading *reading // nil: nobody looks
	idle    *time.Timer
	closed  bool
}

// reading is one time of looking, from the first reader to the last.
type reading struct {
	view    *console.View
	cancel  context.CancelFunc
	done    chan struct{} // its goroutines have ended
	ready   chan struct{} // the end of the log was read, and the consumers were looked at
	changed chan struct{} // closed and replaced at every change
}

// New returns a source. It asks the broker for nothing yet.
func New(client *jetstream.Client, now func() time.Time) *Source {
	return &Source{client: client, now: now}
}

// ErrClosed says that a source was closed.
var ErrClosed = errors.New("the console is closed")

// Open makes the caller a reader until it calls the function that is returned. It waits until there is something to see, or the
// context ends.
func (s *Source) Open(ctx context.Context) (release func(), err error) {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return nil, ErrClosed
	}
	if s.idle != nil {
		s.idle.Stop()
		s.idle = nil
	}
	if s.reading == nil {
		s.reading = s.begin()
	}
	r := s.reading
	s.readers++
	s.mu.Unlock()
	release = sync.OnceFunc(s.leave)
	select {
	case <-r.ready:
		return release, nil
	case <-ctx.Done():
		release()
		return nil, ctx.Err()
	}
}

func (s *Source) leave() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.readers--
	if s.readers > 0 || s.closed {
		return
	}
	r := s.reading
	s.idle = time.AfterFunc(cmp.Or(s.Linger, linger), func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.readers == 0 && s.reading == r {
			r.cancel()
			s.reading = nil
		}
	})
}

// Close ends the reading and waits for it.
func (s *Source) Close() error {
	s.mu.Lock()
	r := s.reading
	s.closed, s.reading = true, nil
	if s.idle != nil {
		s.idle.Stop()
	}
	s.mu.Unlock()
	if r != nil {
		r.cancel()
		<-r.done
	}
	return nil
}

// Reading reports whether anything is read now.
func (s *Source) Reading() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.reading != nil
}

// Snapshot returns how things are, and a channel that is closed when they have changed. Only readers may ask.
func (s *Source) Snapshot(q console.Query) (console.Snapshot, <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.reading == nil {
		return console.Snapshot{Trouble: ErrClosed.Error()}, nil
	}
	return s.reading.view.Snapshot(s.now(), q), s.reading.changed
}

// Version changes with everything that is heard of a workflow, which closes the channel. Only readers may ask.
func (s *Source) Version(id string) (uint64, <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.reading == nil {
		return 0, nil
	}
	return s.reading.view.Version(id), s.reading.changed
}

// Timeline reads one workflow from the log, whether it is among the newest or not. Found is false when the log does not know it.
func (s *Source) Timeline(ctx context.Context, id string) (t console.Timeline, found bool, err error) {
	events, err := s.client.Events(ctx, id)
	if err != nil || len(events) == 0 {
		return t, false, err
	}
	words, err := s.client.LatestProgress(ctx, id)
	if err != nil {
		return t, false, err
	}
	progress := map[string]console.Progress{}
	for stage, p := range words {
		if p.State == "running" {
			progress[stage] = console.Progress{Done: p.Done, Total: p.Total, Unit: p.Unit, At: p.At}
		}
	}
	return console.NewTimeline(events, progress, s.now()), true, nil
}

// begin starts the reading.
func (s *Source) begin() *reading {
	ctx, cancel := context.WithCancel(context.Background())
	r := &reading{view: console.NewView(console.Keep), cancel: cancel, done: make(chan struct{}), ready: make(chan struct{}), changed: make(chan struct{})}
	caughtUp, looked := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(r.done)
		group, ctx := errgroup.WithContext(ctx)
		group.Go(func() error { return s.follow(ctx, r, sync.OnceFunc(func() { close(caughtUp) })) })
		group.Go(func() error { return s.hear(ctx, r, caughtUp) })
		group.Go(func() error { return s.look(ctx, r, caughtUp, sync.OnceFunc(func() { close(looked) })) })
		group.Go(func() error {
			for _, c := range []chan struct{}{caughtUp, looked} {
				select {
				case <-c:
				case <-ctx.Done():
					return nil
				}
			}
			close(r.ready)
			return nil
		})
		_ = group.Wait() // none of them returns an error: what goes wrong is shown, and tried again
	}()
	return r
}

// change changes the view, and says so to the readers.
func (s *Source) change(r *reading, how func(*console.View)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	how(r.view)
	close(r.changed)
	r.changed = make(chan struct{})
}

func (s *Source) trouble(r *reading, err error) {
	s.change(r, func(v *console.View) {
		v.Looked(console.Look{Trouble: fmt.Sprintf("the broker does not answer: %v", err)})
	})
}

// follow reads the end of the log and what is added to it.
func (s *Source) follow(ctx context.Context, r *reading, caughtUp func()) error {
	for ctx.Err() == nil {
		err := s.client.Tail(ctx, tail, func(e schemas.Event) {
			s.change(r, func(v *console.View) { v.Apply(e) })
		}, caughtUp)
		if err != nil {
			s.trouble(r, err)
			caughtUp() // with nothing: the trouble is what there is to see
			_ = pause.For(ctx, againAfter)
		}
	}
	return nil
}

// hear takes in how far stages at work are.
func (s *Source) hear(ctx context.Context, r *reading, caughtUp <-chan struct{}) error {
	select {
	case <-caughtUp:
	case <-ctx.Done():
		return nil
	}
	return s.client.HearProgress(ctx, func(p schemas.Progress) {
		s.change(r, func(v *console.View) { v.Heard(p) })
	}, func() { s.words(ctx, r) })
}

// words takes in what the stages at work have said last. Without it their next word is waited for.
func (s *Source) words(ctx context.Context, r *reading) {
	words, err := s.client.Working(ctx)
	if err != nil {
		return
	}
	s.change(r, func(v *console.View) {
		for _, p := range words {
			v.Heard(p)
		}
	})
}

// look looks at the log and its consumers again and again, and reads what the end of the log does not hold.
func (s *Source) look(ctx context.Context, r *reading, caughtUp <-chan struct{}, looked func()) error {
	select {
	case <-caughtUp:
	case <-ctx.Done():
		return nil
	}
	tried := map[string]bool{} // a workflow whose beginning is older than the retention never gets one
	for ctx.Err() == nil {
		look, err := s.inspect(ctx)
		if err != nil {
			s.trouble(r, err)
		} else {
			s.change(r, func(v *console.View) { v.Looked(look) })
			s.fill(ctx, r, tried)
		}
		looked()
		_ = pause.For(ctx, lookEvery)
	}
	return nil
}

// fill reads workflows whole whose beginning was not heard: those that run for long.
func (s *Source) fill(ctx context.Context, r *reading, tried map[string]bool) {
	s.mu.Lock()
	partial := r.view.Partial(2 * console.Keep)
	s.mu.Unlock()
	n := 0
	for _, id := range partial {
		if tried[id] || n == fills {
			continue
		}
		n++
		tried[id] = true
		events, err := s.client.Events(ctx, id)
		if err != nil {
			return
		}
		s.change(r, func(v *console.View) { v.Fill(id, events) })
	}
	if n > 0 {
		s.words(ctx, r)
	}
	if len(tried) > 10*console.Keep {
		clear(tried)
	}
}

// inspect asks the server how the log and its consumers are.
func (s *Source) inspect(ctx context.Context) (console.Look, error) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	look := console.Look{At: s.now()}
	report, err := s.client.Inspect(ctx)
	if err != nil {
		return look, err
	}
	for _, stream := range report {
		if stream.Err != nil {
			return look, stream.Err
		}
		switch stream.Name {
		case schemas.StreamLog:
			look.Log = console.Log{Events: stream.Messages, Bytes: stream.Bytes, Last: stream.LastSeq, Replicas: stream.Replicas}
		case schemas.StreamDead:
			look.Dead = stream.Messages
		}
		for _, c := range stream.Consumers {
			look.Consumers = append(look.Consumers, console.Consumer{
				Name: c.Name, Stream: stream.Name, Stage: console.StageOf(c.Name), Waiting: c.Waiting, AtWork: c.AtWork, Redelivered: c.Redelivered,
			})
		}
	}
	leases, err := s.client.RunningWorkflows(ctx)
	for _, l := range leases {
		look.Running = append(look.Running, l.Workflow)
	}
	return look, err
}
