package sqlite_test

import (
	"os"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"autointel.example/services/archiver/archive"
)

// BenchmarkPut measures new records of 50 kB on top of those that are there, with synchronous FULL, as the archiver puts them:
// many side by side. "Sustained" is a stretch of a minute or more, as
// -benchtime 20000x; slowest-10s is the rate in the slowest ten seconds of it. Written is what the process wrote to the disk,
// the checkpoints included.
func BenchmarkPut(b *testing.B) {
	s := filled(b)
	ready := make([]archive.Record, 1000) // so that making them is not measured
	side(b, len(ready), func(v vocabulary, n int) error { ready[n] = report(v, n); return nil })
	b.Run("new", func(b *testing.B) {
		var mu sync.Mutex
		var done, took []time.Duration // since the beginning, and of each
		before := used(b)
		b.ResetTimer()
		began := time.Now()
		side(b, b.N, func(_ vocabulary, n int) error {
			r := ready[n%len(ready)]
			r.WorkflowID, r.EndedAt = id(s.next+n), endedAt(s.next+n)
			started := time.Now()
			err := s.Put(b.Context(), r)
			mu.Lock()
			defer mu.Unlock()
			done, took = append(done, time.Since(began)), append(took, time.Since(started))
			return err
		})
		b.StopTimer()
		s.next += b.N
		after, n := used(b), float64(b.N)
		slices.Sort(took)
		b.ReportMetric(n/b.Elapsed().Seconds(), "records/s")
		b.ReportMetric(slowest(done, 10*time.Second), "slowest-10s")
		b.ReportMetric(float64(took[len(took)*99/100].Milliseconds()), "p99-ms")
		b.ReportMetric(float64((after.processor-before.processor).Microseconds())/n/1000, "cpu-ms/record")
		b.ReportMetric(float64(after.written-before.written)/n/1000, "written-kB/record")
		b.ReportMetric(0, "ns/op")
	})
}

// slowest is the least number a second of what was done in a row of windows.
func slowest(done []time.Duration, window time.Duration) float64 {
	windows := make([]int, int(slices.Max(done)/window)+1)
	for _, d := range done {
		windows[d/window]++
	}
	if len(windows) > 1 {
		windows = windows[:len(windows)-1] // the last is not whole
	}
	return float64(slices.Min(windows)) / window.Seconds()
}

// usage is what the process has used up to now.
type usage struct {
	processor time.Duration
	written   int64 // bytes
}

func used(b *testing.B) (u usage) {
	b.Helper()
	var r syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &r); err != nil {
		b.Fatal(err)
	}
	u.processor = time.Duration(r.Utime.Nano() + r.Stime.Nano())
	io, err := os.ReadFile("/proc/self/io")
	if err != nil {
		b.Fatal(err)
	}
	for line := range strings.Lines(string(io)) {
		if rest, ok := strings.CutPrefix(line, "write_bytes: "); ok {
			for _, c := range strings.TrimSpace(rest) {
				u.written = u.written*10 + int64(c-'0')
			}
		}
	}
	return u
}

// BenchmarkExpire measures the hourly removal of what is too old, as the archiver asks for it. The longest is what a new record
// waits for at most meanwhile.
func BenchmarkExpire(b *testing.B) {
	s := filled(b)
	s.add(b, b.N*sweepBatch)
	var took []time.Duration
	for b.ResetTimer(); len(took) < b.N; {
		started := time.Now()
		gone, err := s.Expire(b.Context(), endedAt(s.next-*records), sweepBatch)
		if err != nil || len(gone) == 0 {
			b.Fatalf("%d, %v", len(gone), err)
		}
		took = append(took, time.Since(started))
	}
	slices.Sort(took)
	b.ReportMetric(float64(b.N*sweepBatch)/b.Elapsed().Seconds(), "records/s")
	b.ReportMetric(float64(took[len(took)/2].Milliseconds()), "median-ms")
	b.ReportMetric(float64(took[len(took)-1].Milliseconds()), "longest-ms")
	b.ReportMetric(0, "ns/op")
}

// sweepBatch is how many records the archiver removes at once.
const sweepBatch = 100
