package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"autointel.example/internal/discord"
	"autointel.example/internal/jetstream"
	"autointel.example/internal/sandbox"
	"autointel.example/internal/telemetry"
	"autointel.example/schemas"
	"autointel.example/services/archiver"
	"autointel.example/services/archiver/archive"
	"autointel.example/services/archiver/file"
	"autointel.example/services/notifier"
)

// dyingService makes a process of this test a service that dies of some of its messages: which one stands in this variable.
const dyingService = "TEST_DYING_SERVICE"

// What a process dies of.
const (
	diesShowing  = "showing a report" // a notifier
	diesKeeping  = "keeping a result" // an archiver
	diesLooking  = "looking for one"  // an archiver
	envBox       = "TEST_BOX"
	envBoxToken  = "TEST_BOX_TOKEN"
	envArchiveAt = "TEST_ARCHIVE"
)

// dieServing is the service that dies. It returns only if it cannot even begin.
func dieServing(what string) {
	conn, err := jetstream.Connect(jetstream.ConnectOptions{URL: os.Getenv("NATS_URL"), Name: "dying"})
	if err != nil {
		return
	}
	ctx := context.Background()
	client, err := jetstream.Bind(ctx, conn, jetstream.Options{Source: "autointel/dying"})
	if err != nil {
		return
	}
	logger := slog.New(slog.DiscardHandler)
	if what == diesShowing {
		o := discord.Options{API: os.Getenv(envBox), HTTP: &http.Client{Transport: dyingTransport{}}}
		s := &notifier.Service{
			Client: client, Interactions: discord.NewInteractions(o), Bot: discord.NewBot(os.Getenv(envBoxToken), o), Fallback: []string{"channel"},
			Lifetimes: discord.LifetimesOf(discord.Lifetimes{}), Now: time.Now, Logger: logger, Observer: telemetry.NewMetrics(),
		}
		_ = s.Run(ctx)
		return
	}
	dir := os.Getenv(envArchiveAt)
	store, err := archiver.Database{DataDir: dir}.Open(ctx)
	if err != nil {
		return
	}
	s := &archiver.Service{
		Client: client, Store: dyingStore{store, what}, Files: file.Dir{Path: archiver.FilesPath(dir)}, Retention: time.Hour, Now: time.Now,
		Logger: logger, Observer: telemetry.NewMetrics(),
	}
	_ = s.Run(ctx)
}

// dyingTransport dies of every message that shows a report.
type dyingTransport struct{}

func (dyingTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Body != nil {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, err
		}
		if bytes.Contains(body, []byte("deeper:wf_")) { // the button that only a report has
			os.Exit(died)
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
	}
	return http.DefaultTransport.RoundTrip(r)
}

// dyingStore dies of every record, or of every look at one.
type dyingStore struct {
	archive.Store
	of string
}

func (s dyingStore) Put(ctx context.Context, r archive.Record) error {
	if s.of == diesKeeping {
		os.Exit(died)
	}
	return s.Store.Put(ctx, r)
}

func (s dyingStore) Get(ctx context.Context, id string) (archive.Record, error) {
	if s.of == diesLooking {
		os.Exit(died)
	}
	return s.Store.Get(ctx, id)
}

// dying keeps one process of the service that dies running until the test says so, and counts how many died.
func (k *killers) dying(what, dir string) (deaths *atomic.Int32, stop func()) {
	k.t.Helper()
	ctx, cancel := context.WithCancel(k.ctx)
	done := make(chan struct{})
	deaths = &atomic.Int32{}
	go func() {
		defer close(done)
		for ctx.Err() == nil {
			child := exec.CommandContext(ctx, os.Args[0])
			child.Env = append(os.Environ(), dyingService+"="+what, "NATS_URL="+k.url, envBox+"="+k.box.APIURL(), envBoxToken+"="+k.box.BotToken(), envArchiveAt+"="+dir)
			var exit *exec.ExitError
			if err := child.Run(); errors.As(err, &exit) && exit.ExitCode() == died {
				deaths.Add(1)
			} else if ctx.Err() == nil {
				k.t.Errorf("the process ended otherwise: %v", err)
				return
			}
		}
	}()
	return deaths, func() { cancel(); <-done }
}

