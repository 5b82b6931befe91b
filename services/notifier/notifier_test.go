package notifier_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bwmarrin/discordgo"
	"github.com/nats-io/nats.go"
	"go.uber.org/goleak"

	"autointel.example/internal/discord"
	"autointel.example/internal/jetstream"
	"autointel.example/internal/natstest"
	"autointel.example/internal/sandbox"
	"autointel.example/internal/telemetry"
	"autointel.example/internal/testtime"
	"autointel.example/internal/workflow"
	"autointel.example/schemas"
	"autointel.example/services/notifier"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// house is a notifier at work between a real broker and the sandbox; the test plays the other services.
type house struct {
	*sandbox.Sandbox
	conn    *nats.Conn
	client  *jetstream.Client
	http    *discord.Interactions
	metrics *telemetry.Metrics
	logs    *lines
	service *notifier.Service
	events  chan schemas.Event // what the notifier records
	opened  chan discord.Session
}

// lines keeps log lines.
type lines struct {
	mu      sync.Mutex
	text    strings.Builder
	changed chan struct{} // closed and replaced with every line
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	close(l.changed)
	l.changed = make(chan struct{})
	return l.text.Write(p)
}

// wait waits for a line: the notifier writes it after it has recorded what the line is about.
func (l *lines) wait(t *testing.T, s string) {
	t.Helper()
	patience := time.After(testtime.Limit(20 * time.Second))
	for {
		l.mu.Lock()
		found, changed := strings.Contains(l.text.String(), s), l.changed
		l.mu.Unlock()
		if found {
			return
		}
		select {
		case <-changed:
		case <-patience:
			t.Fatalf("no line says %q", s)
		}
	}
}

func (l *lines) has(s string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Contains(l.text.String(), s)
}

func open(t *testing.T) *house { return openLater(t, 0) }

// openLater opens a house whose notifier sees every session this much older than it is.
func openLater(t *testing.T, later time.Duration) *house {
	t.Helper()
	box, err := sandbox.Start(sandbox.Options{})
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{}
	o := discord.Options{API: box.APIURL(), HTTP: &http.Client{Transport: transport}}
	conn := natstest.Start(t)
	h := &house{
		Sandbox: box, conn: conn, client: natstest.Bind(t, conn, jetstream.Options{}), http: discord.NewInteractions(o), metrics: telemetry.NewMetrics(),
		logs: &lines{changed: make(chan struct{})}, events: make(chan schemas.Event, 100), opened: make(chan discord.Session, 10),
	}
	endpoint := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var i discordgo.Interaction
		body, err := io.ReadAll(r.Body)
		if err = errors.Join(err, i.UnmarshalJSON(body)); err != nil {
			t.Error(err)
		}
		created, err := schemas.InteractionTime(i.ID)
		if err != nil {
			t.Error(err)
		}
		h.opened <- discord.Session{ID: i.ID, ApplicationID: i.AppID, Token: i.Token, CreatedAt: created}
		w.WriteHeader(http.StatusAccepted)
	}))
	box.SetEndpoint(endpoint.URL)
	bot := discord.NewBot(box.BotToken(), o)
	routes, err := notifier.Routes{}.Open(bot, o)
	if err != nil {
		t.Fatal(err)
	}
	s := &notifier.Service{
		Client: h.client, Interactions: h.http, Bot: bot, Routes: routes, Lifetimes: discord.LifetimesOf(discord.Lifetimes{}), Fallback: []string{"channel", "dm", "webhook"},
		Now: func() time.Time { return time.Now().Add(later) }, Logger: slog.New(slog.NewTextHandler(h.logs, nil)), Observer: h.metrics,
	}
	h.service = s
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 2)
	go func() { done <- s.Run(ctx) }()
	go func() {
		done <- h.client.Follow(ctx, []string{"autointel.*.delivery.*.*", "autointel.*.session.closed"}, true, func(e schemas.Event) { h.events <- e })
	}()
	t.Cleanup(func() {
		cancel()
		if err := errors.Join(<-done, <-done, box.Close()); err != nil {
			t.Error(err)
		}
		endpoint.Close()
		transport.CloseIdleConnections()
	})
	return h
}

