package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"golang.org/x/sync/errgroup"

	"autointel.example/cmd/autointel/demo/source"
	"autointel.example/internal/jetstream"
	"autointel.example/internal/lifecycle"
	"autointel.example/internal/program"
	"autointel.example/internal/sandbox"
	"autointel.example/internal/telemetry"
	"autointel.example/services/analyzer"
	"autointel.example/services/archiver"
	"autointel.example/services/ingest"
	"autointel.example/services/notifier"
)

// guardedBroker is a server with TLS and the users of deploy/nats/accounts.conf.
type guardedBroker struct {
	url, keys string
	mu        sync.Mutex
	refused   []string
}

// Noticef and the others implement server.Logger: a refused permission is logged as an error.
func (b *guardedBroker) Noticef(string, ...any) {}
func (b *guardedBroker) Warnf(string, ...any)   {}
func (b *guardedBroker) Debugf(string, ...any)  {}
func (b *guardedBroker) Tracef(string, ...any)  {}
func (b *guardedBroker) Fatalf(string, ...any)  {}
func (b *guardedBroker) Errorf(format string, args ...any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.refused = append(b.refused, fmt.Sprintf(format, args...))
}

func (b *guardedBroker) errors() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return strings.Join(b.refused, "\n")
}

func startGuarded(t *testing.T) *guardedBroker {
	t.Helper()
	dir := t.TempDir()
	b := &guardedBroker{keys: filepath.Join(dir, "keys")}
	if code, _, stderr := call(t.Context(), "keys", b.keys); code != 0 {
		t.Fatal(stderr)
	}
	public, err := os.ReadFile(filepath.Join(b.keys, "nkeys.env"))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(public)) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		t.Setenv(name, value)
	}
	if err := os.CopyFS(dir, os.DirFS("../../deploy/nats")); err != nil {
		t.Fatal(err)
	}
	config := filepath.Join(dir, "server.conf")
	content, err := os.ReadFile(config)
	if err != nil {
		t.Fatal(err)
	}
	// The shipped file, but for where it listens and what is mounted.
	text := strings.NewReplacer("0.0.0.0:4222", "127.0.0.1:-1", "127.0.0.1:8222", "127.0.0.1:-1", "/data", dir, "/run/secrets", b.keys).Replace(string(content))
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	o, err := server.ProcessConfigFile(config)
	if err != nil {
		t.Fatal(err)
	}
	if !o.SyncAlways {
		t.Error("the broker acknowledges what it has not synced")
	}
	o.NoSigs = true
	s, err := server.NewServer(o)
	if err != nil {
		t.Fatal(err)
	}
	s.SetLogger(b, false, false)
	s.Start()
	t.Cleanup(func() { s.Shutdown(); s.WaitForShutdown() })
	if !s.ReadyForConnections(10 * time.Second) {
		t.Fatal("the broker did not start")
	}
	b.url = strings.Replace(s.ClientURL(), "nats://", "tls://", 1)
	return b
}

// runtime is what one service lives on, as its own user.
func (b *guardedBroker) runtime(t *testing.T, user string, stack *lifecycle.Stack) *program.Runtime {
	t.Helper()
	return runtimeOn(t, jetstream.ConnectOptions{URL: b.url, Name: user, NkeyFile: filepath.Join(b.keys, user+".nk"), CA: filepath.Join(b.keys, "ca.crt")}, stack)
}

// runtimeOn is what one service lives on, with a connection of its own.
func runtimeOn(t *testing.T, o jetstream.ConnectOptions, stack *lifecycle.Stack) *program.Runtime {
	t.Helper()
	conn, err := jetstream.Connect(o)
	if err != nil {
		t.Fatal(err)
	}
	user := o.Name
	stack.Defer("connection of "+user, closing(conn))
	logger, err := telemetry.NewLogger(t.Output(), "warn", "text")
	if err != nil {
		t.Fatal(err)
	}
	return &program.Runtime{Conn: conn, Metrics: telemetry.NewMetrics(), Logger: logger, Now: time.Now, Stack: stack}
}

// must is for constructors.
func must[T any](t *testing.T) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// servicesOf are the four services between a sandbox and a page, the analyzer last.
func servicesOf(ctx context.Context, t *testing.T, box *sandbox.Sandbox, page *source.Server, lifetime time.Duration, runtime func(user string) *program.Runtime) []program.Service {
	t.Helper()
	d := program.Discord{ApplicationID: box.ApplicationID(), PublicKey: box.PublicKey(), Token: box.BotToken(), API: box.APIURL()}
	s := program.Session{Lifetime: lifetime, Deadline: 6 * time.Hour, Retention: 720 * time.Hour}
	made := must[program.Service](t)
	return []program.Service{
		made(archiver.New(ctx, runtime("archiver"), archiver.Config{Session: s, Database: archiver.Database{DataDir: t.TempDir()}})),
		made(notifier.New(ctx, runtime("notifier"), notifier.Config{Discord: d, Session: s, Fallback: []string{"channel"}})),
		made(ingest.New(ctx, runtime("ingest"), ingest.Config{
			Discord: d, Session: s, InteractionsAddr: "127.0.0.1:0", FetchAllow: []string{page.HostPort()}, Bound: box.SetEndpoint,
		})),
		made(analyzer.New(ctx, runtime("analyzer"), analyzer.Config{})),
	}
}

