package top

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"go.uber.org/goleak"
	"pgregory.net/rapid"

	"autointel.example/internal/console"
	"autointel.example/internal/workflow"
	"autointel.example/schemas"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var noon = time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)

func at(seconds float64) time.Time { return noon.Add(time.Duration(seconds * float64(time.Second))) }

func id(n int) string {
	return fmt.Sprintf("wf_%012x7000800000000000%04x", noon.UnixMilli()+int64(n), n)
}

// events are of two workflows: one that outlived its session after a retry, and one that runs.
func events(t testing.TB) []schemas.Event {
	t.Helper()
	plan, err := workflow.PlanFor(workflow.Standard)
	if err != nil {
		t.Fatal(err)
	}
	var all []schemas.Event
	add := func(n int, seconds float64, data schemas.Data) {
		raw, err := json.Marshal(schemas.Context{URL: fmt.Sprintf("https://a.example/walls/höhe/%d", n), Depth: workflow.Standard, Plan: plan})
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, schemas.Event{Workflow: id(n), Context: raw, Time: at(seconds), Data: data, Seq: uint64(len(all) + 1)})
	}
	add(1, 0, schemas.WorkflowRequested{RequestedAt: at(0)})
	add(1, 6, schemas.StageCompleted{Stage: workflow.Acquire, StartedAt: at(4), FinishedAt: at(6), Attempt: 2})
	add(1, 7, schemas.SessionClosed{Reason: "expired"})
	add(1, 8, schemas.StageFailed{Stage: workflow.Transcribe, Reason: "internal", Message: "it broke"})
	add(1, 9, schemas.WorkflowCompleted{StartedAt: at(8), FinishedAt: at(9)})
	add(1, 9.1, schemas.DeliveryFailed{Kind: schemas.KindResults, Reason: "session_closed"})
	add(1, 9.2, schemas.ResultArchived{})
	add(1, 9.3, schemas.DeliverySucceeded{Kind: schemas.KindNotice, Route: schemas.RouteChannel})
	add(2, 10, schemas.WorkflowRequested{RequestedAt: at(10)})
	return all
}

func viewOf(t testing.TB) *console.View {
	v := console.NewView(console.Keep)
	for _, e := range events(t) {
		v.Apply(e)
	}
	v.Heard(schemas.Progress{Workflow: id(2), Stage: workflow.Acquire, State: "running", Done: 2048, Unit: "bytes"})
	v.Looked(console.Look{Log: console.Log{Events: 1234567, Bytes: 1 << 30}, Dead: 1, Consumers: []console.Consumer{
		{Name: "stage-verify-after-analyze", Stage: workflow.Verify, Waiting: 7, AtWork: 2}, {Name: "notifier-ended", Waiting: 4},
	}})
	return v
}

var escapes = regexp.MustCompile("\x1b\\[[0-9;]*m")

func bare(s string) string { return escapes.ReplaceAllString(s, "") }

func TestEverythingIsSaidWhereThereIsRoom(t *testing.T) {
	s := viewOf(t).Snapshot(at(12), console.Query{})
	text := bare(Draw(View{Snapshot: s, Where: "nats://a.example:4222", Width: 150, Selected: -1}))
	for _, want := range []string{
		"autointel top  nats://a.example:4222", "12:00:12 UTC", "running 1", "completed/h 1", "dead letters 1", "log 1,234,567 events, 1.0 GiB", "WORKFLOWS 2",
		"reading the source 2.0 KiB", "kept, channel", "https://a.example/walls/h%C3%B6he/2", "transcribe failed  internal: it broke", "████████ 7/7",
		"notifier-ended", "not shown: session_closed", "by channel",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing in\n%s", want, text)
		}
	}
	if row := regexp.MustCompile(`(?m)^  verify .*$`).FindString(text); strings.Join(strings.Fields(row), " ") != "verify 0 7 2 0 – – 0 0" {
		t.Errorf("%q", row)
	}
	tl := bare(DrawTimeline(console.NewTimeline(events(t)[:8], nil, at(12)), 120, 0))
	for _, want := range []string{"state completed", "session closed", "▒▒▒", "███", "✖", "earlier attempts 4.0 s", "closed: expired", "delivery.failed.results"} {
		if !strings.Contains(tl, want) {
			t.Errorf("%q is missing in\n%s", want, tl)
		}
	}
}

