package sight

import (
	"fmt"
	"time"

	"autointel.example/internal/jetstream"
)

// Calm tells the end of all work: by looks that find nothing to do and nothing new, not by the time that it takes, for a slow machine is
// waited for.
type Calm struct {
	After    int           // such looks, one after the other
	Patience time.Duration // without any change although there is something to do

	before  string
	changed time.Time
	still   int
}

// Look takes in what was seen, or why nothing could be. Calm: nobody has anything to do, no consumer a message, waiting or at work.
// Stuck: something stays undone, and nothing changes.
func (c *Calm) Look(reports []jetstream.StreamReport, err error, at time.Time) (calm, stuck bool) {
	now, todo := fmt.Sprint(err), 1 // unless all can be looked at
	if err == nil {
		now, todo = left(reports)
	}
	switch {
	case now != c.before || c.changed.IsZero():
		c.before, c.changed, c.still = now, at, 0
	case todo == 0:
		c.still++
	}
	calm = c.still >= c.After
	return calm, !calm && at.Sub(c.changed) > c.Patience
}

// left is how far everything is, and how much is left to do.
func left(reports []jetstream.StreamReport) (now string, todo int) {
	for _, r := range reports {
		if r.Err != nil {
			todo++
		}
		now += fmt.Sprintf("%s %d %v;", r.Name, r.Messages, r.Err)
		for _, c := range r.Consumers {
			now += fmt.Sprintf("%s %d %d,", c.Name, c.Waiting, c.AtWork)
			todo += c.Waiting + c.AtWork
		}
	}
	return now, todo
}
