package notifier_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"autointel.example/internal/discord"
	"autointel.example/internal/sandbox"
	"autointel.example/internal/workflow"
	"autointel.example/schemas"
)

// The cases of the system that this one replaces, as far as they are the notifier's; the others are the archiver's
// (persistence, the file's structure, clean-up by age) and the session's own (a missing reference).

func TestAnOpenSessionGetsTheResult(t *testing.T) {
	h := open(t)
	a := h.ask(t, false)
	h.complete(t, a)
	d, ok := h.next(t).(schemas.DeliverySucceeded)
	if !ok || d.Kind != schemas.KindResults || d.Route != schemas.RouteInteraction {
		t.Fatalf("%+v", d)
	}
	if m := h.original(t, a, titled("Tides")); m.ID != d.MessageID {
		t.Errorf("recorded %s, shown %s", d.MessageID, m.ID)
	}
}

func TestASessionThatClosedBeforeTheResult(t *testing.T) {
	h := open(t)
	a := h.ask(t, false)
	if err := h.client.CloseSession(t.Context(), a.session.ID); err != nil {
		t.Fatal(err)
	}
	artifact := h.complete(t, a)
	d, ok := h.next(t).(schemas.DeliveryFailed)
	if !ok || d.Kind != schemas.KindResults || d.Reason != "session_closed" || d.Result != artifact || d.Ended.Outcome != workflow.Completed {
		t.Fatalf("%+v", d)
	}
	if m, _ := h.Original(a.session.ID); m.Content != "queued" || len(m.History) != 0 {
		t.Errorf("Discord was asked all the same: %+v", m)
	}
	if n := h.metric(t, "discord_session_closed_total", map[string]string{"stage": "results", "depth": workflow.Standard}); n != 1 {
		t.Errorf("discord_session_closed_total is %v", n)
	}
	h.logs.wait(t, "Discord session closed before reporting results; persisting")
}

func TestASessionThatClosesWhileTheResultIsSent(t *testing.T) {
	h := open(t)
	a := h.ask(t, false)
	h.KillToken(a.session.ID)
	h.complete(t, a)
	if d, ok := h.next(t).(schemas.SessionClosed); !ok || d.Reason != string(discord.TokenInvalid) || d.Stage != "results" {
		t.Fatalf("%+v", d)
	}
	if d, ok := h.next(t).(schemas.DeliveryFailed); !ok || d.Reason != string(discord.TokenInvalid) {
		t.Fatalf("%+v", d)
	}
	var session discord.Session
	if found, err := h.client.Session(t.Context(), a.session.ID, false, &session); found || err != nil {
		t.Errorf("the token of a closed session is kept: %v, %v", found, err)
	}
	h.logs.wait(t, "Session closed while sending; results saved")
	if h.logs.has(a.session.Token) {
		t.Error("the token is in the log")
	}
}

func TestAMissingReferenceRoutesTheResultToTheArchive(t *testing.T) {
	h := open(t)
	a := h.ask(t, false)
	a.context.SessionID = ""
	h.complete(t, a)
	if d, ok := h.next(t).(schemas.DeliveryFailed); !ok || d.Reason != "session_closed" {
		t.Fatalf("%+v", d)
	}
}

func TestAnInvalidInteractionRoutesTheResultToTheArchive(t *testing.T) {
	h := open(t)
	a := h.ask(t, false)
	for _, id := range []string{"no snowflake", "*", "1.2"} {
		a.context.SessionID = id
		a.id = "wf_" + fmt.Sprintf("%032x", len(id))
		h.complete(t, a)
		if d, ok := h.next(t).(schemas.DeliveryFailed); !ok || d.Reason != "session_closed" {
			t.Fatalf("%q: %+v", id, d)
		}
	}
}

func TestAnErrorAnswerWithAClosedSession(t *testing.T) {
	h := open(t)
	a := h.ask(t, false)
	if err := h.client.CloseSession(t.Context(), a.session.ID); err != nil {
		t.Fatal(err)
	}
	h.append(t, a, schemas.WorkflowFailed{Stage: "acquire", Reason: "not_found", Message: "The page does not exist."})
	d, ok := h.next(t).(schemas.DeliveryFailed)
	if !ok || d.Kind != schemas.KindError || d.Ended.Message != "The page does not exist." {
		t.Fatalf("%+v", d)
	}
}

