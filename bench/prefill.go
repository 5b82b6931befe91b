package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/google/uuid"
	"github.com/nats-io/nats.go"
	js "github.com/nats-io/nats.go/jetstream"

	"autointel.example/bench/load"
	"autointel.example/internal/jetstream"
	"autointel.example/schemas"
)

// pending is how many publishes of a prefill may wait for their acknowledgement.
const pending = 4096

// specimen is what one workflow left in the log.
type specimen struct {
	workflow, session string
	messages          []*nats.Msg
}

// takeSpecimen runs a workflow of a chain of stages on a server of its own and returns what it left.
func takeSpecimen(ctx context.Context, stages int, dir string) (s specimen, err error) {
	server, err := jetstream.StartEmbedded(jetstream.EmbeddedOptions{Dir: dir, Fast: true})
	if err != nil {
		return s, err
	}
	defer func() { err = errors.Join(err, server.Close()) }()
	o := load.Options{Stages: stages, InFlight: 1, Durability: load.Fast, For: time.Millisecond}
	h := house{}
	if err := h.open(ctx, server, o); err != nil {
		return s, err
	}
	if _, err := h.measureWorking(ctx, o); err != nil {
		return s, err
	}
	s.session = strconv.Itoa(firstInteraction)
	if s.workflow, err = schemas.WorkflowID(s.session); err != nil {
		return s, err
	}
	nc, err := server.Connect("specimen")
	if err != nil {
		return s, err
	}
	defer nc.Close()
	s.messages, err = messagesOf(ctx, nc, s.workflow)
	return s, err
}

// messagesOf reads all events of a workflow.
func messagesOf(ctx context.Context, nc *nats.Conn, workflowID string) ([]*nats.Msg, error) {
	api, err := js.New(nc)
	if err != nil {
		return nil, err
	}
	consumer, err := api.OrderedConsumer(ctx, schemas.StreamLog, js.OrderedConsumerConfig{FilterSubjects: []string{schemas.Root + "." + workflowID + ".>"}})
	if err != nil {
		return nil, err
	}
	batch, err := consumer.FetchNoWait(1000)
	if err != nil {
		return nil, err
	}
	var all []*nats.Msg
	for m := range batch.Messages() {
		header := nats.Header{}
		for name, values := range m.Headers() {
			if name[:3] != "Nat" { // the conditions of the append have been met
				header[name] = values
			}
		}
		all = append(all, &nats.Msg{Subject: m.Subject(), Header: header, Data: m.Data()})
	}
	if len(all) == 0 {
		return nil, errors.Join(errors.New("the specimen has no events"), batch.Error())
	}
	return all, batch.Error()
}

// copyOf is what another workflow would have left: the same, with ids of its own.
func (s specimen) copyOf(n int) ([]*nats.Msg, error) {
	session := strconv.Itoa(firstInteraction - 1 - n) // the load's interactions count upwards
	id, err := schemas.WorkflowID(session)
	if err != nil {
		return nil, err
	}
	all := make([]*nats.Msg, 0, len(s.messages))
	for _, m := range s.messages {
		data := bytes.ReplaceAll(bytes.ReplaceAll(m.Data, []byte(s.workflow), []byte(id)), []byte(s.session), []byte(session))
		header := nats.Header{}
		for name, values := range m.Header {
			header[name] = values
		}
		header[schemas.HeaderID] = []string{uuid.NewString()}
		all = append(all, &nats.Msg{Subject: schemas.Root + "." + id + m.Subject[len(schemas.Root)+1+len(s.workflow):], Header: header, Data: data})
	}
	return all, nil
}

// prefill publishes the events of finished workflows until the log holds a number of events; the last workflow is whole.
func prefill(ctx context.Context, nc *nats.Conn, s specimen, events int) (published int, err error) {
	var failed error
	api, err := js.New(nc, js.WithPublishAsyncMaxPending(pending), js.WithPublishAsyncErrHandler(func(_ js.JetStream, _ *nats.Msg, err error) {
		failed = err // handlers come one after the other; read after all have come
	}))
	if err != nil {
		return 0, err
	}
	for n := 0; published < events; n++ {
		if err := ctx.Err(); err != nil {
			return published, err
		}
		copied, err := s.copyOf(n)
		if err != nil {
			return published, err
		}
		for _, m := range copied {
			if _, err := api.PublishMsgAsync(m, js.WithStallWait(30*time.Second)); err != nil {
				return published, err
			}
			published++
		}
	}
	select {
	case <-api.PublishAsyncComplete():
	case <-ctx.Done():
		return published, context.Cause(ctx)
	}
	if failed != nil {
		return published, fmt.Errorf("prefill the log: %w", failed)
	}
	return published, nil
}

// consumersFromNow makes the log's consumers as Provision does, but for what comes from now on: as they are where all that
// came before has been worked on.
func consumersFromNow(ctx context.Context, nc *nats.Conn, consumers []schemas.Consumer) error {
	api, err := js.New(nc)
	if err != nil {
		return err
	}
	for _, d := range consumers {
		if _, err := api.CreateConsumer(ctx, d.Stream, js.ConsumerConfig{
			Durable: d.Name, FilterSubject: d.Filter, AckPolicy: js.AckExplicitPolicy, DeliverPolicy: js.DeliverNewPolicy,
			AckWait: d.AckWait, MaxDeliver: d.MaxDeliver, MaxAckPending: d.MaxPending,
		}); err != nil {
			return fmt.Errorf("consumer %s of %s: %w", d.Name, d.Stream, err)
		}
	}
	return nil
}

// drain acknowledges all that waits for the consumers of the log, as if it had been worked on.
func drain(ctx context.Context, nc *nats.Conn) error {
	api, err := js.New(nc, js.WithDefaultTimeout(time.Minute)) // a server with a million new events is slow to answer
	if err != nil {
		return err
	}
	stream, err := api.Stream(ctx, schemas.StreamLog)
	if err != nil {
		return err
	}
	names := stream.ConsumerNames(ctx)
	for name := range names.Name() {
		consumer, err := stream.Consumer(ctx, name)
		if err != nil {
			return err
		}
		for {
			batch, err := consumer.FetchNoWait(2000)
			if err != nil {
				return err
			}
			got := 0
			for m := range batch.Messages() {
				got++
				if err := m.Ack(); err != nil {
					return err
				}
			}
			if err := batch.Error(); err != nil {
				return err
			}
			if got == 0 {
				info, err := consumer.Info(ctx)
				if err != nil {
					return err
				}
				if info.NumPending == 0 && info.NumAckPending == 0 {
					break
				}
			}
		}
	}
	return names.Err()
}
