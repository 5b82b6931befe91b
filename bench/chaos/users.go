package main

import (
	"context"
	"fmt"
	"sync"
	"time"

	"autointel.example/bench/chaos/judge"
	"autointel.example/bench/chaos/sight"
	"autointel.example/internal/discord"
	"autointel.example/internal/pause"
	"autointel.example/internal/sandbox"
	"autointel.example/schemas"
)

// crowd is everybody who uses commands.
type crowd struct {
	h     *house
	doing sync.WaitGroup

	mu             sync.Mutex
	acts           []judge.Act
	who            map[string]sandbox.User // by workflow
	twice, expired int
	asked          int
}

func newCrowd(h *house) *crowd { return &crowd{h: h, who: map[string]sandbox.User{}} }

// asking is how many commands are on their way at once, at most. With more than that the run takes longer.
const asking = 48

// run asks for every workflow, evenly over the run, and returns when everything that follows from it was done.
func (c *crowd) run(ctx context.Context) {
	began, slots := time.Now(), make(chan struct{}, asking)
	for n := range c.h.Workflows {
		at := time.Duration(int64(c.h.Duration) * int64(n) / int64(c.h.Workflows))
		if pause.For(ctx, time.Until(began.Add(at))) != nil {
			break
		}
		slots <- struct{}{}
		c.doing.Go(func() {
			defer func() { <-slots }()
			c.ask(ctx, n)
		})
	}
	c.doing.Wait()
}

// userOf is who uses a command, and where.
func userOf(f fate) sandbox.User {
	u := sandbox.User{
		ID: fmt.Sprint(1_000_000 + f.User), Name: fmt.Sprint("user", f.User), GuildID: fmt.Sprint(500_000 + f.User%40), ChannelID: fmt.Sprint(700_000 + f.User%40), UserInstall: f.Installed,
	}
	if f.Direct {
		u.GuildID, u.ChannelID = "", ""
	}
	return u
}

// ask uses a command, and does to it what is its fate. That Discord could not deliver it is no error: its user sees that
// the app did not respond.
func (c *crowd) ask(ctx context.Context, n int) {
	f := fateOf(c.h.Seed, n, c.h.Lifetime, c.h.Faults)
	if c.h.Rolling { // nothing but the restarts is out of the ordinary
		f.Page, f.Cancel = pagePlain, 0
	}
	u := userOf(f)
	options := map[string]any{"url": c.h.site.addressOf(f.Page, n), "depth": f.Depth, "private": f.Private}
	i, _ := c.h.box.Command(ctx, u, "autointel", options)
	id, err := schemas.WorkflowID(i.ID)
	if err != nil {
		panic(err) // an id of the sandbox's own
	}
	channel := u.ChannelID
	if f.Direct {
		channel = c.h.box.DMChannel(u.ID)
	}
	act := judge.Act{Kind: judge.Ask, Interaction: i.ID, User: u.ID, Channel: channel, Private: f.Private, Workflow: id, Source: titleOf(n)}
	c.mu.Lock()
	c.acts, c.who[id] = append(c.acts, act), u
	c.asked++
	c.mu.Unlock()
	c.suffer(ctx, f, u, i, id)
}

// suffer does to a command what is its fate.
func (c *crowd) suffer(ctx context.Context, f fate, u sandbox.User, i sandbox.Interaction, id string) {
	later := func(after time.Duration, do func()) {
		c.doing.Go(func() {
			if pause.For(ctx, after) == nil {
				do()
			}
		})
	}
	if f.Twice >= 0 {
		later(f.Twice, func() {
			_ = c.h.box.Deliver(ctx, i) // as the first
			c.mu.Lock()
			defer c.mu.Unlock()
			c.twice++
		})
	}
	if f.Expires > 0 {
		later(f.Expires, func() {
			c.h.box.KillToken(i.ID)
			c.mu.Lock()
			defer c.mu.Unlock()
			c.expired++
		})
	}
	if f.Cancel > 0 {
		later(f.Cancel, func() {
			if m, ok := c.h.box.Original(i.ID); ok {
				c.press(ctx, judge.Cancel, u, m, discord.CancelPrefix+id, id)
			}
		})
	}
}

// press presses a button, if it is there, and returns the interaction.
func (c *crowd) press(ctx context.Context, kind string, u sandbox.User, m sandbox.Message, button, id string) string {
	i, _ := c.h.box.Press(ctx, u, m.ID, button)
	if i.ID != "" {
		c.did(judge.Act{Kind: kind, Interaction: i.ID, User: u.ID, Channel: m.ChannelID, Workflow: id})
	}
	return i.ID
}

func (c *crowd) did(act judge.Act) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.acts = append(c.acts, act)
}

// retrieve has a user ask for a result that was not seen: by the notice's button if there is one, else by the command. It asks
// again when the answer is none.
func (c *crowd) retrieve(ctx context.Context, ask judge.Act, notice *sandbox.Message) {
	c.mu.Lock()
	u := c.who[ask.Workflow]
	c.mu.Unlock()
	for range 4 {
		interaction := ""
		if notice != nil {
			interaction = c.press(ctx, judge.Retrieve, u, *notice, discord.RetrievePrefix+ask.Workflow, ask.Workflow)
		} else {
			i, _ := c.h.box.Command(ctx, u, "retrieve_results", map[string]any{"workflow_id": ask.Workflow})
			interaction = i.ID
			c.did(judge.Act{Kind: judge.Retrieve, Interaction: i.ID, User: u.ID, Channel: ask.Channel, Workflow: ask.Workflow})
		}
		err := patiently(ctx, retrieveWithin, func() error {
			m, _ := c.h.box.Original(interaction)
			if k := sight.Seen(m).Kind; k != judge.Result && k != judge.Failure {
				return errNotYet
			}
			return nil
		})
		if err == nil || ctx.Err() != nil {
			return
		}
	}
}

// retrieveWithin is how long a user waits for what was retrieved, and then asks again.
const retrieveWithin = 45 * time.Second
