package main

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"

	js "github.com/nats-io/nats.go/jetstream"

	"autointel.example/bench/load"
	"autointel.example/internal/jetstream"
)

// measureRaw measures what the broker can do at best: the shortest loop that still is a chain of durable steps. Each step has
// a consumer; a worker takes a message, publishes the next step's, waits until that is stored, and acknowledges. Nothing is
// checked: a redelivered message would run its step, and all that follow, once more.
func measureRaw(ctx context.Context, o load.Options, dir string) (r load.Result, err error) {
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
	stream, err := api.CreateStream(ctx, js.StreamConfig{Name: "RAW", Subjects: []string{"raw.*"}})
	if err != nil {
		return r, err
	}
	l := load.New(o)
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	for step := range o.Stages {
		stop, err := rawStep(ctx, api, stream, l, o, step, cancel)
		if err != nil {
			return r, err
		}
		defer stop()
	}
	r, err = l.Measure(ctx, func(ctx context.Context, id int) error {
		_, err := api.Publish(ctx, rawSubject(0), rawBody(id))
		return err
	})
	r.Settings = fmt.Sprintf("nats-server embedded, in-process connection, %d consumers with %d workers each, synchronous publish", o.Stages, rawWorkers)
	return r, err
}

const rawWorkers = 16

func rawSubject(step int) string { return fmt.Sprintf("raw.%d", step) }

// rawBody is a message of 50 bytes.
func rawBody(id int) []byte {
	return binary.BigEndian.AppendUint64(make([]byte, 0, 50), uint64(id))[:50]
}

// rawStep starts the workers of one step.
func rawStep(ctx context.Context, api js.JetStream, stream js.Stream, l *load.Load, o load.Options, step int, fail context.CancelCauseFunc) (stop func(), err error) {
	consumer, err := stream.CreateConsumer(ctx, js.ConsumerConfig{
		Durable: fmt.Sprintf("step-%d", step), FilterSubject: rawSubject(step), AckPolicy: js.AckExplicitPolicy, MaxAckPending: 10_000,
	})
	if err != nil {
		return nil, err
	}
	messages, err := consumer.Messages()
	if err != nil {
		return nil, err
	}
	next := rawSubject(step + 1)
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
				if _, err := api.Publish(ctx, next, msg.Data()); err != nil {
					fail(fmt.Errorf("step %d: %w", step, err))
					return
				}
				if step == o.Stages-1 {
					l.Done(int(binary.BigEndian.Uint64(msg.Data())))
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
