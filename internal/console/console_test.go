package console_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"autointel.example/internal/console"
	"autointel.example/internal/workflow"
	"autointel.example/schemas"
)

var noon = time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)

func at(seconds float64) time.Time { return noon.Add(time.Duration(seconds * float64(time.Second))) }

// id is that of the n-th workflow, asked for n seconds after noon.
func id(n int) string {
	return fmt.Sprintf("wf_%012x7000800000000000%04x", at(float64(n)).UnixMilli(), n)
}

// log makes the events of a test.
type log struct {
	t      *testing.T
	events []schemas.Event
}

func (l *log) add(id string, c schemas.Context, seconds float64, data schemas.Data) {
	l.t.Helper()
	raw, err := json.Marshal(c)
	if err != nil {
		l.t.Fatal(err)
	}
	l.events = append(l.events, schemas.Event{Workflow: id, Context: raw, Time: at(seconds), Data: data, Seq: uint64(len(l.events) + 1)})
}

func (l *log) view(keep int) *console.View {
	v := console.NewView(keep)
	for _, e := range l.events {
		v.Apply(e)
	}
	return v
}

func contextOf(t *testing.T, depth, url string) schemas.Context {
	t.Helper()
	plan, err := workflow.PlanFor(depth)
	if err != nil {
		t.Fatal(err)
	}
	return schemas.Context{URL: url, Depth: depth, Plan: plan, SessionID: "1", Requester: schemas.Requester{UserID: "4711"}}
}

func did(stage string, from, to float64, attempt int) schemas.StageCompleted {
	return schemas.StageCompleted{Stage: stage, StartedAt: at(from), FinishedAt: at(to), Attempt: attempt, Worker: "w"}
}

// story is a workflow that outlives its session: verify waits, assess is tried again, one stage is skipped, and the answer is kept.
func story(t *testing.T) *log {
	l, c, w := &log{t: t}, contextOf(t, workflow.Standard, "https://ann:secret@a.example/walls/1?key=secret#part"), id(0)
	l.add(w, c, 0, schemas.WorkflowRequested{RequestedAt: at(0)})
	l.add(w, c, 0.1, schemas.SessionAcknowledged{})
	l.add(w, c, 2, did(workflow.Acquire, 0.5, 2, 1))
	l.add(w, c, 2.1, schemas.StageSkipped{Stage: workflow.Transcribe, Reason: "no_recording", Attempts: 1})
	l.add(w, c, 10, did(workflow.Analyze, 2.2, 10, 1))
	l.add(w, c, 12, schemas.SessionExpiring{ExpiresAt: at(15)})
	l.add(w, c, 15, schemas.SessionClosed{Reason: "expired"})
	l.add(w, c, 16, schemas.StageFailed{Stage: workflow.Integrate, Reason: "internal", Message: "GET https://b.example/x?token=secret: 500", Attempts: 3})
	l.add(w, c, 20, did(workflow.Verify, 18, 20, 1))
	l.add(w, c, 30, did(workflow.Assess, 28, 30, 2))
	l.add(w, c, 31, schemas.WorkflowCompleted{Headline: "secret", Title: "secret", Report: schemas.RawJSON(`"secret"`), StartedAt: at(30.1), FinishedAt: at(31)})
	l.add(w, c, 31.1, schemas.DeliveryFailed{Kind: schemas.KindResults, Reason: "session_closed"})
	l.add(w, c, 31.2, schemas.ResultArchived{Reason: "session_closed", Title: "secret", ExpiresAt: at(100)})
	l.add(w, c, 31.3, schemas.DeliverySucceeded{Kind: schemas.KindNotice, Route: schemas.RouteChannel})
	return l
}

