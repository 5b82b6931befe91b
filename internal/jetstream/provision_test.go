package jetstream_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	js "github.com/nats-io/nats.go/jetstream"

	"autointel.example/internal/jetstream"
	"autointel.example/internal/workflow"
	"autointel.example/schemas"
)

// served runs something on a server of its own on a directory, and stops it.
func served(t *testing.T, dir string, do func(nc *nats.Conn) error) {
	t.Helper()
	server, err := jetstream.StartEmbedded(jetstream.EmbeddedOptions{Dir: dir, Fast: true})
	if err != nil {
		t.Fatal(err)
	}
	nc, err := server.Connect("test")
	if err == nil {
		err = do(nc)
		nc.Close()
	}
	if err := errors.Join(err, server.Close()); err != nil {
		t.Fatal(err)
	}
}

func provision(ctx context.Context, nc *nats.Conn) error {
	return jetstream.Provision(ctx, nc, jetstream.Settings{Retention: 24 * time.Hour, SessionLifetime: time.Minute, Deadline: time.Hour}, workflow.Consumers())
}

// A broker of its own is started again without anybody provisioning it: what the services are bound to must still be there.
func TestEverythingIsThereAfterARestartOfTheBroker(t *testing.T) {
	dir := t.TempDir()
	served(t, dir, func(nc *nats.Conn) error { return provision(t.Context(), nc) })
	served(t, dir, func(nc *nats.Conn) error {
		reports, err := jetstream.Inspect(t.Context(), nc)
		found := map[string]bool{}
		for _, r := range reports {
			if r.Err != nil {
				t.Errorf("%s: %v", r.Name, r.Err)
			}
			for _, c := range r.Consumers {
				found[c.Name] = true
			}
		}
		for _, c := range workflow.Consumers() {
			if !found[c.Name] {
				t.Errorf("there is no consumer %s of %s any more", c.Name, c.Stream)
			}
		}
		return err
	})
}

// An earlier version kept progress in memory.
func TestAVolatileStreamIsMovedToWhereItBelongs(t *testing.T) {
	served(t, t.TempDir(), func(nc *nats.Conn) error {
		api, err := js.New(nc)
		if err != nil {
			return err
		}
		before := js.StreamConfig{Name: schemas.StreamProgress, Subjects: []string{"autointel-progress.*.*"}, Storage: js.MemoryStorage, MaxMsgsPerSubject: 1}
		if _, err := api.CreateStream(t.Context(), before); err != nil {
			return err
		}
		for range 2 { // the second time there is nothing to move
			if err := provision(t.Context(), nc); err != nil {
				return err
			}
		}
		now, err := api.Stream(t.Context(), schemas.StreamProgress)
		if err == nil && now.CachedInfo().Config.Storage != js.FileStorage {
			t.Errorf("it is stored in %v", now.CachedInfo().Config.Storage)
		}
		return err
	})
}
