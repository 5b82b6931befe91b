package jetstream

import (
	"context"
	"time"

	"github.com/nats-io/nats.go"
	js "github.com/nats-io/nats.go/jetstream"

	"autointel.example/schemas"
)

// StreamReport is how a stream is.
type StreamReport struct {
	Name      string
	Err       error // why it could not be looked at, such as that it does not exist
	Messages  uint64
	Bytes     uint64
	LastSeq   uint64
	Replicas  int
	Consumers []ConsumerReport
}

// ConsumerReport is how a consumer is: its lag is Waiting and AtWork together.
type ConsumerReport struct {
	Name                         string
	Waiting, AtWork, Redelivered int
	Listeners                    int // that have asked for messages and wait for them
}

// Inspect looks at every stream that should exist.
func (c *Client) Inspect(ctx context.Context) ([]StreamReport, error) { return Inspect(ctx, c.nc) }

// Inspect looks at every stream that should exist.
func Inspect(ctx context.Context, nc *nats.Conn) ([]StreamReport, error) {
	api, err := js.New(nc)
	if err != nil {
		return nil, err
	}
	var all []StreamReport
	for _, d := range schemas.Streams(time.Hour) {
		r := StreamReport{Name: d.Name}
		stream, err := api.Stream(ctx, d.Name)
		if err != nil {
			r.Err = missing(d.Name, err)
			all = append(all, r)
			continue
		}
		info := stream.CachedInfo()
		r.Messages, r.Bytes, r.LastSeq, r.Replicas = info.State.Msgs, info.State.Bytes, info.State.LastSeq, info.Config.Replicas
		consumers := stream.ListConsumers(ctx)
		for c := range consumers.Info() {
			if c.Config.Durable != "" {
				r.Consumers = append(r.Consumers, ConsumerReport{c.Name, int(c.NumPending), c.NumAckPending, c.NumRedelivered, c.NumWaiting})
			}
		}
		r.Err = consumers.Err()
		all = append(all, r)
	}
	return all, nil
}
