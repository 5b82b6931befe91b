//go:build linux || darwin

package disk

import "golang.org/x/sys/unix"

// Of looks at the file system of a path that exists.
func Of(path string) (Space, error) {
	var s unix.Statfs_t
	if err := unix.Statfs(path, &s); err != nil {
		return Space{}, err
	}
	size := uint64(s.Bsize)
	return Space{Free: s.Bavail * size, Total: s.Blocks * size, Kind: kind(&s)}, nil
}
