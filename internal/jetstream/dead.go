package jetstream

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/nats-io/nats.go"
	js "github.com/nats-io/nats.go/jetstream"

	"autointel.example/internal/consume"
	"autointel.example/internal/faultpoint"
	"autointel.example/internal/workflow"
	"autointel.example/schemas"
)

// Headers of a dead letter, beside those of the message itself.
const (
	headerDead        = "Autointel-Dead-"
	headerDeadSubject = headerDead + "Subject"
	headerDeadReason  = headerDead + "Reason"
	headerDeadSeq     = headerDead + "Seq"
)

// serverHeader is how the headers begin that tell a server what to do with a message. What the log was told once, such as what to
// expect or to which group the message belongs, is no order to the stream of dead letters.
const serverHeader = "Nats-"

// deadSubject is where a letter stands. The same message given up by the same consumer twice is one letter.
func deadSubject(consumer string, seq uint64) string {
	return fmt.Sprintf("%s%s.%d", schemas.DeadPrefix, consumer, seq)
}

// deadLetter keeps a message that cannot be handled, as it came and with the reason.
func (c *Client) deadLetter(ctx context.Context, consumer string, d consume.Delivery, reason error) error {
	header := nats.Header{}
	for k, v := range d.Header {
		if !strings.HasPrefix(k, serverHeader) {
			header[k] = v
		}
	}
	header.Set(headerDeadSubject, d.Subject)
	header.Set(headerDeadReason, reason.Error())
	header.Set(headerDeadSeq, fmt.Sprint(d.Seq))
	_, err := c.js.PublishMsg(ctx, &nats.Msg{Subject: deadSubject(consumer, d.Seq), Header: header, Data: d.Body})
	if faultpoint.On && err == nil {
		faultpoint.Reached("write", "dead letter")
	}
	return broker(err)
}

// Advisory is the server's word that a consumer gave up on a message: its handler never answered, as one does that
// kills its process.
type Advisory struct {
	Stream     string `json:"stream"`
	Consumer   string `json:"consumer"`
	Seq        uint64 `json:"stream_seq"`
	Deliveries int    `json:"deliveries"`
}

// ReadAdvisory reads an advisory. An unreadable one is terminal.
func ReadAdvisory(d consume.Delivery) (Advisory, error) {
	var a Advisory
	if err := json.Unmarshal(d.Body, &a); err != nil || a.Seq == 0 {
		return a, consume.Terminal(fmt.Errorf("not an advisory: %w", errors.Join(err)))
	}
	return a, nil
}

// GaveUp keeps the message of an advisory as a dead letter, with the reason, and returns it. Found is false if it is gone by age.
func (c *Client) GaveUp(ctx context.Context, a Advisory, reason error) (d consume.Delivery, found bool, err error) {
	d, found, err = c.MessageAt(ctx, a.Seq)
	if err != nil || !found {
		return d, false, err
	}
	d.Attempt = a.Deliveries
	if err := c.deadLetter(ctx, a.Consumer, d, reason); err != nil {
		return d, false, err
	}
	c.o.Observer.Handled(ctx, a.Consumer, c.o.Now().Sub(d.Stored), d.Attempt, consume.Dead)
	return d, true, nil
}

// MessageAt reads the message at a sequence of the log, readable or not. Found is false if it is gone by age.
func (c *Client) MessageAt(ctx context.Context, seq uint64) (d consume.Delivery, found bool, err error) {
	stream, err := c.js.Stream(ctx, schemas.StreamLog)
	if err != nil {
		return d, false, broker(err)
	}
	msg, err := stream.GetMsg(ctx, seq)
	if errors.Is(err, js.ErrMsgNotFound) {
		return d, false, nil
	}
	if err != nil {
		return d, false, broker(err)
	}
	return consume.Delivery{Message: schemas.Message{Subject: msg.Subject, Header: msg.Header, Body: msg.Data}, Seq: seq, Attempt: 1, Stored: msg.Time}, true, nil
}

// ContextFor returns the context of the workflow that a message is about which cannot be read: as it stands in the message itself,
// else in the workflow's other events. Found is false if nothing tells it.
func (c *Client) ContextFor(ctx context.Context, d consume.Delivery) (id string, raw schemas.RawJSON, found bool, err error) {
	subject, err := schemas.ParseSubject(d.Subject)
	if err != nil || !schemas.ValidID(subject.ID) {
		return "", nil, false, nil
	}
	if raw := schemas.ContextIn(d.Body); raw != nil {
		return subject.ID, raw, true, nil
	}
	events, err := c.Events(ctx, subject.ID)
	if err != nil {
		return "", nil, false, err
	}
	raw = workflow.Fold(events).RawContext
	return subject.ID, raw, raw != nil, nil
}
