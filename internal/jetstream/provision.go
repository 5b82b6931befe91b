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
// running workers: nothing is deleted but a volatile stream that must be stored elsewhere.
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
		config := streamConfig(d, s)
		_, err := api.CreateOrUpdateStream(ctx, config)
		if err != nil && d.Volatile {
			err = moveVolatile(ctx, api, config, err)
		}
		if err != nil {
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
	switch {
	case d.Volatile && s.Replicas > 1:
		c.Storage = js.MemoryStorage // a cluster keeps the stream itself and its consumers among its own data
	case d.Volatile:
		// One server forgets a stream in memory, and its consumers with it, when it is started again; nobody would make them
		// anew. In a file that is never waited for, both stay, and a publish costs what it does in memory.
		c.PersistMode = js.AsyncPersistMode
	}
	if d.Limited {
		c.Discard, c.MaxBytes, c.AllowAtomicPublish = js.DiscardNew, s.MaxBytes, true
	}
	if d.Schedules {
		c.AllowRollup = true // the server insists
	}
	return c
}

// moveVolatile makes a volatile stream anew if it cannot be updated because it is stored elsewhere: a stream cannot be moved.
func moveVolatile(ctx context.Context, api js.JetStream, config js.StreamConfig, cause error) error {
	was, err := api.Stream(ctx, config.Name)
	if err != nil || was.CachedInfo().Config.Storage == config.Storage {
		return cause
	}
	if err := api.DeleteStream(ctx, config.Name); err != nil {
		return err
	}
	_, err = api.CreateStream(ctx, config)
	return err
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
		{Bucket: schemas.BucketBegun, Description: "messages that came again, and how often they were begun and never answered", TTL: schemas.BegunFor, Replicas: s.Replicas},
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
