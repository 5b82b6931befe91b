package backup

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"time"
)

// Writer writes a backup in one pass.
type Writer struct {
	Manifest Manifest // what its maker adds to stands in the backup when Close is called
	tar      *tar.Writer
	written  func(total int64)
	total    int64
}

// NewWriter begins a backup. Written, if not nil, is told how many bytes there are now.
func NewWriter(w io.Writer, by string, now time.Time, written func(total int64)) (*Writer, error) {
	b := &Writer{
		Manifest: Manifest{Format: Format, Version: Version, Created: now.UTC(), By: by}, tar: tar.NewWriter(w), written: written,
	}
	first, err := json.Marshal(header{Format, Version, b.Manifest.Created, by})
	if err != nil {
		return nil, err
	}
	return b, b.file(nameHeader, first)
}

// Section begins a section. It must be closed before the next is begun.
func (b *Writer) Section(name string) io.WriteCloser { return &section{writer: b, name: name} }

// Close ends the backup. It is whole when this returns without an error.
func (b *Writer) Close() error {
	manifest, err := json.Marshal(b.Manifest)
	if err != nil {
		return err
	}
	if err := b.file(nameManifest, manifest); err != nil {
		return err
	}
	if err := b.file(nameSum, fmt.Appendf(nil, "%s  %s\n", sum(manifest), nameManifest)); err != nil {
		return err
	}
	return b.tar.Close()
}

func (b *Writer) file(name string, content []byte) error {
	h := &tar.Header{Name: name, Mode: perm, Size: int64(len(content)), ModTime: b.Manifest.Created.Truncate(time.Second), Format: tar.FormatPAX}
	if err := b.tar.WriteHeader(h); err != nil {
		return err
	}
	if _, err := b.tar.Write(content); err != nil {
		return err
	}
	if b.total += int64(len(content)); b.written != nil {
		b.written(b.total)
	}
	return nil
}

func sum(content []byte) string {
	s := sha256.Sum256(content)
	return hex.EncodeToString(s[:])
}

// section gathers what is written to it into parts.
type section struct {
	writer *Writer
	name   string
	buffer bytes.Buffer
	parts  int
}

// Write implements io.Writer.
func (s *section) Write(p []byte) (int, error) {
	n := len(p)
	for len(p) > 0 {
		room := min(partSize-s.buffer.Len(), len(p))
		s.buffer.Write(p[:room])
		if p = p[room:]; s.buffer.Len() == partSize {
			if err := s.flush(); err != nil {
				return 0, err
			}
		}
	}
	return n, nil
}

// Close writes the rest. A section without content has one part, so that it is seen.
func (s *section) Close() error {
	if s.buffer.Len() == 0 && s.parts > 0 {
		return nil
	}
	return s.flush()
}

func (s *section) flush() error {
	s.parts++
	content := s.buffer.Bytes()
	p := Part{s.name + "/" + fmt.Sprintf(partDigits, s.parts), int64(len(content)), sum(content)}
	if err := s.writer.file(p.Name, content); err != nil {
		return err
	}
	s.writer.Manifest.Parts = append(s.writer.Manifest.Parts, p)
	s.buffer.Reset()
	return nil
}
