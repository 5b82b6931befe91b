package jetstream

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
	js "github.com/nats-io/nats.go/jetstream"

	"autointel.example/schemas"
)

// What provisioning would do to something, or cannot.
const (
	ChangeMake    = "make"    // it is not there
	ChangeUpdate  = "update"  // it is there, and otherwise
	ChangeLeave   = "leave"   // nothing listens to it any more; provisioning deletes nothing
	ChangeRefused = "refused" // it is there, and cannot become what it should be
)

// Change is one thing that Provision would do.
type Change struct {
	Kind string // stream, bucket or consumer
	Name string
	What string // Change...
	Says string // for people
}

// Compare says what Provision would do with the same arguments, and does nothing. Zero replicas and a zero size mean: as they
// are.
func Compare(ctx context.Context, nc *nats.Conn, s Settings, consumers []schemas.Consumer) ([]Change, error) {
	api, err := js.New(nc)
	if err != nil {
		return nil, err
	}
	var all []Change
	for _, d := range schemas.Streams(s.Retention) {
		stream, err := api.Stream(ctx, d.Name)
		if errors.Is(err, js.ErrStreamNotFound) {
			all = append(all, Change{"stream", d.Name, ChangeMake, d.Description})
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("stream %s: %w", d.Name, broker(err))
		}
		if c, differs := compareStream(stream.CachedInfo().Config, streamConfig(d, s), s, d.Limited); differs {
			all = append(all, c)
		}
		changes, err := compareConsumers(ctx, stream, consumers)
		if err != nil {
			return nil, fmt.Errorf("consumers of %s: %w", d.Name, broker(err))
		}
		all = append(all, changes...)
	}
	for bucket, ttl := range map[string]time.Duration{
		"KV_" + schemas.BucketSessions: s.SessionLifetime, streamRunning: s.Deadline, artifactsStream: s.Retention + 24*time.Hour,
		streamBegun: schemas.BegunFor,
	} {
		stream, err := api.Stream(ctx, bucket)
		switch {
		case errors.Is(err, js.ErrStreamNotFound):
			all = append(all, Change{"bucket", bucket, ChangeMake, "is not there"})
		case err != nil:
			return nil, fmt.Errorf("bucket %s: %w", bucket, broker(err))
		case stream.CachedInfo().Config.MaxAge != ttl:
			all = append(all, Change{"bucket", bucket, ChangeUpdate, fmt.Sprintf("keeps what is in it for %s, was %s", ttl, stream.CachedInfo().Config.MaxAge)})
		}
	}
	slices.SortStableFunc(all, func(a, b Change) int { return strings.Compare(a.Kind, b.Kind) })
	return all, nil
}

// compareStream says how a stream would change. What is not declared stays as it is.
func compareStream(have, want js.StreamConfig, s Settings, limited bool) (Change, bool) {
	var differ []string
	note := func(name string, have, want any) {
		if fmt.Sprint(have) != fmt.Sprint(want) {
			differ = append(differ, fmt.Sprintf("%s %v, was %v", name, want, have))
		}
	}
	c := Change{"stream", want.Name, ChangeUpdate, ""}
	if have.Storage != want.Storage || have.Retention != want.Retention {
		c.What = ChangeRefused
	}
	note("storage", have.Storage, want.Storage)
	note("retention", have.Retention, want.Retention)
	note("subjects", have.Subjects, want.Subjects)
	note("age", have.MaxAge, want.MaxAge)
	note("messages of a subject", max(have.MaxMsgsPerSubject, -1), want.MaxMsgsPerSubject)
	note("discards", have.Discard, want.Discard)
	note("direct reads", have.AllowDirect, want.AllowDirect)
	note("schedules", have.AllowMsgSchedules, want.AllowMsgSchedules)
	if s.Replicas > 0 {
		note("replicas", have.Replicas, want.Replicas)
	}
	if s.MaxBytes > 0 && limited {
		note("size", have.MaxBytes, want.MaxBytes)
	}
	c.Says = strings.Join(differ, "; ")
	return c, len(differ) > 0
}

func compareConsumers(ctx context.Context, stream js.Stream, declared []schemas.Consumer) ([]Change, error) {
	name := stream.CachedInfo().Config.Name
	there := map[string]*js.ConsumerInfo{}
	list := stream.ListConsumers(ctx)
	for c := range list.Info() {
		if c.Config.Durable != "" {
			there[c.Name] = c
		}
	}
	if err := list.Err(); err != nil {
		return nil, err
	}
	var all []Change
	for _, d := range declared {
		if d.Stream != name {
			continue
		}
		c, ok := there[d.Name]
		delete(there, d.Name)
		switch {
		case !ok:
			all = append(all, Change{"consumer", d.Name, ChangeMake, "looks at every event of " + d.Filter + " once"})
		case c.Config.AckPolicy != js.AckExplicitPolicy || c.Config.DeliverPolicy != js.DeliverAllPolicy:
			all = append(all, Change{"consumer", d.Name, ChangeRefused, fmt.Sprintf("acknowledges %s and delivers %s; remove it, and it is made anew", c.Config.AckPolicy, c.Config.DeliverPolicy)})
		case c.Config.FilterSubject != d.Filter || c.Config.AckWait != d.AckWait || c.Config.MaxDeliver != d.MaxDeliver || c.Config.MaxAckPending != d.MaxPending:
			all = append(all, Change{"consumer", d.Name, ChangeUpdate, fmt.Sprintf("filter %s, ack wait %s, deliveries %d, pending %d; was %s, %s, %d, %d",
				d.Filter, d.AckWait, d.MaxDeliver, d.MaxPending, c.Config.FilterSubject, c.Config.AckWait, c.Config.MaxDeliver, c.Config.MaxAckPending)})
		}
	}
	for left, c := range there {
		all = append(all, Change{"consumer", left, ChangeLeave, fmt.Sprintf("nothing listens to it any more, and %d messages wait for it; remove it after the upgrade: nats consumer rm %s %s", c.NumPending, name, left)})
	}
	slices.SortFunc(all, func(a, b Change) int { return strings.Compare(a.Name, b.Name) })
	return all, nil
}

// TypesOf counts the events of the log by their type, reading their headers alone. Each is told how many were read now and then.
func TypesOf(ctx context.Context, nc *nats.Conn, each func(read, total int64)) (map[string]int64, error) {
	api, err := js.New(nc)
	if err != nil {
		return nil, err
	}
	stream, err := api.Stream(ctx, schemas.StreamLog)
	if err != nil {
		return nil, missing(schemas.StreamLog, err)
	}
	total := int64(stream.CachedInfo().State.Msgs)
	consumer, err := api.OrderedConsumer(ctx, schemas.StreamLog, js.OrderedConsumerConfig{DeliverPolicy: js.DeliverAllPolicy, HeadersOnly: true})
	if err != nil {
		return nil, broker(err)
	}
	found := map[string]int64{}
	var read int64
	for got := int64(1); got > 0 && read < total; {
		batch, err := consumer.FetchNoWait(typesBatch)
		if err != nil {
			return nil, broker(err)
		}
		got = 0
		for msg := range batch.Messages() {
			got++
			found[msg.Headers().Get(schemas.HeaderType)]++
		}
		if err := batch.Error(); err != nil && !errors.Is(err, js.ErrNoMessages) {
			return nil, broker(err)
		}
		if read += got; each != nil {
			each(read, total)
		}
	}
	return found, nil
}

// typesBatch is how many headers are asked for at a time.
const typesBatch = 5000
