package jetstream_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	js "github.com/nats-io/nats.go/jetstream"
	"go.uber.org/goleak"

	"autointel.example/internal/jetstream"
	"autointel.example/internal/natstest"
	"autointel.example/internal/testtime"
	"autointel.example/internal/workflow"
	"autointel.example/schemas"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var rawContext = json.RawMessage(`{"requester":{"user_id":"1"},"session_id":"2"}`)

func id(n int) string { return fmt.Sprintf("wf_%032x", n) }

func completed(n int, stage string) schemas.Event {
	return schemas.Event{Workflow: id(n), Context: rawContext, Data: schemas.StageCompleted{Stage: stage, Worker: "w"}}
}

// race lets several clients append the same settlements and returns how many appends each settlement took part in
// successfully.
func race(t *testing.T, clients []*jetstream.Client, settlements int) map[int]int {
	t.Helper()
	var mu sync.Mutex
	wins := map[int]int{}
	var group sync.WaitGroup
	for _, c := range clients {
		group.Go(func() {
			for n := range settlements {
				_, err := c.Append(t.Context(), completed(n, "analyze"))
				if _, taken := jetstream.Taken(err); !taken && err != nil {
					t.Errorf("append %d: %v", n, err)
				}
				if err == nil {
					mu.Lock()
					wins[n]++
					mu.Unlock()
				}
			}
		})
	}
	group.Wait()
	return wins
}

func checkWins(t *testing.T, wins map[int]int, settlements int) {
	t.Helper()
	for n := range settlements {
		if wins[n] != 1 {
			t.Errorf("settlement %d was won %d times", n, wins[n])
		}
	}
}

func TestOfManyAppendsOfASettlementOneSucceeds(t *testing.T) {
	t.Run("on one server", func(t *testing.T) {
		nc := natstest.Start(t)
		var clients []*jetstream.Client
		for range 8 {
			clients = append(clients, natstest.Bind(t, nc, jetstream.Options{}))
		}
		checkWins(t, race(t, clients, 100), 100)
	})
	t.Run("on a cluster of three, each client on a connection of its own", func(t *testing.T) {
		cluster := natstest.StartCluster(t)
		var clients []*jetstream.Client
		for range 8 {
			nc := cluster.Connect("racer")
			defer nc.Close()
			clients = append(clients, natstest.Bind(t, nc, jetstream.Options{}))
		}
		if !clients[0].Replicated() {
			t.Fatal("the log is not replicated")
		}
		checkWins(t, race(t, clients, 100), 100)
	})
}

func TestAnAppendWithTheSameIDIsOurs(t *testing.T) {
	nc := natstest.Start(t)
	fixed := natstest.Bind(t, nc, jetstream.Options{NewID: func() string { return "ours" }})
	first, err := fixed.Append(t.Context(), completed(1, "analyze"))
	if err != nil {
		t.Fatal(err)
	}
	// As after an answer that was lost: the expectation fails, and what stands there carries our id.
	again, err := fixed.Append(t.Context(), completed(1, "analyze"))
	if err != nil || again.Seq != first.Seq {
		t.Errorf("%d and %d, %v", first.Seq, again.Seq, err)
	}
	other := natstest.Bind(t, nc, jetstream.Options{})
	_, err = other.Append(t.Context(), schemas.Event{Workflow: id(1), Context: rawContext, Data: schemas.StageSkipped{Stage: "analyze"}})
	if e, taken := jetstream.Taken(err); !taken || e.Seq != first.Seq {
		t.Errorf("another settlement of the stage: %v", err)
	}
}

