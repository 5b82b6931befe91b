package pdf

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/tetratelabs/wazero"

	"autointel.example/services/ingest/fetch"
)

// The time that a document may take begins when its sandbox is there: no document is called slow while others have theirs.
func TestADocumentIsNotSlowWhileItWaitsForItsTurn(t *testing.T) {
	body, err := os.ReadFile("testdata/report.pdf")
	if err != nil {
		t.Fatal(err)
	}
	const within = 5 * time.Second
	held := make([]interface{ Close() error }, workers)
	for i := range held {
		sandbox, err := shared.instance(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		held[i] = sandbox
	}
	read := make(chan error)
	go func() {
		_, err := readWithin(t.Context(), within, body, nil)
		read <- err
	}()
	select {
	case err := <-read:
		t.Fatalf("it was read without a sandbox: %v", err)
	case <-time.After(within + time.Second):
	}
	for _, sandbox := range held {
		if err := sandbox.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if err := <-read; err != nil {
		t.Errorf("after its wait: %v", err)
	}
}

func TestADocumentThatTakesTooLongIsSaidToBeSlow(t *testing.T) {
	body, err := os.ReadFile("testdata/report.pdf")
	if err != nil {
		t.Fatal(err)
	}
	_, err = readWithin(t.Context(), time.Nanosecond, body, nil)
	var e *fetch.Error
	if !errors.As(err, &e) || e.Reason != fetch.Timeout || !strings.Contains(e.Message, "within 1ns") {
		t.Errorf("%v", err)
	}
}

// What was compiled is found by the next process.
func TestWhatIsCompiledIsKeptForTheNextProcess(t *testing.T) {
	dir := t.TempDir()
	cache, err := wazero.NewCompilationCacheWithDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	pool, err := compile(cache)
	if err != nil {
		t.Fatal(err)
	}
	if err := pool.Close(); err != nil {
		t.Error(err)
	}
	size := int64(0)
	if err := filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if info, e := d.Info(); err == nil && e == nil && !d.IsDir() {
			size += info.Size()
		}
		return err
	}); err != nil || size < 1<<20 {
		t.Errorf("%d bytes are kept: %v", size, err)
	}
}
