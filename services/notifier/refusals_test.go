package notifier_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"autointel.example/internal/sandbox"
	"autointel.example/internal/workflow"
	"autointel.example/schemas"
)

const always = 1000

// said is an event in a word: its kind of delivery and how it came out.
func said(data schemas.Data) string {
	switch d := data.(type) {
	case schemas.SessionClosed:
		return "closed: " + d.Reason
	case schemas.DeliverySucceeded:
		return d.Kind + " by " + d.Route
	case schemas.DeliveryFailed:
		return d.Kind + " failed: " + d.Reason
	}
	return fmt.Sprintf("%T", data)
}

// What Discord can answer when a result is shown, what the requester sees then, and which events say so. A result that was
// not shown is kept by the archiver, whose part the test plays, and announced.
func TestEveryRefusalOfAResult(t *testing.T) {
	t.Parallel() // it waits more than it works
	for _, c := range []struct {
		name  string
		age   time.Duration // of the session
		fault sandbox.Fault
		times int
		want  []string
		sees  string // shown: the result in its answer; notice: a message that a result is kept
	}{
		{"401 50027: the token is past its life", 0, sandbox.Fault{Status: 401, Code: 50027}, always, []string{"closed: token_invalid", "results failed: token_invalid"}, "notice"},
		{"404 10015 soon after the command: the acknowledgement is on its way", 0, sandbox.Fault{Status: 404, Code: 10015}, 2, []string{"results by interaction"}, "shown"},
		{"404 10015 later: the session is closed", time.Minute, sandbox.Fault{Status: 404, Code: 10015}, always, []string{"closed: unknown_webhook", "results failed: unknown_webhook"}, "notice"},
		{"404 10008: the answer was deleted", 0, sandbox.Fault{Status: 404, Code: 10008}, always, []string{"results failed: gone"}, "notice"},
		{"404 10003: its channel was deleted", 0, sandbox.Fault{Status: 404, Code: 10003}, always, []string{"results failed: gone"}, "notice"},
		{"403 50001: the channel is not to be seen", 0, sandbox.Fault{Status: 403, Code: 50001}, always, []string{"results failed: forbidden"}, "notice"},
		{"403 50013: nothing may be sent there", 0, sandbox.Fault{Status: 403, Code: 50013}, always, []string{"results failed: forbidden"}, "notice"},
		{"400 50035: a body that Discord does not take", 0, sandbox.Fault{Status: 400, Code: 50035}, always, []string{"results failed: bad_body"}, "notice"},
		{"400 40094: no follow-up left", 0, sandbox.Fault{Status: 400, Code: 40094}, always, []string{"results failed: followup_cap"}, "notice"},
		{"429 30046: too many edits of an old message", 0, sandbox.Fault{Status: 400, Code: 30046}, always, []string{"results failed: edits_exhausted"}, "notice"},
		{"429: wait, and nothing is dropped", 0, sandbox.Fault{Status: 429, RetryAfter: 300 * time.Millisecond}, 2, []string{"results by interaction"}, "shown"},
		{"429 of the proxy, in words", 0, sandbox.Fault{Cloudflare: true, RetryAfter: time.Second}, 1, []string{"results by interaction"}, "shown"},
		{"500", 0, sandbox.Fault{Status: 500}, 2, []string{"results by interaction"}, "shown"},
		{"502 for longer than one attempt is patient", 0, sandbox.Fault{Status: 502}, 6, []string{"results by interaction"}, "shown"},
		{"503", 0, sandbox.Fault{Status: 503}, 1, []string{"results by interaction"}, "shown"},
		{"504", 0, sandbox.Fault{Status: 504}, 1, []string{"results by interaction"}, "shown"},
		{"the connection breaks before the request is carried out", 0, sandbox.Fault{Dropped: true}, 2, []string{"results by interaction"}, "shown"},
		{"it breaks after the request was carried out", 0, sandbox.Fault{Lost: true}, 1, []string{"results by interaction"}, "shown"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			h := openLater(t, c.age)
			a := h.ask(t, false)
			h.Fail("edit_original", c.times, c.fault)
			h.complete(t, a)
			for _, want := range c.want {
				if got := said(h.next(t)); got != want {
					t.Fatalf("recorded %q, want %q", got, want)
				}
			}
			if c.sees == "shown" {
				h.original(t, a, titled("Tides"))
				return
			}
			h.append(t, a, schemas.ResultArchived{Reason: "x", RetrievalCommand: schemas.RetrievalCommand(a.id), Outcome: workflow.Completed})
			if got := said(h.next(t)); got != "notice by channel" {
				t.Fatalf("recorded %q", got)
			}
			if n := h.notices(ann.ChannelID, a.id); n != 1 {
				t.Errorf("%d notices", n)
			}
		})
	}
}

