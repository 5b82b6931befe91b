package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"autointel.example/bench/chaos/judge"
	"autointel.example/bench/chaos/sight"
	"autointel.example/internal/jetstream"
	"autointel.example/internal/pause"
	"autointel.example/internal/sandbox"
	"autointel.example/schemas"
)

// outcome is what came of a run.
type outcome struct {
	judge.Verdict
	options
	Had       map[string]int // faults
	LeftOut   map[string]string
	Panics    []string // of services and brokers
	Unclean   []string // services that did not stop as they should
	Lives     int      // of services
	Repeated  int      // stages that the watchdog asked for again
	Impatient bool     // something was still being worked on when nothing had changed for long
	Took      time.Duration
	Newer     int             // events that the newer of two minor versions has written
	Ages      []time.Duration // of the events of a rolling restart, sorted
	Flood     *floodFigures   // of an overload

	facts   judge.Facts
	strikes []string
}

// wrong says whether anything was found that must not be.
func (o outcome) wrong() bool { return len(o.Findings)+len(o.Panics)+len(o.Unclean) > 0 }

// undo does on purpose what must not be, after the run: whether it is found is the test of the judge. None: nothing.
type undo func(ctx context.Context, h *house, f judge.Facts) error

// chaos runs an installation under faults and judges what came of it.
func chaos(ctx context.Context, h *house, say *teller, undone undo) (o outcome, err error) {
	began := time.Now()
	strikes, users := newStriker(h), newCrowd(h)
	roll := &roller{h: h}
	var both sync.WaitGroup
	if h.Rolling {
		both.Go(func() { err = roll.run(ctx) })
	}
	both.Go(func() { strikes.run(ctx, strikesOf(h.Seed, h.Duration, h.Faults, h.targets())) })
	both.Go(func() { users.run(ctx) })
	stop := say.watch(func() string { return standing(h, strikes, users) })
	both.Wait()
	stop()
	if err != nil {
		return o, err
	}
	h.heal()
	calm, err := h.settle(ctx, say, users)
	if err != nil {
		return o, err
	}
	o = outcome{options: h.options, Had: strikes.counted(users), LeftOut: h.leftOut, Impatient: !calm, strikes: strikes.log}
	if o.facts, err = h.facts(ctx, users); err != nil {
		return o, err
	}
	if h.Rolling {
		o.Had["rolling"], _ = roll.standing()
		o.Ages = ages(o.facts.Events)
	}
	if h.Mixed {
		if o.Newer, err = newerEvents(ctx, h.conn); err != nil {
			return o, err
		}
	}
	for _, r := range h.services {
		o.Lives += r.lived()
	}
	if err := h.stopServices(); err != nil {
		o.Unclean = strings.Split(err.Error(), "\n")
	}
	if undone != nil {
		if err := undone(ctx, h, o.facts); err != nil {
			return o, err
		}
	}
	return o, h.judge(ctx, &o, began)
}

// settle waits until nothing is left to do, has users ask for what they have not seen, and waits again.
func (h *house) settle(ctx context.Context, say *teller, users *crowd) (calm bool, err error) {
	say.phase("waiting until nothing is left to do")
	if calm, err = h.calm(ctx); err != nil {
		return calm, err
	}
	say.phase("users ask for what they have not seen")
	if err := h.retrieveAll(ctx, users); err != nil {
		return calm, err
	}
	_, err = h.calm(ctx)
	return calm, err
}

// judge adds what can be seen only when the services have stopped, and judges.
func (h *house) judge(ctx context.Context, o *outcome, began time.Time) (err error) {
	var ids []string
	for _, a := range o.facts.Acts {
		if a.Kind == judge.Ask {
			ids = append(ids, a.Workflow)
		}
	}
	if o.facts.Records, err = sight.Records(ctx, h.archive, ids); err != nil {
		return err
	}
	o.facts.Messages = h.messages()
	o.Verdict = judge.Judge(o.facts)
	for _, e := range o.facts.Events {
		if _, is := e.Data.(schemas.TriggerRepeated); is {
			o.Repeated++
		}
	}
	o.Took = time.Since(began)
	o.Panics, err = panics(h.logs())
	return err
}

// facts are what can be seen while the services run.
func (h *house) facts(ctx context.Context, c *crowd) (f judge.Facts, err error) {
	c.mu.Lock()
	f.Acts = append(f.Acts, c.acts...)
	c.mu.Unlock()
	f.Messages = h.messages()
	f.Events, err = sight.Events(ctx, h.client)
	return f, err
}

const (
	lookEvery = time.Second     // whether there is something left to do
	patience  = 5 * time.Minute // without any change although there is something to do
)

// calm waits until nobody has anything to do: no consumer has a message, waiting or at work. It is false if something stays
// undone and nothing changes.
func (h *house) calm(ctx context.Context) (bool, error) {
	end := sight.Calm{After: 5, Patience: patience}
	for {
		reports, err := jetstream.Inspect(ctx, h.conn)
		if calm, stuck := end.Look(reports, err, time.Now()); calm || stuck {
			return calm, nil
		}
		if err := pause.For(ctx, lookEvery); err != nil {
			return false, err
		}
	}
}

// retrieveAll has every user who sees no final answer ask for it.
func (h *house) retrieveAll(ctx context.Context, c *crowd) error {
	f, err := h.facts(ctx, c)
	if err != nil {
		return err
	}
	notices := map[string]*sandbox.Message{}
	for _, m := range h.box.Messages("") {
		if s := sight.Seen(m); s.Kind == judge.Notice {
			notices[s.Workflow] = &m
		}
	}
	var asking sync.WaitGroup
	slots := make(chan struct{}, 4)
	for _, act := range judge.Unseen(f) {
		slots <- struct{}{}
		asking.Go(func() {
			defer func() { <-slots }()
			c.retrieve(ctx, act, notices[act.Workflow])
		})
	}
	asking.Wait()
	return ctx.Err()
}

// panics are the lines of logs that say that a program broke.
func panics(logs string) ([]string, error) {
	var all []string
	entries, err := os.ReadDir(logs)
	for _, e := range entries {
		content, failed := os.ReadFile(filepath.Join(logs, e.Name()))
		err = errors.Join(err, failed)
		for line := range strings.Lines(string(content)) {
			if strings.HasPrefix(line, "panic: ") || strings.HasPrefix(line, "fatal error: ") || strings.Contains(line, "WARNING: DATA RACE") {
				all = append(all, strings.TrimSuffix(e.Name(), ".log")+": "+strings.TrimSpace(line))
			}
		}
	}
	return all, err
}
