package server

import (
	"context"
	"net"
	"os/exec"
	"path/filepath"
	"syscall"
)

// Redis starts a Redis that writes its append-only file in a directory, and returns the path of its Unix socket. Every
// answered command has been written to the file; durable means that it has been synced as well, else that happens once a
// second.
func Redis(ctx context.Context, dir string, durable bool) (*Server, string, error) {
	program, err := exec.LookPath("redis-server")
	if err != nil {
		return nil, "", &MissingError{"Redis", "redis-server"}
	}
	sync := "everysec"
	if durable {
		sync = "always"
	}
	socket := filepath.Join(dir, "redis.sock")
	s, err := start(syscall.SIGTERM, nil, program, "--port", "0", "--unixsocket", socket, "--dir", dir,
		"--appendonly", "yes", "--appendfsync", sync, "--save", "", "--daemonize", "no")
	if err != nil {
		return nil, "", err
	}
	err = s.ready(ctx, func() error {
		conn, err := net.Dial("unix", socket)
		if err != nil {
			return err
		}
		return conn.Close()
	})
	if err != nil {
		return nil, "", err
	}
	return s, socket, nil
}
