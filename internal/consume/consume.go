// Package consume is what a handler of messages says about them: done, once more later, never, or not now.
//
// Handlers return a plain error; how the message is answered is the error's disposition, read by Of. So a handler
// needs no client of the broker, and one function decides for all of them:
//
//	nil                    acknowledge
//	RetryAfter(err, d)     deliver it again after d; counts as an attempt
//	Later(reason, d)       the same, and nothing has gone wrong: it is not the message's turn yet
//	Terminal(err)          never again: it becomes a dead letter
//	Outage(err)            something everybody needs is away: hold the message, pause, try again; no attempt
//	any other error        deliver it again after a delay that grows with the attempts
package consume

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"autointel.example/schemas"
)

// Delivery is one message, delivered.
type Delivery struct {
	schemas.Message
	Seq     uint64    // in its stream
	Attempt int       // from 1
	Stored  time.Time // when the stream took it
	// Held is whether it was handled before and then held in an outage: that is no attempt, but what was done then is done.
	Held bool
}

// Again reports whether it may have been handled before, here or elsewhere, in part or to its end.
func (d Delivery) Again() bool { return d.Attempt > 1 || d.Held }

// Event decodes the delivery. An error comes with its disposition: a newer version is tried again while a rolling
// upgrade may be under way (NewerDelay apart, for NewerPatience), anything else unreadable is terminal.
func (d Delivery) Event(now time.Time) (schemas.Event, error) {
	e, err := schemas.Decode(d.Message)
	if err != nil {
		return schemas.Event{}, d.unreadable(err, now)
	}
	e.Seq = d.Seq
	return e, nil
}

// Open reads the outside of the delivery alone. Errors are those of Event.
func (d Delivery) Open(now time.Time) (schemas.Envelope, error) {
	v, err := schemas.Open(d.Message)
	if err != nil {
		return v, d.unreadable(err, now)
	}
	return v, nil
}

func (d Delivery) unreadable(err error, now time.Time) error {
	var newer *schemas.NewerVersionError
	if errors.As(err, &newer) && now.Sub(d.Stored) < NewerPatience {
		return RetryAfter(err, NewerDelay(d.Attempt))
	}
	return Terminal(err)
}

// NewerPatience is how long an event of a newer major version is waited for: a rolling upgrade is under way.
const NewerPatience = 10 * time.Minute

// NewerDelay is how long such an event waits after an attempt (from 1): 5 s, 15 s, 45 s, then 90 s each time. The waits between
// schemas.MaxDeliver attempts are longer than NewerPatience, so the server does not give a stage's message up before we do.
func NewerDelay(attempt int) time.Duration {
	d := 5 * time.Second
	for ; attempt > 1 && d < 90*time.Second; attempt-- {
		d *= 3
	}
	return min(d, 90*time.Second)
}

// Handler handles one delivery. The context ends when the message need not be handled any more.
type Handler func(ctx context.Context, d Delivery) error

// Bury is for a message that was given up and that nobody waits for: it becomes a dead letter, and that is all.
func Bury(_ context.Context, _ Delivery, cause error) error { return cause }

// Kind is what happens to a message.
type Kind string

// What happens to a message.
const (
	Ack   Kind = "ack"
	Retry Kind = "retry"
	Dead  Kind = "dead"
	Hold  Kind = "hold"
)

// Disposition is what happens to a message, and when.
type Disposition struct {
	Kind  Kind
	Delay time.Duration // of Retry
	// Planned: of Retry, nothing has gone wrong, so nobody needs to hear of it.
	Planned bool
}

// dispositionError is an error that knows what it means for its message.
type dispositionError struct {
	error
	disposition Disposition
}

func (e *dispositionError) Unwrap() error { return e.error }

// RetryAfter marks an error: deliver the message again after d.
func RetryAfter(err error, d time.Duration) error {
	return &dispositionError{err, Disposition{Kind: Retry, Delay: d}}
}

// Later says that a message's turn has not come: deliver it again after d.
func Later(reason string, d time.Duration) error {
	return &dispositionError{errors.New(reason), Disposition{Kind: Retry, Delay: d, Planned: true}}
}

// Terminal marks an error: trying again cannot help.
func Terminal(err error) error { return &dispositionError{err, Disposition{Kind: Dead}} }

// Outage marks an error: what failed is not the message but something that every message needs.
func Outage(err error) error { return &dispositionError{err, Disposition{Kind: Hold}} }

// Of returns what an error means for its message, on the given attempt (from 1). The outermost mark counts.
func Of(err error, attempt int) Disposition {
	if err == nil {
		return Disposition{Kind: Ack}
	}
	var marked *dispositionError
	if errors.As(err, &marked) {
		return marked.disposition
	}
	return Disposition{Kind: Retry, Delay: Backoff(attempt, time.Second, time.Minute)}
}

// Backoff is the delay before the next attempt: it doubles from first up to limit, with a fifth of it left to
// chance so that messages which failed together do not come back together.
func Backoff(attempt int, first, limit time.Duration) time.Duration {
	d := limit
	if attempt >= 1 && attempt < 20 {
		d = min(limit, first<<(attempt-1))
	}
	return d - time.Duration(rand.Int64N(int64(d)/5+1))
}
