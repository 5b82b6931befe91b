package sqlite_test

import (
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"autointel.example/services/archiver/archive"
	"autointel.example/services/archiver/conformance"
	"autointel.example/services/archiver/sqlite"
)

func TestStore(t *testing.T) {
	conformance.Run(t, func(t *testing.T) archive.Store {
		s, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "sub", "archive.db"))
		if err != nil {
			t.Fatal(err)
		}
		return s
	})
}

func TestTheFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a %3f b", "archive.db") // a path is no URL
	for range 2 {                                               // opened again, with what it held
		s, err := sqlite.Open(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Put(t.Context(), archive.Record{WorkflowID: "wf", EndedAt: time.Now()}); err != nil {
			t.Fatal(err)
		}
		if n, err := s.Count(t.Context()); n != 1 || err != nil {
			t.Errorf("%d, %v", n, err)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	t.Run("a file that is no database is said to be damaged", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "archive.db")
		if err := os.WriteFile(path, []byte(strings.Repeat("no database", 1000)), 0o600); err != nil {
			t.Fatal(err)
		}
		if s, err := sqlite.Open(t.Context(), path); err == nil {
			_ = s.Close()
			t.Error("it was opened")
		}
	})
	t.Run("a directory in its place", func(t *testing.T) {
		if s, err := sqlite.Open(t.Context(), t.TempDir()); err == nil {
			_ = s.Close()
			t.Error("it was opened")
		}
	})
}

// TestWhatIsRemovedLeavesNoWords looks into the index itself: a search would not find what is left of a record that is gone.
func TestWhatIsRemovedLeavesNoWords(t *testing.T) {
	path := filepath.Join(t.TempDir(), "archive.db")
	s, err := sqlite.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	for n := range 30 {
		r := archive.Record{WorkflowID: id(n), Title: "Tides", EndedAt: endedAt(n), Result: fmt.Appendf(nil, `{"markdown":"the keeper of gauge%d at the Café"}`, n)}
		if err := s.Put(t.Context(), r); err != nil {
			t.Fatal(err)
		}
	}
	for n := range 10 {
		if was, err := s.Delete(t.Context(), id(n)); !was || err != nil {
			t.Fatal(was, err)
		}
	}
	if gone, err := s.Expire(t.Context(), endedAt(29), 100); err != nil || len(gone) != 19 {
		t.Fatalf("%d, %v", len(gone), err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", "file:"+path)
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(1) // the vocabulary is of one connection
	defer func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	}()
	if _, err := db.ExecContext(t.Context(), `CREATE VIRTUAL TABLE temp.vocabulary USING fts5vocab (main, words, row)`); err != nil {
		t.Fatal(err)
	}
	var words string
	err = db.QueryRowContext(t.Context(), `SELECT group_concat(term || doc, ' ') FROM temp.vocabulary`).Scan(&words)
	if want := "at1 cafe1 gauge291 keeper1 of1 the1 tides1"; err != nil || words != want {
		t.Errorf("%q, %v, want %q", words, err, want)
	}
}
