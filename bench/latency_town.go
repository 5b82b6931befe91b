package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/nats-io/nats.go"

	"autointel.example/bench/load"
	"autointel.example/internal/jetstream"
	"autointel.example/internal/sandbox"
	"autointel.example/schemas"
)

// town is the product with what is around it: Discord and the pages in this process, `autointel up` in one of its own.
type town struct {
	site   *site
	box    *sandbox.Sandbox
	up     *member
	conn   *nats.Conn
	client *jetstream.Client
	stop   context.CancelFunc
	heard  chan error

	mu       sync.Mutex
	outcomes map[string]*outcome // by the id of a workflow or a retrieval
}

// outcome is what is known of the deliveries of one id.
type outcome struct {
	deliveries []schemas.Event
	more       chan struct{} // closed and replaced with each
}

// openTown starts everything on a directory, and waits until it is ready.
func openTown(ctx context.Context, autointel, dir string, durability load.Durability, slow time.Duration) (t *town, err error) {
	t = &town{outcomes: map[string]*outcome{}}
	defer func() {
		if err != nil {
			err = errors.Join(err, t.close())
		}
	}()
	if t.site, err = openSite(slow); err != nil {
		return t, err
	}
	if t.box, err = sandbox.Start(sandbox.Options{}); err != nil {
		return t, err
	}
	address, err := freePorts(1)
	if err != nil {
		return t, err
	}
	env := append(withoutSettings(os.Environ()),
		"DISCORD_API_URL="+t.box.APIURL(), "DISCORD_APPLICATION_ID="+t.box.ApplicationID(), "DISCORD_PUBLIC_KEY="+t.box.PublicKey(), "DISCORD_TOKEN="+t.box.BotToken(),
		"AUTOINTEL_INTERACTIONS_ADDR="+address[0], "AUTOINTEL_FETCH_ALLOW="+strings.Join(t.site.hosts, ","), "AUTOINTEL_DURABILITY="+string(durability), "AUTOINTEL_LOG_LEVEL=error",
	)
	data := filepath.Join(dir, "data")
	if t.up, _, err = startUp(ctx, autointel, data, env, "--nats-listen=127.0.0.1:0"); err != nil {
		return t, err
	}
	t.box.SetEndpoint("http://" + address[0] + "/interactions")
	if err := t.listen(ctx, data); err != nil {
		return t, err
	}
	return t, t.box.Ping(ctx)
}

// withoutSettings is an environment without what would configure autointel.
func withoutSettings(env []string) []string {
	var kept []string
	for _, v := range env {
		name, _, _ := strings.Cut(v, "=")
		if !strings.HasPrefix(name, "AUTOINTEL_") && !strings.HasPrefix(name, "DISCORD_") && !strings.HasPrefix(name, "NATS_") && !strings.HasPrefix(name, "OTEL_") && name != "DATABASE_URL" {
			kept = append(kept, v)
		}
	}
	return kept
}

// listen connects to the product's log and hears what becomes of its deliveries from the first on.
func (t *town) listen(ctx context.Context, data string) error {
	url, _, err := jetstream.EmbeddedURL(filepath.Join(data, "jetstream"))
	if err != nil {
		return err
	}
	if t.conn, err = jetstream.Connect(jetstream.ConnectOptions{URL: url, Name: "bench"}); err != nil {
		return err
	}
	if t.client, err = jetstream.Bind(ctx, t.conn, jetstream.Options{Source: "autointel/bench"}); err != nil {
		return err
	}
	within, cancel := context.WithCancel(ctx)
	t.stop, t.heard = cancel, make(chan error, 1)
	go func() {
		t.heard <- t.client.Follow(within, []string{schemas.Root + ".*.delivery.>"}, true, t.hear)
	}()
	return nil
}

func (t *town) hear(e schemas.Event) {
	t.mu.Lock()
	defer t.mu.Unlock()
	o := t.outcome(e.Workflow)
	o.deliveries = append(o.deliveries, e)
	close(o.more)
	o.more = make(chan struct{})
}

// outcome is what is known of an id. The caller holds the lock.
func (t *town) outcome(id string) *outcome {
	o := t.outcomes[id]
	if o == nil {
		o = &outcome{more: make(chan struct{})}
		t.outcomes[id] = o
	}
	return o
}

// delivered waits for the outcome of one of some kinds of delivery, and returns its event.
func (t *town) delivered(ctx context.Context, id string, kinds ...string) (schemas.Event, error) {
	for seen := 0; ; {
		t.mu.Lock()
		o := t.outcome(id)
		deliveries, more := o.deliveries, o.more
		t.mu.Unlock()
		for _, e := range deliveries[seen:] {
			for _, kind := range kinds {
				if kindOf(e) == kind {
					return e, nil
				}
			}
		}
		seen = len(deliveries)
		select {
		case <-more:
		case <-ctx.Done():
			return schemas.Event{}, context.Cause(ctx)
		}
	}
}

func kindOf(e schemas.Event) string {
	switch d := e.Data.(type) {
	case schemas.DeliverySucceeded:
		return d.Kind
	case schemas.DeliveryFailed:
		return d.Kind
	}
	return ""
}

// events reads the whole log and hands every event to a function.
func (t *town) events(ctx context.Context, each func(schemas.Event)) error {
	last, err := t.client.LastSeq(ctx, schemas.Root+".>")
	if err != nil || last == 0 {
		return err
	}
	within, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	whole := false
	err = t.client.Follow(within, []string{schemas.Root + ".>"}, true, func(e schemas.Event) {
		if !whole {
			each(e)
		}
		if e.Seq >= last {
			whole = true
			cancel()
		}
	})
	if err == nil && !whole {
		err = errors.New("the log could not be read to its end within a minute: leave the machine alone, or choose a shorter --for")
	}
	return err
}

// close stops what runs.
func (t *town) close() error {
	var errs []error
	if t.stop != nil {
		t.stop()
		errs = append(errs, <-t.heard)
	}
	if t.conn != nil {
		t.conn.Close()
	}
	if t.up != nil {
		errs = append(errs, t.up.stop())
	}
	if t.box != nil {
		errs = append(errs, t.box.Close())
	}
	if t.site != nil {
		errs = append(errs, t.site.close())
	}
	return errors.Join(errs...)
}
