package notifier

import (
	"strconv"
	"testing"
	"time"

	"autointel.example/internal/consume"
	"autointel.example/schemas"
)

func TestProgressGivesWayToWhatIsAtHand(t *testing.T) {
	id, err := schemas.WorkflowID("1400000000000000000")
	if err != nil {
		t.Fatal(err)
	}
	asked := schemas.IDTime(id)
	for _, c := range []struct {
		name   string
		edited time.Duration // after the command; negative: never
		at     time.Duration
		atHand int
		want   time.Duration
	}{
		{"the first edit comes at once", -1, 300 * time.Millisecond, 0, 0},
		{"the next after two seconds", 300 * time.Millisecond, 800 * time.Millisecond, 0, 1500 * time.Millisecond},
		{"and then it has its turn", 300 * time.Millisecond, 2300 * time.Millisecond, 0, 0},
		{"with a result at hand the first waits too", -1, 300 * time.Millisecond, 1, 1700 * time.Millisecond},
		{"and the next comes half as often", 300 * time.Millisecond, 2300 * time.Millisecond, 1, 2 * time.Second},
		{"a service with its hands full edits rarely", 0, 2 * time.Second, 4, 8 * time.Second},
		{"but never stops", 0, 30 * time.Second, 1000, 0},
	} {
		e := &edits{}
		if c.edited >= 0 {
			if d, waits := e.wait(id, 1, asked.Add(c.edited), 0); d != 0 || !waits {
				t.Errorf("%s: the edit before waits %v, %v", c.name, d, waits)
			}
		}
		if d, waits := e.wait(id, 2, asked.Add(c.at), c.atHand); d != c.want || !waits {
			t.Errorf("%s: %v, %v, want %v", c.name, d, waits, c.want)
		}
	}
}

func TestProgressThatWaitsIsDrawnByTheNewest(t *testing.T) {
	e := &edits{}
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	if d, waits := e.wait("wf_1", 1, at, 0); d != 0 || !waits {
		t.Errorf("the first waits %v, %v", d, waits)
	}
	for _, seq := range []uint64{2, 3} {
		if d, waits := e.wait("wf_1", seq, at, 0); d != editEvery || !waits {
			t.Errorf("progress %d waits %v, %v", seq, d, waits)
		}
	}
	if _, waits := e.wait("wf_1", 2, at.Add(editEvery), 0); waits {
		t.Error("progress waits although a newer one does")
	}
	if e.waited("wf_1", 4) || !e.waited("wf_1", 2) || !e.waited("wf_1", 3) {
		t.Error("what waited here is not known")
	}
	if e.waited("wf_1", 3) {
		t.Error("what had its turn is remembered for ever")
	}
}

func TestAClosedSessionIsNewOnceAWorkflow(t *testing.T) {
	e := &edits{}
	if !e.foundClosed("wf_1") || e.foundClosed("wf_1") || !e.foundClosed("wf_2") {
		t.Error("it is said more than once, or not at all")
	}
	if e.forget("wf_1"); !e.foundClosed("wf_1") {
		t.Error("it is remembered after the end")
	}
}

func TestTheMemoryOfEditsIsBounded(t *testing.T) {
	e := &edits{}
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for i := range maxEdits + 2 {
		e.wait(strconv.Itoa(i), 1, at, 0)
	}
	if len(e.last) > maxEdits+1 {
		t.Errorf("%d are remembered", len(e.last))
	}
}

func TestABrokenWordOfProgressIsLetGo(t *testing.T) {
	s := &Service{} // without a client: a look would panic
	for _, body := range []string{"", "{", `{"context":7}`, `{"context":{"depth":7}}`} {
		if err := s.progress(t.Context(), consume.Delivery{Message: schemas.Message{Body: []byte(body)}}); err != nil {
			t.Errorf("%q: %v", body, err)
		}
	}
}
