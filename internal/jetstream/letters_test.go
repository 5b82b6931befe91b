package jetstream

import (
	"errors"
	"testing"
	"time"

	"autointel.example/schemas"
)

// A message of the log carries what its append told the server: an expectation, a group. None of that is meant for where it is kept.
func TestADeadLetterIsKeptAsItCameAndCanBeDropped(t *testing.T) {
	c, _ := grouping(t)
	var events []schemas.Event
	for n := range 20 {
		events = append(events, settled(n))
	}
	appended, failed := held(t, c, events)
	if err := errors.Join(failed...); err != nil {
		t.Fatal(err)
	}
	var last Letter
	for _, n := range []int{7, 3, 7} { // one of them twice, as after a crash
		d, found, err := c.MessageAt(t.Context(), appended[n].Seq)
		if err != nil || !found || len(d.Header[headerBatch]) == 0 {
			t.Fatalf("not a message of a group: %+v, %v", d, err)
		}
		if err := c.deadLetter(t.Context(), "stage-verify-after-analyze", d, errors.New("a reason")); err != nil {
			t.Fatal(err)
		}
	}
	letters, err := c.Letters(t.Context())
	if err != nil || len(letters) != 2 {
		t.Fatalf("%+v, %v", letters, err)
	}
	last = letters[1]
	if last.Workflow() != events[7].Workflow || last.Reason != "a reason" || last.Seq != appended[7].Seq || last.Consumer != "stage-verify-after-analyze" {
		t.Errorf("%+v", last)
	}
	if e, err := schemas.Decode(last.Message); err != nil || e.ID != appended[7].ID || len(last.Message.Header[headerDeadReason]) > 0 {
		t.Errorf("the message is not what it was: %+v, %v", e, err)
	}
	same, err := c.Letter(t.Context(), last.ID())
	if err != nil || same.Seq != last.Seq || time.Since(same.At) > time.Minute {
		t.Errorf("%+v, %v", same, err)
	}
	if err := c.DropLetter(t.Context(), last); err != nil {
		t.Fatal(err)
	}
	var none *NoLetterError
	if _, err := c.Letter(t.Context(), last.ID()); !errors.As(err, &none) {
		t.Errorf("it was dropped, and is still there: %v", err)
	}
	if letters, err := c.Letters(t.Context()); err != nil || len(letters) != 1 {
		t.Errorf("%d are left of two: %v", len(letters), err)
	}
	for _, id := range []string{"", "x", "x.y", ">.1", "*.1"} {
		if _, err := c.Letter(t.Context(), id); !errors.As(err, &none) {
			t.Errorf("a letter %q: %v", id, err)
		}
	}
}
