package main

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"github.com/ThreeDotsLabs/watermill"
	wm "github.com/ThreeDotsLabs/watermill-nats/v2/pkg/nats"
	"github.com/ThreeDotsLabs/watermill/message"
	"github.com/nats-io/nats.go"
	js "github.com/nats-io/nats.go/jetstream"

	"autointel.example/bench/load"
	"autointel.example/internal/jetstream"
)

// measureWatermill measures a router with a handler for each step, on the same embedded server as autointel: a handler takes
// a message, the router publishes the next step's, waits until it is stored, and acknowledges. pkg/nats is what
// watermill-nats recommends for production; its pkg/jetstream is a beta by its own words. A step may happen twice. An
// acknowledgement is confirmed by the server, as is the default.
func measureWatermill(ctx context.Context, o load.Options, dir string) (load.Result, error) {
	return watermillRouter{}.measure(ctx, o, dir)
}

// measureWatermillAsync is measureWatermill with acknowledgements that nobody confirms, as autointel's are.
func measureWatermillAsync(ctx context.Context, o load.Options, dir string) (load.Result, error) {
	return watermillRouter{ackAsync: true}.measure(ctx, o, dir)
}

type watermillRouter struct{ ackAsync bool }

func (w watermillRouter) measure(ctx context.Context, o load.Options, dir string) (r load.Result, err error) {
	server, err := jetstream.StartEmbedded(jetstream.EmbeddedOptions{Dir: dir, Fast: o.Durability == load.Fast})
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, server.Close()) }()
	publisher, subscriber, err := w.ends(ctx, server, o.Stages)
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, publisher.Close()) }()
	router, err := message.NewRouter(message.RouterConfig{CloseTimeout: time.Second}, watermill.NopLogger{})
	if err != nil {
		return r, err
	}
	l := load.New(o)
	for step := range o.Stages - 1 {
		router.AddHandler(topic(step), topic(step), subscriber, topic(step+1), publisher, func(m *message.Message) ([]*message.Message, error) {
			return []*message.Message{message.NewMessage(watermill.NewUUID(), m.Payload)}, nil
		})
	}
	last := o.Stages - 1
	router.AddConsumerHandler(topic(last), topic(last), subscriber, func(m *message.Message) error {
		if err := publisher.Publish(topic(o.Stages), message.NewMessage(watermill.NewUUID(), m.Payload)); err != nil {
			return err
		}
		l.Done(int(binary.BigEndian.Uint64(m.Payload)))
		return nil
	})
	ended := make(chan error, 1)
	go func() { ended <- router.Run(ctx) }()
	defer func() { err = errors.Join(err, router.Close(), <-ended) }()
	select {
	case <-router.Running():
	case err := <-ended:
		ended <- nil
		return r, err
	}
	r, err = l.Measure(ctx, func(_ context.Context, id int) error {
		body := binary.BigEndian.AppendUint64(make([]byte, 0, payload), uint64(id))[:payload]
		return publisher.Publish(topic(0), message.NewMessage(watermill.NewUUID(), body))
	})
	r.Settings = fmt.Sprintf("watermill 1.5.1, watermill-nats 2.1.3 (pkg/nats, JetStream), nats-server embedded, in-process connections, %d subscribers a step, %s acknowledgements", workers, map[bool]string{true: "asynchronous", false: "confirmed"}[w.ackAsync])
	return r, err
}

func topic(step int) string { return fmt.Sprintf("step%d", step) }

// ends are both ends of the broker, each with a connection of its own, once each topic has a stream. Watermill
// could make the streams itself, but would then ask for them with every message that it publishes.
func (w watermillRouter) ends(ctx context.Context, server *jetstream.Embedded, stages int) (*wm.Publisher, *wm.Subscriber, error) {
	out, err := server.Connect("watermill-publisher")
	if err != nil {
		return nil, nil, err
	}
	api, err := js.New(out)
	if err != nil {
		return nil, nil, err
	}
	for step := range stages + 1 {
		if _, err := api.CreateStream(ctx, js.StreamConfig{Name: topic(step), Subjects: []string{topic(step)}}); err != nil {
			return nil, nil, err
		}
	}
	in, err := server.Connect("watermill-subscriber")
	if err != nil {
		return nil, nil, err
	}
	streams := wm.JetStreamConfig{
		AckAsync: w.ackAsync, SubscribeOptions: []nats.SubOpt{nats.DeliverAll(), nats.AckExplicit()},
		DurablePrefix: "bench", DurableCalculator: func(prefix, topic string) string { return prefix + "-" + topic },
	}
	publisher, err := wm.NewPublisherWithNatsConn(out, wm.PublisherPublishConfig{
		Marshaler: &wm.NATSMarshaler{}, SubjectCalculator: wm.DefaultSubjectCalculator, JetStream: streams,
	}, watermill.NopLogger{})
	if err != nil {
		return nil, nil, err
	}
	subscriber, err := wm.NewSubscriberWithNatsConn(in, wm.SubscriberSubscriptionConfig{
		QueueGroupPrefix: "bench", SubscribersCount: workers, CloseTimeout: time.Second, Unmarshaler: &wm.NATSMarshaler{}, JetStream: streams,
	}, watermill.NopLogger{})
	return publisher, subscriber, err
}
