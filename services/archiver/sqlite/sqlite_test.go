package sqlite_test

import (
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
