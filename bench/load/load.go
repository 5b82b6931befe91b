// Package load puts a closed loop of workflows on a system and measures what comes of it. Every system that is compared is
// measured by this package, in a process of its own.
package load

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
)

// Durability is what an acknowledged step has been through.
type Durability string

// The two durabilities.
const (
	// Fast: the operating system has it. A crash of the process loses nothing, a power cut may lose the last of it.
	Fast Durability = "fast"
	// Durable: the disk has it. A power cut loses nothing.
	Durable Durability = "durable"
)

// Options are what a system is measured under. They are flags of every program that measures one.
type Options struct {
	Stages     int           `help:"Steps of a workflow, one after the other, each of which does nothing." default:"5" json:"stages"`
	InFlight   int           `help:"Workflows in flight: one that completes is followed by the next at once." name:"inflight" default:"64" json:"in_flight"`
	Durability Durability    `help:"${enum}: what a power cut may lose." enum:"fast,durable" default:"fast" json:"durability"`
	Warmup     time.Duration `help:"Load that is not counted, before each measurement." default:"1s" json:"warmup_ns"`
	For        time.Duration `help:"How long completions are counted." name:"for" default:"10s" json:"for_ns"`
	One        time.Duration `help:"How long one workflow at a time is measured afterwards; 0: not at all." default:"2s" json:"one_ns"`
}

// Validate says what is wrong with the options; kong calls it.
func (o Options) Validate() error {
	var errs []error
	if o.Stages < 1 || o.Stages > 100 {
		errs = append(errs, fmt.Errorf("--stages is %d: choose 1 to 100", o.Stages))
	}
	if o.InFlight < 1 || o.InFlight > 100_000 {
		errs = append(errs, fmt.Errorf("--inflight is %d: choose 1 to 100000", o.InFlight))
	}
	if o.Durability != Fast && o.Durability != Durable {
		errs = append(errs, fmt.Errorf("--durability is %q: choose fast or durable", o.Durability))
	}
	if o.For <= 0 || o.Warmup < 0 || o.One < 0 {
		errs = append(errs, errors.New("--for must be longer than 0, --warmup and --one 0 or longer"))
	}
	return errors.Join(errs...)
}

// drainFor is how long workflows in flight may still take once nothing is counted any more. What has not completed by then
// is lost.
const drainFor = 20 * time.Second

// settleFor is how long a second completion of a workflow is waited for, after the last workflow has completed.
const settleFor = 250 * time.Millisecond

// flight is one workflow. Its times count from the epoch of its load.
type flight struct {
	started, ended time.Duration
	completions    int
	landed         chan<- struct{} // of whoever waits for it
}

// Load keeps workflows in flight. It is used for one measurement.
type Load struct {
	o     Options
	drain time.Duration
	epoch time.Time

	mu      sync.Mutex
	flights []flight
	strays  int // completions of what was never started
}

// New returns a load.
func New(o Options) *Load {
	return &Load{o: o, drain: drainFor, epoch: time.Now(), flights: make([]flight, 0, 1<<16)}
}

// Done says that a workflow has completed: its last step's outcome is recorded, as durably as the options ask. The system
// calls it, from any goroutine; it does not block.
func (l *Load) Done(id int) {
	now := time.Since(l.epoch)
	l.mu.Lock()
	defer l.mu.Unlock()
	if id < 0 || id >= len(l.flights) {
		l.strays++
		return
	}
	f := &l.flights[id]
	f.completions++
	if f.completions == 1 {
		f.ended = now
		f.landed <- struct{}{} // has room for one: whoever waits has one workflow in flight
	}
}

// Measure puts the load on a system: start starts the workflow of an id, and may return before it has completed or after;
// the system then calls Done. Ids count from 0 and never come twice. Start is called by as many goroutines as workflows are
// in flight; its error ends the measurement.
func (l *Load) Measure(ctx context.Context, start func(ctx context.Context, id int) error) (Result, error) {
	if err := l.o.Validate(); err != nil {
		return Result{}, err
	}
	many, err := l.phase(ctx, l.o.InFlight, l.o.For, start)
	if err != nil {
		return Result{}, err
	}
	r := Result{Options: l.o, Figures: many}
	if l.o.One > 0 {
		one, err := l.phase(ctx, 1, l.o.One, start)
		if err != nil {
			return Result{}, err
		}
		r.One = &one
	}
	if err := wait(ctx, settleFor); err != nil {
		return Result{}, err
	}
	r.Lost, r.Doubled = l.faults()
	return r, nil
}

// phase keeps a number of workflows in flight until the window has passed, and then waits for those that are left.
func (l *Load) phase(ctx context.Context, inFlight int, window time.Duration, start func(context.Context, int) error) (Figures, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	group, ctx := errgroup.WithContext(ctx)
	full, last := make(chan struct{}), make(chan struct{}) // the window is over; so is the wait for what is left
	for range inFlight {
		group.Go(func() error { return l.slot(ctx, full, last, start) })
	}
	from, to, used, err := l.window(ctx, window)
	close(full)
	timer := time.AfterFunc(l.drain, func() { close(last) })
	defer timer.Stop()
	if failed := group.Wait(); failed != nil {
		err = failed
	}
	if err != nil {
		return Figures{}, err
	}
	return figures(l.latencies(from, to), to-from, used), nil
}

// window waits for the warm-up and then for the window, and returns when it began and ended and the CPU time used in it.
func (l *Load) window(ctx context.Context, window time.Duration) (from, to, used time.Duration, err error) {
	if err := wait(ctx, l.o.Warmup); err != nil {
		return 0, 0, 0, err
	}
	before, err := cpuTime()
	if err != nil {
		return 0, 0, 0, err
	}
	from = time.Since(l.epoch)
	if err := wait(ctx, window); err != nil {
		return 0, 0, 0, err
	}
	to = time.Since(l.epoch)
	after, err := cpuTime()
	return from, to, after - before, err
}

// slot has one workflow in flight at a time, until the window is over.
func (l *Load) slot(ctx context.Context, full, last <-chan struct{}, start func(context.Context, int) error) error {
	landed := make(chan struct{}, 1)
	for {
		select {
		case <-full:
			return nil
		case <-ctx.Done():
			return context.Cause(ctx)
		default:
		}
		id := l.begin(landed)
		if err := start(ctx, id); err != nil {
			return fmt.Errorf("start workflow %d: %w", id, err)
		}
		select {
		case <-landed:
		case <-last:
			return nil
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

func (l *Load) begin(landed chan<- struct{}) (id int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.flights = append(l.flights, flight{started: time.Since(l.epoch), landed: landed})
	return len(l.flights) - 1
}

// latencies are those of the workflows that completed in a window, in the order of their start.
func (l *Load) latencies(from, to time.Duration) []time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	var all []time.Duration
	for _, f := range l.flights {
		if f.completions > 0 && f.ended >= from && f.ended < to {
			all = append(all, f.ended-f.started)
		}
	}
	return all
}

// faults counts the workflows that never completed, and the completions that were one too many.
func (l *Load) faults() (lost, doubled int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	doubled = l.strays
	for _, f := range l.flights {
		if f.completions == 0 {
			lost++
		} else {
			doubled += f.completions - 1
		}
	}
	return lost, doubled
}

func wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