// notices counts the messages of a channel that announce a kept result.
func (h *house) notices(channel, id string) int {
	n := 0
	for _, m := range h.Messages(channel) {
		if strings.Contains(string(m.Components), "retrieve:"+id) {
			n++
		}
	}
	return n
}

// What Discord can answer when a kept result is announced: a route that is closed for good gives way to the next, one that
// is closed for now is tried again, and whatever is lost on the way makes no second message.
func TestEveryRefusalOfANotice(t *testing.T) {
	t.Parallel() // it waits more than it works
	const channel, dm = "channel", "dm"
	for _, c := range []struct {
		name    string
		private bool
		route   string // of the sandbox, at which the fault is
		fault   sandbox.Fault
		times   int
		want    string
		where   string // the one notice stands; empty: nowhere
	}{
		{"403 50013 in the channel: a direct message", false, "channel_message", sandbox.Fault{Status: 403, Code: 50013}, 1, "notice by dm", dm},
		{"404 10003 in the channel: a direct message", false, "channel_message", sandbox.Fault{Status: 404, Code: 10003}, 1, "notice by dm", dm},
		{"403 50007 of a direct message: its user takes none", true, "channel_message", sandbox.Fault{Status: 403, Code: 50007}, 1, "notice failed: dm_closed", ""},
		{"403 50278 of a direct message: no guild in common", true, "open_dm", sandbox.Fault{Status: 403, Code: 50278}, 1, "notice failed: dm_closed", ""},
		{"403 40003 of a direct message: opened too fast, tried again", true, "open_dm", sandbox.Fault{Status: 403, Code: 40003}, 1, "notice by dm", dm},
		{"429 of the channel", false, "channel_message", sandbox.Fault{Status: 429, RetryAfter: 200 * time.Millisecond}, 2, "notice by channel", channel},
		{"a long 429 is waited for outside of the worker", false, "channel_message", sandbox.Fault{Status: 429, RetryAfter: 6 * time.Second}, 1, "notice by channel", channel},
		{"500 in the channel", false, "channel_message", sandbox.Fault{Status: 500}, 2, "notice by channel", channel},
		{"sent, but the answer was lost: the nonce makes it one", false, "channel_message", sandbox.Fault{Lost: true}, 2, "notice by channel", channel},
		{"400 30046 of the answer's replacement: the notice stands for itself", false, "edit_message", sandbox.Fault{Status: 400, Code: 30046}, always, "notice by channel", channel},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			h := open(t)
			a := h.ask(t, c.private)
			h.acknowledged(t, a)
			if err := h.client.CloseSession(t.Context(), a.session.ID); err != nil {
				t.Fatal(err)
			}
			h.complete(t, a)
			if got := said(h.next(t)); got != "results failed: session_closed" {
				t.Fatalf("recorded %q", got)
			}
			h.Fail(c.route, c.times, c.fault)
			h.append(t, a, schemas.ResultArchived{Reason: "session_closed", RetrievalCommand: schemas.RetrievalCommand(a.id), Outcome: workflow.Completed})
			if got := said(h.next(t)); got != c.want {
				t.Fatalf("recorded %q, want %q", got, c.want)
			}
			inChannel, inDM := h.notices(ann.ChannelID, a.id), h.notices(h.DMChannel(ann.ID), a.id)
			if inChannel != count(c.where == channel) || inDM != count(c.where == dm) {
				t.Errorf("%d notices in the channel, %d by direct message", inChannel, inDM)
			}
		})
	}
}