// soon lets what was not answered come again at once.
func soon(consumers ...string) func(*schemas.Consumer) {
	return func(d *schemas.Consumer) {
		if slices.Contains(consumers, d.Name) {
			d.AckWait = 300 * time.Millisecond
		}
	}
}

func TestAMessageThatKillsTheNotifierIsGivenUpAndItsUserIsTold(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	k := startKillers(t, ctx, schemas.ServiceNotifier, 15*time.Minute, soon(append(schemas.NotifierConsumers(), schemas.ConsumerProgress)...))
	deaths, stop := k.dying(diesShowing, "")
	defer stop()
	i := must[sandbox.Interaction](t)(k.box.Command(ctx, visitor, "autointel", map[string]any{"url": k.page.URL(), "depth": "standard"}))
	id := must[string](t)(schemas.WorkflowID(i.ID))
	if _, err := k.box.WaitMessage(ctx, func(m sandbox.Message) bool {
		return m.Interaction == i.ID && len(m.Embeds) > 0 && m.Embeds[0].Title == "No report" && strings.Contains(m.Embeds[0].Description, "could not be shown")
	}); err != nil {
		t.Fatalf("the user was not told, after %d deaths: %v", deaths.Load(), err)
	}
	k.buried(ctx, "notifier-ended", id)
	if n := deaths.Load(); n < schemas.MaxBegun {
		t.Errorf("given up after %d deaths", n)
	}
	// The dying one goes on with everything else.
	other := must[sandbox.Interaction](t)(k.box.Command(ctx, visitor, "workflows", nil))
	if _, err := k.box.WaitMessage(ctx, func(m sandbox.Message) bool { return m.Interaction == other.ID }); err != nil {
		t.Error(err)
	}
}

func TestAMessageThatKillsTheArchiverIsGivenUpAndItsUserIsTold(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	k := startKillers(t, ctx, schemas.ServiceArchiver, 15*time.Minute, soon(schemas.ArchiverConsumers()...))
	dir := t.TempDir()
	deaths, stop := k.dying(diesKeeping, dir)
	defer func() { stop() }()
	i := must[sandbox.Interaction](t)(k.box.Command(ctx, visitor, "autointel", map[string]any{"url": k.page.URL(), "depth": "standard"}))
	k.box.KillToken(i.ID)
	id := must[string](t)(schemas.WorkflowID(i.ID))
	if _, err := k.box.WaitMessage(ctx, func(m sandbox.Message) bool { return has(m, "retrieve:"+id) }); err != nil {
		t.Fatalf("the user was not told, after %d deaths: %v", deaths.Load(), err)
	}
	k.buried(ctx, "archiver-delivery", id)
	k.buried(ctx, "archiver-ended", id)
	if n := deaths.Load(); n < schemas.MaxBegun {
		t.Errorf("given up after %d deaths", n)
	}
	stop()
	retrieve := func() sandbox.Interaction {
		return must[sandbox.Interaction](t)(k.box.Command(ctx, visitor, "retrieve_results", map[string]any{"workflow_id": id}))
	}
	deaths, stop = k.dying(diesLooking, dir)
	r := retrieve()
	if _, err := k.box.WaitMessage(ctx, func(m sandbox.Message) bool {
		return m.Interaction == r.ID && len(m.Embeds) > 0 && strings.Contains(m.Embeds[0].Description, "could not be shown")
	}); err != nil {
		t.Fatalf("who asks is not answered, after %d deaths: %v", deaths.Load(), err)
	}
	stop()
	k.group.Go(func() error { return k.last.Run(k.ctx) })
	r = retrieve()
	if _, err := k.box.WaitMessage(ctx, func(m sandbox.Message) bool { return m.Interaction == r.ID && titled(m, id) }); err != nil {
		t.Errorf("the result is lost: %v", err)
	}
}

// buried waits for the dead letter of a consumer about a workflow.
func (k *killers) buried(ctx context.Context, consumer, id string) {
	k.t.Helper()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		for _, l := range k.letters() {
			if l.Consumer == consumer && l.Workflow == id && strings.Contains(l.Reason, "without an answer") {
				return
			}
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			k.t.Fatalf("no dead letter of %s: %+v", consumer, k.letters())
		}
	}
}
