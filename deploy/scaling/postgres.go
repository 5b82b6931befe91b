package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
)

// startPostgres starts Debian's PostgreSQL on a new cluster, by its Unix socket alone: several archivers share it. As root,
// it runs as the user postgres.
func startPostgres(ctx context.Context, dir string) (url string, stop func(), err error) {
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if err != nil || len(found) == 0 {
		return "", nil, fmt.Errorf("PostgreSQL is not installed: install Debian's package postgresql")
	}
	programs, home := filepath.Dir(found[len(found)-1]), filepath.Join(dir, "pg")
	if err := os.Mkdir(home, 0o700); err != nil {
		return "", nil, err
	}
	as := &syscall.SysProcAttr{Setpgid: true}
	if os.Getuid() == 0 {
		u, err := user.Lookup("postgres")
		if err != nil {
			return "", nil, err
		}
		uid, _ := strconv.ParseUint(u.Uid, 10, 32)
		gid, _ := strconv.ParseUint(u.Gid, 10, 32)
		as.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
		if err := os.Chown(home, int(uid), int(gid)); err != nil {
			return "", nil, err
		}
		if err := os.Chmod(dir, 0o711); err != nil { //nolint:gosec // another user is to pass through
			return "", nil, err
		}
	}
	data := filepath.Join(home, "data")
	initdb := exec.CommandContext(ctx, found[len(found)-1], "-D", data, "-U", "scaling", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
	initdb.Dir, initdb.SysProcAttr = home, as
	if said, err := initdb.CombinedOutput(); err != nil {
		return "", nil, fmt.Errorf("initdb: %w\n%s", err, said)
	}
	postgres := exec.Command(filepath.Join(programs, "postgres"), "-D", data, "-k", home, "-c", "listen_addresses=")
	postgres.Dir, postgres.SysProcAttr = home, &syscall.SysProcAttr{Setpgid: true, Credential: as.Credential, Pdeathsig: syscall.SIGINT}
	if err := postgres.Start(); err != nil {
		return "", nil, err
	}
	return fmt.Sprintf("postgres:///postgres?host=%s&user=scaling", home), func() {
		_ = postgres.Process.Signal(syscall.SIGINT)
		_ = postgres.Wait()
	}, nil
}
