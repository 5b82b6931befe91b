package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"unsafe"
)

// disk is a file system of its own, ext4 on a loop device, whose power can be cut.
type disk struct {
	dir    string // where it is mounted
	device string
}

// NeedsError says what this machine lacks for it.
type NeedsError struct {
	What string
	Err  error
}

func (e *NeedsError) Error() string {
	return fmt.Sprintf("a power cut cannot be tried here: %s (%v). It needs Linux, root, loop devices, ext4 and mkfs.ext4 (Debian: e2fsprogs)", e.What, e.Err)
}

// Unwrap returns the cause.
func (e *NeedsError) Unwrap() error { return e.Err }

// diskSize is that of the file behind the device, most of which is never written.
const diskSize = 2 << 30

// newDisk makes a disk in a directory and mounts it.
func newDisk(ctx context.Context, in string) (d *disk, err error) {
	image, dir := filepath.Join(in, "disk.img"), filepath.Join(in, "disk")
	if os.Getuid() != 0 {
		return nil, &NeedsError{"only root may mount a file system", errors.New("we are not root")}
	}
	f, err := os.OpenFile(image, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return nil, err
	}
	if err := errors.Join(f.Truncate(diskSize), f.Close(), os.MkdirAll(dir, 0o700)); err != nil {
		return nil, err
	}
	if _, err := tool(ctx, "mkfs.ext4", "-q", "-F", image); err != nil {
		return nil, &NeedsError{"no file system could be made", err}
	}
	device, err := tool(ctx, "losetup", "--find", "--show", image)
	if err != nil {
		return nil, &NeedsError{"there is no loop device", err}
	}
	d = &disk{dir: dir, device: device}
	if err := d.mount(); err != nil {
		return nil, errors.Join(&NeedsError{"the file system could not be mounted", err}, d.close(ctx))
	}
	return d, nil
}

func tool(ctx context.Context, name string, args ...string) (string, error) {
	out, err := exec.CommandContext(ctx, name, args...).CombinedOutput() // #nosec G204 -- tools of the system, files of our own
	says := strings.TrimSpace(string(out))
	if err != nil {
		return "", fmt.Errorf("%s: %w: %s", name, err, says)
	}
	return says, nil
}

func (d *disk) mount() error { return syscall.Mount(d.device, d.dir, "ext4", 0, "") }

// What the file system is told, as its own tests tell it (linux/ext4, EXT4_IOC_SHUTDOWN): that it is shut down at this moment, without
// writing what it has not yet written, not even its journal.
const (
	ioctlShutdown = 0x8004587d // _IOR('X', 125, __u32)
	withoutFlush  = 2          // EXT4_GOING_FLAGS_NOLOGFLUSH
)

// cut cuts the power: from now on nothing is written any more, and what was not synced and not yet written is lost.
func (d *disk) cut() error {
	f, err := os.Open(d.dir)
	if err != nil {
		return err
	}
	flags := uint32(withoutFlush)
	_, _, no := syscall.Syscall(syscall.SYS_IOCTL, f.Fd(), ioctlShutdown, uintptr(unsafe.Pointer(&flags))) // #nosec G103 -- an ioctl takes an address
	err = f.Close()
	if no != 0 {
		return &NeedsError{"the file system cannot be shut down", no}
	}
	return err
}

// again is what the machine does when the power is back: the file system is read from the device, and its journal with it. Who used it
// must be gone.
func (d *disk) again() error {
	return errors.Join(syscall.Unmount(d.dir, 0), d.mount())
}

// close gives everything back but the file behind it.
func (d *disk) close(ctx context.Context) error {
	err := syscall.Unmount(d.dir, 0)
	if errors.Is(err, syscall.EINVAL) { // it is not mounted
		err = nil
	}
	_, failed := tool(context.WithoutCancel(ctx), "losetup", "--detach", d.device)
	return errors.Join(err, failed)
}
