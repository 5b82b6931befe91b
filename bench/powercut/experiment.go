package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"autointel.example/bench/chaos/judge"
	"autointel.example/bench/chaos/sight"
	"autointel.example/bench/single"
	"autointel.example/internal/pause"
	"autointel.example/internal/sandbox"
	"autointel.example/schemas"
)

// experiment is one installation on a disk whose power is cut, several times.
type experiment struct {
	*command
	durability string
	s          *single.Installation
	d          *disk
	site       *single.Site

	mu    sync.Mutex
	acts  []judge.Act
	users map[string]sandbox.User // by workflow
	cuts  []time.Time
}

// came is what came of it.
type came struct {
	Durability   string  `json:"durability"`
	Cuts         int     `json:"cuts"`
	Asked        int     `json:"asked"`
	Acknowledged int     `json:"acknowledged"`
	AtWork       int     `json:"at_work_at_a_cut"` // acknowledged, and without a result when the power was cut
	Lost         int     `json:"lost"`
	Oldest       float64 `json:"oldest_loss_seconds"` // how long before the cut the oldest lost command was used
	Results      int     `json:"results"`
	Retrieved    int     `json:"retrieved"`
	Other        int     `json:"other_findings"`
	Broken       string  `json:"broken,omitempty"` // it did not start again

	findings []judge.Finding
}

// run carries out an experiment in a directory.
func (c *command) run(ctx context.Context, binary, dir, durability string) (o came, err error) {
	dir = filepath.Join(dir, durability)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return o, err
	}
	e := &experiment{command: c, durability: durability, site: single.NewSite(), users: map[string]sandbox.User{}}
	defer e.site.Close()
	if e.d, err = newDisk(ctx, dir); err != nil {
		return o, err
	}
	defer func() { err = errors.Join(err, e.d.close(ctx)) }()
	e.s, err = single.Open(single.Options{
		Program: binary, Dir: dir, Data: filepath.Join(e.d.dir, "data"), Durability: durability, Lifetime: 15 * time.Minute, Allow: e.site.HostPort(),
	})
	if err != nil {
		return o, err
	}
	defer func() { err = errors.Join(err, e.s.Close()) }()
	if err := e.s.Start(ctx); err != nil {
		return o, err
	}
	o = came{Durability: durability, Cuts: c.Cuts}
	r := rand.New(rand.NewPCG(c.Seed, 1))
	for range c.Cuts {
		after := c.Every/2 + time.Duration(r.Int64N(int64(c.Every)))
		atWork, err := e.untilCut(ctx, after)
		if err != nil {
			return o, err
		}
		o.AtWork += atWork
		if err := e.s.Start(ctx); err != nil {
			var broken *single.BrokenError
			if errors.As(err, &broken) {
				o.Broken = broken.Says
				return o, nil
			}
			return o, err
		}
	}
	return e.judge(ctx, o)
}

// untilCut uses commands for a while and cuts the power. It says how many that were acknowledged had no result at that moment.
func (e *experiment) untilCut(ctx context.Context, after time.Duration) (atWork int, err error) {
	within, cancel := context.WithCancel(ctx)
	defer cancel()
	var asking sync.WaitGroup
	asking.Go(func() {
		for pause.For(within, time.Second/time.Duration(e.Rate)) == nil {
			asking.Go(func() { e.ask(within) })
		}
	})
	if err := pause.For(ctx, after); err != nil {
		return 0, err
	}
	// Power ends for everything at once: the process stands still before the disk does, so that it hears of no error and answers
	// nobody any more.
	if err := e.s.Freeze(ctx); err != nil {
		return 0, err
	}
	cut := time.Now()
	if err := e.d.cut(); err != nil {
		return 0, errors.Join(err, e.s.Kill())
	}
	if err := e.s.Kill(); err != nil {
		return 0, err
	}
	cancel()
	asking.Wait()
	e.cuts = append(e.cuts, cut)
	for _, a := range e.acts {
		if m, ok := e.s.Box.Original(a.Interaction); ok && sight.Seen(m).Kind == judge.Progress {
			atWork++
		}
	}
	return atWork, e.d.again()
}

