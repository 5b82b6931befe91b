package jetstream

import (
	"context"
	"encoding/json"
	"fmt"
	"runtime/debug"
	"time"

	js "github.com/nats-io/nats.go/jetstream"

	"autointel.example/internal/consume"
	"autointel.example/schemas"
)

// A consumer without a limit of deliveries has one all the same for a message that ends the process of whoever handles it. The
// server cannot tell such a delivery from one that was given back, so who handles a message that comes again leaves a mark before it
// begins, and takes it back when it has given an answer: what stays is how often it was begun and nobody was heard of again.
//
// Who dies takes others' messages along. So one that was left behind suspectAfter times is handled while no other such one is, and
// only what really was begun is counted: in the end the count of one grows, and the others are handled in between.

const (
	// countedFrom is the delivery from which on it is counted: most of what comes again, such as progress that waits for its
	// turn, does so once or twice, and costs nothing more.
	countedFrom = 4
	// suspectAfter is how often a message is left behind until it is handled apart from others that were.
	suspectAfter = 2
	// panicDelay is how soon a message comes again whose handler panicked: most panic each time, and have few.
	panicDelay = time.Second
)

// mark is the value of such a message's key.
type mark struct {
	Unanswered int    `json:"unanswered"`
	By         string `json:"by,omitempty"` // who has it in hand; empty: it was answered
}

const streamBegun = "KV_" + schemas.BucketBegun

// begunSubject is where a message's mark stands.
func begunSubject(consumer string, seq uint64) string {
	return fmt.Sprintf("$KV.%s.%s.%d", schemas.BucketBegun, consumer, seq)
}

// unanswered reads how often a message was begun and not answered. A mark of our own is no sign that we died of it: its answer was lost.
// Marks that cannot be read count nothing: the message is handled as if it had none, which finds out by itself what is away.
func (c *Client) unanswered(ctx context.Context, b begun) int {
	msg, err := c.lastOn(ctx, streamBegun, begunSubject(b.consumer, b.delivery.Seq))
	if err != nil {
		c.o.Logf("it is not known how often a message was begun", "consumer", b.consumer, "seq", b.delivery.Seq, "error", err)
		return 0
	}
	var m mark
	if msg == nil || json.Unmarshal(msg.Data, &m) != nil {
		return 0
	}
	if m.By == c.me {
		return m.Unanswered - 1
	}
	return m.Unanswered
}

// mark writes it.
func (c *Client) mark(ctx context.Context, b begun, m mark) {
	value, err := json.Marshal(m)
	if err == nil {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), answerTimeout)
		defer cancel()
		_, err = c.js.Publish(ctx, begunSubject(b.consumer, b.delivery.Seq), value, js.WithRetryAttempts(0))
	}
	if err != nil {
		c.o.Logf("it could not be noted that a message was begun", "consumer", b.consumer, "seq", b.delivery.Seq, "error", err)
	}
}

// careful handles a message and counts how often that ended without an answer. One that was left behind schemas.MaxBegun times goes to
// GivenUp, and if that does not survive it either, straight to the dead letters.
func (l *loop) careful(ctx context.Context, b begun) error {
	handler := l.o.Handler
	if l.o.GivenUp == nil {
		return l.patient(ctx, b, handler)
	}
	left, counted := 0, b.delivery.Attempt >= countedFrom
	if counted {
		if left = l.c.unanswered(ctx, b); left >= suspectAfter {
			l.c.suspects.Lock()
			defer l.c.suspects.Unlock()
		}
	}
	cause := fmt.Errorf("delivered %d times, and the last %d without an answer: it may end the process that handles it", b.delivery.Attempt-1, left)
	switch {
	case left >= schemas.MaxBegun+suspectAfter:
		return consume.Terminal(cause)
	case left >= schemas.MaxBegun:
		handler = func(ctx context.Context, d consume.Delivery) error {
			return l.o.GivenUp(ctx, d, consume.Terminal(cause))
		}
	}
	if counted {
		l.c.mark(ctx, b, mark{left + 1, l.c.me})
	}
	panicked := false
	err := l.patient(ctx, b, func(ctx context.Context, d consume.Delivery) (err error) {
		defer func() {
			if p := recover(); p != nil {
				panicked = true
				l.c.o.Logf("a handler panicked", "consumer", b.consumer, "seq", d.Seq, "panic", p, "stack", string(debug.Stack()))
				err = consume.RetryAfter(fmt.Errorf("panic: %v", p), panicDelay)
			}
		}()
		return handler(ctx, d)
	})
	switch {
	case panicked: // others go on, but it counts as if it had ended the process
		l.c.mark(ctx, b, mark{Unanswered: left + 1})
	case counted && consume.Of(err, b.delivery.Attempt).Kind == consume.Retry:
		l.c.mark(ctx, b, mark{Unanswered: left})
	}
	return err
}
