package disk

import "golang.org/x/sys/unix"

func kind(s *unix.Statfs_t) string {
	name := unix.ByteSliceToString(s.Fstypename[:])
	switch name {
	case "nfs", "tmpfs":
		return name
	case "smbfs":
		return "cifs"
	case "macfuse", "osxfuse":
		return "fuse"
	}
	return ""
}
