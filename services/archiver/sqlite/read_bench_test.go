package sqlite_test

import (
	"slices"
	"testing"
	"time"

	"autointel.example/services/archiver/archive"
)

// BenchmarkRead measures finding and getting one report among many, and reports the 99th percentile in microseconds.
func BenchmarkRead(b *testing.B) {
	s := filled(b)
	measure := func(name string, read func(n int) error) {
		b.Run(name, func(b *testing.B) {
			var took []time.Duration
			n := 0
			for b.Loop() {
				n++
				started := time.Now()
				if err := read(n); err != nil {
					b.Fatal(err)
				}
				took = append(took, time.Since(started))
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)/2].Microseconds()), "median-us")
			b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "p99-us")
			b.ReportMetric(0, "ns/op")
		})
	}
	find := func(q archive.Query) func(int) error {
		return func(int) error { _, err := s.Find(b.Context(), q); return err }
	}
	measure("search rare word", find(archive.Query{Words: "rare"}))
	measure("search two words", find(archive.Query{Words: "gauge w00100"}))
	measure("search rare word of a user", find(archive.Query{UserID: "7", Words: "rare"}))
	measure("list of a user", find(archive.Query{UserID: "7"}))
	measure("list of an address", find(archive.Query{URL: "https://example.org"}))
	measure("get by id", func(n int) error {
		_, err := s.Get(b.Context(), id(s.next-1-n*7919%*records))
		return err
	})
}
