package jetstream

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/nats-io/nats.go"
	js "github.com/nats-io/nats.go/jetstream"
	"github.com/synadia-io/orbit.go/jetstreamext"

	"autointel.example/schemas"
)

// tailIdle is how long the server keeps the consumer of a view that went without a word. Views come and go.
const tailIdle = 30 * time.Second

// Tail hands the last n events of the log to a function, then calls caughtUp once, then hands it every event that follows, until
// the context ends. It asks for no subject, so the server has nothing to look up: a long log costs no more than a short one.
func (c *Client) Tail(ctx context.Context, n uint64, each func(schemas.Event), caughtUp func()) error {
	log, err := c.js.Stream(ctx, schemas.StreamLog)
	if err != nil {
		return unlessEnded(ctx, err)
	}
	state := log.CachedInfo().State
	from := max(state.FirstSeq, 1)
	if state.LastSeq > n {
		from = max(from, state.LastSeq-n+1)
	}
	behind := state.Msgs > 0
	if !behind {
		caughtUp()
	}
	consumer, err := c.consume(ctx, js.OrderedConsumerConfig{DeliverPolicy: js.DeliverByStartSequencePolicy, OptStartSeq: from, InactiveThreshold: tailIdle}, func(msg js.Msg) {
		if e, ok := decodeDelivered(msg); ok {
			each(e)
		}
		if !behind {
			return
		}
		if meta, err := msg.Metadata(); err == nil && (meta.Sequence.Stream >= state.LastSeq || meta.NumPending == 0) {
			behind = false
			caughtUp()
		}
	})
	if consumer != nil {
		c.drop(ctx, consumer)
	}
	return err
}

// drop removes the consumer of a view that has ended. Where the broker does not answer, it goes by itself.
func (c *Client) drop(ctx context.Context, consumer js.Consumer) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
	defer cancel()
	_ = c.js.DeleteConsumer(ctx, schemas.StreamLog, consumer.CachedInfo().Name)
}

// Working returns the newest word of every stage, of those that ended of late as well; no more than fit one answer.
func (c *Client) Working(ctx context.Context) ([]schemas.Progress, error) {
	ctx, cancel := context.WithTimeout(ctx, answerTimeout)
	defer cancel()
	messages, err := jetstreamext.GetLastMsgsFor(ctx, c.js, schemas.StreamProgress, []string{schemas.ProgressSubject("*", "*")}, jetstreamext.GetLastMsgsBatchSize(leaseBatch))
	if err != nil {
		return nil, broker(err)
	}
	var words []schemas.Progress
	for msg, err := range messages {
		if errors.Is(err, jetstreamext.ErrNoMessages) {
			break
		}
		if err != nil {
			return words, broker(err)
		}
		if p, ok := progressOf(msg.Data); ok {
			words = append(words, p)
		}
	}
	return words, nil
}

// HearProgress hands what stages say of themselves to a function, until the context ends; it calls listening when no word from
// then on is missed. What is said while the connection is lost is not heard.
func (c *Client) HearProgress(ctx context.Context, each func(schemas.Progress), listening func()) error {
	heard, err := c.nc.Subscribe(schemas.ProgressSubject("*", "*"), func(msg *nats.Msg) {
		if p, ok := progressOf(msg.Data); ok {
			each(p)
		}
	})
	if err != nil {
		return unlessEnded(ctx, err)
	}
	flushing, cancel := context.WithTimeout(ctx, answerTimeout)
	defer cancel()
	if err := c.nc.FlushWithContext(flushing); err == nil {
		listening()
	}
	<-ctx.Done()
	return heard.Unsubscribe()
}

func progressOf(body []byte) (p schemas.Progress, ok bool) {
	err := json.Unmarshal(body, &p)
	p.Context = nil // whoever follows many does not keep their bytes
	return p, err == nil && p.Stage != ""
}
