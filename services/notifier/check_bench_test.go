package notifier

import (
	"slices"
	"testing"
	"time"

	"autointel.example/internal/discord"
	"autointel.example/internal/jetstream"
	"autointel.example/internal/natstest"
	"autointel.example/internal/telemetry"
)

// BenchmarkCheck measures the whole question whether an interaction is still valid, its read of the bucket included.
func BenchmarkCheck(b *testing.B) {
	s := &Service{
		Client: natstest.Bind(b, natstest.Start(b), jetstream.Options{}), Lifetimes: discord.LifetimesOf(discord.Lifetimes{}), Now: time.Now, Observer: telemetry.NewMetrics(),
	}
	id := discord.Snowflake(time.Now(), 1)
	if err := s.Client.PutSession(b.Context(), id, discord.Session{ID: id, Token: "t", CreatedAt: time.Now()}); err != nil {
		b.Fatal(err)
	}
	var took []time.Duration
	for b.Loop() {
		started := time.Now()
		if _, validity, reason, err := s.check(b.Context(), id); validity != discord.Valid || err != nil {
			b.Fatal(validity, reason, err)
		}
		took = append(took, time.Since(started))
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "p99-us")
}
