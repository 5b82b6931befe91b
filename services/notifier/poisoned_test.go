package notifier_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	js "github.com/nats-io/nats.go/jetstream"

	"autointel.example/internal/jetstream"
	"autointel.example/internal/sandbox"
	"autointel.example/internal/testtime"
	"autointel.example/schemas"
)

// letters are the dead letters, once there is one: the message is given up after what became of it was recorded.
func (h *house) letters(t *testing.T) []jetstream.Letter {
	t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	ctx, cancel := context.WithTimeout(t.Context(), testtime.Limit(20*time.Second))
	defer cancel()
	for {
		letters, err := h.client.Letters(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if len(letters) > 0 {
			return letters
		}
		<-tick.C
	}
}

func TestAnEndingThatCannotBeReadIsToldAndKept(t *testing.T) {
	damage := func(t *testing.T, h *house, a asked) {
		m, err := schemas.Encode(schemas.Event{ID: "1", Source: "autointel/test", Time: time.Now(), Workflow: a.id, Context: a.raw(t), Data: schemas.WorkflowCompleted{}})
		if err != nil {
			t.Fatal(err)
		}
		m.Header[schemas.HeaderType] = []string{"autointel.workflow.ended.completed.v2"}
		api, err := js.New(h.conn)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := api.PublishMsg(t.Context(), &nats.Msg{Subject: m.Subject, Header: m.Header, Data: m.Body}); err != nil {
			t.Fatal(err)
		}
	}
	t.Run("a report that is no JSON: the answer says so", func(t *testing.T) {
		h := open(t)
		a := h.ask(t, false)
		artifact, err := h.client.PutArtifact(t.Context(), a.id, "application/json", []byte("{"))
		if err != nil {
			t.Fatal(err)
		}
		h.append(t, a, schemas.WorkflowCompleted{Result: artifact})
		m := h.original(t, a, titled("No report"))
		if !strings.Contains(m.Embeds[0].Description, "cannot be read") {
			t.Errorf("%+v", m.Embeds[0])
		}
		if d, ok := h.next(t).(schemas.DeliverySucceeded); !ok || d.Kind != schemas.KindError {
			t.Errorf("%+v", d)
		}
		if l := h.letters(t); len(l) != 1 || l[0].Consumer != "notifier-ended" || l[0].Workflow() != a.id {
			t.Errorf("%+v", l)
		}
	})
	t.Run("of a newer version, after the session has closed: an archived notice", func(t *testing.T) {
		h := openLater(t, 20*time.Minute)
		a := h.ask(t, false)
		damage(t, h, a)
		d, ok := h.next(t).(schemas.DeliveryFailed)
		if !ok || d.Kind != schemas.KindError || d.Ended == nil || d.Ended.Reason != "unreadable" {
			t.Fatalf("%+v", d)
		}
		h.letters(t)
		h.append(t, a, schemas.ResultArchived{Reason: d.Reason, RetrievalCommand: schemas.RetrievalCommand(a.id), Outcome: d.Ended.Outcome})
		if s, ok := h.next(t).(schemas.DeliverySucceeded); !ok || s.Kind != schemas.KindNotice {
			t.Errorf("%+v", s)
		}
		ctx, cancel := context.WithTimeout(t.Context(), testtime.Limit(20*time.Second))
		defer cancel()
		if _, err := h.WaitMessage(ctx, func(m sandbox.Message) bool { return strings.Contains(m.Content, "ended without a report") }); err != nil {
			t.Error(err)
		}
	})
}