func TestEveryTerminalIsKeptWithin(t *testing.T) {
	v, all := viewOf(t), events(t)
	rapid.Check(t, func(t *rapid.T) {
		columns, height := rapid.IntRange(1, 220).Draw(t, "columns"), rapid.IntRange(1, 80).Draw(t, "height")
		s := v.Snapshot(at(12), console.Query{Words: rapid.SampledFrom([]string{"", "nothing", "walls"}).Draw(t, "words")})
		s.Trouble = rapid.SampledFrom([]string{"", strings.Repeat("trouble ", 30)}).Draw(t, "trouble")
		for _, text := range []string{
			Draw(View{Snapshot: s, Where: "nats://" + strings.Repeat("a", 100), Width: columns, Height: height, Selected: rapid.IntRange(-1, 1).Draw(t, "selected"), Typing: rapid.Bool().Draw(t, "typing")}),
			DrawTimeline(console.NewTimeline(all[:rapid.IntRange(1, 8).Draw(t, "events")], nil, at(12)), columns, height),
		} {
			lines := strings.Split(bare(text), "\n")
			if len(lines) != max(MinHeight, height) {
				t.Errorf("%d lines, not %d", len(lines), height)
			}
			for _, line := range lines {
				if width(line) > max(MinWidth, columns) {
					t.Errorf("%d columns, not %d: %s", width(line), columns, line)
				}
			}
		}
	})
}

// fixed is a source whose log does not change until it is told to.
type fixed struct {
	mu      sync.Mutex
	view    *console.View
	changed chan struct{}
	events  []schemas.Event
}

func (f *fixed) Open(context.Context) (func(), error) { return func() {}, nil }

func (f *fixed) Snapshot(q console.Query) (console.Snapshot, <-chan struct{}) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.view.Snapshot(at(12), q), f.changed
}

func (f *fixed) Timeline(context.Context, string) (console.Timeline, bool, error) {
	return console.NewTimeline(f.events, nil, at(12)), true, nil
}

// screen is what was written to a terminal so far.
type screen struct {
	mu   sync.Mutex
	text bytes.Buffer
	more chan struct{}
}

func (s *screen) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	select {
	case s.more <- struct{}{}:
	default:
	}
	return s.text.Write(p)
}

// shows waits for a text to be written, and forgets what was before.
func (s *screen) shows(t *testing.T, want string) {
	t.Helper()
	late := time.After(10 * time.Second)
	for {
		s.mu.Lock()
		text := s.text.String()
		if strings.Contains(text, want) {
			s.text.Reset()
			s.mu.Unlock()
			return
		}
		s.mu.Unlock()
		select {
		case <-s.more:
		case <-late:
			t.Fatalf("%q is not shown: %q", want, text)
		}
	}
}

func TestTheKeysDoWhatTheySay(t *testing.T) {
	source := &fixed{view: viewOf(t), changed: make(chan struct{}), events: events(t)[:8]}
	keys, press := io.Pipe()
	out := &screen{more: make(chan struct{}, 1)}
	ended := make(chan error, 1)
	go func() {
		ended <- Run(t.Context(), source, "here", console.Query{}, tea.WithInput(keys), tea.WithOutput(out), tea.WithWindowSize(120, 40), tea.WithEnvironment([]string{"TERM=xterm"}))
	}()
	hit := func(key string) {
		if _, err := io.WriteString(press, key); err != nil {
			t.Fatal(err)
		}
	}
	out.shows(t, "WORKFLOWS 2")
	hit("j")
	hit("\r")
	out.shows(t, "EVENTS")
	hit("h")
	out.shows(t, "WORKFLOWS 2")
	hit("s")
	out.shows(t, "match running")
	hit("s")
	out.shows(t, "completed")
	for range len(console.States) - 1 {
		hit("s")
	}
	hit("/")
	out.shows(t, "Search:")
	hit("w") // one key: of several the screen may be drawn after each, and shows only what has changed
	out.shows(t, "match w")
	hit("\r")
	source.mu.Lock()
	source.view.Apply(schemas.Event{Workflow: id(2), Time: at(11), Seq: 99, Data: schemas.StageFailed{Stage: workflow.Acquire, Reason: "broken"}})
	close(source.changed)
	source.changed = make(chan struct{})
	source.mu.Unlock()
	out.shows(t, "acquire failed")
	hit("q")
	if err := <-ended; err != nil {
		t.Error(err)
	}
	_ = press.Close()
}

func TestASignalEndsItCleanly(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	keys, press := io.Pipe()
	defer press.Close()
	out := &screen{more: make(chan struct{}, 1)}
	ended := make(chan error, 1)
	go func() {
		ended <- Run(ctx, &fixed{view: viewOf(t), changed: make(chan struct{})}, "here", console.Query{}, tea.WithInput(keys), tea.WithOutput(out), tea.WithWindowSize(80, 24), tea.WithEnvironment([]string{"TERM=xterm"}))
	}()
	out.shows(t, "WORKFLOWS")
	cancel()
	if err := <-ended; err != nil {
		t.Errorf("a signal is no failure: %v", err)
	}
	out.shows(t, "\x1b[?1049l") // the screen that was before is back
}