func TestReading(t *testing.T) {
	c := natstest.Bind(t, natstest.Start(t), jetstream.Options{})
	for _, stage := range []string{"acquire", "transcribe", "analyze"} {
		if _, err := c.Append(t.Context(), completed(7, stage)); err != nil {
			t.Fatal(err)
		}
	}
	t.Run("the last of a subject, by wildcard", func(t *testing.T) {
		e, found, err := c.Last(t.Context(), schemas.Settlement(id(7), "transcribe"))
		if err != nil || !found || e.Seq != 2 || e.Source != "autointel/test" {
			t.Errorf("%+v, %v, %v", e, found, err)
		}
	})
	t.Run("what is not there", func(t *testing.T) {
		if seq, err := c.LastSeq(t.Context(), schemas.Ending(id(7))); seq != 0 || err != nil {
			t.Errorf("%d, %v", seq, err)
		}
	})
	t.Run("a snapshot of several filters", func(t *testing.T) {
		got, err := c.Snapshot(t.Context(), []string{schemas.Settlement(id(7), "acquire"), schemas.Settlement(id(7), "analyze"), schemas.Settlement(id(7), "verify")})
		if err != nil || len(got) != 2 {
			t.Errorf("%v, %v", got, err)
		}
		if none, err := c.Snapshot(t.Context(), []string{schemas.Settlement(id(8), "verify")}); err != nil || len(none) != 0 {
			t.Errorf("%v, %v", none, err)
		}
	})
	t.Run("a whole workflow", func(t *testing.T) {
		s, err := c.State(t.Context(), id(7))
		if err != nil || len(s.Stages) != 3 || s.Stages["analyze"].Seq != 3 {
			t.Errorf("%+v, %v", s, err)
		}
	})
	t.Run("a message by its sequence", func(t *testing.T) {
		d, found, err := c.MessageAt(t.Context(), 2)
		e, broken := d.Event(time.Now())
		if err := errors.Join(err, broken); err != nil || !found || e.Data.(schemas.StageCompleted).Stage != "transcribe" {
			t.Errorf("%+v, %v, %v", e, found, err)
		}
		if _, found, err := c.MessageAt(t.Context(), 99); found || err != nil {
			t.Errorf("an event that is not there: %v, %v", found, err)
		}
	})
}

func TestProvisioningIsIdempotentAndDeletesNothing(t *testing.T) {
	nc := natstest.StartBare(t)
	newer := append(workflow.Consumers(), schemas.StageConsumers("briefing", []string{"a_stage_of_a_newer_release"}, false)...)
	for _, consumers := range [][]schemas.Consumer{workflow.Consumers(), newer, workflow.Consumers()} {
		if err := jetstream.Provision(t.Context(), nc, natstest.Settings(), consumers); err != nil {
			t.Fatal(err)
		}
	}
	api, err := js.New(nc)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range newer {
		found, err := api.Consumer(t.Context(), c.Stream, c.Name)
		if err != nil {
			t.Fatal(err)
		}
		if got := found.CachedInfo().Config.FilterSubject; got != c.Filter {
			t.Errorf("%s listens to %q", c.Name, got)
		}
	}
}

func TestBindingWithoutProvisioningSaysWhatToDo(t *testing.T) {
	_, err := jetstream.Bind(t.Context(), natstest.StartBare(t), jetstream.Options{})
	var missing *jetstream.NotProvisionedError
	if !errors.As(err, &missing) {
		t.Errorf("%v", err)
	}
}

func TestAFullLogIsAnOutageAndSaysSo(t *testing.T) {
	nc := natstest.StartBare(t)
	s := natstest.Settings()
	s.MaxBytes = 4096
	if err := jetstream.Provision(t.Context(), nc, s, nil); err != nil {
		t.Fatal(err)
	}
	c := natstest.Bind(t, nc, jetstream.Options{})
	var err error
	for n := 0; err == nil && n < 100; n++ {
		_, err = c.Append(t.Context(), completed(n, "analyze"))
	}
	var full *jetstream.FullError
	if !errors.As(err, &full) {
		t.Errorf("%v", err)
	}
}

