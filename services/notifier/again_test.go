package notifier_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"autointel.example/internal/consume"
	"autointel.example/internal/jetstream"
	"autointel.example/internal/sandbox"
	"autointel.example/internal/workflow"
	"autointel.example/schemas"
)

// delivery is an event as a consumer hands it over. It is not on the log, so the notifier at work sees nothing of it.
func (a asked) delivery(t *testing.T, data schemas.Data, attempt int) consume.Delivery {
	t.Helper()
	m, err := schemas.Encode(schemas.Event{ID: "1", Source: "autointel/test", Time: time.Now(), Workflow: a.id, Context: a.raw(t), Data: data})
	if err != nil {
		t.Fatal(err)
	}
	return consume.Delivery{Message: m, Seq: 1, Attempt: attempt, Stored: time.Now()}
}

// asRetrieval is the same interaction, asking for a result.
func (a asked) asRetrieval() asked {
	a.id = "rt_" + a.id[3:]
	return a
}

// recorded lists what the log has about a workflow or a retrieval, in words.
func (h *house) recorded(t *testing.T, id string) (list []string) {
	t.Helper()
	events, err := h.client.Events(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range events {
		if strings.Contains(e.Subject(), ".delivery.") {
			list = append(list, said(e.Data))
		}
	}
	return list
}

// What ends the process of whoever handles it is told in a way that touches it as little as possible, and becomes a dead letter.
func TestWhatEndedItsHandlersIsToldToItsRequester(t *testing.T) {
	h := open(t)
	cause := errors.New("handled too often without an answer")
	kept := schemas.ResultArchived{Reason: "session_closed", RetrievalCommand: "x", Outcome: workflow.Completed}
	for _, c := range []struct {
		name      string
		closed    bool
		retrieval bool
		data      schemas.Data
		want      []string // recorded
		title     string   // of the answer; empty: it stays as it was
		leased    bool     // afterwards
	}{
		{"a result", false, false, schemas.WorkflowCompleted{Title: "Tides"}, []string{"error by interaction"}, "No report", false},
		{"a result whose session has closed is kept", true, false, schemas.WorkflowCompleted{Title: "Tides"}, []string{"error failed: session_closed"}, "", false},
		{"a failure", false, false, schemas.WorkflowFailed{Stage: "acquire"}, []string{"error by interaction"}, "No report", false},
		{"of a cancellation nobody needs to hear", false, false, schemas.WorkflowCancelled{By: "11"}, nil, "", false},
		{"a notice", true, false, kept, []string{"notice by channel"}, "", true},
		{"a retrieval", false, true, schemas.RetrievalCompleted{Workflow: "wf_1"}, []string{"retrieval by interaction"}, "No result to show", true},
		{"of a replay the operator reads on the log", false, true, schemas.RetrievalCompleted{Workflow: "wf_1", To: "dm"}, nil, "", true},
		{"a warning is let go", false, false, schemas.SessionExpiring{}, nil, "", true},
	} {
		a := h.ask(t, false)
		if c.retrieval {
			a = a.asRetrieval()
		}
		if _, err := h.client.TakeLease(t.Context(), a.context.Requester, jetstream.Lease{Workflow: a.id}); err != nil {
			t.Fatal(err)
		}
		if c.closed {
			if err := h.client.CloseSession(t.Context(), a.session.ID); err != nil {
				t.Fatal(err)
			}
		}
		for range 2 { // it may be given up twice: a crash before the letter
			if err := h.service.GivenUp(t.Context(), a.delivery(t, c.data, schemas.MaxBegun), cause); !errors.Is(err, cause) {
				t.Errorf("%s: %v", c.name, err)
			}
		}
		if got := h.recorded(t, a.id); !slices.Equal(got, c.want) {
			t.Errorf("%s: recorded %v, want %v", c.name, got, c.want)
		}
		if m, _ := h.Original(a.session.ID); c.title == "" && m.Content != "queued" || c.title != "" && !titled(c.title)(m) {
			t.Errorf("%s: the answer is %+v", c.name, m)
		}
		leases, err := h.client.RunningWorkflows(t.Context())
		if leased := slices.ContainsFunc(leases, func(l jetstream.Lease) bool { return l.Workflow == a.id }); err != nil || leased != c.leased {
			t.Errorf("%s: the lease is held: %v, %v", c.name, leased, err)
		}
	}
}

// What was given up and cannot be read either is what any unreadable message is.
func TestWhatEndedItsHandlersAndCannotBeReadIsALetter(t *testing.T) {
	h := open(t)
	a := h.ask(t, false)
	cause := errors.New("cause")
	broken := a.delivery(t, schemas.ResultArchived{}, 4)
	broken.Body = []byte("{")
	context := a.delivery(t, schemas.WorkflowCompleted{}, 4)
	context.Body = []byte(`{"context":{"depth":7},"data":{}}`)
	for name, d := range map[string]consume.Delivery{"no JSON": broken, "a context that is none": context} {
		if err := h.service.GivenUp(t.Context(), d, cause); !errors.Is(err, cause) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if got := h.recorded(t, a.id); got != nil {
		t.Errorf("recorded %v", got)
	}
}

// A crash after the record and before the acknowledgement brings the event again.
func TestWhatIsRecordedIsNotShownAgain(t *testing.T) {
	h := open(t)
	for _, c := range []struct {
		name      string
		retrieval bool
		data      schemas.Data
	}{
		{"a notice", false, schemas.ResultArchived{RetrievalCommand: "x", Outcome: workflow.Completed}},
		{"a reminder", false, schemas.ResultExpiring{RetrievalCommand: "x"}},
		{"an error", false, schemas.WorkflowFailed{Stage: "acquire", Reason: "not_found", Message: "Gone."}},
		{"a retrieval", true, schemas.RetrievalCompleted{Workflow: "wf_1", Ended: schemas.Ended{Outcome: workflow.Failed, Message: "Gone."}}},
		{"a replay", true, schemas.RetrievalCompleted{Workflow: "wf_1", Ended: schemas.Ended{Outcome: workflow.Failed}, To: "channel"}},
	} {
		a := h.ask(t, false)
		if c.retrieval {
			a = a.asRetrieval()
		}
		shown := func() int {
			m, _ := h.Original(a.session.ID)
			return len(h.Messages(ann.ChannelID)) + len(m.History)
		}
		before := shown()
		if err := h.service.Handle(t.Context(), a.delivery(t, c.data, 1)); err != nil {
			t.Fatal(err)
		}
		once := shown()
		if err := h.service.Handle(t.Context(), a.delivery(t, c.data, 2)); err != nil {
			t.Fatal(err)
		}
		if again := shown(); once != before+1 || again != once {
			t.Errorf("%s: %d messages and edits before, %d after it, %d after it came again", c.name, before, once, again)
		}
		if got := h.recorded(t, a.id); len(got) != 1 {
			t.Errorf("%s: recorded %v", c.name, got)
		}
	}
}

func TestAReplayGoesByTheRouteThatWasNamedAndByNoOther(t *testing.T) {
	h := open(t)
	for _, c := range []struct {
		name    string
		private bool
		to      string
		prepare func()
		want    []string
	}{
		{"by direct message", false, "dm", nil, []string{"retrieval by dm"}},
		{"in the channel", false, "channel", nil, []string{"retrieval by channel"}},
		{"never in the channel what was asked in private", true, "channel", nil, []string{"retrieval failed: no_route"}},
		{"by a route that is not configured", false, "webhook", nil, []string{"retrieval failed: no_route"}},
		{"once Discord is well again", false, "channel", func() { h.Fail("channel_message", 5, sandbox.Fault{Status: 500}) }, nil},
		{"to somebody who takes no messages", false, "dm", func() { h.BlockDM(ann.ID) }, []string{"retrieval failed: dm_closed"}},
	} {
		if c.prepare != nil {
			c.prepare()
		}
		a := h.ask(t, c.private).asRetrieval()
		err := h.service.Handle(t.Context(), a.delivery(t, schemas.RetrievalCompleted{Workflow: "wf_1", Ended: schemas.Ended{Outcome: workflow.Cancelled}, To: c.to}, 1))
		if retry := consume.Of(err, 1).Kind == consume.Retry; retry != (c.want == nil) {
			t.Errorf("%s: %v", c.name, err)
		}
		if got := h.recorded(t, a.id); !slices.Equal(got, c.want) {
			t.Errorf("%s: recorded %v, want %v", c.name, got, c.want)
		}
	}
	a := h.ask(t, false).asRetrieval()
	a.context.SessionID = "" // a replay has no interaction
	if err := h.service.Handle(t.Context(), a.delivery(t, schemas.RetrievalRefused{Workflow: "wf_1", Reason: "not_found"}, 1)); err != nil {
		t.Error(err)
	}
}

func TestACancelledWorkflowSaysSoAndNothingIsKept(t *testing.T) {
	h := open(t)
	a := h.ask(t, false)
	d := a.delivery(t, schemas.WorkflowCancelled{By: ann.ID, Why: "asked"}, 1)
	if err := h.service.Handle(t.Context(), d); err != nil {
		t.Fatal(err)
	}
	if m, _ := h.Original(a.session.ID); !titled("Cancelled")(m) || len(h.recorded(t, a.id)) != 0 {
		t.Errorf("%+v, recorded %v", m, h.recorded(t, a.id))
	}
	b := h.ask(t, false).asRetrieval()
	if err := h.service.Handle(t.Context(), b.delivery(t, schemas.RetrievalCompleted{Workflow: a.id, Ended: schemas.Ended{Outcome: workflow.Cancelled}}, 1)); err != nil {
		t.Fatal(err)
	}
	if m, _ := h.Original(b.session.ID); !titled("Cancelled")(m) {
		t.Errorf("retrieved as %+v", m)
	}
}

func TestAReportThatIsGoneByAgeIsSaidToBe(t *testing.T) {
	h := open(t)
	a := h.ask(t, false).asRetrieval()
	gone := schemas.Artifact{Key: a.id + "/ab12", Digest: "ab12", Size: 7, MediaType: "application/json"}
	if err := h.service.Handle(t.Context(), a.delivery(t, schemas.RetrievalCompleted{Workflow: "wf_1", Result: gone}, 1)); err != nil {
		t.Fatal(err)
	}
	if m, _ := h.Original(a.session.ID); !titled("No result to show")(m) || !strings.Contains(m.Embeds[0].Description, "kept for its time") {
		t.Errorf("%+v", m)
	}
}

func TestTheWarningSaysWhatWasFoundSoFar(t *testing.T) {
	h := open(t)
	a := h.ask(t, false)
	h.append(t, a, schemas.StageCompleted{Stage: workflow.Acquire, Output: schemas.Output{Inline: []byte(`{"title":"Tides *and* gauges"}`)}})
	h.append(t, a, schemas.StageCompleted{Stage: workflow.Analyze, Output: schemas.Output{Inline: []byte(`{"words":812,"sentences":40,"summary":[{"text":"The sea rises."}]}`)}})
	if err := h.service.Handle(t.Context(), a.delivery(t, schemas.SessionExpiring{}, 1)); err != nil {
		t.Fatal(err)
	}
	m, _ := h.Original(a.session.ID)
	var text strings.Builder
	for _, e := range m.Embeds {
		text.WriteString(e.Description)
		for _, f := range e.Fields {
			text.WriteString("\n" + f.Value)
		}
	}
	for _, want := range []string{`Title: Tides \*and\* gauges`, "812 words, 40 sentences", "“The sea rises.”"} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("the warning does not say %q: %s", want, text.String())
		}
	}
}

func TestOfAnEndedWorkflowNobodyIsWarned(t *testing.T) {
	h := open(t)
	a := h.ask(t, false)
	h.complete(t, a)
	h.next(t)
	if err := h.service.Handle(t.Context(), a.delivery(t, schemas.SessionExpiring{}, 1)); err != nil {
		t.Fatal(err)
	}
	if m, _ := h.Original(a.session.ID); !titled("Tides")(m) || !slices.Equal(h.recorded(t, a.id), []string{"results by interaction"}) {
		t.Errorf("%+v, recorded %v", m, h.recorded(t, a.id))
	}
}
