package backup

import (
	"bytes"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// write writes a backup of sections, in order.
func write(t *testing.T, names []string, content map[string][]byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "backup")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	b, err := NewWriter(f, "v1", time.Unix(1_700_000_000, 0), nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		s := b.Section(name)
		for piece := content[name]; len(piece) > 0; { // in pieces of any size
			n := min(len(piece), 1+rand.IntN(1<<20))
			if _, err := s.Write(piece[:n]); err != nil {
				t.Fatal(err)
			}
			piece = piece[n:]
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

func random(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(rand.Uint32())
	}
	return b
}

func TestSectionsComeBackAsTheyWereWritten(t *testing.T) {
	names := []string{StreamSection("A"), StreamSection("AB"), SectionFiles + "wf_1.json", SectionFiles + "wf_2.json", SectionSQLite}
	content := map[string][]byte{
		names[0]: random(partSize), names[1]: random(2*partSize + 17), names[2]: random(partSize + 1), names[3]: {}, names[4]: random(3),
	}
	r, err := Open(write(t, names, content), nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		s := r.Section(name)
		got, err := io.ReadAll(s)
		if err != nil || !bytes.Equal(got, content[name]) || r.Manifest.Size(name) != int64(len(got)) {
			t.Errorf("%s: %d bytes of %d, %v", name, len(got), len(content[name]), err)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
	files := map[string][]byte{}
	err = r.Files(SectionFiles, func(name string, first bool, c io.Reader) error {
		if first {
			files[name] = []byte{}
		}
		part, err := io.ReadAll(c)
		files[name] = append(files[name], part...)
		return err
	})
	if err != nil || len(files) != 2 || !bytes.Equal(files["wf_1.json"], content[names[2]]) || files["wf_2.json"] == nil {
		t.Errorf("%d files, %v", len(files), err)
	}
	half := r.Section(names[1])
	if _, err := half.Read(make([]byte, 10)); err != nil {
		t.Error(err)
	}
	if err := half.Close(); err != nil { // nobody reads the rest, and nothing is left behind
		t.Error(err)
	}
	if err := r.Close(); err != nil {
		t.Error(err)
	}
}

func TestABackupThatWasNotWrittenToItsEndIsNone(t *testing.T) {
	path := write(t, []string{StreamSection("A")}, map[string][]byte{StreamSection("A"): random(100_000)})
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for n := 0; n < len(whole)-1024; n += 512 { // tar's last two blocks are empty
		if err := os.WriteFile(path, whole[:n], 0o600); err != nil {
			t.Fatal(err)
		}
		if r, err := Open(path, nil); err == nil {
			t.Errorf("the first %d bytes of %d are taken for a backup: %+v", n, len(whole), r.Manifest)
		}
	}
	for range 200 {
		changed := bytes.Clone(whole)
		at := rand.IntN(len(whole) - 1024)
		changed[at] ^= byte(1 << rand.IntN(8))
		if err := os.WriteFile(path, changed, 0o600); err != nil {
			t.Fatal(err)
		}
		r, err := Open(path, nil)
		if err != nil {
			continue
		}
		// What still opens differs in nothing that is read: padding, or a field of tar's that says nothing here.
		s := r.Section(StreamSection("A"))
		got, readErr := io.ReadAll(s)
		if readErr != nil || sum(got) != r.Manifest.Parts[0].SHA256 {
			t.Errorf("a change at %d is not seen: %v", at, readErr)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	}
}