func TestArtifacts(t *testing.T) {
	c := natstest.Bind(t, natstest.Start(t), jetstream.Options{})
	content := make([]byte, 300_000)
	a, err := c.PutArtifact(t.Context(), id(1), "text/plain", content)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := c.PutArtifact(t.Context(), id(1), "text/plain", content); err != nil || again != a {
		t.Errorf("the same content again: %+v, %v", again, err)
	}
	if got, err := c.Artifact(t.Context(), a); err != nil || len(got) != len(content) {
		t.Errorf("%d bytes, %v", len(got), err)
	}
	var gone *jetstream.ArtifactGoneError
	wrong := a
	wrong.Digest = "00"
	if _, err := c.Artifact(t.Context(), wrong); !errors.As(err, &gone) {
		t.Errorf("a wrong digest: %v", err)
	}
	wrong.Key = id(2) + "/00"
	if _, err := c.Artifact(t.Context(), wrong); !errors.As(err, &gone) {
		t.Errorf("a key that is not there: %v", err)
	}
}

func TestSessionsAndLeases(t *testing.T) {
	nc := natstest.StartBare(t)
	s := natstest.Settings()
	s.SessionLifetime = time.Second
	if err := jetstream.Provision(t.Context(), nc, s, nil); err != nil {
		t.Fatal(err)
	}
	c := natstest.Bind(t, nc, jetstream.Options{})
	ctx := t.Context()
	session := map[string]string{"token": "secret"}
	if err := errors.Join(c.PutSession(ctx, "1", session), c.PutSession(ctx, "1", session), c.PutSession(ctx, "2", session)); err != nil {
		t.Fatal(err)
	}
	var got map[string]string
	if found, err := c.Session(ctx, "1", true, &got); !found || err != nil || got["token"] != "secret" {
		t.Errorf("%v, %v, %v", got, found, err)
	}
	if err := c.CloseSession(ctx, "2"); err != nil {
		t.Fatal(err)
	}
	if found, err := c.Session(ctx, "2", true, &got); found || err != nil {
		t.Errorf("a closed session: %v, %v", found, err)
	}
	deadline, cancel := context.WithTimeout(ctx, testtime.Limit(20*time.Second))
	defer cancel()
	for { // the server removes it by itself
		found, err := c.Session(deadline, "1", true, &got)
		if err != nil {
			t.Fatal(err)
		}
		if !found {
			break
		}
	}
	r := schemas.Requester{UserID: "5"}
	for _, want := range []bool{true, false} {
		if first, err := c.TakeLease(ctx, r, jetstream.Lease{Workflow: id(1)}); first != want || err != nil {
			t.Fatalf("%v, %v", first, err)
		}
	}
	if n, err := c.Running(ctx); n != 1 || err != nil {
		t.Errorf("%d running, %v", n, err)
	}
	if list, err := c.RunningWorkflows(ctx); len(list) != 1 || list[0].Workflow != id(1) || err != nil {
		t.Errorf("running: %+v, %v", list, err)
	}
	if err := c.ReleaseLease(ctx, r, id(1)); err != nil {
		t.Fatal(err)
	}
	if n, err := c.Running(ctx); n != 0 || err != nil {
		t.Errorf("%d running after the release, %v", n, err)
	}
	if list, err := c.RunningWorkflows(ctx); len(list) != 0 || err != nil {
		t.Errorf("running after the release: %+v, %v", list, err)
	}
}

func TestProgressKeepsTheNewestOfEachStage(t *testing.T) {
	nc := natstest.Start(t)
	c := natstest.Bind(t, nc, jetstream.Options{})
	for _, p := range []schemas.Progress{{Stage: "acquire", Done: 1}, {Stage: "acquire", Done: 2}, {Stage: "analyze", Done: 3}} {
		p.Workflow, p.Context = id(1), rawContext
		if err := c.PublishProgress(p); err != nil {
			t.Fatal(err)
		}
	}
	if err := nc.Flush(); err != nil {
		t.Fatal(err)
	}
	deadline, cancel := context.WithTimeout(t.Context(), testtime.Limit(10*time.Second))
	defer cancel()
	for {
		latest, err := c.LatestProgress(deadline, id(1))
		if err != nil {
			t.Fatal(err)
		}
		if latest["acquire"].Done == 2 && latest["analyze"].Done == 3 {
			return
		}
	}
}
