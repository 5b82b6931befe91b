package ingest

import (
	"testing"
	"time"

	"autointel.example/internal/discord"
	"autointel.example/internal/sandbox"
	"autointel.example/internal/workflow"
	"autointel.example/schemas"
)

// What Discord can answer to the first answer of a command. The workflow is durable by then, so whatever it is, the result
// finds its way; what is recorded is what the notifier goes by.
func TestEveryRefusalOfTheFirstAnswer(t *testing.T) {
	const many = 100
	for _, c := range []struct {
		name         string
		fault        sandbox.Fault
		times        int
		answered     bool // the user sees that the command was accepted
		acknowledged bool // and where that stands is recorded
		closed       string
	}{
		{"404 10062: it came too late", sandbox.Fault{Status: 404, Code: 10062}, many, false, false, "acknowledged_too_late"},
		{"400 40060: another replica was first, and records it", sandbox.Fault{Status: 400, Code: 40060}, many, false, false, ""},
		{"401 50027: its token is no more", sandbox.Fault{Status: 401, Code: 50027}, many, false, false, "token_invalid"},
		{"500 once", sandbox.Fault{Status: 500}, 1, true, true, ""},
		{"429", sandbox.Fault{Status: 429, RetryAfter: 100 * time.Millisecond}, 1, true, true, ""},
		{"the connection breaks before it is carried out", sandbox.Fault{Dropped: true}, 2, true, true, ""},
		{"it breaks after it was carried out: it is read where it stands", sandbox.Fault{Lost: true}, 1, true, true, ""},
		{"nothing arrives at all", sandbox.Fault{Dropped: true}, many, false, false, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := open(t)
			d.Fail("callback", c.times, c.fault)
			i, err := d.Command(t.Context(), ann, "autointel", map[string]any{"url": "https://example.org"})
			if err != nil {
				t.Fatal(err)
			}
			d.intake.Wait()
			if _, answered := d.Original(i.ID); answered != c.answered {
				t.Errorf("answered: %v", answered)
			}
			id, err := schemas.WorkflowID(i.ID)
			if err != nil {
				t.Fatal(err)
			}
			s, err := d.client.State(t.Context(), id)
			if err != nil || s.RequestedAt.IsZero() || s.Context.Depth != workflow.Standard {
				t.Fatalf("the workflow is not durable: %+v, %v", s, err)
			}
			if (s.Session.Acknowledged != nil) != c.acknowledged || s.Session.ClosedReason != c.closed {
				t.Errorf("recorded %+v, closed %q", s.Session.Acknowledged, s.Session.ClosedReason)
			}
			var session discord.Session
			if found, err := d.client.Session(t.Context(), i.ID, true, &session); found != (c.closed == "") || err != nil {
				t.Errorf("the session is kept: %v, %v", found, err)
			}
			if n := len(d.Messages(ann.ChannelID)); n > 1 {
				t.Errorf("%d answers", n)
			}
		})
	}
}