var ann = sandbox.User{ID: "11", Name: "ann", GuildID: "22", ChannelID: "33"}

// asked is a workflow of ann's, as ingest leaves it.
type asked struct {
	id      string
	session discord.Session
	context schemas.Context
}

// ask uses /autointel: the session is kept and the command acknowledged.
func (h *house) ask(t *testing.T, private bool) asked {
	t.Helper()
	if _, err := h.Command(t.Context(), ann, "autointel", map[string]any{"url": "https://example.org"}); err != nil {
		t.Fatal(err)
	}
	a := asked{session: <-h.opened}
	if err := h.client.PutSession(t.Context(), a.session.ID, a.session); err != nil {
		t.Fatal(err)
	}
	if _, err := h.http.Answer(t.Context(), a.session, discord.Message{Content: "queued", Ephemeral: private}); err != nil {
		t.Fatal(err)
	}
	var err error
	if a.id, err = schemas.WorkflowID(a.session.ID); err != nil {
		t.Fatal(err)
	}
	plan, err := workflow.PlanFor(workflow.Standard)
	if err != nil {
		t.Fatal(err)
	}
	a.context = schemas.Context{URL: "https://example.org", Depth: workflow.Standard, Plan: plan, SessionID: a.session.ID, Requester: schemas.Requester{
		UserID: ann.ID, GuildID: ann.GuildID, ChannelID: ann.ChannelID, Private: private, Integration: "guild",
	}}
	return a
}

func (a asked) raw(t *testing.T) json.RawMessage {
	t.Helper()
	content, err := json.Marshal(a.context)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func (h *house) append(t *testing.T, a asked, data schemas.Data) {
	t.Helper()
	if _, err := h.client.Append(t.Context(), schemas.Event{Workflow: a.id, Context: a.raw(t), Data: data}); err != nil {
		t.Fatal(err)
	}
}

// complete ends the workflow with a report.
func (h *house) complete(t *testing.T, a asked) schemas.Artifact {
	t.Helper()
	content, err := json.Marshal(schemas.Report{WorkflowID: a.id, URL: a.context.URL, Headline: "A headline.", Title: "Tides", Markdown: "# Tides"})
	if err != nil {
		t.Fatal(err)
	}
	artifact, err := h.client.PutArtifact(t.Context(), a.id, "application/json", content)
	if err != nil {
		t.Fatal(err)
	}
	h.append(t, a, schemas.WorkflowCompleted{Result: artifact, Title: "Tides"})
	return artifact
}

// next is the next event that the notifier records.
func (h *house) next(t *testing.T) schemas.Data {
	t.Helper()
	select {
	case e := <-h.events:
		return e.Data
	case <-time.After(testtime.Limit(20 * time.Second)):
		t.Fatal("nothing was recorded")
		return nil
	}
}

// original waits until the answer of a workflow is as wanted.
func (h *house) original(t *testing.T, a asked, wanted func(sandbox.Message) bool) sandbox.Message {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), testtime.Limit(20*time.Second))
	defer cancel()
	m, err := h.WaitMessage(ctx, func(m sandbox.Message) bool { return m.Interaction == a.session.ID && wanted(m) })
	if err != nil {
		now, _ := h.Original(a.session.ID)
		t.Fatalf("the answer is %+v: %v", now, err)
	}
	return m
}

func titled(title string) func(sandbox.Message) bool {
	return func(m sandbox.Message) bool { return len(m.Embeds) == 1 && m.Embeds[0].Title == title }
}

// metric reads a counter.
func (h *house) metric(t *testing.T, name string, labels map[string]string) float64 {
	t.Helper()
	families, err := h.metrics.Registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	total := 0.0
	for _, f := range families {
		if f.GetName() != name {
			continue
		}
	metrics:
		for _, m := range f.GetMetric() {
			for _, l := range m.GetLabel() {
				if want, ok := labels[l.GetName()]; ok && want != l.GetValue() {
					continue metrics
				}
			}
			total += m.GetCounter().GetValue()
		}
	}
	return total
}