func TestASnapshotSaysWhatTheEventsAmountTo(t *testing.T) {
	l := story(t)
	running := contextOf(t, workflow.Deep, "https://c.example/feed")
	l.add(id(5), running, 40, schemas.WorkflowRequested{RequestedAt: at(5)})
	l.add(id(5), running, 41, did(workflow.Acquire, 40, 41, 1))
	v := l.view(10)
	v.Heard(schemas.Progress{Workflow: id(5), Stage: workflow.Transcribe, State: "running", Done: 3, Total: 10, Unit: "minutes"})
	v.Looked(console.Look{Running: []string{id(5), id(0)}, Dead: 2, Log: console.Log{Events: 16}, Consumers: []console.Consumer{
		{Name: "stage-verify-after-analyze", Stage: console.StageOf("stage-verify-after-analyze"), Waiting: 7, AtWork: 2},
		{Name: "stage-verify-after-context", Stage: console.StageOf("stage-verify-after-context"), Waiting: 1},
		{Name: "notifier-ended", Stage: console.StageOf("notifier-ended")},
	}})
	s := v.Snapshot(at(50), console.Query{})
	if s.Running != 1 || s.Known != 2 || s.Matching != 2 || s.Dead != 2 || len(s.Stages) != len(workflow.Stages()) || len(s.Consumers) != 3 {
		t.Errorf("%+v", s)
	}
	first, second := s.Workflows[0], s.Workflows[1]
	if first.ID != id(5) || first.State != console.Running || first.Took() != 45*time.Second || first.Settled != 1 || first.Planned != len(running.Plan) ||
		len(first.Working) != 1 || first.Working[0].Stage != workflow.Transcribe || first.Working[0].Done != 3 || first.Session != console.SessionOpen {
		t.Errorf("%+v", first)
	}
	if second.State != workflow.Completed || second.Took() != 31*time.Second || second.Answer != console.Kept || second.Noticed != schemas.RouteChannel ||
		second.Session != console.SessionClosed || second.Retries != 3 || second.Skipped != 1 || second.Failed != 1 || second.Settled != 7 {
		t.Errorf("%+v", second)
	}
	stages := map[string]console.Stage{}
	for _, st := range s.Stages {
		stages[st.Name] = st
	}
	if st := stages[workflow.Verify]; st.Waiting != 8 || st.AtWork != 2 || st.Completed != 1 || st.Median != 2*time.Second {
		t.Errorf("%+v", st)
	}
	if st := stages[workflow.Integrate]; st.Failed != 1 || st.Retried != 1 || st.Median != 0 {
		t.Errorf("%+v", st)
	}
	if st := stages[workflow.Transcribe]; st.Working != 1 || st.Skipped != 1 {
		t.Errorf("%+v", st)
	}
	if h := s.Hour; h.Events[59] != 16 || h.Requested[59] != 2 || h.Completed[59] != 1 || h.Failed[59] != 0 {
		t.Errorf("%+v", h)
	}
	if len(s.Counted) != 2 || len(s.Deliveries) != 2 || s.Deliveries[0].Kind != schemas.KindNotice {
		t.Errorf("%+v, %+v", s.Counted, s.Deliveries)
	}
	if len(s.Problems) != 1 || s.Problems[0].What != "integrate failed" || s.Problems[0].Why != "internal: GET https://b.example/x?…: 500" {
		t.Errorf("%+v", s.Problems)
	}
}

func TestWhatARequesterWroteOrWasToldIsNotShown(t *testing.T) {
	l := story(t)
	private := contextOf(t, workflow.Standard, "https://a.example/secret")
	private.Requester.Private = true
	l.add(id(7), private, 50, schemas.WorkflowRequested{RequestedAt: at(50)})
	l.add(id(7), private, 51, schemas.WorkflowFailed{Stage: workflow.Acquire, Reason: "http", Message: "https://a.example/secret answered 404"})
	l.add("rt"+id(8)[2:], private, 52, schemas.RetrievalRequested{Words: "secret", URL: "https://a.example/secret"})
	v := l.view(10)
	for what, shown := range map[string]any{
		"snapshot": v.Snapshot(at(60), console.Query{}), "timeline": console.NewTimeline(l.events[:14], nil, at(60)), "private": console.NewTimeline(l.events[14:16], nil, at(60)),
		"retrieval": console.NewTimeline(l.events[16:], nil, at(60)),
	} {
		text, err := json.Marshal(shown)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(text), "secret") || strings.Contains(string(text), "4711") {
			t.Errorf("%s: %s", what, text)
		}
	}
	if s := v.Snapshot(at(60), console.Query{Words: "secret"}); s.Matching != 0 {
		t.Errorf("what is not shown is found: %+v", s.Workflows)
	}
	for raw, want := range map[string]string{
		"https://u:p@a.example/x y?q=1#f": "https://a.example/x%20y?…", "https://a.example": "https://a.example", "": "", "::": "(not an address)",
		"https://a.example/" + strings.Repeat("ä", 300): "https://a.example/" + strings.Repeat("%C3%A4", 37)[:221] + "…",
	} {
		if got := console.Address(raw, false); got != want {
			t.Errorf("%q: %q, want %q", raw, got, want)
		}
	}
}