func TestAnErrorAnswerWithAnOpenSession(t *testing.T) {
	h := open(t)
	a := h.ask(t, false)
	h.append(t, a, schemas.WorkflowFailed{Stage: "acquire", Reason: "not_found", Message: "The page does not exist."})
	if d, ok := h.next(t).(schemas.DeliverySucceeded); !ok || d.Kind != schemas.KindError {
		t.Fatalf("%+v", d)
	}
	m := h.original(t, a, titled("No report"))
	if !strings.Contains(m.Embeds[0].Description, "The page does not exist.") || len(m.Buttons()) != 0 {
		t.Errorf("%+v", m)
	}
}

func progress(a asked, t *testing.T, stage, state string) schemas.Progress {
	return schemas.Progress{Workflow: a.id, Stage: stage, State: state, Done: 5, Total: 10, At: time.Now(), Context: a.raw(t)}
}

func TestProgressWithAValidSession(t *testing.T) {
	h := open(t)
	a := h.ask(t, false)
	for _, p := range []schemas.Progress{progress(a, t, workflow.Acquire, workflow.Completed), progress(a, t, workflow.Transcribe, "running")} {
		if err := h.client.PublishProgress(p); err != nil {
			t.Fatal(err)
		}
	}
	m := h.original(t, a, func(m sandbox.Message) bool {
		return titled("Working on it")(m) && strings.Contains(m.Embeds[0].Description, "⏳ Reading the recording (50 %)")
	})
	if !strings.Contains(m.Embeds[0].Description, "✅ Reading the source") || !slices.Contains(m.Buttons(), "cancel:"+a.id) {
		t.Errorf("%+v", m.Embeds[0])
	}
}

func TestProgressWithAClosedSessionGoesQuiet(t *testing.T) {
	h := open(t)
	a := h.ask(t, false)
	if err := h.client.CloseSession(t.Context(), a.session.ID); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if err := h.client.PublishProgress(progress(a, t, workflow.Acquire, "running")); err != nil {
			t.Fatal(err)
		}
	}
	h.complete(t, a)
	h.next(t) // by now the progress has been seen, or has been found to be over
	if m, _ := h.Original(a.session.ID); m.Content != "queued" {
		t.Errorf("%+v", m)
	}
	if h.logs.has("level=ERROR") {
		t.Error("a closed session is an error")
	}
}

func TestProgressNeverOverwritesTheFinalAnswer(t *testing.T) {
	h := open(t)
	a := h.ask(t, false)
	h.complete(t, a)
	h.next(t)
	if err := h.client.PublishProgress(progress(a, t, workflow.Acquire, "running")); err != nil {
		t.Fatal(err)
	}
	b := h.ask(t, false) // whose progress comes after that of a
	if err := h.client.PublishProgress(progress(b, t, workflow.Acquire, "running")); err != nil {
		t.Fatal(err)
	}
	h.original(t, b, titled("Working on it"))
	if m := h.original(t, a, titled("Tides")); len(m.History) != 1 {
		t.Errorf("%d versions before the final one", len(m.History))
	}
}

func TestTheWarningNamesTheWayToTheResult(t *testing.T) {
	h := open(t)
	a := h.ask(t, false)
	h.append(t, a, schemas.SessionExpiring{ExpiresAt: time.Now()})
	if d, ok := h.next(t).(schemas.DeliverySucceeded); !ok || d.Kind != schemas.KindWarning {
		t.Fatalf("%+v", d)
	}
	m, _ := h.Original(a.session.ID)
	if len(m.Embeds) != 1 || len(m.Embeds[0].Fields) == 0 || !strings.Contains(m.Embeds[0].Fields[0].Value, "/retrieve_results workflow_id:"+a.id) {
		t.Errorf("%+v", m)
	}
}

