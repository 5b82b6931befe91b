package jetstream

import (
	"cmp"
	"context"
	"errors"
	"slices"

	js "github.com/nats-io/nats.go/jetstream"
	"github.com/synadia-io/orbit.go/jetstreamext"

	"autointel.example/internal/workflow"
	"autointel.example/schemas"
)

// maxEvents bounds the events of one workflow; the deepest plan makes about thirty.
const maxEvents = 1000

// Events returns every event of a workflow, oldest first, those that cannot be read left out; of a trigger that the watchdog
// has repeated, the last. One server answers from one snapshot of its log, without a consumer: a consumer for each fold would
// stay for minutes, and a stream takes a thousand. On a replicated log the newest events may be missing. It is for people
// and for the watchdog, not for the hot path.
func (c *Client) Events(ctx context.Context, id string) ([]schemas.Event, error) {
	ctx, cancel := context.WithTimeout(ctx, answerTimeout)
	defer cancel()
	messages, err := jetstreamext.GetLastMsgsFor(ctx, c.js, schemas.StreamLog, []string{schemas.Everything(id)}, jetstreamext.GetLastMsgsBatchSize(maxEvents))
	if err != nil {
		return nil, broker(err)
	}
	var events []schemas.Event
	for msg, err := range messages {
		if errors.Is(err, jetstreamext.ErrNoMessages) {
			break
		}
		if err != nil {
			return nil, broker(err)
		}
		e, err := schemas.Decode(schemas.Message{Subject: msg.Subject, Header: msg.Header, Body: msg.Data})
		if err != nil {
			continue
		}
		e.Seq = msg.Sequence
		events = append(events, e)
	}
	slices.SortFunc(events, func(a, b schemas.Event) int { return cmp.Compare(a.Seq, b.Seq) })
	return events, nil
}

func decodeDelivered(msg js.Msg) (schemas.Event, bool) {
	e, err := schemas.Decode(schemas.Message{Subject: msg.Subject(), Header: msg.Headers(), Body: msg.Data()})
	if err != nil {
		return schemas.Event{}, false
	}
	meta, err := msg.Metadata()
	if err != nil {
		return schemas.Event{}, false
	}
	e.Seq = meta.Sequence.Stream
	return e, true
}

// State folds a workflow. A workflow that the log knows nothing of has an empty ID.
func (c *Client) State(ctx context.Context, id string) (workflow.State, error) {
	events, err := c.Events(ctx, id)
	return workflow.Fold(events), err
}

// Follow hands every event on the filters to a function, from now on or from the beginning, until the context ends.
// It keeps no position: for views and caches, not for work.
func (c *Client) Follow(ctx context.Context, filters []string, fromStart bool, each func(schemas.Event)) error {
	config := js.OrderedConsumerConfig{FilterSubjects: filters, DeliverPolicy: js.DeliverNewPolicy}
	if fromStart {
		config.DeliverPolicy = js.DeliverAllPolicy
	}
	_, err := c.consume(ctx, config, func(msg js.Msg) {
		if e, ok := decodeDelivered(msg); ok {
			each(e)
		}
	})
	return err
}

// consume hands every message of the log that an ordered consumer finds to a function, until the context ends. The consumer stays on
// the server until it was idle for long; nil: there is none.
func (c *Client) consume(ctx context.Context, config js.OrderedConsumerConfig, each func(js.Msg)) (js.Consumer, error) {
	consumer, err := c.js.OrderedConsumer(ctx, schemas.StreamLog, config)
	if err != nil {
		return nil, unlessEnded(ctx, err)
	}
	consuming, err := consumer.Consume(each, js.PullHeartbeat(schemas.Heartbeat), js.ConsumeErrHandler(func(_ js.ConsumeContext, err error) {
		c.o.Logf("following the log was interrupted; it resumes by itself", "error", err)
	}))
	if err != nil {
		return consumer, unlessEnded(ctx, err)
	}
	<-ctx.Done()
	consuming.Stop()
	<-consuming.Closed()
	return consumer, nil
}

// unlessEnded is an error of the broker's, or none when it is but the end of the context.
func unlessEnded(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return nil
	}
	return broker(err)
}
