package sandbox_test

import (
	"testing"
	"testing/synctest"
	"time"

	"autointel.example/internal/sandbox"
)

func TestAClockIsAheadByWhatWasSkipped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var c sandbox.Clock
		began := time.Now()
		var seen []time.Duration
		c.OnSkip(func() { seen = append(seen, c.Now().Sub(began)) })
		c.Skip(5 * time.Minute)
		<-time.After(time.Second) // real time goes on as well
		c.Skip(-time.Hour)
		c.Skip(time.Minute)
		if len(seen) != 2 || seen[0] != 5*time.Minute || seen[1] != 6*time.Minute+time.Second || c.Skipped() != 6*time.Minute {
			t.Errorf("%v, %v", seen, c.Skipped())
		}
	})
}
