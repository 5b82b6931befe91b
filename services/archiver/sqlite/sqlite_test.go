package sqlite_test

import (
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"autointel.example/schemas"
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

// FuzzFind: whatever somebody types is searched for, is no language of the database, and brings nobody else's records.
func FuzzFind(f *testing.F) {
	for _, typed := range []string{
		"river", `"`, `""`, `river"`, `river" OR "tide`, "river OR tide", "NOT river", "NEAR(river tide)", "title:river", "{title url}:river", "river*", "^river", "-river", "(", ")",
		"';DROP TABLE records;--", `%`, `_`, `\`, `\%`, "\x00", "\xff\xfe", "é", "e\u0301", "\u202e", strings.Repeat("a ", 2000), "wf_", "1 = 1",
	} {
		f.Add(typed)
	}
	s, err := sqlite.Open(f.Context(), filepath.Join(f.TempDir(), "archive.db"))
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() {
		if err := s.Close(); err != nil {
			f.Error(err)
		}
	})
	for n, user := range []string{"ann", "bob"} {
		r := archive.Record{
			WorkflowID: fmt.Sprintf("wf_%032d", n), UserID: user, Title: "The river and the tide", URL: "https://example.org/river", Private: true, Outcome: "completed", EndedAt: time.Unix(1767323045, 0),
		}
		if err := s.Put(f.Context(), r); err != nil {
			f.Fatal(err)
		}
	}
	f.Fuzz(func(t *testing.T, typed string) {
		for _, q := range []archive.Query{{Words: typed}, {Typed: typed}, {URL: typed}, {After: archive.Cursor{EndedAt: time.Now(), WorkflowID: typed}}, {UserID: typed}} {
			q.Viewer = &schemas.Requester{UserID: "ann"}
			list, err := s.Find(t.Context(), q)
			if err != nil {
				t.Fatalf("%+v: %v", q, err)
			}
			for _, r := range list {
				if r.UserID != "ann" {
					t.Errorf("%q brings a record of %s's", typed, r.UserID)
				}
			}
		}
		if n, err := s.Count(t.Context()); n != 2 || err != nil {
			t.Fatalf("%d records, %v", n, err)
		}
	})
}
