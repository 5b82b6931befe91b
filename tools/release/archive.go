package main

import (
	"archive/tar"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"slices"
	"strings"
	"time"
)

// file is one of an archive's.
type file struct {
	path, name string
	mode       int64
}

// writeArchive writes a gzipped tar whose files stand in a directory, by name, root's, and of one time.
func writeArchive(path, directory string, at time.Time, files []file) (err error) {
	slices.SortFunc(files, func(a, b file) int { return strings.Compare(a.name, b.name) })
	out, err := os.Create(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	packed, err := gzip.NewWriterLevel(out, gzip.BestCompression)
	if err != nil {
		return err
	}
	w := tar.NewWriter(packed)
	if err := w.WriteHeader(&tar.Header{Typeflag: tar.TypeDir, Name: directory + "/", Mode: 0o755, ModTime: at, Format: tar.FormatUSTAR}); err != nil {
		return err
	}
	for _, f := range files {
		if err := add(w, directory, at, f); err != nil {
			return err
		}
	}
	return errors.Join(w.Close(), packed.Close())
}

func add(w *tar.Writer, directory string, at time.Time, f file) error {
	from, err := os.Open(f.path)
	if err != nil {
		return err
	}
	defer from.Close()
	info, err := from.Stat()
	if err != nil {
		return err
	}
	header := &tar.Header{Typeflag: tar.TypeReg, Name: directory + "/" + f.name, Size: info.Size(), Mode: f.mode, ModTime: at, Format: tar.FormatUSTAR}
	if err := w.WriteHeader(header); err != nil {
		return err
	}
	_, err = io.Copy(w, from)
	return err
}
