package jetstream

import (
	"context"
	"fmt"
	"time"

	"github.com/nats-io/nats.go"

	"autointel.example/internal/faultpoint"
	"autointel.example/schemas"
)

// SetTimer sets the one timer of a workflow, replacing the one it had. It arrives on schemas.DueSubject up to 260 ms
// after its time, whatever restarts in between; a time that has passed arrives at once.
//
// The time is by the client's clock. The server knows real time alone, so it is told how long from now; where the client's
// clock skips, the timer has to be set again.
//
// The header is written here because the client's own option cuts the time to whole seconds, which fires early.
func (c *Client) SetTimer(ctx context.Context, id string, at time.Time) error {
	at = time.Now().Add(at.Sub(c.o.Now()))
	msg := nats.NewMsg(schemas.TimerSubject(id))
	msg.Header.Set("Nats-Schedule", "@at "+at.UTC().Format(time.RFC3339Nano))
	msg.Header.Set("Nats-Schedule-Target", schemas.DueSubject(id))
	ctx, cancel := context.WithTimeout(ctx, answerTimeout)
	defer cancel()
	if _, err := c.js.PublishMsg(ctx, msg); err != nil {
		return broker(fmt.Errorf("timer of %s: %w", id, err))
	}
	if faultpoint.On {
		faultpoint.Reached("write", "timer")
	}
	return nil
}
