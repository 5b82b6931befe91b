package jetstream

import (
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	js "github.com/nats-io/nats.go/jetstream"

	"autointel.example/schemas"
)

// grouping is a client with a group, on a log that syncs every write.
func grouping(t *testing.T) (*Client, *Embedded) {
	t.Helper()
	server, err := StartEmbedded(EmbeddedOptions{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	nc, err := server.Connect("test")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		nc.Close()
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := Provision(t.Context(), nc, Settings{Retention: time.Hour, SessionLifetime: time.Hour, Deadline: time.Hour, MaxBytes: 1 << 30}, nil); err != nil {
		t.Fatal(err)
	}
	c, err := Bind(t.Context(), nc, Options{Source: "autointel/test", Group: NewGroup(nc)})
	if err != nil {
		t.Fatal(err)
	}
	return c, server
}

func settled(n int) schemas.Event {
	return schemas.Event{
		Workflow: fmt.Sprintf("wf_%032x", n), Context: json.RawMessage(`{"requester":{"user_id":"1"},"session_id":"2"}`),
		Data: schemas.StageCompleted{Stage: "analyze", Worker: "w"},
	}
}

// held appends the events so that all of them wait while something is under way, and lets them go at once.
func held(t *testing.T, c *Client, events []schemas.Event) (appended []schemas.Event, failed []error) {
	t.Helper()
	g := c.o.Group
	g.mu.Lock()
	g.underWay++
	g.mu.Unlock()
	appended, failed = make([]schemas.Event, len(events)), make([]error, len(events))
	var all sync.WaitGroup
	for i, e := range events {
		all.Go(func() { appended[i], failed[i] = c.Append(t.Context(), e) })
	}
	for waiting := 0; waiting < len(events); {
		g.mu.Lock()
		waiting = len(g.queue)
		g.mu.Unlock()
	}
	g.answered(1)
	all.Wait()
	return appended, failed
}

// groups returns how many messages of the log are members of a group.
func groups(t *testing.T, c *Client) (members int) {
	t.Helper()
	stream, err := c.js.Stream(t.Context(), schemas.StreamLog)
	if err != nil {
		t.Fatal(err)
	}
	for seq := uint64(1); seq <= stream.CachedInfo().State.LastSeq; seq++ {
		m, err := stream.GetMsg(t.Context(), seq)
		if err != nil {
			t.Fatal(err)
		}
		if m.Header.Get(headerBatch) != "" {
			members++
		}
	}
	return members
}

func TestAppendsThatWaitAreCommittedTogether(t *testing.T) {
	c, _ := grouping(t)
	var events []schemas.Event
	for n := range 100 {
		events = append(events, settled(n))
	}
	appended, failed := held(t, c, events)
	for i, e := range appended {
		if failed[i] != nil {
			t.Fatal(failed[i])
		}
		d, found, err := c.MessageAt(t.Context(), e.Seq)
		stored, broken := d.Event(time.Now())
		if err := errors.Join(err, broken); err != nil || !found || stored.ID != e.ID || stored.Workflow != events[i].Workflow {
			t.Fatalf("at the sequence that append %d returned stands %+v, %v, %v", i, stored, found, err)
		}
	}
	if n := groups(t, c); n != len(events) {
		t.Errorf("%d of %d events are members of a group", n, len(events))
	}
}

func TestFewAppendsAreNoGroup(t *testing.T) {
	c, _ := grouping(t)
	var events []schemas.Event
	for n := range groupLeast - 1 {
		events = append(events, settled(n))
	}
	if _, failed := held(t, c, events); errors.Join(failed...) != nil {
		t.Fatal(failed)
	}
	if n := groups(t, c); n != 0 {
		t.Errorf("%d events are members of a group", n)
	}
}

func TestAnEventThatStandsAlreadyBreaksItsGroupAndNothingElse(t *testing.T) {
	c, _ := grouping(t)
	first, err := c.Append(t.Context(), settled(7))
	if err != nil {
		t.Fatal(err)
	}
	var events []schemas.Event
	for n := range 40 {
		events = append(events, settled(n))
	}
	_, failed := held(t, c, events)
	for i, err := range failed {
		standing, taken := Taken(err)
		switch {
		case i == 7 && (!taken || standing.ID != first.ID):
			t.Errorf("the second append of one settlement: %v", err)
		case i != 7 && err != nil:
			t.Errorf("append %d: %v", i, err)
		}
	}
	if n := groups(t, c); n != 0 {
		t.Errorf("%d events say that they are members of a group that was refused", n)
	}
}

func TestOneSettlementTwiceInAGroupIsSettledOnce(t *testing.T) {
	c, _ := grouping(t)
	var events []schemas.Event
	for n := range 20 {
		events = append(events, settled(n), settled(n))
	}
	appended, failed := held(t, c, events)
	for i := 0; i < len(events); i += 2 {
		won := 0
		for j := i; j <= i+1; j++ {
			if _, taken := Taken(failed[j]); !taken && failed[j] != nil {
				t.Fatal(failed[j])
			} else if !taken {
				won++
			}
		}
		if won != 1 || appended[i].Seq != appended[i+1].Seq {
			t.Errorf("settlement %d was appended %d times, at %d and %d", i/2, won, appended[i].Seq, appended[i+1].Seq)
		}
	}
}

// A group whose answer is not heard may or may not have been stored: each of its appends says so, and the group goes on.
func TestAGroupWithoutAnAnswerIsUncertain(t *testing.T) {
	c, server := grouping(t)
	server.server.Shutdown()
	var waiting []*grouped
	for n := range 30 {
		m, err := schemas.Encode(settled(n))
		if err != nil {
			t.Fatal(err)
		}
		waiting = append(waiting, &grouped{&nats.Msg{Subject: m.Subject, Header: nats.Header{js.ExpectedLastSubjSeqHeader: zero}, Data: m.Body}, make(chan outcome, 1)})
	}
	g := c.o.Group
	g.underWay = len(waiting)
	g.together(waiting)
	for _, w := range waiting {
		if o := <-w.done; o.err == nil || broker(o.err) == nil {
			t.Errorf("a group without an answer: %v", o.err)
		}
	}
	if g.underWay != 0 {
		t.Errorf("%d appends are under way for ever", g.underWay)
	}
}
