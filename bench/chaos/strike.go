package main

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"syscall"
	"time"

	"autointel.example/internal/pause"
	"autointel.example/internal/sandbox"
)

// discordFaults are what goes wrong at Discord with one request, most often the first. Never is longer than our clients wait.
var discordFaults = []sandbox.Fault{
	{Status: 500},
	{Status: 502},
	{Status: 503},
	{Status: 429, RetryAfter: 200 * time.Millisecond, Scope: "shared"},
	{Status: 429, RetryAfter: 100 * time.Millisecond, Scope: "global"},
	{Cloudflare: true, RetryAfter: time.Second},
	{Dropped: true},
	{Lost: true},
	{Lost: true},
	{Lost: true},
	{Delay: 300 * time.Millisecond},
	{Delay: 3 * time.Second},
	{Delay: never, Dropped: true},
	{Delay: never, Lost: true},
}

const never = 40 * time.Second

// oneIn is how many requests to Discord have one that fails.
const oneIn = 12

// striker carries out the faults of a run.
type striker struct {
	h        *house
	brokers  sync.Mutex // one broker at a time: a cluster bears the loss of one
	striking sync.WaitGroup

	mu    sync.Mutex
	had   map[string]int
	last  string
	log   []string
	began time.Time
}

func newStriker(h *house) *striker { return &striker{h: h, had: map[string]int{}, began: time.Now()} }

// run carries out strikes at their times, and returns when the last has ended.
func (s *striker) run(ctx context.Context, strikes []strike) {
	if s.h.wants(faultDiscord) {
		s.h.box.FailRandomly(s.h.Seed, oneIn, discordFaults...)
	}
	for _, x := range strikes {
		if pause.For(ctx, time.Until(s.began.Add(x.At))) != nil {
			break
		}
		s.striking.Go(func() { s.strike(ctx, x) })
	}
	s.striking.Wait()
}

// note takes down that a fault was had.
func (s *striker) note(x strike, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	line := fmt.Sprintf("%8s  %s", time.Since(s.began).Round(time.Millisecond), x)
	if err != nil {
		line += ": " + err.Error()
	} else {
		s.had[x.Fault]++
	}
	s.last, s.log = x.Fault+" "+x.Target, append(s.log, line)
}

// strike carries out one.
func (s *striker) strike(ctx context.Context, x strike) {
	r := s.h.named(x.Target)
	if slices.Contains([]string{faultBroker, faultFreeze, faultSlow}, x.Fault) || x.Fault == faultDisk && r != nil {
		s.brokers.Lock()
		defer s.brokers.Unlock()
	}
	if r != nil {
		r.turn.Lock()
		defer r.turn.Unlock()
	}
	if ctx.Err() != nil {
		return
	}
	var err error
	switch x.Fault {
	case faultKill, faultBroker:
		r.away(ctx, syscall.SIGKILL, x.For)
	case faultRestart:
		r.away(ctx, syscall.SIGTERM, x.For)
	case faultPause, faultFreeze:
		r.still(ctx, x.For)
	case faultSlow:
		s.slow(ctx, r, x.For)
	case faultDisk:
		err = s.full(ctx, r, x)
	case faultClock:
		s.h.clock.Skip(x.For)
	case faultDiscord:
		s.h.box.FailRandomly(s.h.Seed, 1, discordFaults[:8]...)
		_ = pause.For(ctx, x.For)
		s.h.box.FailRandomly(s.h.Seed+uint64(x.At), oneIn, discordFaults...)
	}
	s.note(x, err)
}

// slow has a program work half of the time, in slices.
func (s *striker) slow(ctx context.Context, r *replica, d time.Duration) {
	const slice = 50 * time.Millisecond
	for end := time.Now().Add(d); time.Now().Before(end) && ctx.Err() == nil; {
		r.still(ctx, slice)
		_ = pause.For(ctx, slice)
	}
}

// full fills a disk for a while. A broker that has found its disk full no longer takes anything until it is started again, which
// is what an operator does once there is room.
func (s *striker) full(ctx context.Context, r *replica, x strike) error {
	if err := fill(ctx, s.h.mounted[x.Target], x.For); err != nil {
		return err
	}
	if r != nil {
		r.away(ctx, syscall.SIGTERM, 0)
	}
	return nil
}

// counted are the faults that were had, by name; those of single requests and commands among them.
func (s *striker) counted(u *crowd) map[string]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := map[string]int{}
	for fault, n := range s.had {
		all[fault] = n
	}
	if s.h.wants(faultDiscord) {
		all["discord_requests"] = s.h.box.Faults()
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	if s.h.wants(faultSessions) {
		all[faultSessions] = u.expired
	}
	if s.h.wants(faultDuplicates) {
		all[faultDuplicates] = u.twice
	}
	return all
}
