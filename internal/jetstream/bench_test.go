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