// ask uses a command. That nobody answers is no error: its user sees that the app did not respond.
func (e *experiment) ask(ctx context.Context) {
	e.mu.Lock()
	n := len(e.acts) + 1
	e.acts = append(e.acts, judge.Act{Kind: judge.Ask})
	e.mu.Unlock()
	u := sandbox.User{ID: fmt.Sprint(1_000_000 + n), Name: fmt.Sprint("user", n), GuildID: fmt.Sprint(500_000 + n%10), ChannelID: fmt.Sprint(700_000 + n%10)}
	wait := time.Duration(n%4) * 700 * time.Millisecond // so that a cut finds workflows in every step
	i, _ := e.s.Box.Command(ctx, u, "autointel", map[string]any{"url": e.site.Address(n, wait), "depth": "standard"})
	id, err := schemas.WorkflowID(i.ID)
	if err != nil {
		panic(err) // an id of the sandbox's own
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.users[id] = u
	e.acts[n-1] = judge.Act{Kind: judge.Ask, Interaction: i.ID, User: u.ID, Channel: u.ChannelID, Workflow: id, Source: single.TitleOf(n)}
}

// judge waits until nothing is left to do, has users ask for what they have not seen, and says what came of all.
func (e *experiment) judge(ctx context.Context, o came) (came, error) {
	if err := e.s.Calm(ctx); err != nil && !errors.Is(err, single.ErrStuck) {
		return o, err
	}
	facts, err := e.facts(ctx)
	if err != nil {
		return o, err
	}
	for _, a := range judge.Unseen(facts) {
		if err := e.retrieve(ctx, a); err != nil {
			return o, err
		}
	}
	if facts, err = e.facts(ctx); err != nil {
		return o, err
	}
	if err := e.s.Stop(); err != nil {
		return o, err
	}
	var ids []string
	for id := range e.users {
		ids = append(ids, id)
	}
	if facts.Records, err = e.s.Records(ctx, ids...); err != nil {
		return o, err
	}
	v := judge.Judge(facts)
	o.Asked, o.Acknowledged, o.Results, o.Retrieved, o.findings = v.Asked, v.Acknowledged, v.Results, v.Retrieved, v.Findings
	o.Lost = v.Count(judge.Lost)
	o.Other = len(v.Findings) - o.Lost
	for _, f := range v.Findings {
		if f.Wrong == judge.Lost {
			o.Oldest = max(o.Oldest, e.before(schemas.IDTime(f.Workflow)).Seconds())
		}
	}
	return o, nil
}

// before is how long before the next cut something was.
func (e *experiment) before(at time.Time) time.Duration {
	for _, cut := range e.cuts {
		if cut.After(at) {
			return cut.Sub(at)
		}
	}
	return 0
}

func (e *experiment) facts(ctx context.Context) (judge.Facts, error) {
	events, err := e.s.Events(ctx)
	var all []sandbox.User
	for _, u := range e.users {
		all = append(all, u)
	}
	return judge.Facts{Acts: slices.Clone(e.acts), Messages: e.s.Messages(all...), Events: events}, err
}

// retrieveWithin is how long a user waits for what was asked for.
const retrieveWithin = 20 * time.Second

var errNotYet = errors.New("not yet")

// retrieve has a user ask for a result that was not seen. That none comes is the judge's matter.
func (e *experiment) retrieve(ctx context.Context, a judge.Act) error {
	i, _ := e.s.Box.Command(ctx, e.users[a.Workflow], "retrieve_results", map[string]any{"workflow_id": a.Workflow})
	e.acts = append(e.acts, judge.Act{Kind: judge.Retrieve, Interaction: i.ID, User: a.User, Channel: a.Channel, Workflow: a.Workflow})
	err := single.Patiently(ctx, retrieveWithin, func() error {
		if m, ok := e.s.Box.Original(i.ID); !ok || sight.Seen(m).Kind == judge.Progress {
			return errNotYet
		}
		return nil
	})
	if errors.Is(err, errNotYet) {
		return nil
	}
	return err
}
