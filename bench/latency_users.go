package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"autointel.example/internal/discord"
	"autointel.example/internal/pause"
	"autointel.example/internal/sandbox"
	"autointel.example/internal/workflow"
	"autointel.example/schemas"
)

// journey is one user's use of a command until they have their result.
type journey struct {
	page                string
	workflow            string
	interaction, button string // ids; no button: none was pressed
	asked, pressed      time.Time
	ended               time.Time
	err                 error // why they have no result
}

// journeyWithin is how long a user waits for a result before it counts as missing.
const journeyWithin = time.Minute

// travel uses a command as the n-th user, in a guild of their own, so that nobody meets a limit.
func (t *town) travel(ctx context.Context, n int, page string) *journey {
	ctx, cancel := context.WithTimeoutCause(ctx, journeyWithin, errors.New("no result within a minute"))
	defer cancel()
	depth := workflow.Standard
	if page == pageSlow {
		depth = workflow.Deep
	}
	user := sandbox.User{ID: fmt.Sprint(1_000_000 + n), Name: fmt.Sprint("user", n), GuildID: fmt.Sprint(5_000_000 + n), ChannelID: fmt.Sprint(7_000_000 + n)}
	j := &journey{page: page, asked: time.Now()}
	i, err := t.box.Command(ctx, user, "autointel", map[string]any{"url": t.site.addressOf(page, n), "depth": depth})
	j.interaction = i.ID
	if err == nil {
		j.workflow, err = schemas.WorkflowID(i.ID)
	}
	switch {
	case err != nil:
	case page == pageHeld:
		err = t.lose(ctx, n, user, j)
	default:
		err = succeeded(t.delivered(ctx, j.workflow, schemas.KindResults, schemas.KindError))
	}
	j.err, j.ended = err, time.Now()
	return j
}

// lose ends a session before its workflow has completed, waits for the notice, and presses its button.
func (t *town) lose(ctx context.Context, n int, user sandbox.User, j *journey) error {
	err := t.kill(ctx, j.interaction)
	t.site.letGo(n)
	if err != nil {
		return err
	}
	e, err := t.delivered(ctx, j.workflow, schemas.KindNotice)
	if err := succeeded(e, err); err != nil {
		return err
	}
	notice, ok := e.Data.(schemas.DeliverySucceeded)
	if !ok {
		return errors.New("there is no notice to press a button of")
	}
	j.pressed = time.Now()
	i, err := t.box.Press(ctx, user, notice.MessageID, discord.RetrievePrefix+j.workflow)
	j.button = i.ID
	if err != nil {
		return err
	}
	id, err := schemas.RetrievalID(i.ID)
	if err != nil {
		return err
	}
	return succeeded(t.delivered(ctx, id, schemas.KindRetrieval))
}

// kill ends an interaction's token once it was acknowledged.
func (t *town) kill(ctx context.Context, interaction string) error {
	for {
		if _, answered := t.box.Original(interaction); answered {
			t.box.KillToken(interaction)
			return nil
		}
		if pause.For(ctx, time.Millisecond) != nil {
			return fmt.Errorf("it was not acknowledged: %w", context.Cause(ctx))
		}
	}
}

// succeeded is why a delivery is not what its user waits for.
func succeeded(e schemas.Event, err error) error {
	if failed, ok := e.Data.(schemas.DeliveryFailed); ok {
		return fmt.Errorf("the delivery of its %s failed: %s", failed.Kind, failed.Reason)
	}
	if err == nil && kindOf(e) == schemas.KindError {
		err = errors.New("it ended without a report")
	}
	return err
}

// crowd is many users, each another.
type crowd struct {
	town *town

	mu       sync.Mutex
	last     int // the number of the last user
	before   int // how many there were before this load
	journeys []*journey
}

// anew forgets what was before the next load, but for the numbers of the users.
func (c *crowd) anew() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.before, c.journeys = c.last, nil
}

// send sends the next user on a journey to the page that is theirs by their number in this load, and returns when they have
// come to its end.
func (c *crowd) send(ctx context.Context, pageOf func(n int) string) {
	c.mu.Lock()
	c.last++
	n, nth := c.last, c.last-c.before
	c.mu.Unlock()
	j := c.town.travel(ctx, n, pageOf(nth))
	c.mu.Lock()
	defer c.mu.Unlock()
	c.journeys = append(c.journeys, j)
}

// one has one user after the other on a journey, for a while.
func (c *crowd) one(ctx context.Context, window time.Duration, pageOf func(n int) string) {
	for began := time.Now(); ctx.Err() == nil && time.Since(began) < window; {
		c.send(ctx, pageOf)
	}
}

// closed has as many on their journeys at any time as asked for, for a while, and returns when all have come to an end.
func (c *crowd) closed(ctx context.Context, inFlight int, window time.Duration, pageOf func(n int) string) {
	var on sync.WaitGroup
	for range inFlight {
		on.Go(func() { c.one(ctx, window, pageOf) })
	}
	on.Wait()
}

// open has users set out at random, independent of each other, at a rate; it returns when all have come to an end.
func (c *crowd) open(ctx context.Context, perSecond float64, window time.Duration, pageOf func(n int) string) {
	var on sync.WaitGroup
	random := rand.New(rand.NewPCG(20261128, 1)) // the same crowd each time
	began, at := time.Now(), time.Duration(0)
	for {
		at += time.Duration(random.ExpFloat64() / perSecond * float64(time.Second))
		if at >= window || pause.For(ctx, time.Until(began.Add(at))) != nil {
			break
		}
		on.Go(func() { c.send(ctx, pageOf) })
	}
	on.Wait()
}
