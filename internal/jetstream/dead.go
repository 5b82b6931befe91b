package jetstream

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/nats-io/nats.go"
	js "github.com/nats-io/nats.go/jetstream"

	"autointel.example/internal/consume"
	"autointel.example/schemas"
)

// Headers of a dead letter, beside those of the message itself.
const (
	headerDeadSubject = "Autointel-Dead-Subject"
	headerDeadReason  = "Autointel-Dead-Reason"
	headerDeadSeq     = "Autointel-Dead-Seq"
)

// deadLetter keeps a message that cannot be handled, as it came and with the reason.
func (c *Client) deadLetter(ctx context.Context, consumer string, d consume.Delivery, reason error) error {
	header := nats.Header{}
	for k, v := range d.Header {
		header[k] = v
	}
	header.Set(headerDeadSubject, d.Subject)
	header.Set(headerDeadReason, reason.Error())
	header.Set(headerDeadSeq, fmt.Sprint(d.Seq))
	_, err := c.js.PublishMsg(ctx, &nats.Msg{Subject: fmt.Sprintf("autointel-dead.%s.%d", consumer, d.Seq), Header: header, Data: d.Body})
	return err
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

// EventAt reads the event at a sequence of the log. Found is false if it is gone by age or cannot be read.
func (c *Client) EventAt(ctx context.Context, seq uint64) (e schemas.Event, found bool, err error) {
	stream, err := c.js.Stream(ctx, schemas.StreamLog)
	if err != nil {
		return e, false, broker(err)
	}
	msg, err := stream.GetMsg(ctx, seq)
	if errors.Is(err, js.ErrMsgNotFound) {
		return e, false, nil
	}
	if err != nil {
		return e, false, broker(err)
	}
	e, err = schemas.Decode(schemas.Message{Subject: msg.Subject, Header: msg.Header, Body: msg.Data})
	e.Seq = seq
	return e, err == nil, nil
}
