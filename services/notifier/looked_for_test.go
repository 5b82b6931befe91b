package notifier_test

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"autointel.example/internal/consume"
	"autointel.example/internal/discord"
	"autointel.example/internal/sandbox"
	"autointel.example/internal/workflow"
	"autointel.example/schemas"
	"autointel.example/services/notifier"
)

// A replica crashed between showing a result and recording it, and the session has closed since.
func TestAResultThatComesAgainIsLookedForBeforeItIsKept(t *testing.T) {
	h := open(t)
	for _, c := range []struct {
		name      string
		shown     bool
		private   bool
		attempt   int
		age       time.Duration
		prepare   func()
		want      string
		uncertain bool
	}{
		{"it was shown", true, false, 2, 0, nil, "results by interaction", false},
		{"it was not", false, false, 2, 0, nil, "results failed: session_closed", false},
		{"nobody else can see it", true, true, 2, 0, nil, "results failed: session_closed", true},
		{"the bot may not look there", true, false, 2, 0, func() { h.Fail("get_message", 1, sandbox.Fault{Status: 403, Code: 50001}) }, "results failed: session_closed", true},
		{"a killed broker has lost count of its deliveries", true, false, 1, 5 * time.Second, nil, "results by interaction", false},
		{"a killed broker has lost count, and nobody else can see it", true, true, 1, 5 * time.Second, nil, "results failed: session_closed", true},
		{"it is news", true, true, 1, 0, nil, "results failed: session_closed", false},
	} {
		a := h.ask(t, c.private)
		h.acknowledged(t, a)
		content, err := json.Marshal(schemas.Report{WorkflowID: a.id, Headline: "A headline.", Title: "Tides", Markdown: "# Tides"})
		if err != nil {
			t.Fatal(err)
		}
		report, err := h.client.PutArtifact(t.Context(), a.id, "application/json", content)
		if err != nil {
			t.Fatal(err)
		}
		if c.shown {
			h.show(t, a, "Tides")
		}
		if err := h.client.CloseSession(t.Context(), a.session.ID); err != nil {
			t.Fatal(err)
		}
		if c.prepare != nil {
			c.prepare()
		}
		d := a.delivery(t, schemas.WorkflowCompleted{Result: report, Title: "Tides"}, c.attempt)
		d.Stored = d.Stored.Add(-c.age)
		if err := h.service.Handle(t.Context(), d); err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
		got := h.next(t)
		if failed, _ := got.(schemas.DeliveryFailed); said(got) != c.want || failed.Uncertain != c.uncertain {
			t.Errorf("%s: recorded %+v", c.name, got)
		}
	}
}

// show puts a message in the place of the answer.
func (h *house) show(t *testing.T, a asked, title string) {
	t.Helper()
	if _, err := h.http.EditOriginal(t.Context(), a.session, discord.Card(title, "", a.id, discord.Orange), false); err != nil {
		t.Fatal(err)
	}
}

// word is progress as a consumer hands it over.
func word(t *testing.T, a asked, attempt int) consume.Delivery {
	t.Helper()
	body, err := json.Marshal(progress(a, t, workflow.Acquire, "running"))
	if err != nil {
		t.Fatal(err)
	}
	return consume.Delivery{Message: schemas.Message{Subject: schemas.ProgressSubject(a.id, workflow.Acquire), Body: body}, Seq: 1, Attempt: attempt, Stored: time.Now()}
}

