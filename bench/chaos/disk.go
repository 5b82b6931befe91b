package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"autointel.example/internal/pause"
)

// sizes of the disks that can become full, in bytes. What is written to them is far less, so that they are full only when we
// fill them.
func (o options) brokerDisk() int  { return 256<<20 + o.Workflows*(128<<10) }
func (o options) archiveDisk() int { return 64<<20 + o.Workflows*(32<<10) }

// disk makes the directory of something that is written to. Where the disk fault is wanted and this machine lets us, it is a
// file system of its own, in memory, which can be full.
func (h *house) disk(name string, size int) (string, error) {
	dir := filepath.Join(h.dir, name)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", err
	}
	if !h.wants(faultDisk) {
		return dir, nil
	}
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, fmt.Sprintf("size=%d,mode=0700", size)); err != nil {
		h.leftOut[faultDisk] = "a small file system cannot be mounted here: " + err.Error()
		return dir, nil
	}
	h.mounted[name] = dir
	return dir, nil
}

// unmount gives the disks back. What is on them is copied beside them first if it is wanted as evidence.
func (h *house) unmount(keep bool) error {
	var errs []error
	for name, dir := range h.mounted {
		if keep {
			errs = append(errs, os.CopyFS(filepath.Join(h.dir, name+".kept"), os.DirFS(dir)))
		}
		errs = append(errs, syscall.Unmount(dir, 0))
	}
	h.mounted = map[string]string{}
	return errors.Join(errs...)
}

// fill fills a disk for a while.
func fill(ctx context.Context, dir string, d time.Duration) (err error) {
	path := filepath.Join(dir, "filler")
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close(), os.Remove(path)) }()
	var free syscall.Statfs_t
	if err := syscall.Statfs(dir, &free); err != nil {
		return err
	}
	if err := syscall.Fallocate(int(f.Fd()), 0, 0, int64(free.Bavail)*free.Bsize); err != nil && !errors.Is(err, syscall.ENOSPC) {
		return err
	}
	for _, err := f.Seek(0, io.SeekEnd); err == nil; { // what is freed meanwhile
		_, err = f.Write(make([]byte, 4096))
	}
	_ = pause.For(ctx, d)
	return nil
}
