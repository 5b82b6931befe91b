package sqlite_test

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/pressly/goose/v3"
	"go.uber.org/goleak"

	"autointel.example/services/archiver/archive"
	"autointel.example/services/archiver/sqlite"
)

// opensAlone names a file that the test's program opens, as a process of its own, and nothing else.
const opensAlone = "TEST_OPENS_ARCHIVE"

func TestMain(m *testing.M) {
	if path := os.Getenv(opensAlone); path != "" {
		s, err := sqlite.Open(context.Background(), path)
		if err == nil {
			err = s.Close()
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	goleak.VerifyTestMain(m)
}

// earlier makes a file as the version before the third migration left it, with that many records. Every third has no result.
func earlier(t *testing.T, path string, records int) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=busy_timeout(5000)&_pragma=journal_mode(WAL)")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	p, err := goose.NewProvider(goose.DialectSQLite3, db, os.DirFS("migrations"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.UpTo(t.Context(), 2); err != nil {
		t.Fatal(err)
	}
	tx, err := db.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	for n := range records {
		var result, words any
		if n%3 != 0 {
			result, words = earlierResult(n), "stored once before"
		}
		_, err := tx.ExecContext(t.Context(), `INSERT INTO records VALUES (?,?,'https://example.org/','example.org','deep','completed','Tides','','','','1','2','3',0,1,?,'d',?,?,'why','/f',3,?)`,
			n+1, id(n), 1000+n, result, n%2, n%5)
		if err == nil && words != nil {
			_, err = tx.ExecContext(t.Context(), `INSERT INTO words (rowid, title, url, text) VALUES (?, 'Tides', 'https://example.org/', ?)`, n+1, words)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
	return db
}

func earlierResult(n int) []byte {
	return fmt.Appendf(nil, `{"markdown":"the keeper of gauge%d",  "kept":"as it was"}`, n)
}

// wholeAgain checks that every record of an earlier file is there once, as it was, and found by the words of its result.
func wholeAgain(t *testing.T, path string, records int) {
	t.Helper()
	s, err := sqlite.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}()
	if n, err := s.Count(t.Context()); n != records || err != nil {
		t.Errorf("%d records of %d, %v", n, records, err)
	}
	for n := range records {
		r, err := s.Get(t.Context(), id(n))
		if err != nil || r.Title != "Tides" || r.GuildID != "2" || r.EndedAt.UnixMilli() != int64(1000+n) || r.Undelivered != (n%2 == 1) || archive.Millis(r.RetrievedAt) != int64(n%5) || r.FilePath != "/f" {
			t.Fatalf("%d: %+v, %v", n, r, err)
		}
		if n%3 == 0 {
			if r.Result != nil {
				t.Errorf("%d has a result: %q", n, r.Result)
			}
			continue
		}
		if !bytes.Equal(r.Result, earlierResult(n)) {
			t.Errorf("%d: %q", n, r.Result)
		}
		if list, err := s.Find(t.Context(), archive.Query{Words: fmt.Sprintf("keeper gauge%d", n)}); err != nil || len(list) != 1 || list[0].WorkflowID != id(n) {
			t.Fatalf("%d is not found by its words: %+v, %v", n, list, err)
		}
	}
	if list, err := s.Find(t.Context(), archive.Query{Words: "keeper", Limit: records}); err != nil || len(list) != records-(records+2)/3 {
		t.Errorf("%d are found, %v", len(list), err)
	}
}

func TestAFileOfAnEarlierVersionIsTakenOver(t *testing.T) {
	for _, records := range []int{0, 1, 200} {
		path := filepath.Join(t.TempDir(), "archive.db")
		earlier(t, path, records)
		for range 2 {
			wholeAgain(t, path, records)
		}
	}
}

// TestATakeoverTellsHowFarItIs: what is moved and what is left are all there is, each time, until nothing is left.
func TestATakeoverTellsHowFarItIs(t *testing.T) {
	const records = 150
	path := filepath.Join(t.TempDir(), "archive.db")
	earlier(t, path, records)
	var told []int
	s, err := sqlite.OpenTelling(t.Context(), path, func(moved, left int) {
		if moved+left != records {
			t.Errorf("%d moved, %d left", moved, left)
		}
		told = append(told, left)
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if len(told) < 2 || !slices.IsSortedFunc(told, func(a, b int) int { return b - a }) || told[len(told)-1] != 0 {
		t.Errorf("left: %v", told)
	}
	wholeAgain(t, path, records)
}

// TestTwoMayOpenAFileAtOnce: one that is new, or of an earlier version, such as by a service and a command. Nothing is lost, nor twice.
func TestTwoMayOpenAFileAtOnce(t *testing.T) {
	for _, records := range []int{0, 1, 400} {
		path := filepath.Join(t.TempDir(), "archive.db")
		if records > 0 {
			earlier(t, path, records)
		}
		var both sync.WaitGroup
		for range 2 {
			both.Go(func() {
				s, err := sqlite.Open(t.Context(), path)
				if err != nil {
					t.Error(err)
					return
				}
				if err := s.Close(); err != nil {
					t.Error(err)
				}
			})
		}
		both.Wait()
		wholeAgain(t, path, records)
	}
}

func TestATakeoverThatIsKilledGoesOn(t *testing.T) {
	const records = 3000
	path := filepath.Join(t.TempDir(), "archive.db")
	db := earlier(t, path, records)
	moved := func() (n int) {
		if err := db.QueryRowContext(t.Context(), `SELECT count(*) FROM records`).Scan(&n); err != nil {
			return 0 // between two of its tables
		}
		return n
	}
	killed := 0
	for before := 0; killed < 3; killed++ {
		cmd := exec.CommandContext(t.Context(), os.Args[0])
		cmd.Env, cmd.Stderr = append(os.Environ(), opensAlone+"="+path), os.Stderr
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		done := make(chan error, 1)
		go func() { done <- cmd.Wait() }()
		for moving := true; moving; {
			select {
			case err := <-done:
				t.Fatalf("it ended by itself: %v", err)
			case <-time.After(time.Millisecond):
				// At first all records are in the table of the same name that is about to be renamed.
				if n := moved(); n > before && n < records {
					before, moving = n, false
				}
			}
		}
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		if err := <-done; err == nil {
			t.Fatal("it had ended before it was killed")
		}
	}
	if n := moved(); n == 0 || n >= records {
		t.Errorf("%d records were moved: it was not interrupted", n)
	}
	wholeAgain(t, path, records)
	stopped, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := sqlite.Open(stopped, path); !errors.Is(err, context.Canceled) {
		t.Errorf("opened in spite of the end: %v", err)
	}
}
