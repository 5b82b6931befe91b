package main

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"autointel.example/internal/jetstream"
	"autointel.example/internal/sandbox"
	"autointel.example/internal/testtime"
	"autointel.example/schemas"
	"autointel.example/services/archiver/file"
)

// TestAWorkflowOf20MinutesMeetsAnInteractionOf15 is what all of this is for. Discord, the services and the log go by one clock, which
// the test moves.
func TestAWorkflowOf20MinutesMeetsAnInteractionOf15(t *testing.T) {
	source := newSlowSource(t)
	h, client := running(t, source.host())
	s := story{t: t, house: h}

	// 00:00 ann asks, and is told that it has begun.
	s.uses("autointel", map[string]any{"url": source.URL + "/the-wall", "depth": "standard"})
	s.follows(client)
	s.happens("session.acknowledged", 0)

	// 12:00 it will take longer than Discord lets us answer: she is warned in time, and told how to get the result.
	s.passes(12 * time.Minute)
	s.happens("session.expiring", 12*time.Minute)
	s.happens("delivery.succeeded.warning", 12*time.Minute)
	s.answerSays("/retrieve_results workflow_id:" + s.id)

	// 15:00 the interaction is over. Nothing can be shown in it any more, and nothing is tried.
	s.passes(3 * time.Minute)
	s.happens("session.closed", 15*time.Minute)

	// 20:10 the source is read at last, and the report is done. Where it should go there is no way, so it is kept.
	s.passes(5*time.Minute + 10*time.Second)
	source.release()
	s.happens("workflow.ended.completed", 20*time.Minute)
	failed := s.happens("delivery.failed.results", 20*time.Minute).(schemas.DeliveryFailed)
	archived := s.happens("result.archived", 20*time.Minute).(schemas.ResultArchived)
	if failed.Reason != "session_closed" || archived.RetrievalCommand != "/retrieve_results workflow_id:"+s.id {
		t.Errorf("%+v, %+v", failed, archived)
	}
	kept := s.kept()

	// 20:10 she is told by another way, in the channel, with a button.
	if told := s.happens("delivery.succeeded.notice", 20*time.Minute).(schemas.DeliverySucceeded); told.Route != schemas.RouteChannel {
		t.Errorf("%+v", told)
	}

	// Whenever she asks, she gets the whole of it: byte for byte what was kept.
	if shown := s.retrieves(); shown != kept.Markdown || !strings.Contains(shown, "The wall was built in 1894") {
		t.Errorf("shown were %d bytes, kept are %d:\n%s", len(shown), len(kept.Markdown), shown)
	}
}

// story is one workflow of ann's.
type story struct {
	t     *testing.T
	house *house
	id    string
	asked sandbox.Interaction
	heard chan schemas.Event
}

func (s *story) within() (context.Context, context.CancelFunc) {
	return context.WithTimeout(s.t.Context(), testtime.Limit(30*time.Second))
}

// uses uses a command that starts the workflow.
func (s *story) uses(name string, options map[string]any) {
	s.t.Helper()
	var err error
	if s.asked, err = s.house.sandbox.Command(s.t.Context(), ann, name, options); err != nil {
		s.t.Fatal(err)
	}
	if s.id, err = schemas.WorkflowID(s.asked.ID); err != nil {
		s.t.Fatal(err)
	}
}

// follows listens to everything that happens to the workflow.
func (s *story) follows(client *jetstream.Client) {
	s.heard = make(chan schemas.Event, 100)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() {
		done <- client.Follow(ctx, []string{schemas.Everything(s.id)}, true, func(e schemas.Event) { s.heard <- e })
	}()
	s.t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			s.t.Error(err)
		}
	})
}

// passes lets time pass, for everybody.
func (s *story) passes(d time.Duration) {
	s.t.Helper()
	body, err := json.Marshal(map[string]float64{"seconds": d.Seconds()})
	if err != nil {
		s.t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(s.t.Context(), http.MethodPost, s.house.sandbox.URL()+"/sandbox/skip", strings.NewReader(string(body)))
	if err != nil {
		s.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	answer, err := client.Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	if answer.StatusCode >= 300 {
		says, _ := io.ReadAll(answer.Body)
		s.t.Fatalf("the clock was not moved: %s", says)
	}
}

// happens waits for an event, by its subject after the id, and checks that it is of that minute.
func (s *story) happens(name string, minute time.Duration) schemas.Data {
	s.t.Helper()
	ctx, cancel := s.within()
	defer cancel()
	for {
		select {
		case e := <-s.heard:
			if strings.TrimPrefix(e.Subject(), "autointel."+s.id+".") != name {
				continue
			}
			// The last seconds of an interaction are not used: it is closed 10 s before Discord closes it.
			if at := e.Time.Sub(schemas.IDTime(s.id)); at < minute-10*time.Second || at > minute+2*time.Minute {
				s.t.Errorf("%s at %s, not at %s", name, at, minute)
			}
			return e.Data
		case <-ctx.Done():
			s.t.Fatalf("no %s within the time", name)
		}
	}
}

// answerSays checks what stands in the command's own answer.
func (s *story) answerSays(text string) {
	s.t.Helper()
	m, _ := s.house.sandbox.Original(s.asked.ID)
	content, err := json.Marshal(m)
	if err != nil || !strings.Contains(string(content), text) {
		s.t.Errorf("the answer does not say %q: %s, %v", text, content, err)
	}
}

// kept is the report in the file of undelivered results.
func (s *story) kept() schemas.Report {
	s.t.Helper()
	content, err := os.ReadFile(filepath.Join(s.house.flags.DataDir, "orphaned_results", s.id+".json"))
	if err != nil {
		s.t.Fatal(err)
	}
	var o file.Orphan
	var report schemas.Report
	if err := json.Unmarshal(content, &o); err != nil {
		s.t.Fatal(err)
	}
	if err := json.Unmarshal(o.Results, &report); err != nil {
		s.t.Fatal(err)
	}
	if o.Retrieval.Status != file.Status || !strings.HasSuffix(o.Retrieval.Command, s.id) {
		s.t.Errorf("%+v", o.Retrieval)
	}
	return report
}

// retrieves uses the command that the notice names, and returns the file that is shown.
func (s *story) retrieves() string {
	s.t.Helper()
	ctx, cancel := s.within()
	defer cancel()
	i, err := s.house.sandbox.Command(ctx, ann, "retrieve_results", map[string]any{"workflow_id": s.id})
	if err != nil {
		s.t.Fatal(err)
	}
	m, err := s.house.sandbox.WaitMessage(ctx, func(m sandbox.Message) bool { return m.Interaction == i.ID && len(m.Attachments) == 1 })
	if err != nil {
		s.t.Fatal(err)
	}
	return string(m.Attachments[0].Data)
}

// slowSource is a page that comes only when it is released.
type slowSource struct {
	*httptest.Server
	held chan struct{}
}

func newSlowSource(t *testing.T) *slowSource {
	s := &slowSource{held: make(chan struct{})}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/the-wall" {
			http.NotFound(w, r)
			return
		}
		select {
		case <-s.held:
		case <-r.Context().Done():
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = io.WriteString(w, "<!doctype html><html lang=en><title>The wall</title><article><h1>The wall</h1><p>"+strings.Repeat(
			"The wall was built in 1894 by the harbour office. It holds the water back, says the engineer Clara Voss. Since then the town has had 12 floods fewer. ", 6)+"</p></article></html>")
	}))
	t.Cleanup(s.Close)
	return s
}

func (s *slowSource) host() string { return strings.TrimPrefix(s.URL, "http://") }

func (s *slowSource) release() { close(s.held) }
