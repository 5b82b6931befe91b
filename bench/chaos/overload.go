package main

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"autointel.example/bench/chaos/judge"
	"autointel.example/bench/chaos/sight"
	"autointel.example/internal/pause"
	"autointel.example/internal/sandbox"
	"autointel.example/schemas"
)

// overload is how a flood is made.
type overload struct {
	Times     float64
	Guilds    int
	Calibrate time.Duration
}

// What an installation has by default.
const (
	perGuild        = 20
	discordLifetime = 15 * time.Minute
)

const (
	atOnce     = 16              // commands of the calibration, one after the other each
	quietEvery = 3 * time.Second // between the single commands of the guild that does not flood
	quietUser  = 999_999
	most       = 4000 // commands of the flood on their way at once: each waits 3 s for an answer at most, as at Discord
)

// asked is a command of a run without faults.
type asked struct {
	phase       string
	quiet       bool // of the guild that does not flood
	n           int
	at          time.Time
	interaction string
	id          string
}

// flooder uses commands, in phases, and remembers each.
type flooder struct {
	h     *house
	crowd *crowd
	doing sync.WaitGroup

	mu   sync.Mutex
	all  []asked
	next int
}

// flood finds out what the machine can do, has it do half of that, and then asks for many times as much.
func flood(ctx context.Context, h *house, say *teller) (o outcome, err error) {
	began := time.Now()
	f := &flooder{h: h, crowd: newCrowd(h)}
	memory := weigh(h)
	rate, err := f.calibrate(ctx, say)
	if err != nil {
		memory.end()
		return o, err
	}
	say.phase(fmt.Sprintf("half of %.1f commands a second, from many guilds, for %s", rate, h.Overload.Calibrate))
	f.steady(ctx, "half", rate/2, h.Overload.Calibrate, func(n int) int { return n % 50 })
	say.phase(fmt.Sprintf("%.0f commands a second from %d guilds for %s", rate*h.Overload.Times, h.Overload.Guilds, h.Duration))
	quiet, stop := context.WithCancel(ctx)
	f.doing.Go(func() { f.quietly(quiet) })
	f.steady(ctx, "flood", rate*h.Overload.Times, h.Duration, func(n int) int { return n % h.Overload.Guilds })
	stop()
	f.doing.Wait()
	if ctx.Err() != nil {
		memory.end()
		return o, ctx.Err()
	}
	calm, err := h.settle(ctx, say, f.crowd)
	o = outcome{options: h.options, Had: map[string]int{}, Impatient: !calm}
	if err == nil {
		o.facts, err = h.facts(ctx, f.crowd)
	}
	rss := memory.end()
	if err != nil {
		return o, err
	}
	for _, r := range h.services {
		o.Lives += r.lived()
	}
	if err := h.stopServices(); err != nil {
		o.Unclean = strings.Split(err.Error(), "\n")
	}
	o.Flood = figures(f.all, h.box.Messages(""), o.facts.Events)
	o.Flood.Rate, o.Flood.Times, o.Flood.Guilds, o.Flood.RSS = rate, h.Overload.Times, h.Overload.Guilds, rss
	return o, h.judge(ctx, &o, began)
}

// calibrate returns how many workflows a second the machine brings to their end when there is always another to begin.
func (f *flooder) calibrate(ctx context.Context, say *teller) (float64, error) {
	say.phase(fmt.Sprintf("what the machine can do: %d at once for %s", atOnce, f.h.Overload.Calibrate))
	until, cancel := context.WithTimeout(ctx, f.h.Overload.Calibrate)
	defer cancel()
	var mu sync.Mutex
	ended := 0
	var all sync.WaitGroup
	for guild := range atOnce {
		all.Go(func() {
			for until.Err() == nil {
				a := f.ask(until, "calibration", guild, false)
				if f.ends(until, a) {
					mu.Lock()
					ended++
					mu.Unlock()
				}
			}
		})
	}
	all.Wait()
	if ended == 0 && ctx.Err() == nil {
		return 0, fmt.Errorf("no workflow came to its end within %s: give --calibrate more", f.h.Overload.Calibrate)
	}
	return float64(ended) / f.h.Overload.Calibrate.Seconds(), ctx.Err()
}

// ends waits until a command has its final answer.
func (f *flooder) ends(ctx context.Context, a asked) bool {
	for pause.For(ctx, 10*time.Millisecond) == nil {
		if m, ok := f.h.box.Original(a.interaction); ok && final(sight.Seen(m).Kind) {
			return true
		}
	}
	return false
}

func final(k judge.Kind) bool { return k == judge.Result || k == judge.Failure }

// steady uses commands at a rate, whatever becomes of them, and waits until each was answered or was not.
func (f *flooder) steady(ctx context.Context, phase string, rate float64, d time.Duration, guild func(n int) int) {
	began, slots := time.Now(), make(chan struct{}, most)
	var all sync.WaitGroup
	for n := 0; ; n++ {
		at := time.Duration(float64(n) / rate * float64(time.Second))
		if at >= d || pause.For(ctx, time.Until(began.Add(at))) != nil {
			break
		}
		slots <- struct{}{}
		all.Go(func() {
			f.ask(ctx, phase, guild(n), false)
			<-slots
		})
	}
	all.Wait()
}

// quietly uses a command now and then, in a guild of its own.
func (f *flooder) quietly(ctx context.Context) {
	for pause.For(ctx, quietEvery) == nil {
		f.ask(ctx, "flood", quietUser, true)
	}
}

// ask uses a command in a guild, each time as another user and for another page. It returns when it was delivered, or was not.
func (f *flooder) ask(ctx context.Context, phase string, guild int, quiet bool) asked {
	f.mu.Lock()
	n := f.next
	f.next++
	f.mu.Unlock()
	u := sandbox.User{ID: fmt.Sprint(2_000_000 + n), Name: fmt.Sprint("user", n), GuildID: fmt.Sprint(500_000 + guild), ChannelID: fmt.Sprint(700_000 + guild)}
	a := asked{phase: phase, quiet: quiet, n: n, at: time.Now()}
	i, _ := f.h.box.Command(context.WithoutCancel(ctx), u, "autointel", map[string]any{"url": f.h.site.addressOf(pagePlain, n), "depth": "standard"})
	a.interaction = i.ID
	var err error
	if a.id, err = schemas.WorkflowID(i.ID); err != nil {
		panic(err) // an id of the sandbox's own
	}
	f.crowd.mu.Lock()
	f.crowd.who[a.id] = u
	f.crowd.acts = append(f.crowd.acts, judge.Act{Kind: judge.Ask, Interaction: i.ID, User: u.ID, Channel: u.ChannelID, Workflow: a.id, Source: titleOf(n)})
	f.crowd.mu.Unlock()
	f.mu.Lock()
	defer f.mu.Unlock()
	f.all = append(f.all, a)
	return a
}