func TestAKeptResultIsAnnounced(t *testing.T) {
	t.Parallel() // it waits more than it works
	notice := schemas.ResultArchived{Reason: "session_closed", RetrievalCommand: "/retrieve_results workflow_id:x", Outcome: workflow.Completed, ExpiresAt: time.Now()}
	for _, c := range []struct {
		name    string
		private bool
		prepare func(h *house)
		route   string // empty: none
		channel func(h *house) string
	}{
		{"in the channel it was asked in", false, func(*house) {}, "channel", func(*house) string { return ann.ChannelID }},
		{"in private if it was asked in private", true, func(*house) {}, "dm", func(h *house) string { return h.DMChannel(ann.ID) }},
		{"in private if the channel is closed to the bot", false, func(h *house) { h.DenyChannel(ann.ChannelID) }, "dm", func(h *house) string { return h.DMChannel(ann.ID) }},
		{"nowhere if nothing is open; it is kept all the same", true, func(h *house) { h.BlockDM(ann.ID) }, "", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := open(t)
			c.prepare(h)
			a := h.ask(t, c.private)
			h.append(t, a, notice)
			data := h.next(t)
			if c.route == "" {
				if d, ok := data.(schemas.DeliveryFailed); !ok || d.Kind != schemas.KindNotice || d.Reason != string(discord.DMClosed) {
					t.Fatalf("%+v", data)
				}
				return
			}
			if d, ok := data.(schemas.DeliverySucceeded); !ok || d.Route != c.route {
				t.Fatalf("%+v", data)
			}
			list := h.Messages(c.channel(h))
			m := list[len(list)-1]
			if !slices.Contains(m.Buttons(), "retrieve:"+a.id) || !slices.Equal(m.Mentioned, []string{ann.ID}) || !strings.Contains(m.Content, a.id) {
				t.Errorf("%+v", m)
			}
			if c.private {
				for _, m := range h.Messages(ann.ChannelID) {
					if !m.Ephemeral() {
						t.Errorf("a private request is seen by all: %+v", m)
					}
				}
			}
		})
	}
}

func TestARetrievalIsShownWhole(t *testing.T) {
	h := open(t)
	a := h.ask(t, true)
	artifact := h.complete(t, a)
	h.next(t)
	b := h.ask(t, true)
	b.id = "rt_" + b.id[3:]
	h.append(t, b, schemas.RetrievalCompleted{Workflow: a.id, Result: artifact})
	if d, ok := h.next(t).(schemas.DeliverySucceeded); !ok || d.Kind != schemas.KindRetrieval || d.Workflow != a.id {
		t.Fatalf("%+v", d)
	}
	m := h.original(t, b, titled("Tides"))
	if len(m.Attachments) != 1 || string(m.Attachments[0].Data) != "# Tides" || !m.Ephemeral() {
		t.Errorf("%+v", m)
	}
	c := h.ask(t, true)
	c.id = "rt_" + c.id[3:]
	h.append(t, c, schemas.RetrievalRefused{Workflow: a.id, Reason: "not_found"})
	h.original(t, c, titled("No result to show"))
}

func TestAReminderIsSentOnce(t *testing.T) {
	h := open(t)
	a := h.ask(t, true)
	h.append(t, a, schemas.ResultExpiring{RetrievalCommand: schemas.RetrievalCommand(a.id), ExpiresAt: time.Now(), Title: "Tides"})
	if d, ok := h.next(t).(schemas.DeliverySucceeded); !ok || d.Kind != schemas.KindReminder || d.Route != schemas.RouteDM {
		t.Fatalf("%+v", d)
	}
	if list := h.Messages(h.DMChannel(ann.ID)); len(list) != 1 || !strings.Contains(list[0].Content, "have not looked at it") {
		t.Errorf("%+v", list)
	}
}

func TestAResultThatIsNotThereYetIsAnsweredWithItsProgress(t *testing.T) {
	h := open(t)
	a := h.ask(t, false)
	h.append(t, a, schemas.WorkflowRequested{RequestedAt: time.Now()})
	b := h.ask(t, true)
	b.id = "rt_" + b.id[3:]
	h.append(t, b, schemas.RetrievalRefused{Workflow: a.id, Reason: "not_finished"})
	m := h.original(t, b, func(m sandbox.Message) bool { return len(m.Embeds) == 2 })
	if m.Embeds[0].Title != "No result to show" || m.Embeds[1].Title != "Working on it" || !strings.Contains(m.Embeds[1].Description, "Reading the source") {
		t.Errorf("%+v", m)
	}
}