func TestAViewHoldsTheNewestAndWhatRuns(t *testing.T) {
	l := &log{t: t}
	c := contextOf(t, workflow.Standard, "https://a.example/")
	for n := range 1000 {
		l.add(id(n), c, float64(n), schemas.WorkflowRequested{RequestedAt: at(float64(n))})
		if n != 3 { // which runs on and on
			l.add(id(n), c, float64(n)+0.5, schemas.WorkflowFailed{Stage: workflow.Acquire, Reason: "http"})
		}
	}
	l.add(id(1), c, 1001, schemas.DeliverySucceeded{Kind: schemas.KindError, Route: schemas.RouteInteraction}) // of one that was let go
	v := l.view(50)
	s := v.Snapshot(at(1001), console.Query{Limit: 20})
	if s.Known != 50 || s.Matching != 50 || len(s.Workflows) != 20 || s.Workflows[0].ID != id(3) || s.Workflows[1].ID != id(999) {
		t.Errorf("%d known, %d listed, first %+v", s.Known, len(s.Workflows), s.Workflows[:2])
	}
	if len(s.Problems) != 40 || len(s.Deliveries) != 1 || slices.Max(s.Hour.Failed) != 60 {
		t.Errorf("%d problems, %d deliveries, %v", len(s.Problems), len(s.Deliveries), s.Hour.Failed)
	}
	for _, e := range l.events { // delivered again
		v.Apply(e)
	}
	if again := v.Snapshot(at(1001), console.Query{}); slices.Max(again.Hour.Failed) != 60 || again.Known != 50 {
		t.Error("events count twice")
	}
}

func TestAWorkflowThatIsOlderThanWhatWasReadIsFilledIn(t *testing.T) {
	l := story(t)
	v := console.NewView(10)
	for _, e := range l.events[8:] {
		v.Apply(e)
	}
	if s := v.Snapshot(at(60), console.Query{}); !s.Workflows[0].Partial {
		t.Errorf("%+v", s.Workflows[0])
	}
	v.Looked(console.Look{Running: []string{id(0), id(1)}})
	if s := v.Snapshot(at(60), console.Query{}); s.Running != 1 {
		t.Errorf("%d run", s.Running)
	}
	if ids := v.Partial(9); !slices.Equal(ids, []string{id(1), id(0)}) {
		t.Errorf("%v", ids)
	}
	v.Fill(id(0), l.events[:10]) // read before the rest was heard: it would take away what is known
	if s := v.Snapshot(at(60), console.Query{}); s.Workflows[0].State != workflow.Completed || !s.Workflows[0].Partial {
		t.Errorf("%+v", s.Workflows[0])
	}
	v.Fill(id(0), l.events)
	v.Fill(id(1), nil)
	if s := v.Snapshot(at(60), console.Query{}); s.Known != 1 || s.Workflows[0].Partial || s.Workflows[0].Settled != 7 {
		t.Errorf("%+v", s.Workflows)
	}
	v.Looked(console.Look{Running: []string{id(0)}})
	if ids := v.Partial(9); len(ids) != 0 {
		t.Errorf("%v", ids)
	}
}

func TestASearchFindsByIdAddressAndState(t *testing.T) {
	l := story(t)
	c := contextOf(t, workflow.Deep, "https://c.example/Feed")
	l.add(id(5), c, 40, schemas.WorkflowRequested{RequestedAt: at(40)})
	v := l.view(10)
	for q, want := range map[console.Query]string{
		{}:                                   id(5) + id(0),
		{Words: id(0)[15:]}:                  id(0),
		{Words: "FEED"}:                      id(5),
		{Words: "a.example walls"}:           id(0),
		{Words: "a.example feed"}:            "",
		{Words: "deep acquire"}:              id(5),
		{Words: "session:closed"}:            id(0),
		{State: console.Running}:             id(5),
		{State: workflow.Completed}:          id(0),
		{State: workflow.Failed}:             "",
		{State: console.Undelivered}:         id(0),
		{State: console.Retried}:             id(0),
		{Limit: 1}:                           id(5),
		{State: console.Retried, Words: "c"}: id(0),
	} {
		got := ""
		for _, w := range v.Snapshot(at(60), q).Workflows {
			got += w.ID
		}
		if got != want {
			t.Errorf("%+v: %s", q, got)
		}
	}
}

func TestABrokerThatDoesNotAnswerIsSaidAndWhatIsKnownStays(t *testing.T) {
	v := story(t).view(10)
	v.Looked(console.Look{Running: []string{id(1), id(2), id(3)}, Log: console.Log{Events: 14}})
	v.Looked(console.Look{Trouble: "no servers"})
	if s := v.Snapshot(at(60), console.Query{}); s.Trouble != "no servers" || s.Log.Events != 14 || s.Running != 3 {
		t.Errorf("%+v", s)
	}
	v.Looked(console.Look{Running: []string{id(1), id(2)}})
	if s := v.Snapshot(at(60), console.Query{}); s.Trouble != "" || s.Running != 2 {
		t.Errorf("%+v", s)
	}
	if s := v.Snapshot(at(-100), console.Query{}); !s.At.Equal(at(31.3)) {
		t.Errorf("a clock that is behind: %v", s.At)
	}
}
