package archiver_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"go.uber.org/goleak"

	"autointel.example/internal/jetstream"
	"autointel.example/internal/natstest"
	"autointel.example/internal/workflow"
	"autointel.example/schemas"
	"autointel.example/services/archiver"
	"autointel.example/services/archiver/archive"
	"autointel.example/services/archiver/file"
	"autointel.example/services/archiver/sqlite"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// counts hands on what the archiver's observer is told.
type counts struct{ persisted, retrieved chan string }

func (c *counts) Persisted(reason, depth string) { c.persisted <- reason + " " + depth }
func (c *counts) Retrieved(success bool)         { c.retrieved <- strconv.FormatBool(success) }
func (c *counts) Archived(int)                   {}

// house is an archiver at work over a real broker, a real database and real files.
type house struct {
	conn   *nats.Conn
	client *jetstream.Client
	store  *sqlite.Store
	files  file.Dir
	counts *counts
	events chan schemas.Event // of the kinds that the archiver publishes
	svc    *archiver.Service
}

func open(t testing.TB) *house { return openIn(t, t.TempDir()) }

func openIn(t testing.TB, dir string) *house {
	t.Helper()
	store, err := sqlite.Open(t.Context(), filepath.Join(dir, "archive.db"))
	if err != nil {
		t.Fatal(err)
	}
	conn := natstest.Start(t)
	h := &house{
		conn: conn, client: natstest.Bind(t, conn, jetstream.Options{}), store: store, files: file.Dir{Path: filepath.Join(dir, "orphaned_results")},
		counts: &counts{make(chan string, 100), make(chan string, 100)}, events: make(chan schemas.Event, 100),
	}
	h.svc = &archiver.Service{
		Client: h.client, Store: store, Files: h.files, Retention: 30 * 24 * time.Hour, Now: time.Now, Logger: slog.New(slog.DiscardHandler), Observer: h.counts,
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 2)
	go func() { done <- h.svc.Run(ctx) }()
	go func() {
		done <- h.client.Follow(ctx, []string{"autointel.*.result.archived", "autointel.*.retrieval.completed", "autointel.*.retrieval.refused"}, true,
			func(e schemas.Event) { h.events <- e })
	}()
	t.Cleanup(func() {
		cancel()
		for range 2 {
			if err := <-done; err != nil && !errors.Is(err, context.Canceled) { // a test may end before all of it has begun
				t.Error(err)
			}
		}
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	return h
}

const report = `{"workflow_id":"x","markdown":"the keeper of the gauge"}`

var ann = schemas.Requester{UserID: "1", GuildID: "2", ChannelID: "3"}

// anHourAgo is when the tests' workflows were requested.
var anHourAgo = time.Now().Add(-time.Hour)

// ids are those of the nth workflow and of a request for it.
func ids(n int) (wf, rt string) {
	snowflake := strconv.FormatInt((anHourAgo.UnixMilli()-1420070400000)<<22|int64(n), 10)
	wf, _ = schemas.WorkflowID(snowflake)
	rt, _ = schemas.RetrievalID(snowflake)
	return wf, rt
}

func (h *house) append(t testing.TB, id string, who schemas.Requester, data schemas.Data) {
	t.Helper()
	wc, err := json.Marshal(schemas.Context{URL: "https://www.example.org/a/", Depth: "deep", Requester: who, SessionID: "9"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.client.Append(t.Context(), schemas.Event{Workflow: id, Context: wc, Data: data}); err != nil {
		t.Fatal(err)
	}
}

// end ends a workflow whose result cannot be delivered.
func (h *house) end(t *testing.T, id string) schemas.Artifact {
	t.Helper()
	a, err := h.client.PutArtifact(t.Context(), id, "application/json", []byte(report))
	if err != nil {
		t.Fatal(err)
	}
	h.append(t, id, ann, schemas.WorkflowCompleted{Result: a, Title: "Tides"})
	return a
}

func undelivered(a schemas.Artifact) schemas.DeliveryFailed {
	return schemas.DeliveryFailed{Kind: schemas.KindResults, Reason: "session_closed", Depth: "deep", Result: a, Ended: &schemas.Ended{Outcome: workflow.Completed, Title: "Tides", At: time.Now()}}
}

func TestAnUndeliveredResultIsKeptAndRetrieved(t *testing.T) {
	h := open(t)
	wf, rt := ids(1)
	h.append(t, wf, ann, undelivered(h.end(t, wf)))
	archived, ok := (<-h.events).Data.(schemas.ResultArchived)
	if !ok || archived.RetrievalCommand != "/retrieve_results workflow_id:"+wf || archived.Title != "Tides" {
		t.Fatalf("%+v", archived)
	}
	r, err := h.store.Get(t.Context(), wf)
	if err != nil || !r.Undelivered || string(r.Result) != report || r.Normalized != "example.org/a" {
		t.Errorf("%+v, %v", r, err)
	}
	if o, err := h.files.Read(wf); err != nil || string(o.Results) != report || o.Retrieval.FilePath != r.FilePath {
		t.Errorf("%+v, %v", o, err)
	}
	h.append(t, rt, ann, schemas.RetrievalRequested{Workflow: wf})
	completed, ok := (<-h.events).Data.(schemas.RetrievalCompleted)
	if !ok || completed.Workflow != wf {
		t.Fatalf("%+v", completed)
	}
	if content, err := h.client.Artifact(t.Context(), completed.Result); err != nil || string(content) != report {
		t.Errorf("%s, %v", content, err)
	}
	if got := <-h.counts.persisted; got != "session_closed deep" || len(h.counts.persisted) != 0 {
		t.Errorf("counted %q, and %d more", got, len(h.counts.persisted))
	}
	h.append(t, rt, ann, schemas.DeliverySucceeded{Kind: schemas.KindRetrieval, Route: schemas.RouteInteraction, Workflow: wf})
	if got := <-h.counts.retrieved; got != "true" {
		t.Errorf("counted a retrieval as %q", got)
	}
	if r, err := h.store.Get(t.Context(), wf); err != nil || r.RetrievedAt.IsZero() {
		t.Errorf("not marked as retrieved: %+v, %v", r, err)
	}
}

func TestRetrievalByAddressWordsAndTime(t *testing.T) {
	h := open(t)
	wf, _ := ids(1)
	h.append(t, wf, ann, undelivered(h.end(t, wf)))
	<-h.events
	for n, asked := range []schemas.RetrievalRequested{{URL: "http://example.org/a"}, {Words: "keeper"}, {Since: time.Hour}} {
		_, rt := ids(10 + n)
		h.append(t, rt, ann, asked)
		if c, ok := (<-h.events).Data.(schemas.RetrievalCompleted); !ok || c.Workflow != wf {
			t.Errorf("%+v: %+v", asked, c)
		}
	}
}

func TestRefusals(t *testing.T) {
	h := open(t)
	theirs, _ := ids(1)
	h.append(t, theirs, ann, undelivered(h.end(t, theirs)))
	<-h.events
	running, _ := ids(2)
	h.append(t, running, ann, schemas.WorkflowRequested{RequestedAt: time.Now()})
	other := schemas.Requester{UserID: "7", GuildID: "2"}
	unknown, _ := ids(3)
	for n, c := range []struct {
		name, workflow, want string
		who                  schemas.Requester
	}{
		{"an unknown workflow", unknown, archive.NotFound, ann},
		{"somebody else's", theirs, archive.NotFound, other},
		{"one that is still running", running, archive.NotFinished, ann},
		{"somebody else's that is still running", running, archive.NotFound, other},
	} {
		_, rt := ids(20 + n)
		h.append(t, rt, c.who, schemas.RetrievalRequested{Workflow: c.workflow})
		if r, ok := (<-h.events).Data.(schemas.RetrievalRefused); !ok || r.Reason != c.want {
			t.Errorf("%s: %+v, want %s", c.name, r, c.want)
		}
	}
}

func TestADiskThatFailsLosesNothing(t *testing.T) {
	h := open(t)
	if err := os.WriteFile(h.files.Path, nil, 0o600); err != nil { // where the directory has to be
		t.Fatal(err)
	}
	wf, rt := ids(1)
	a := h.end(t, wf)
	h.append(t, wf, ann, undelivered(a))
	h.append(t, rt, ann, schemas.RetrievalRequested{Workflow: wf}) // meanwhile the result is had from the log
	if c, ok := (<-h.events).Data.(schemas.RetrievalCompleted); !ok || c.Result != a {
		t.Errorf("%+v", c)
	}
	if err := os.Remove(h.files.Path); err != nil { // the disk is back
		t.Fatal(err)
	}
	if _, ok := (<-h.events).Data.(schemas.ResultArchived); !ok {
		t.Error("the result was not kept after all")
	}
	if _, err := h.files.Read(wf); err != nil {
		t.Error(err)
	}
}

func TestAFailedWorkflowIsKeptWithItsError(t *testing.T) {
	h := open(t)
	wf, _ := ids(1)
	h.append(t, wf, ann, schemas.DeliveryFailed{
		Kind: schemas.KindError, Reason: "session_closed", Depth: "deep",
		Ended: &schemas.Ended{Outcome: workflow.Failed, Stage: "acquire", Reason: "not_found", Message: "The page does not exist.", At: time.Now()},
	})
	<-h.events
	if o, err := h.files.Read(wf); err != nil || string(o.Results) != `{"error":{"message":"The page does not exist.","reason":"not_found","stage":"acquire"}}` {
		t.Errorf("%s, %v", o.Results, err)
	}
}

func TestARequesterIsRemindedOnceBeforeTheEnd(t *testing.T) {
	h := open(t)
	wf, _ := ids(1)
	seen, _ := ids(2)
	for _, id := range []string{wf, seen} {
		h.append(t, id, ann, undelivered(h.end(t, id)))
		<-h.events
	}
	if err := h.store.Retrieved(t.Context(), seen, time.Now()); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		days     int
		reminded bool
	}{{26, false}, {28, true}} {
		late := *h.svc
		late.Now = func() time.Time { return time.Now().Add(time.Duration(c.days) * 24 * time.Hour) }
		for range 2 {
			if err := late.Remind(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		for id, want := range map[string]bool{wf: c.reminded, seen: false} {
			seq, err := h.client.LastSeq(t.Context(), schemas.SubjectOf(id, schemas.ResultExpiring{}))
			if err != nil || (seq > 0) != want {
				t.Errorf("after %d days, of %s: %d, %v", c.days, id, seq, err)
			}
		}
	}
}

func TestOldResultsAreRemovedWithTheirFiles(t *testing.T) {
	h := open(t)
	wf, _ := ids(1)
	h.append(t, wf, ann, undelivered(h.end(t, wf)))
	<-h.events
	late := *h.svc
	late.Now = func() time.Time { return time.Now().Add(31 * 24 * time.Hour) }
	if n, err := late.Sweep(t.Context()); n != 1 || err != nil {
		t.Fatalf("%d, %v", n, err)
	}
	if _, err := h.store.Get(t.Context(), wf); !errors.Is(err, archive.ErrNotFound) {
		t.Error(err)
	}
	if entries, err := os.ReadDir(h.files.Path); err != nil || len(entries) != 0 {
		t.Error(fmt.Sprint(entries), err)
	}
}