// An edit by a replica that dies over it is made good for after AckWait, while the session is open. Where only the session can do that, none is
// made when it might close before.
func TestAnAnswerThatTheBotCannotRestoreIsNotEditedForProgressAtTheEndOfItsSession(t *testing.T) {
	for _, c := range []struct {
		name    string
		private bool
		age     time.Duration
		edited  bool
		closed  bool // and that is said, and counted
	}{
		{"an answer for its requester alone, in time", true, 14 * time.Minute, true, false},
		{"at the end of its session", true, 14*time.Minute + 30*time.Second, false, false},
		{"after its session", true, 15 * time.Minute, false, true},
		{"an answer in the channel", false, 14*time.Minute + 30*time.Second, true, false},
	} {
		h := open(t)
		a := h.ask(t, c.private)
		h.acknowledged(t, a)
		o := h.service
		later := &notifier.Service{
			Client: o.Client, Interactions: o.Interactions, Bot: o.Bot, Routes: o.Routes, Lifetimes: o.Lifetimes, Fallback: o.Fallback,
			Now: func() time.Time { return time.Now().Add(c.age) }, Logger: o.Logger, Observer: o.Observer,
		}
		if err := later.Progress(t.Context(), word(t, a, 1)); err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
		m, _ := h.Original(a.session.ID)
		if edited := len(m.Embeds) > 0 && m.Embeds[0].Title == "Working on it"; edited != c.edited {
			t.Errorf("%s: edited %v: %+v", c.name, edited, m)
		}
		if closed := h.logs.has("progress goes quiet"); closed != c.closed {
			t.Errorf("%s: said to be closed: %v", c.name, closed)
		}
	}
}

// Whoever had it before may have crashed after its edit, which then stands over the final answer.
func TestProgressThatComesAgainAfterTheEndPutsTheFinalAnswerBack(t *testing.T) {
	h := open(t)
	a := h.ask(t, false)
	h.append(t, a, schemas.WorkflowFailed{Stage: "acquire", Reason: "not_found", Message: "Gone."})
	h.next(t)
	h.show(t, a, "Working on it")
	if err := h.service.Progress(t.Context(), word(t, a, 1)); err != nil {
		t.Fatal(err)
	}
	if m, _ := h.Original(a.session.ID); !titled("Working on it")(m) {
		t.Errorf("the first delivery, which nobody had before, did something: %+v", m)
	}
	if err := h.service.Progress(t.Context(), word(t, a, 2)); err != nil {
		t.Fatal(err)
	}
	if m, _ := h.Original(a.session.ID); !titled("No report")(m) {
		t.Errorf("%+v", m)
	}
	if got := h.recorded(t, a.id); !slices.Equal(got, []string{"error by interaction"}) {
		t.Errorf("recorded %v", got)
	}
}

func TestProgressOfAClosedSessionIsQuietAndCounted(t *testing.T) {
	h := open(t)
	a := h.ask(t, false)
	if err := h.client.CloseSession(t.Context(), a.session.ID); err != nil {
		t.Fatal(err)
	}
	if err := h.service.Progress(t.Context(), word(t, a, 1)); err != nil {
		t.Errorf("it is an error: %v", err)
	}
	if m, _ := h.Original(a.session.ID); m.Content != "queued" || len(m.History) != 0 {
		t.Errorf("%+v", m)
	}
	h.logs.wait(t, "progress goes quiet")
	if n := h.metric(t, "discord_session_closed_total", map[string]string{"stage": workflow.Acquire}); n != 1 {
		t.Errorf("discord_session_closed_total is %v", n)
	}
}

// Each refusal of a token counts towards a ban of the address, and so does asking before Discord's time.
func TestARefusalIsTriedAgainWhenDiscordWouldTakeIt(t *testing.T) {
	for _, c := range []struct {
		name        string
		fault       sandbox.Fault
		least, most time.Duration
	}{
		{"the bot's token is not taken", sandbox.Fault{Status: 401}, 5 * time.Minute, 5 * time.Minute},
		{"a limit that lasts", sandbox.Fault{Status: 429, RetryAfter: time.Minute}, 50 * time.Second, 70 * time.Second},
		{"Discord is not well", sandbox.Fault{Status: 500}, 1, 30 * time.Second},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			h := open(t)
			h.Fail("channel_message", always, c.fault)
			a := h.ask(t, false).asRetrieval()
			err := h.service.Handle(t.Context(), a.delivery(t, schemas.RetrievalCompleted{Workflow: "wf_1", Ended: schemas.Ended{Outcome: workflow.Cancelled}, To: "channel"}, 1))
			if d := consume.Of(err, 1); d.Kind != consume.Retry || d.Delay < c.least || d.Delay > c.most {
				t.Errorf("%+v, %v", d, err)
			}
		})
	}
}
