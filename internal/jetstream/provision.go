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
	d := Declare(s, consumers)
	for i, config := range d.Streams {
		_, err := api.CreateOrUpdateStream(ctx, config)
		if err != nil && schemas.Streams(s.Retention)[i].Volatile {
			err = moveVolatile(ctx, api, config, err)
		}
		if err != nil {
			return fmt.Errorf("stream %s: %w", config.Name, err)
		}
	}
	for _, c := range d.Consumers {
		if _, err := api.CreateOrUpdateConsumer(ctx, c.Stream, c.Config); err != nil {
			return fmt.Errorf("consumer %s of %s: %w", c.Config.Durable, c.Stream, err)
		}
	}
	for _, c := range d.Buckets {
		if _, err := api.CreateOrUpdateKeyValue(ctx, c); err != nil {
			return fmt.Errorf("bucket %s: %w", c.Bucket, err)
		}
	}
	if _, err := api.CreateOrUpdateObjectStore(ctx, d.Artifacts); err != nil {
		return fmt.Errorf("bucket %s: %w", d.Artifacts.Bucket, err)
	}
	return nil
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