func count(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

// acknowledged records where the answer stands, as ingest does.
func (h *house) acknowledged(t *testing.T, a asked) {
	t.Helper()
	m, _ := h.Original(a.session.ID)
	h.append(t, a, schemas.SessionAcknowledged{ChannelID: m.ChannelID, MessageID: m.ID, Ephemeral: m.Ephemeral()})
}

func TestTheAnswerIsReplacedAfterItsSessionHasClosed(t *testing.T) {
	h := open(t)
	a := h.ask(t, false)
	h.acknowledged(t, a)
	if err := h.client.CloseSession(t.Context(), a.session.ID); err != nil {
		t.Fatal(err)
	}
	h.complete(t, a)
	h.next(t)
	h.append(t, a, schemas.ResultArchived{Reason: "session_closed", RetrievalCommand: schemas.RetrievalCommand(a.id), Outcome: workflow.Completed})
	h.next(t)
	m := h.original(t, a, titled("Tides"))
	list := h.Messages(ann.ChannelID)
	if notice := list[len(list)-1]; !strings.Contains(notice.Content, "/22/33/"+m.ID) {
		t.Errorf("the notice does not lead there: %s", notice.Content)
	}
}

// An answer was carried out and its confirmation lost, over and over, until the session had closed: it is read where that
// is possible, and where it is not, the requester is told that they may have seen it.
func TestAnUnconfirmedResultIsReadOrSaidToBeUncertain(t *testing.T) {
	t.Parallel() // it waits more than it works
	for _, private := range []bool{false, true} {
		t.Run(fmt.Sprintf("private: %v", private), func(t *testing.T) {
			t.Parallel()
			h := open(t)
			a := h.ask(t, private)
			h.acknowledged(t, a)
			h.Fail("edit_original", 5, sandbox.Fault{Lost: true}) // one attempt of the notifier
			h.complete(t, a)
			h.original(t, a, func(m sandbox.Message) bool { return titled("Tides")(m) && len(m.History) >= 5 })
			h.KillToken(a.session.ID)
			if !private {
				if got := said(h.next(t)); got != "closed: token_invalid" {
					t.Fatalf("recorded %q", got)
				}
				if got := said(h.next(t)); got != "results by interaction" {
					t.Fatalf("recorded %q", got)
				}
				return
			}
			h.next(t)
			failed, ok := h.next(t).(schemas.DeliveryFailed)
			if !ok || !failed.Uncertain {
				t.Fatalf("recorded %+v", failed)
			}
			h.append(t, a, schemas.ResultArchived{Reason: failed.Reason, RetrievalCommand: "x", Outcome: workflow.Completed, Uncertain: true})
			h.next(t)
			list := h.Messages(h.DMChannel(ann.ID))
			if len(list) != 1 || !strings.Contains(list[0].Content, "if you have not seen it") {
				t.Errorf("%+v", list)
			}
		})
	}
}

// The answer to the first try is lost, and the next one finds the token dead: all within one attempt.
func TestAResultThatMayHaveBeenShownByAnEarlierTryIsUncertain(t *testing.T) {
	t.Parallel() // it waits more than it works
	for _, lost := range []bool{true, false} {
		h := open(t)
		a := h.ask(t, true)
		h.acknowledged(t, a)
		if lost {
			h.Fail("edit_original", 1, sandbox.Fault{Lost: true})
		}
		h.Fail("edit_original", always, sandbox.Fault{Status: 401, Code: 50027})
		h.complete(t, a)
		h.next(t) // session.closed
		failed, ok := h.next(t).(schemas.DeliveryFailed)
		if !ok || failed.Uncertain != lost {
			t.Errorf("an answer was lost: %v, recorded %+v", lost, failed)
		}
	}
}