// The users of deploy/nats/accounts.conf may do what a whole workflow needs, and not what they should not.
func TestEachServiceLivesWithTheRightsOfItsOwnUser(t *testing.T) {
	b := startGuarded(t)
	operator := []string{"--nats-url", b.url, "--nats-nkey-file", b.keys + "/operator.nk", "--nats-ca", b.keys + "/ca.crt"}
	if code, _, stderr := call(t.Context(), append([]string{"provision"}, operator...)...); code != 0 {
		t.Fatal(stderr)
	}
	box := must[*sandbox.Sandbox](t)(sandbox.Start(sandbox.Options{}))
	page := must[*source.Server](t)(source.Start(0))
	stack := &lifecycle.Stack{}
	stack.Defer("sandbox", box.Close)
	stack.Defer("page", page.Close)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	services := servicesOf(ctx, t, box, page, 15*time.Minute, func(user string) *program.Runtime { return b.runtime(t, user, stack) })
	running, stop := context.WithCancel(ctx)
	group, running := errgroup.WithContext(running)
	for _, service := range services {
		group.Go(func() error { return service.Run(running) })
	}
	i := must[sandbox.Interaction](t)(box.Command(ctx, visitor, "autointel", map[string]any{"url": page.URL(), "depth": "experimental"}))
	if _, err := box.WaitMessage(ctx, func(m sandbox.Message) bool {
		return m.Interaction == i.ID && len(m.Embeds) > 0 && isAnswer(m.Embeds[0].Title)
	}); err != nil {
		t.Errorf("no answer: %v", err)
	}
	if _, err := box.Command(ctx, visitor, "workflows", nil); err != nil {
		t.Error(err)
	}
	stop()
	if err := group.Wait(); err != nil {
		t.Error(err)
	}
	if refused := b.errors(); refused != "" {
		t.Errorf("the broker refused: %s", refused)
	}
	b.forbidden(t, stack)
	if err := stack.Close(); err != nil {
		t.Error(err)
	}
}

// forbidden tries what a service that was taken over would try.
func (b *guardedBroker) forbidden(t *testing.T, stack *lifecycle.Stack) {
	t.Helper()
	for user, subjects := range map[string][]string{
		"ingest":   {"$JS.API.STREAM.PURGE.AUTOINTEL", "$JS.API.STREAM.DELETE.AUTOINTEL"},
		"notifier": {"$JS.API.STREAM.PURGE.AUTOINTEL", "$JS.API.STREAM.UPDATE.AUTOINTEL"},
		"analyzer": {"$JS.API.STREAM.PURGE.AUTOINTEL", "$JS.API.DIRECT.GET.KV_sessions", "$JS.API.STREAM.MSG.GET.KV_sessions", "$JS.API.CONSUMER.CREATE.KV_sessions.x", "autointel-timer.wf_x"},
		"archiver": {"$JS.API.STREAM.PURGE.AUTOINTEL", "$JS.API.DIRECT.GET.KV_sessions.$KV.sessions.1", "$JS.API.STREAM.DELETE.KV_sessions", "$KV.sessions.1"},
	} {
		conn := b.runtime(t, user, stack).Conn
		for _, subject := range subjects {
			if err := conn.Publish(subject, []byte("{}")); err != nil {
				t.Error(err)
			}
		}
		if _, err := conn.SubscribeSync("$KV.sessions.>"); err != nil {
			t.Error(err)
		}
		if err := conn.Flush(); err != nil {
			t.Error(err)
		}
		refused := b.errors()
		for _, subject := range append(subjects, "$KV.sessions.>") {
			if !strings.Contains(refused, fmt.Sprintf("%q", subject)) {
				t.Errorf("%s may use %s; refused were: %s", user, subject, refused)
			}
		}
		b.mu.Lock()
		b.refused = nil
		b.mu.Unlock()
	}
}

func TestKeysAreNeverOverwritten(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "keys")
	if code, _, stderr := call(t.Context(), "keys", dir); code != 0 {
		t.Fatal(stderr)
	}
	if code, _, stderr := call(t.Context(), "keys", dir); code != 2 || !strings.Contains(stderr, "never overwritten") {
		t.Errorf("exit %d: %s", code, stderr)
	}
}

// natsFlags are those of the broker's operator.
func natsFlags(b *guardedBroker) program.NATS {
	return program.NATS{URL: b.url, NkeyFile: filepath.Join(b.keys, "operator.nk"), CA: filepath.Join(b.keys, "ca.crt")}
}
