package stage_test

import (
	"context"
	"encoding/json"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"autointel.example/internal/consume"
	"autointel.example/internal/jetstream"
	"autointel.example/internal/natstest"
	"autointel.example/internal/stage"
	"autointel.example/internal/testtime"
	"autointel.example/internal/workflow"
	"autointel.example/schemas"
)

// newer spoils an event: its type is of a version that nobody here knows.
func newer(t *testing.T, e schemas.Event) *nats.Msg {
	t.Helper()
	e.ID, e.Source, e.Time = "1", "autointel/next", time.Now()
	m, err := schemas.Encode(e)
	if err != nil {
		t.Fatal(err)
	}
	msg := &nats.Msg{Subject: m.Subject, Header: m.Header, Data: m.Body}
	msg.Header.Set(schemas.HeaderType, strings.TrimSuffix(e.Data.EventType(), "1")+"2")
	return msg
}

// letter waits for the dead letter of a consumer.
func letter(t *testing.T, client *jetstream.Client, letters *nats.Subscription) jetstream.Letter {
	t.Helper()
	msg, err := letters.NextMsg(20 * time.Second)
	if err != nil {
		t.Fatal(err)
	}
	for patience := time.Now().Add(testtime.Limit(5 * time.Second)); ; { // subscribers have it before the stream does
		l, err := client.Letter(t.Context(), strings.TrimPrefix(msg.Subject, schemas.DeadPrefix))
		if err == nil {
			return l
		}
		if time.Now().After(patience) {
			t.Fatal(err)
		}
	}
}

// waits counts what is given back to be tried again.
type waits struct{ given chan string }

func (waits) Appended(context.Context, string, time.Duration) {}
func (waits) AppendFailed(string)                             {}
func (waits) InFlight(string, int)                            {}
func (w waits) Handled(_ context.Context, consumer string, _ time.Duration, _ int, kind consume.Kind) {
	if kind == consume.Retry {
		w.given <- consumer
	}
}

func TestWhatCannotBeReadFailsItsStageAndIsKept(t *testing.T) {
	damaged := func(t *testing.T, e schemas.Event) *nats.Msg {
		msg := newer(t, e)
		msg.Header.Set(schemas.HeaderType, e.Data.EventType())
		msg.Data = []byte(`{"context":`)
		return msg
	}
	for _, c := range []struct {
		name   string
		stage  string
		waited bool
		spoil  func(t *testing.T, e schemas.Event) *nats.Msg
		says   string
		want   string
	}{
		{"a settlement of a newer version, after it was waited for", workflow.Transcribe, true, newer, "newer than version 1", schemas.TypeStageFailed},
		{"a settlement that is no JSON: other events tell whose it is", workflow.Transcribe, false, damaged, "broken event", schemas.TypeStageFailed},
		{"a request of a newer version, whose context can be read", workflow.Acquire, true, newer, "newer than version 1", schemas.TypeWorkflowFailed},
	} {
		t.Run(c.name, func(t *testing.T) {
			nc := natstest.Start(t)
			retried := waits{make(chan string, 10)}
			client := natstest.Bind(t, nc, jetstream.Options{Observer: retried})
			letters, err := nc.SubscribeSync(schemas.DeadPrefix + ">")
			if err != nil {
				t.Fatal(err)
			}
			id, e := requested(t, 1, workflow.Standard)
			if c.stage != workflow.Acquire {
				if _, err := client.Append(t.Context(), e); err != nil {
					t.Fatal(err)
				}
				e.Data = schemas.StageCompleted{Stage: workflow.Acquire, Output: schemas.Output{Inline: json.RawMessage("1")}}
			}
			if err := nc.PublishMsg(c.spoil(t, e)); err != nil {
				t.Fatal(err)
			}
			all := following(t, client, schemas.Everything(id))
			var ahead atomic.Int64
			clock := func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }
			runningBy(t, clock, client, workflow.ServiceIngest, map[string]stage.Func{c.stage: ok})
			if c.waited {
				<-retried.given
				if kept, err := client.Letters(t.Context()); err != nil || len(kept) != 0 {
					t.Errorf("what may still be read by somebody is given up at once: %v, %v", kept, err)
				}
			}
			ahead.Store(int64(consume.NewerPatience))
			l := letter(t, client, letters)
			if l.Workflow() != id || !strings.Contains(l.Reason, c.says) {
				t.Errorf("%+v", l)
			}
			for e := range all {
				if e.Data.EventType() == c.want {
					break
				}
			}
		})
	}
}

// What a stage does not depend on in the workflow's own plan fails nothing.
func TestWhatCannotBeReadAndStartsNothingFailsNothing(t *testing.T) {
	nc := natstest.Start(t)
	client := natstest.Bind(t, nc, jetstream.Options{})
	letters, err := nc.SubscribeSync(schemas.DeadPrefix + schemas.StageConsumerName(workflow.Verify, workflow.Context) + ".*")
	if err != nil {
		t.Fatal(err)
	}
	running(t, client, workflow.ServiceAnalyzer, map[string]stage.Func{workflow.Verify: ok})
	id, e := requested(t, 1, workflow.Standard) // without the stage context
	if _, err := client.Append(t.Context(), e); err != nil {
		t.Fatal(err)
	}
	msg := newer(t, schemas.Event{Workflow: id, Context: e.Context, Data: schemas.StageCompleted{Stage: workflow.Context}})
	msg.Header.Set(schemas.HeaderType, "nobody's")
	if err := nc.PublishMsg(msg); err != nil {
		t.Fatal(err)
	}
	letter(t, client, letters) // it is written after the stage would have been settled
	if s, err := client.State(t.Context(), id); err != nil || len(s.Stages) != 0 {
		t.Errorf("%+v, %v", s.Stages, err)
	}
}

// Workers of two releases work side by side while one replaces the other. What the newer one has added is no error to the older,
// which passes it on: a field of the context reaches the ending through every stage that has never heard of it.
func TestWhatANewerReleaseHasAddedPassesThroughAnOlderOne(t *testing.T) {
	const added = `"of_the_next_release":{"kept":true}`
	h := open(t, map[string]stage.Func{workflow.Acquire: ok, workflow.Analyze: ok, workflow.Briefing: final})
	id, e := requested(t, 1, workflow.Experimental)
	e.Context = append([]byte("{"+added+","), e.Context[1:]...)
	if _, err := h.client.Append(t.Context(), e); err != nil {
		t.Fatal(err)
	}
	ended := h.end(t)
	if ended.Workflow != id || ended.Data.EventType() != schemas.TypeWorkflowCompleted {
		t.Fatalf("ended with %+v", ended)
	}
	events, err := h.client.Events(t.Context(), id)
	if err != nil || len(events) < 12 {
		t.Fatalf("%d events, %v", len(events), err)
	}
	for _, e := range events {
		if !strings.Contains(string(e.Context), added) {
			t.Errorf("%s has lost what the newer release added", e.Subject())
		}
	}
}
