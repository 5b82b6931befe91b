package main

import (
	"bytes"
	"context"
	"path/filepath"
	"slices"
	"sync"
	"syscall"
	"time"

	"github.com/nats-io/nats.go"
	natsjs "github.com/nats-io/nats.go/jetstream"

	"autointel.example/internal/pause"
	"autointel.example/internal/program"
	"autointel.example/internal/workflow"
	"autointel.example/schemas"
)

// roller restarts one service after the other, as an upgrade does: each is told to stop, comes back, and is waited for before the next
// has its turn; then the round begins again, until the end of the run.
type roller struct {
	h *house

	mu       sync.Mutex
	restarts int
	last     string
}

// settleFor is how long a service is at work again before the next is restarted.
const settleFor = 2 * time.Second

// run returns when the last restarted service is ready. The error is of one that does not come back.
func (r *roller) run(ctx context.Context) error {
	for end := time.Now().Add(r.h.Duration); ; {
		for i, s := range r.h.services {
			if pause.For(ctx, settleFor) != nil || time.Now().After(end) {
				return ctx.Err()
			}
			r.mu.Lock()
			r.last = s.name
			r.mu.Unlock()
			lives := s.lived()
			if r.h.Mixed {
				s.otherVersion()
			}
			s.signal(syscall.SIGTERM)
			err := patiently(ctx, 2*stopWithin, func() error {
				if s.lived() == lives {
					return errNotYet
				}
				return program.Probe(ctx, r.h.health[i])
			})
			if err != nil {
				return err
			}
			r.mu.Lock()
			r.restarts++
			r.mu.Unlock()
		}
	}
}

// otherVersion has the next life of a service be of the other minor version: the newer one, or the older again.
func (r *replica) otherVersion() {
	r.mu.Lock()
	defer r.mu.Unlock()
	dir, name := filepath.Split(r.program)
	if filepath.Base(dir) == newer {
		r.program = filepath.Join(filepath.Dir(filepath.Clean(dir)), name)
		return
	}
	r.program = filepath.Join(dir, newer, name)
}

// newerEvents counts the events of the log that the newer minor version has written.
func newerEvents(ctx context.Context, nc *nats.Conn) (n int, err error) {
	within, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	js, err := natsjs.New(nc)
	if err != nil {
		return 0, err
	}
	log, err := js.Stream(within, schemas.StreamLog)
	if err != nil {
		return 0, err
	}
	consumer, err := log.OrderedConsumer(within, natsjs.OrderedConsumerConfig{})
	if err != nil {
		return 0, err
	}
	for {
		batch, err := consumer.FetchNoWait(1000)
		if err != nil {
			return n, err
		}
		got := 0
		for msg := range batch.Messages() {
			got++
			if bytes.Contains(msg.Data(), []byte("added_by_a_newer_minor")) {
				n++
			}
		}
		if got == 0 || batch.Error() != nil {
			return n, batch.Error()
		}
	}
}

func (r *roller) standing() (restarts int, last string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.restarts, r.last
}

// ages are how long events waited to be answered, the work included: from the last settlement that a stage waits for, or the request,
// to its own; and from the end of a workflow to the delivery of its result. A repeated stage counts with its whole time.
func ages(events []schemas.Event) (all []time.Duration) {
	type known struct {
		plan  schemas.Plan
		times map[string]time.Time // by stage; the request is "", the end is endTime
	}
	const endTime = "\x00"
	workflows := map[string]*known{}
	for _, e := range events {
		w := workflows[e.Workflow]
		if _, requested := e.Data.(schemas.WorkflowRequested); requested {
			c, err := e.ParseContext()
			if err != nil {
				continue
			}
			workflows[e.Workflow] = &known{c.Plan, map[string]time.Time{"": e.Time}}
			continue
		}
		if w == nil {
			continue
		}
		settled := func(stage string) {
			planned, ok := w.plan.Find(stage)
			if !ok {
				return
			}
			after := w.times[""]
			for _, d := range planned.After {
				if at := w.times[d]; at.After(after) {
					after = at
				}
			}
			w.times[stage] = e.Time
			all = append(all, e.Time.Sub(after))
		}
		switch d := e.Data.(type) {
		case schemas.StageCompleted:
			settled(d.Stage)
		case schemas.StageSkipped:
			settled(d.Stage)
		case schemas.StageFailed:
			settled(d.Stage)
		case schemas.WorkflowCompleted:
			settled(workflow.Briefing)
			w.times[endTime] = e.Time
		case schemas.DeliverySucceeded:
			if at, ended := w.times[endTime]; ended && d.Kind == schemas.KindResults {
				all = append(all, e.Time.Sub(at))
			}
		}
	}
	slices.Sort(all)
	return all
}

// share is the age that a share of them does not exceed; ages are sorted.
func share(ages []time.Duration, of float64) time.Duration {
	if len(ages) == 0 {
		return 0
	}
	return ages[min(len(ages)-1, int(of*float64(len(ages))))]
}
