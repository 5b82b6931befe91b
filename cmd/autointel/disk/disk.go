// Package disk says what a directory's file system is, and how full.
package disk

// Space is how full a file system is.
type Space struct {
	Free, Total uint64 // bytes; free: for who asks, without what is reserved for root
	// Kind is what the file system is called where that matters: tmpfs, nfs, cifs and the like; empty: something else.
	Kind string
}

// Volatile reports whether what is written is lost with the machine's memory.
func (s Space) Volatile() bool { return s.Kind == "tmpfs" || s.Kind == "ramfs" }

// Remote reports whether another machine keeps what is written: locks and syncs over a network are not what they are on a disk.
func (s Space) Remote() bool {
	switch s.Kind {
	case "nfs", "cifs", "smb2", "9p", "ceph", "afs", "fuse":
		return true
	}
	return false
}
