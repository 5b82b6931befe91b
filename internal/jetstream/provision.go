package jetstream

import (
	"context"
	"fmt"
	"time"

	"github.com/nats-io/nats.go"
	js "github.com/nats-io/nats.go/jetstream"

	"autointel.example/schemas"
)

// Settings are an installation's.
type Settings struct {
	Retention       time.Duration // of the log, and with a day more of the artifacts
	SessionLifetime time.Duration // of the bucket sessions: a key that is gone is a session that is closed
	Deadline        time.Duration // of the bucket running
	Replicas        int           // 1, 3 or 5; zero: 1
	MaxBytes        int64         // of the log, which refuses new events when it is full; zero: 8 GiB
}

// Provision makes streams, consumers and buckets, or brings them up to date. It is idempotent, and safe beside
// running workers: nothing is deleted.
func Provision(ctx context.Context, nc *nats.Conn, s Settings, consumers []schemas.Consumer) error {
	api, err := js.New(nc)
	if err != nil {
		return err
	}
	s.Replicas = max(s.Replicas, 1)
	if s.MaxBytes == 0 {
		s.MaxBytes = 8 << 30
	}
	for _, d := range schemas.Streams(s.Retention) {
		if _, err := api.CreateOrUpdateStream(ctx, streamConfig(d, s)); err != nil {
			return fmt.Errorf("stream %s: %w", d.Name, err)
		}
	}
	for _, d := range consumers {
		if err := provisionConsumer(ctx, api, d); err != nil {
			return fmt.Errorf("consumer %s of %s: %w", d.Name, d.Stream, err)
		}
	}
	return provisionBuckets(ctx, api, s)
}

func streamConfig(d schemas.Stream, s Settings) js.StreamConfig {
	c := js.StreamConfig{
		Name: d.Name, Description: d.Description, Subjects: d.Subjects, Replicas: s.Replicas, MaxAge: d.MaxAge,
		MaxMsgsPerSubject: d.PerSubject, AllowDirect: true, AllowMsgSchedules: d.Schedules, AllowMsgTTL: d.MessageTTL,
		Duplicates: min(2*time.Minute, orElse(d.MaxAge, 2*time.Minute)),
	}
	if d.PerSubject == 0 {
		c.MaxMsgsPerSubject = -1
	}
	if d.Memory {
		c.Storage = js.MemoryStorage
	}
	if d.Limited {
		c.Discard, c.MaxBytes, c.AllowAtomicPublish = js.DiscardNew, s.MaxBytes, true
	}
	if d.Schedules {
		c.AllowRollup = true // the server insists
	}
	return c
}

func orElse(d, other time.Duration) time.Duration {
	if d == 0 {
		return other
	}
	return d
}

func provisionConsumer(ctx context.Context, api js.JetStream, d schemas.Consumer) error {
	_, err := api.CreateOrUpdateConsumer(ctx, d.Stream, js.ConsumerConfig{
		Durable: d.Name, FilterSubject: d.Filter, AckPolicy: js.AckExplicitPolicy, DeliverPolicy: js.DeliverAllPolicy,
		AckWait: d.AckWait, MaxDeliver: d.MaxDeliver, MaxAckPending: d.MaxPending,
	})
	return err
}

func provisionBuckets(ctx context.Context, api js.JetStream, s Settings) error {
	for _, c := range []js.KeyValueConfig{
		// The TTL is the bucket's, not the key's: an update of a key would drop its own.
		{Bucket: schemas.BucketSessions, Description: "interaction tokens of open sessions", TTL: s.SessionLifetime, Replicas: s.Replicas},
		{Bucket: schemas.BucketRunning, Description: "leases of running workflows", TTL: s.Deadline, LimitMarkerTTL: time.Minute, Replicas: s.Replicas},
	} {
		if _, err := api.CreateOrUpdateKeyValue(ctx, c); err != nil {
			return fmt.Errorf("bucket %s: %w", c.Bucket, err)
		}
	}
	_, err := api.CreateOrUpdateObjectStore(ctx, js.ObjectStoreConfig{
		Bucket: schemas.BucketArtifacts, Description: "outputs and reports", TTL: s.Retention + 24*time.Hour, Replicas: s.Replicas,
	})
	if err != nil {
		return fmt.Errorf("bucket %s: %w", schemas.BucketArtifacts, err)
	}
	return nil
}
