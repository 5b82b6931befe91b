package sqlite_test

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"autointel.example/services/archiver/archive"
	"autointel.example/services/archiver/sqlite"
)

// The benchmarks are of an archive with many reports, which takes minutes to fill. With -archive it is filled once and kept;
// filling goes on where an earlier run stopped. The figures of docs/archive.md are of 100,000.
var (
	records = flag.Int("records", 2000, "how many reports of 50 kB the archive holds")
	kept    = flag.String("archive", "", "the archive's file, which stays; without it, one that is removed")
	writers = flag.Int("writers", 64, "how many put records side by side")
)

// vocabulary is of 50,000 words; as in a language, a few of them make up most of a text.
type vocabulary struct{ zipf *rand.Zipf }

// spelled are the words of the vocabulary: made once, since making them would cost more than what is measured.
var spelled = sync.OnceValue(func() []string {
	list := make([]string, 50_000)
	for i := range list {
		list[i] = fmt.Sprintf("w%05d", i)
	}
	return list
})

func newVocabulary(seed uint64) vocabulary {
	return vocabulary{rand.NewZipf(rand.New(rand.NewPCG(seed, 1)), 1.2, 8, 49_999)}
}

func (v vocabulary) word() string { return spelled()[v.zipf.Uint64()] }

// report is a report of 50 kB. 50 of its words stand in no other, as names and numbers do; one in 500 holds "rare" and "gauge".
func report(v vocabulary, n int) archive.Record {
	var b strings.Builder
	b.Grow(51_000)
	for i := range 50 {
		fmt.Fprintf(&b, "%dx%d ", n, i)
	}
	for b.Len() < 50_000 {
		b.WriteString(v.word())
		b.WriteByte(' ')
	}
	if n%500 == 7 {
		b.WriteString("rare gauge ")
	}
	text := b.String()
	return archive.Record{
		WorkflowID: id(n), URL: "https://example.org/", Normalized: "example.org", Depth: "deep", Outcome: "completed", Title: "Tides",
		UserID: fmt.Sprint(n % 100), EndedAt: endedAt(n), Result: []byte(`{"markdown":"` + text + `"}`), Digest: "d",
	}
}

func endedAt(n int) time.Time { return time.UnixMilli(1_700_000_000_000 + int64(n)*60_000) }

func id(n int) string { return fmt.Sprintf("wf_%032x", n) }

// stock is an archive with the wanted number of records: report(next-1) and those before it.
type stock struct {
	*sqlite.Store
	next int
}

func filled(b *testing.B) *stock {
	b.Helper()
	path := *kept
	if path == "" {
		path = filepath.Join(b.TempDir(), "archive.db")
	}
	store, err := sqlite.Open(b.Context(), path)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := store.Close(); err != nil {
			b.Error(err)
		}
	})
	s := &stock{store, 0}
	have, err := s.Count(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	newest, err := s.Find(b.Context(), archive.Query{Limit: 1})
	if err != nil {
		b.Fatal(err)
	}
	for _, r := range newest {
		s.next = int(r.EndedAt.Sub(endedAt(0))/time.Minute) + 1
	}
	// An earlier run may have been stopped while some of its records were on their way: those are put again.
	again := min(s.next, 2**writers)
	s.next -= again
	s.add(b, max(0, *records-have)+again)
	return s
}

// add puts n more.
func (s *stock) add(b *testing.B, n int) {
	b.Helper()
	side(b, n, func(v vocabulary, i int) error {
		if i%5000 == 4999 {
			fmt.Fprintf(os.Stderr, "%s  %d more records\n", time.Now().Format(time.TimeOnly), i+1)
		}
		return s.Put(b.Context(), report(v, s.next+i))
	})
	s.next += n
}

// side does something n times, by all writers side by side, each with words of its own.
func side(b *testing.B, n int, do func(v vocabulary, n int) error) {
	b.Helper()
	var group sync.WaitGroup
	todo := make(chan int)
	for w := range *writers {
		group.Go(func() {
			v := newVocabulary(uint64(w))
			for i := range todo {
				if err := do(v, i); err != nil {
					b.Error(err)
				}
			}
		})
	}
	for i := range n {
		todo <- i
	}
	close(todo)
	group.Wait()
}
