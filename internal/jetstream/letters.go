package jetstream

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strconv"
	"strings"
	"time"

	js "github.com/nats-io/nats.go/jetstream"

	"autointel.example/schemas"
)

// Letter is a dead letter: a message that a consumer gave up on, as it came, and why.
type Letter struct {
	Consumer string
	Seq      uint64 // of the message, in the stream it was given up in
	Reason   string
	At       time.Time // when it was given up
	Message  schemas.Message
}

// ID is what the letter is called by: its consumer and its message's sequence.
func (l Letter) ID() string { return l.Consumer + "." + strconv.FormatUint(l.Seq, 10) }

// Workflow is what the message is about; empty if its subject does not say.
func (l Letter) Workflow() string {
	s, err := schemas.ParseSubject(l.Message.Subject)
	if err != nil || !schemas.ValidID(s.ID) {
		return ""
	}
	return s.ID
}

// NoLetterError says that there is no such dead letter.
type NoLetterError struct{ ID string }

func (e *NoLetterError) Error() string {
	return fmt.Sprintf("there is no dead letter %q: `autointel dead list` shows those there are", e.ID)
}

// letterBatch is how many letters are fetched at once.
const letterBatch = 256

// Letters returns every dead letter, oldest first. It is for operators.
func (c *Client) Letters(ctx context.Context) ([]Letter, error) {
	consumer, err := c.js.OrderedConsumer(ctx, schemas.StreamDead, js.OrderedConsumerConfig{
		FilterSubjects: []string{schemas.DeadPrefix + ">"}, DeliverPolicy: js.DeliverLastPerSubjectPolicy,
	})
	if err != nil {
		return nil, broker(err)
	}
	var letters []Letter
	for {
		batch, err := consumer.FetchNoWait(letterBatch)
		if err != nil {
			return nil, broker(err)
		}
		n := 0
		for msg := range batch.Messages() {
			n++
			meta, err := msg.Metadata()
			if err != nil {
				return nil, err
			}
			if l, ok := letterOf(msg.Subject(), msg.Headers(), msg.Data(), meta.Timestamp); ok {
				letters = append(letters, l)
			}
		}
		if err := batch.Error(); err != nil {
			return nil, broker(err)
		}
		if n == 0 {
			return letters, nil
		}
	}
}

// Letter returns one dead letter. The error is a *NoLetterError if there is none of that name.
func (c *Client) Letter(ctx context.Context, id string) (Letter, error) {
	if _, _, ok := cutLetter(id); !ok {
		return Letter{}, &NoLetterError{id}
	}
	stream, err := c.js.Stream(ctx, schemas.StreamDead)
	if err != nil {
		return Letter{}, broker(err)
	}
	msg, err := stream.GetLastMsgForSubject(ctx, schemas.DeadPrefix+id)
	if errors.Is(err, js.ErrMsgNotFound) {
		return Letter{}, &NoLetterError{id}
	}
	if err != nil {
		return Letter{}, broker(err)
	}
	l, ok := letterOf(msg.Subject, msg.Header, msg.Data, msg.Time)
	if !ok {
		return Letter{}, &NoLetterError{id}
	}
	return l, nil
}

// DropLetter removes a dead letter, for good. It is for operators: no service's user may.
func (c *Client) DropLetter(ctx context.Context, l Letter) error {
	stream, err := c.js.Stream(ctx, schemas.StreamDead)
	if err != nil {
		return broker(err)
	}
	return broker(stream.Purge(ctx, js.WithPurgeSubject(deadSubject(l.Consumer, l.Seq))))
}

// letterOf reads a message of the dead letters' stream.
func letterOf(subject string, header map[string][]string, body []byte, at time.Time) (Letter, bool) {
	consumer, seq, ok := cutLetter(strings.TrimPrefix(subject, schemas.DeadPrefix))
	if !ok {
		return Letter{}, false
	}
	value := func(name string) string {
		if v := header[name]; len(v) > 0 {
			return v[0]
		}
		return ""
	}
	l := Letter{Consumer: consumer, Seq: seq, Reason: value(headerDeadReason), At: at}
	l.Message = schemas.Message{Subject: value(headerDeadSubject), Header: maps.Clone(header), Body: body}
	maps.DeleteFunc(l.Message.Header, func(name string, _ []string) bool {
		return strings.HasPrefix(name, headerDead) || strings.HasPrefix(name, serverHeader)
	})
	return l, true
}

// cutLetter takes a letter's name apart.
func cutLetter(id string) (consumer string, seq uint64, ok bool) {
	consumer, number, found := strings.Cut(id, ".")
	seq, err := strconv.ParseUint(number, 10, 64)
	return consumer, seq, found && err == nil && consumer != "" && !strings.ContainsAny(consumer, "*> ")
}
