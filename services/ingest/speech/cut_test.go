package speech

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"autointel.example/internal/testtime"
)

func FuzzCut(f *testing.F) {
	f.Add([]byte("ID3\x04\x00\x00\x00\x00\x00\x01a" + strings.Repeat("\xff\xfb\x90\x00"+strings.Repeat("\x00", 413), 60)))
	f.Add([]byte("RIFF\x00\x00\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00\x02\x00\x00\x00\x04\x00\x00\x00\x02\x00\x10\x00data\xff\xff\xff\xff" + strings.Repeat("abcd", 100)))
	f.Add([]byte("RIFF\x00\x00\x00\x00WAVEfmt \x10\x00\x00\x00" + strings.Repeat("\x01", 16) + "data\xff\xff\xff\xff1234"))
	f.Add([]byte("OggS"))
	c := New(Options{PieceTime: 10 * time.Second, Overlap: time.Second, PieceBytes: 1 << 10, MaxLength: time.Minute})
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, content []byte) {
		path := filepath.Join(dir, "recording")
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		file, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = file.Close() }()
		started := time.Now()
		defer func() {
			if took := time.Since(started); took > testtime.Limit(2*time.Second) {
				t.Errorf("%d bytes took %s", len(content), took)
			}
		}()
		pieces, _, cleanUp, err := c.cut(t.Context(), file)
		defer cleanUp()
		var e *Error
		if err != nil && !errors.As(err, &e) {
			t.Fatal(err)
		}
		var at time.Duration
		for i, p := range pieces {
			if p.from < 0 || p.to < p.from || p.to > int64(len(content)) || p.start < at || p.length < 0 || i > 0 && p.begin != pieces[i-1].end {
				t.Errorf("piece %d of %d: %+v", i, len(pieces), p)
			}
			at = p.start
		}
		if len(pieces) > 20 {
			t.Errorf("%d pieces of a minute", len(pieces))
		}
	})
}
