package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
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
	"autointel.example/internal/workflow"
	"autointel.example/schemas"
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
		made(notifier.New(ctx, runtime("notifier"), notifier.Config{Discord: d, Session: s, Routes: notifier.Routes{Fallback: []string{"channel"}}})),
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
	b.outlives(ctx, t, box, page)
	b.lettersOfAll(ctx, t, stack, operator)
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

// outlives lets a workflow end after its session, and fetches what was kept.
func (b *guardedBroker) outlives(ctx context.Context, t *testing.T, box *sandbox.Sandbox, page *source.Server) {
	t.Helper()
	i := must[sandbox.Interaction](t)(box.Command(ctx, visitor, "autointel", map[string]any{"url": page.URL(), "depth": "standard"}))
	box.KillToken(i.ID)
	id := must[string](t)(schemas.WorkflowID(i.ID))
	if _, err := box.WaitMessage(ctx, func(m sandbox.Message) bool { return has(m, "retrieve:"+id) }); err != nil {
		t.Errorf("no notice: %v", err)
	}
	r := must[sandbox.Interaction](t)(box.Command(ctx, visitor, "retrieve_results", map[string]any{"workflow_id": id}))
	if _, err := box.WaitMessage(ctx, func(m sandbox.Message) bool { return m.Interaction == r.ID && titled(m, id) }); err != nil {
		t.Errorf("what was kept cannot be fetched: %v", err)
	}
}

// lettersOfAll makes each service keep a dead letter.
func (b *guardedBroker) lettersOfAll(ctx context.Context, t *testing.T, stack *lifecycle.Stack, operator []string) {
	t.Helper()
	conn := b.runtime(t, "operator", stack).Conn
	id := must[string](t)(schemas.WorkflowID("1300000000000000000"))
	for _, d := range []schemas.Data{schemas.WorkflowRequested{}, schemas.StageCompleted{Stage: workflow.Transcribe}, schemas.WorkflowCompleted{}} {
		if err := conn.Publish(schemas.SubjectOf(id, d), []byte("no event")); err != nil {
			t.Fatal(err)
		}
	}
	wanted := []string{"stage-acquire-after-request", "stage-analyze-after-transcribe", "notifier-ended", "archiver-ended"}
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		code, stdout, stderr := call(ctx, append([]string{"dead", "list"}, operator...)...)
		if code != 0 {
			t.Fatal(stderr)
		}
		if !slices.ContainsFunc(wanted, func(consumer string) bool { return !strings.Contains(stdout, consumer+".") }) {
			break
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatalf("not every service kept a letter:\n%s", stdout)
		}
	}
	if code, _, stderr := call(ctx, append([]string{"dead", "drop", "--all", "--yes"}, operator...)...); code != 0 {
		t.Error(stderr)
	}
}

// attempt is something that a service that was taken over might try: to publish on a subject, or to listen to it.
type attempt struct {
	what, subject string
	listen        bool
}

// attempts are those of one service.
func attempts(service string) []attempt {
	const log = schemas.StreamLog
	try := func(what string, subjects ...string) (all []attempt) {
		for _, s := range subjects {
			all = append(all, attempt{what, s, false})
		}
		return all
	}
	all := try("empty, change or remove the log", "$JS.API.STREAM.PURGE."+log, "$JS.API.STREAM.DELETE."+log, "$JS.API.STREAM.UPDATE."+log,
		"$JS.API.STREAM.MSG.DELETE."+log, "$JS.API.STREAM.CREATE.MINE", "$JS.API.STREAM.RESTORE."+log, "$JS.API.STREAM.SNAPSHOT."+log)
	for _, name := range []string{schemas.StreamTimers, schemas.StreamDead, "KV_" + schemas.BucketSessions, "KV_" + schemas.BucketRunning, "OBJ_" + schemas.BucketArtifacts} {
		all = append(all, try("empty or remove another stream", "$JS.API.STREAM.PURGE."+name, "$JS.API.STREAM.DELETE."+name, "$JS.API.STREAM.UPDATE."+name)...)
	}
	for _, other := range schemas.Services() {
		if other != service {
			all = append(all, attempt{"hear what another is told", "_INBOX_" + other + ".>", true})
		}
	}
	for _, s := range []string{"autointel.>", "$KV.sessions.>", "$JS.API.>", "$JS.ACK.>"} {
		all = append(all, attempt{"listen in", s, true})
	}
	for _, typ := range schemas.Types() {
		if publishers := schemas.Publishers(typ); len(publishers) > 0 && !slices.Contains(publishers, service) {
			all = append(all, try("append another's event", strings.ReplaceAll(schemas.Pattern(typ), "*", "wf_x"))...)
		}
	}
	for _, other := range schemas.Services() {
		if other == service {
			continue
		}
		for _, stage := range workflow.StagesOf(other) {
			all = append(all, try("settle another's stage", schemas.SubjectOf("wf_x", schemas.StageCompleted{Stage: stage}), schemas.SubjectOf("wf_x", schemas.StageFailed{Stage: stage}))...)
			for _, c := range workflow.ConsumersOf(stage) {
				all = append(all, try("take another's work", "$JS.API.CONSUMER.MSG.NEXT."+log+"."+c.Name, "$JS.ACK."+log+"."+c.Name+".1.1.1.1.1")...)
			}
		}
	}
	for _, c := range workflow.Consumers() { // its own as well
		all = append(all, try("make or remove a consumer", "$JS.API.CONSUMER.DELETE."+c.Stream+"."+c.Name, "$JS.API.CONSUMER.CREATE."+c.Stream+"."+c.Name,
			"$JS.API.CONSUMER.CREATE."+c.Stream+"."+c.Name+".x", "$JS.API.CONSUMER.DURABLE.CREATE."+c.Stream+"."+c.Name)...)
	}
	if service == schemas.ServiceAnalyzer || service == schemas.ServiceArchiver {
		all = append(all, try("read or change sessions", "$KV.sessions.1", "$JS.API.DIRECT.GET.KV_sessions", "$JS.API.DIRECT.GET.KV_sessions.$KV.sessions.1",
			"$JS.API.STREAM.MSG.GET.KV_sessions", "$JS.API.CONSUMER.CREATE.KV_sessions", "$JS.API.CONSUMER.CREATE.KV_sessions.x", "$JS.API.CONSUMER.CREATE.KV_sessions.x.>",
			"$JS.API.CONSUMER.DURABLE.CREATE.KV_sessions.x", "$JS.API.CONSUMER.MSG.NEXT.KV_sessions.x", schemas.TimerSubject("wf_x"))...)
	}
	return all
}

// forbidden tries what a service that was taken over would try.
func (b *guardedBroker) forbidden(t *testing.T, stack *lifecycle.Stack) {
	t.Helper()
	for _, service := range schemas.Services() {
		conn := b.runtime(t, service, stack).Conn
		for _, a := range attempts(service) {
			if a.listen {
				if _, err := conn.SubscribeSync(a.subject); err != nil {
					t.Error(err)
				}
			} else if err := conn.Publish(a.subject, []byte("{}")); err != nil {
				t.Error(err)
			}
		}
		if err := conn.Flush(); err != nil {
			t.Error(err)
		}
		refused := b.errors()
		for _, a := range attempts(service) {
			if !strings.Contains(refused, fmt.Sprintf("%q", a.subject)) {
				t.Errorf("%s can %s: %s", service, a.what, a.subject)
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
