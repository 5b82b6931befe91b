package notifier

import (
	"testing"
	"time"

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
