package sqlite_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"autointel.example/services/archiver/archive"
	"autointel.example/services/archiver/sqlite"
)

// A copy that is made while others write holds every record that was kept before it was begun, whole and found by its words.
func TestACopyOfAnArchiveThatIsWrittenToIsWhole(t *testing.T) {
	path := filepath.Join(t.TempDir(), "archive.db")
	s, err := sqlite.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	put := func(n int) error {
		return s.Put(t.Context(), archive.Record{
			WorkflowID: id(n), URL: "https://example.org/", Normalized: "example.org", Depth: "deep", Outcome: "completed", EndedAt: endedAt(n),
			Result: fmt.Appendf(nil, `{"markdown":"the keeper of gauge%d"}`, n),
		})
	}
	const before = 100
	for n := range before {
		if err := put(n); err != nil {
			t.Fatal(err)
		}
	}
	stop, cancel := context.WithCancel(t.Context())
	var writing sync.WaitGroup
	writing.Go(func() {
		for n := before; stop.Err() == nil; n++ {
			if err := put(n); err != nil {
				t.Error(err)
				return
			}
		}
	})
	to := filepath.Join(t.TempDir(), "copy.db")
	err = sqlite.Copy(t.Context(), path, to)
	cancel()
	writing.Wait()
	if err := errors.Join(err, s.Close()); err != nil {
		t.Fatal(err)
	}
	if err := sqlite.Copy(t.Context(), path, to); !errors.Is(err, os.ErrExist) {
		t.Errorf("a file was written over: %v", err)
	}
	newest, err := sqlite.Newest()
	if err != nil {
		t.Fatal(err)
	}
	state, err := sqlite.Inspect(t.Context(), to, true)
	if err != nil || state.Records < before || state.Version != newest || state.Earlier != 0 || state.Bytes == 0 {
		t.Errorf("%+v, %v", state, err)
	}
	copied, err := sqlite.Open(t.Context(), to)
	if err != nil {
		t.Fatal(err)
	}
	for n := range before {
		list, err := copied.Find(t.Context(), archive.Query{Words: fmt.Sprintf("keeper gauge%d", n)})
		if err != nil || len(list) != 1 || list[0].WorkflowID != id(n) || !list[0].EndedAt.Equal(endedAt(n).Truncate(time.Millisecond)) {
			t.Fatalf("%d: %+v, %v", n, list, err)
		}
	}
	if err := copied.Close(); err != nil {
		t.Error(err)
	}
}

func TestInspectingAFileSaysWhatOpeningItWouldDoAndDoesNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "archive.db")
	earlier(t, path, 30)
	for range 2 { // nothing has changed the second time
		if s, err := sqlite.Inspect(t.Context(), path, true); err != nil || s.Version != 2 || s.Records != 0 || s.Earlier != 30 {
			t.Errorf("%+v, %v", s, err)
		}
	}
	damaged := filepath.Join(t.TempDir(), "damaged.db")
	if err := os.WriteFile(damaged, []byte("this is no database, and long enough to be seen as something"), 0o600); err != nil {
		t.Fatal(err)
	}
	if s, err := sqlite.Inspect(t.Context(), damaged, true); err == nil {
		t.Errorf("%+v", s)
	}
	if s, err := sqlite.Inspect(t.Context(), filepath.Join(t.TempDir(), "none.db"), false); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%+v, %v", s, err)
	}
}
