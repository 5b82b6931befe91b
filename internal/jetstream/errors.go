package jetstream

import (
	"context"
	"errors"
	"fmt"

	"github.com/nats-io/nats.go"
	js "github.com/nats-io/nats.go/jetstream"

	"autointel.example/internal/consume"
	"autointel.example/schemas"
)

// Error codes of the server that decide something here (nats-server, server/errors.json).
const (
	codeWrongSequence       js.ErrorCode = 10071 // the expectation does not hold
	codeWrongSequenceRacing js.ErrorCode = 10164 // the same, found while another append was under way (cluster)
	codeDuplicateRacing     js.ErrorCode = 10158
	codeNoMessage           js.ErrorCode = 10037
	codeStreamFull          js.ErrorCode = 10077
	codeUnavailable         js.ErrorCode = 10008
)

// TakenError says that an event which may happen once had happened already, by somebody else's append.
type TakenError struct{ Event schemas.Event }

func (e *TakenError) Error() string {
	return fmt.Sprintf("%s stands already at sequence %d", e.Event.Subject(), e.Event.Seq)
}

// Taken reports whether an append came second, and what came first.
func Taken(err error) (schemas.Event, bool) {
	var taken *TakenError
	if errors.As(err, &taken) {
		return taken.Event, true
	}
	return schemas.Event{}, false
}

// FullError says that the log has reached its size limit and takes no new events.
type FullError struct{ Err error }

func (e *FullError) Error() string {
	return "the event log is full: raise its size limit or shorten the retention"
}

// Unwrap returns the cause.
func (e *FullError) Unwrap() error { return e.Err }

func apiCode(err error) js.ErrorCode {
	var api *js.APIError
	if errors.As(err, &api) {
		return api.ErrorCode
	}
	return 0
}

// broker marks what the broker's absence or a full log caused: it says nothing about the message at hand, and must
// not count as an attempt. Everything else passes as it is.
func broker(err error) error {
	switch {
	case err == nil:
		return nil
	case apiCode(err) == codeStreamFull:
		return consume.Outage(&FullError{err})
	case apiCode(err) == codeUnavailable, uncertain(err),
		errors.Is(err, nats.ErrConnectionClosed), errors.Is(err, nats.ErrConnectionReconnecting), errors.Is(err, nats.ErrDisconnected),
		errors.Is(err, nats.ErrReconnectBufExceeded):
		return consume.Outage(fmt.Errorf("broker: %w", err))
	}
	return err
}

// uncertain reports whether a request may have been carried out although no answer came.
func uncertain(err error) bool {
	return errors.Is(err, nats.ErrTimeout) || errors.Is(err, context.DeadlineExceeded) || errors.Is(err, nats.ErrNoResponders) ||
		errors.Is(err, js.ErrNoStreamResponse) || errors.Is(err, nats.ErrConnectionClosed) || errors.Is(err, nats.ErrDisconnected)
}
