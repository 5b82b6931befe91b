package main

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/nats-io/nats.go"
	js "github.com/nats-io/nats.go/jetstream"

	"autointel.example/bench/load"
	"autointel.example/internal/jetstream"
	"autointel.example/schemas"
)

// measureRaw measures what the broker can do at best: the shortest loop that still is a chain of durable steps. Each step has
// a consumer; a worker takes a message, publishes the next step's, waits until that is stored, and acknowledges. Nothing is
// checked: a redelivered message would run its step, and all that follow, once more.
func measureRaw(ctx context.Context, o load.Options, dir string) (r load.Result, err error) {
	return rawLoop{size: 50}.measure(ctx, o, dir)
}

// measureRawSubjects is measureRaw with a subject of its own for each message, and with nothing else of an event log: what part of its price
// that is.
func measureRawSubjects(ctx context.Context, o load.Options, dir string) (load.Result, error) {
	return rawLoop{size: 50, subjects: true}.measure(ctx, o, dir)
}

// measureRawEvents is measureRaw with what an event log asks of the broker and nothing of what autointel does with it: messages of an
// event's size with its headers, each on a subject of its own, and each appended only if its step has not been before. It is
// the floor of the design.
func measureRawEvents(ctx context.Context, o load.Options, dir string) (load.Result, error) {
	return rawLoop{size: 900, subjects: true, events: true}.measure(ctx, o, dir)
}

// rawLoop is the kind of messages that a loop sends.
type rawLoop struct {
	size     int  // bytes of a body
	subjects bool // each has one of its own
	events   bool // with headers, and on the condition that its step has not been before
}

func (k rawLoop) measure(ctx context.Context, o load.Options, dir string) (r load.Result, err error) {
	server, err := jetstream.StartEmbedded(jetstream.EmbeddedOptions{Dir: dir, Fast: o.Durability == load.Fast})
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, server.Close()) }()
	nc, err := server.Connect("raw")
	if err != nil {
		return r, err
	}
	defer nc.Close()
	api, err := js.New(nc)
	if err != nil {
		return r, err
	}
	stream, err := api.CreateStream(ctx, js.StreamConfig{Name: "RAW", Subjects: []string{"raw.>"}})
	if err != nil {
		return r, err
	}
	l := load.New(o)
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	for step := range o.Stages {
		stop, err := k.step(ctx, api, stream, l, o, step, cancel)
		if err != nil {
			return r, err
		}
		defer stop()
	}
	r, err = l.Measure(ctx, func(ctx context.Context, id int) error {
		return k.publish(ctx, api, id, 0, binary.BigEndian.AppendUint64(make([]byte, 0, k.size), uint64(id))[:k.size])
	})
	r.Settings = fmt.Sprintf("nats-server embedded, in-process connection, %d consumers with %d workers each, synchronous publish", o.Stages, rawWorkers)
	return r, err
}

const rawWorkers = 16

// subject is where a step of a workflow is published; the id "*" stands for all.
func (k rawLoop) subject(id string, verb string, step int) string {
	if !k.subjects {
		return fmt.Sprintf("raw.%d", step)
	}
	return fmt.Sprintf("raw.%s.stage.%s.step%d", id, verb, step)
}

func (k rawLoop) publish(ctx context.Context, api js.JetStream, id, step int, body []byte) error {
	workflow := ""
	if k.subjects {
		workflow = fmt.Sprintf("wf_%032x", id)
	}
	subject := k.subject(workflow, "completed", step)
	if !k.events {
		_, err := api.Publish(ctx, subject, body)
		return err
	}
	msg := &nats.Msg{Subject: subject, Data: body, Header: nats.Header{
		schemas.HeaderSpec: {"1.0"}, schemas.HeaderID: {workflow}, schemas.HeaderType: {"autointel.stage.completed.v1"},
		schemas.HeaderSource: {"autointel/analyzer"}, schemas.HeaderTime: {"2026-03-14T09:26:53.589793238Z"},
	}}
	_, err := api.PublishMsg(ctx, msg, js.WithExpectLastSequenceForSubject(0, k.subject(workflow, "*", step)))
	return err
}

// step starts the workers of one step.
func (k rawLoop) step(ctx context.Context, api js.JetStream, stream js.Stream, l *load.Load, o load.Options, step int, fail context.CancelCauseFunc) (stop func(), err error) {
	consumer, err := stream.CreateConsumer(ctx, js.ConsumerConfig{
		Durable: fmt.Sprintf("step-%d", step), FilterSubject: k.subject("*", "*", step), AckPolicy: js.AckExplicitPolicy, MaxAckPending: 10_000,
	})
	if err != nil {
		return nil, err
	}
	messages, err := consumer.Messages()
	if err != nil {
		return nil, err
	}
	for range rawWorkers {
		go func() {
			for {
				msg, err := messages.Next()
				if err != nil {
					if !errors.Is(err, js.ErrMsgIteratorClosed) {
						fail(fmt.Errorf("step %d: %w", step, err))
					}
					return
				}
				id := int(binary.BigEndian.Uint64(msg.Data()))
				if err := k.publish(ctx, api, id, step+1, msg.Data()); err != nil {
					fail(fmt.Errorf("step %d: %w", step, err))
					return
				}
				if step == o.Stages-1 {
					l.Done(id)
				}
				if err := msg.Ack(); err != nil {
					fail(fmt.Errorf("step %d: %w", step, err))
					return
				}
			}
		}()
	}
	return messages.Stop, nil
}
