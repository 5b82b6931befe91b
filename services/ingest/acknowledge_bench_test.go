package ingest

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"autointel.example/internal/sandbox"
	"autointel.example/schemas"
)

// perSecond is the rate of commands in the benchmark, each of another user.
const perSecond = 500

// BenchmarkAcknowledge measures how long a user waits for the first answer to a command, from the interaction's creation to
// the answer's arrival, at 500 commands a second on one ingest, with the log in this process and synced by its interval. The
// local Discord that sends the commands and takes the answers uses the same processors. Run it with -benchtime 5000x.
func BenchmarkAcknowledge(b *testing.B) {
	d := open(b)
	ticker := time.NewTicker(time.Second / perSecond)
	defer ticker.Stop()
	interactions := make(chan sandbox.Interaction, 1<<16)
	var sending sync.WaitGroup
	n := 0
	for b.Loop() {
		<-ticker.C
		n++
		user := sandbox.User{ID: fmt.Sprint(1000 + n), Name: "u", GuildID: fmt.Sprint(n), ChannelID: "33"}
		sending.Go(func() {
			i, err := d.Command(b.Context(), user, "autointel", map[string]any{"url": "https://example.org/a", "depth": "deep"})
			if err != nil {
				b.Error(err)
			}
			interactions <- i
		})
	}
	sending.Wait()
	d.intake.Wait()
	close(interactions)
	var took []time.Duration
	for i := range interactions {
		m, answered := d.Original(i.ID)
		created, err := schemas.InteractionTime(i.ID)
		if !answered || err != nil {
			b.Errorf("%s was not answered, %v", i.ID, err)
			continue
		}
		took = append(took, m.Timestamp.Sub(created))
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
}
