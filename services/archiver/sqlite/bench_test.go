package sqlite_test

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"autointel.example/services/archiver/archive"
	"autointel.example/services/archiver/sqlite"
)

// records is how many reports the archive holds in the benchmarks of reading. The figures of docs/benchmarks.md are of
// 100,000: go test ./sqlite -run '^$' -bench Read -timeout 1h -records 100000 (about 12 GB of disk and a quarter of an hour).
var records = flag.Int("records", 2000, "how many reports of 50 kB the archive holds")

// vocabulary is of 50,000 words; as in a language, a few of them make up most of a text.
type vocabulary struct{ zipf *rand.Zipf }

func newVocabulary(seed uint64) vocabulary {
	return vocabulary{rand.NewZipf(rand.New(rand.NewPCG(seed, 1)), 1.2, 8, 49_999)}
}

func (v vocabulary) word() string { return fmt.Sprintf("w%05d", v.zipf.Uint64()) }

// report is a report of 50 kB. One in 500 holds the words "rare" and "gauge".
func report(v vocabulary, n int) archive.Record {
	var b strings.Builder
	for b.Len() < 50_000 {
		b.WriteString(v.word())
		b.WriteByte(' ')
	}
	if n%500 == 7 {
		b.WriteString("rare gauge ")
	}
	text := b.String()
	return archive.Record{
		WorkflowID: fmt.Sprintf("wf_%032x", n), URL: "https://example.org/", Normalized: "example.org", Depth: "deep", Outcome: "completed", Title: "Tides",
		UserID: fmt.Sprint(n % 100), EndedAt: time.UnixMilli(1_700_000_000_000 + int64(n)*60_000), Result: []byte(`{"markdown":"` + text + `"}`), Digest: "d", Text: text,
	}
}

func openAt(b *testing.B, path string) *sqlite.Store {
	b.Helper()
	s, err := sqlite.Open(b.Context(), path)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := s.Close(); err != nil {
			b.Error(err)
		}
	})
	return s
}

// BenchmarkPut measures new records of 50 kB with synchronous FULL, as an archiver puts them: many side by side.
func BenchmarkPut(b *testing.B) {
	for _, writers := range []int{1, 32} {
		b.Run(fmt.Sprintf("writers=%d", writers), func(b *testing.B) {
			s := openAt(b, filepath.Join(b.TempDir(), "archive.db"))
			ready := make([]archive.Record, 200)
			for i := range ready {
				ready[i] = report(newVocabulary(uint64(i)), i)
			}
			var next atomic.Int64
			b.SetParallelism(max(1, writers/runtime.GOMAXPROCS(0)))
			b.ResetTimer()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					n := int(next.Add(1))
					r := ready[n%len(ready)]
					r.WorkflowID = fmt.Sprintf("wf_%032x", n)
					if err := s.Put(b.Context(), r); err != nil {
						b.Error(err)
					}
				}
			})
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "records/s")
		})
	}
}

// filled is an archive with the wanted number of records.
func filled(b *testing.B) *sqlite.Store {
	b.Helper()
	s := openAt(b, filepath.Join(b.TempDir(), "archive.db"))
	todo := make(chan int)
	done := make(chan error)
	for w := range 8 {
		go func() {
			v := newVocabulary(uint64(w))
			for n := range todo {
				done <- s.Put(b.Context(), report(v, n))
			}
		}()
	}
	go func() {
		defer close(todo)
		for n := range *records {
			todo <- n
		}
	}()
	for range *records {
		if err := <-done; err != nil {
			b.Fatal(err)
		}
	}
	return s
}

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
			b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "p99-us")
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
		_, err := s.Get(b.Context(), fmt.Sprintf("wf_%032x", n*7919%*records))
		return err
	})
}
