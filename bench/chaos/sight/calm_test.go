package sight

import (
	"errors"
	"testing"
	"time"

	"autointel.example/internal/jetstream"
)

func TestTheEndOfAllWorkIsToldByLooksThatFindNothing(t *testing.T) {
	with := func(waiting, atWork int, messages uint64) []jetstream.StreamReport {
		r := jetstream.StreamReport{Name: "LOG", Messages: messages, Consumers: make([]jetstream.ConsumerReport, 1)}
		r.Consumers[0].Waiting, r.Consumers[0].AtWork = waiting, atWork
		return []jetstream.StreamReport{r}
	}
	type look struct {
		reports []jetstream.StreamReport
		err     error
	}
	nothing, away := look{with(0, 0, 7), nil}, look{nil, errors.New("the broker is away")}
	waiting, atWork, more := look{with(1, 0, 7), nil}, look{with(0, 1, 7), nil}, look{with(0, 0, 8), nil}
	blind := look{with(0, 0, 7), nil}
	blind.reports[0].Err = away.err
	for _, c := range []struct {
		name        string
		looks       []look // a minute apart
		calm, stuck bool   // by the last of them
	}{
		{"nothing to do, and nothing new twice", []look{nothing, nothing, nothing}, true, false},
		{"not yet", []look{nothing, nothing}, false, false},
		{"something new meanwhile", []look{nothing, nothing, more, more}, false, false},
		{"what is at work is waited for", []look{atWork, atWork, atWork}, false, false},
		{"but not for ever", []look{atWork, atWork, atWork, atWork, atWork}, false, true},
		{"nor is what waits", []look{waiting, waiting, waiting, waiting, waiting}, false, true},
		{"what changes is not stuck", []look{waiting, atWork, waiting, atWork, waiting}, false, false},
		{"what cannot be seen is no calm", []look{away, away, away}, false, false},
		{"nor a stream that cannot be", []look{blind, blind, blind}, false, false},
	} {
		calm := Calm{After: 2, Patience: 3 * time.Minute}
		at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
		var is, stuck bool
		for _, l := range c.looks {
			is, stuck = calm.Look(l.reports, l.err, at)
			at = at.Add(time.Minute)
		}
		if is != c.calm || stuck != c.stuck {
			t.Errorf("%s: calm %v, stuck %v", c.name, is, stuck)
		}
	}
}
