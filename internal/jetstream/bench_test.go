package jetstream_test

import (
	"context"
	"sync/atomic"
	"testing"

	"autointel.example/internal/consume"
	"autointel.example/internal/jetstream"
	"autointel.example/internal/natstest"
	"autointel.example/schemas"
)

// BenchmarkAppend appends settlements, one after the other and from 64 workflows side by side.
func BenchmarkAppend(b *testing.B) {
	client := natstest.Bind(b, natstest.Start(b), jetstream.Options{})
	var n atomic.Int64
	one := func(b *testing.B) {
		b.Helper()
		if _, err := client.Append(b.Context(), completed(int(n.Add(1)), "analyze")); err != nil {
			b.Error(err)
		}
	}
	b.Run("one", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			one(b)
		}
	})
	b.Run("64", func(b *testing.B) {
		b.ReportAllocs()
		b.SetParallelism(32) // times the processors
		b.RunParallel(func(p *testing.PB) {
			for p.Next() {
				one(b)
			}
		})
	})
}

// BenchmarkConsume takes events that wait and acknowledges them.
func BenchmarkConsume(b *testing.B) {
	nc := natstest.Start(b)
	all := schemas.Consumer{Name: "all", Stream: schemas.StreamLog, Filter: "autointel.*.stage.>", AckWait: 3 * schemas.Heartbeat, MaxDeliver: -1, MaxPending: 4096}
	if err := jetstream.Provision(b.Context(), nc, natstest.Settings(), []schemas.Consumer{all}); err != nil {
		b.Fatal(err)
	}
	client := natstest.Bind(b, nc, jetstream.Options{})
	for i := range b.N {
		if _, err := client.Append(b.Context(), completed(i, "analyze")); err != nil {
			b.Fatal(err)
		}
	}
	ctx, cancel := context.WithCancel(b.Context())
	defer cancel()
	left := atomic.Int64{}
	left.Store(int64(b.N))
	b.ReportAllocs()
	b.ResetTimer()
	err := client.Consume(ctx, jetstream.Consumption{
		Stream: schemas.StreamLog, Consumers: []string{"all"}, Workers: 16,
		Handler: func(context.Context, consume.Delivery) error {
			if left.Add(-1) == 0 {
				cancel()
			}
			return nil
		},
	})
	if err != nil || left.Load() != 0 {
		b.Fatalf("%d are left, %v", left.Load(), err)
	}
}

// BenchmarkRead asks a log of 20,000 workflows, of its newest hundred, for what a stage asks it: where one settlement stands (point), where two of
// one moment do (proof), and for the whole of a workflow, which only people and the watchdog ask for (fold).
func BenchmarkRead(b *testing.B) {
	client := natstest.Bind(b, natstest.Start(b), jetstream.Options{})
	const workflows = 20_000
	stages := []string{"acquire", "transcribe", "analyze", "verify", "integrate"}
	for i := range workflows {
		for _, stage := range stages {
			if _, err := client.Append(b.Context(), completed(i, stage)); err != nil {
				b.Fatal(err)
			}
		}
	}
	asked := 0
	next := func() string { asked++; return completed(workflows-1-asked%100, "").Workflow }
	b.Run("point", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if seq, err := client.LastSeq(b.Context(), schemas.Settlement(next(), "verify")); err != nil || seq == 0 {
				b.Fatal(seq, err)
			}
		}
	})
	b.Run("proof", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			id := next()
			found, err := client.Snapshot(b.Context(), []string{schemas.Settlement(id, "verify"), schemas.Settlement(id, "integrate")})
			if err != nil || len(found) != 2 {
				b.Fatal(found, err)
			}
		}
	})
	b.Run("fold", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if events, err := client.Events(b.Context(), next()); err != nil || len(events) != len(stages) {
				b.Fatal(len(events), err)
			}
		}
	})
}
