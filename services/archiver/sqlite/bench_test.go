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

// report is a report of 50 kB. One in 500 holds the words "rare" and "gauge".
func report(v vocabulary, n int) archive.Record {
	var b strings.Builder
	b.Grow(51_000)
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
		UserID: fmt.Sprint(n % 100), EndedAt: time.UnixMilli(1_700_000_000_000 + int64(n)*60_000), Result: []byte(`{"markdown":"` + text + `"}`), Digest: "d", Text: text,
	}
}

func id(n int) string { return fmt.Sprintf("wf_%032x", n) }

// filled is an archive with the wanted number of records, of which the nth is report(n).
func filled(b *testing.B) *sqlite.Store {
	b.Helper()
	path := *kept
	if path == "" {
		path = filepath.Join(b.TempDir(), "archive.db")
	}
	s, err := sqlite.Open(b.Context(), path)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := s.Close(); err != nil {
			b.Error(err)
		}
	})
	have, err := s.Count(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	side(b, max(0, *records-have), func(v vocabulary, n int) error {
		if n%5000 == 0 {
			fmt.Fprintf(os.Stderr, "%s  %d records\n", time.Now().Format(time.TimeOnly), have+n)
		}
		return s.Put(b.Context(), report(v, have+n))
	})
	return s
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
