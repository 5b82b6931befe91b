package backup

import (
	"archive/tar"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
)

// DamagedError says that a file is no whole backup.
type DamagedError struct {
	Path, Why string
}

func (e *DamagedError) Error() string {
	return fmt.Sprintf("%s is no whole backup: %s. Nothing was changed; use another copy of it", e.Path, e.Why)
}

// NewerError says that a backup was made by a program after this one.
type NewerError struct {
	Path    string
	Version int
	By      string
}

func (e *NewerError) Error() string {
	return fmt.Sprintf("%s is a backup of version %d, made by autointel %s; this program reads up to %d: restore it with that autointel or a newer one",
		e.Path, e.Version, e.By, Version)
}

// Reader reads a backup whose every part is as it was written.
type Reader struct {
	Manifest Manifest
	file     *os.File
}

// Open reads all of a file and checks it. Read is told how far it is. Errors are *DamagedError, *NewerError and the
// file's own.
func Open(path string, read func(done, total int64)) (*Reader, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	r := &Reader{file: f}
	if err := r.verify(path, info.Size(), read); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return r, nil
}

// Close closes the file.
func (r *Reader) Close() error { return r.file.Close() }

func (r *Reader) verify(path string, size int64, read func(done, total int64)) error {
	t := tar.NewReader(r.file)
	first, err := begins(t)
	switch {
	case err != nil:
		return &DamagedError{path, err.Error()}
	case first.Version > Version:
		return &NewerError{path, first.Version, first.By}
	}
	found, err := r.parts(t, func() {
		if at, err := r.file.Seek(0, io.SeekCurrent); err == nil && read != nil {
			read(at, size)
		}
	})
	if err == nil {
		err = r.compare(found)
	}
	if err != nil {
		return &DamagedError{path, err.Error()}
	}
	return nil
}

// begins reads the first file.
func begins(t *tar.Reader) (first header, err error) {
	other := errors.New("it does not begin like one")
	h, err := t.Next()
	if err != nil || h.Name != nameHeader {
		return first, other
	}
	content, err := io.ReadAll(io.LimitReader(t, maxManifest))
	if err != nil || json.Unmarshal(content, &first) != nil || first.Format != Format {
		return first, other
	}
	return first, nil
}

// parts reads every part and the manifest.
func (r *Reader) parts(t *tar.Reader, each func()) (found []Part, err error) {
	var manifest []byte
	for {
		h, err := t.Next()
		if errors.Is(err, io.EOF) {
			return found, nil
		}
		if err != nil {
			return nil, fmt.Errorf("it breaks off: %w", err)
		}
		switch h.Name {
		case nameManifest:
			if manifest, err = io.ReadAll(io.LimitReader(t, maxManifest)); err != nil {
				return nil, fmt.Errorf("it breaks off: %w", err)
			}
		case nameSum:
			content, err := io.ReadAll(io.LimitReader(t, 1024))
			if err != nil || !strings.HasPrefix(string(content), sum(manifest)+" ") {
				return nil, errors.New("its manifest is not the one that was written")
			}
			if err := json.Unmarshal(manifest, &r.Manifest); err != nil {
				return nil, fmt.Errorf("its manifest cannot be read: %w", err)
			}
		default:
			hash := sha256.New()
			n, err := io.Copy(hash, t)
			if err != nil {
				return nil, fmt.Errorf("it breaks off in %s: %w", h.Name, err)
			}
			found = append(found, Part{h.Name, n, hex.EncodeToString(hash.Sum(nil))})
			each()
		}
	}
}

// compare holds what was found against the manifest.
func (r *Reader) compare(found []Part) error {
	if r.Manifest.Format != Format {
		return errors.New("it has no manifest at its end, so it was not written to the end")
	}
	if len(found) != len(r.Manifest.Parts) {
		return fmt.Errorf("it has %d parts, of %d that were written", len(found), len(r.Manifest.Parts))
	}
	for i, p := range r.Manifest.Parts {
		if found[i] != p {
			return fmt.Errorf("%s is not what was written", p.Name)
		}
	}
	return nil
}

// Section returns the content of a section. It has to be closed.
func (r *Reader) Section(name string) io.ReadCloser {
	pr, pw := io.Pipe()
	go func() {
		pw.CloseWithError(r.each(name, func(_ string, content io.Reader) error {
			_, err := io.Copy(pw, content)
			return err
		}))
	}()
	return pr
}

// Files hands every file of a section of files, by its name, to a function; a large one comes in several parts, one after the other.
func (r *Reader) Files(section string, each func(name string, first bool, content io.Reader) error) error {
	return r.each(section, func(part string, content io.Reader) error {
		name, number, _ := strings.Cut(strings.TrimPrefix(part, section), "/")
		return each(name, number == fmt.Sprintf(partDigits, 1), content)
	})
}

// each reads the file anew, for the parts of one section.
func (r *Reader) each(section string, do func(part string, content io.Reader) error) error {
	t := tar.NewReader(io.NewSectionReader(r.file, 0, 1<<62))
	for {
		h, err := t.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if of(h.Name, section) {
			if err := do(h.Name, t); err != nil {
				return err
			}
		}
	}
}

// of reports whether a part is of a section.
func of(part, section string) bool {
	return strings.HasPrefix(part, strings.TrimSuffix(section, "/")+"/")
}
