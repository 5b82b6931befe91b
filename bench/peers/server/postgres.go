package server

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"syscall"

	"github.com/jackc/pgx/v5"
)

// PostgresConnections are what a PostgreSQL of this package admits.
const PostgresConnections = 200

// Postgres starts a PostgreSQL on a new cluster below a directory, and returns the URL of its database. It listens on a Unix
// socket alone. Not durable means synchronous_commit=off, which PostgreSQL's manual prefers over fsync=off: a crash of the
// server or of the machine loses the last 0.6 s at most, and nothing is damaged.
func Postgres(ctx context.Context, dir string, durable bool) (*Server, string, error) {
	initdb, err := postgresProgram("initdb")
	if err != nil {
		return nil, "", err
	}
	home := filepath.Join(dir, "pg")
	if err := errors.Join(os.Mkdir(home, 0o700), os.Chmod(dir, 0o711)); err != nil { //nolint:gosec // another user is to pass through
		return nil, "", err
	}
	as, err := unprivileged(home)
	if err != nil {
		return nil, "", err
	}
	data := filepath.Join(home, "data")
	make := exec.CommandContext(ctx, initdb, "-D", data, "-U", "bench", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync", "--no-instructions")
	make.Dir, make.SysProcAttr = home, &syscall.SysProcAttr{Setpgid: true, Credential: as}
	if out, err := make.CombinedOutput(); err != nil {
		return nil, "", fmt.Errorf("initdb: %w: %s", err, lastBytes(out, 400))
	}
	commit := "off"
	if durable {
		commit = "on"
	}
	s, err := start(syscall.SIGINT, as, filepath.Join(filepath.Dir(initdb), "postgres"), "-D", data, "-k", home,
		"-c", "listen_addresses=", "-c", "synchronous_commit="+commit, "-c", fmt.Sprintf("max_connections=%d", PostgresConnections),
		"-c", "shared_buffers=1GB", "-c", "max_wal_size=4GB")
	if err != nil {
		return nil, "", err
	}
	url := fmt.Sprintf("postgres:///postgres?host=%s&user=bench", home)
	err = s.ready(ctx, func() error {
		conn, err := pgx.Connect(ctx, url)
		if err != nil {
			return err
		}
		return conn.Close(ctx)
	})
	if err != nil {
		return nil, "", err
	}
	return s, url, nil
}

// postgresProgram finds a program of PostgreSQL: Debian keeps them outside the path, by version.
func postgresProgram(name string) (string, error) {
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/" + name)
	if err != nil {
		return "", err
	}
	if len(found) > 0 {
		return slices.Max(found), nil
	}
	if path, err := exec.LookPath(name); err == nil {
		return path, nil
	}
	return "", &MissingError{"PostgreSQL", "postgresql"}
}
