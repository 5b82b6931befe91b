package server

import (
	"context"
	"net"
	"os/exec"
	"path/filepath"
	"syscall"
)

// Redis starts a Redis that writes its append-only file in a directory, and returns the path of its Unix socket and its address on the
// loopback interface. Every answered command has been written to the file; durable means that it has been synced as well, else that happens once a
// second.
func Redis(ctx context.Context, dir string, durable bool) (s *Server, socket, address string, err error) {
	program, err := exec.LookPath("redis-server")
	if err != nil {
		return nil, "", "", &MissingError{"Redis", "redis-server"}
	}
	sync := "everysec"
	if durable {
		sync = "always"
	}
	if address, err = free(); err != nil {
		return nil, "", "", err
	}
	_, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, "", "", err
	}
	socket = filepath.Join(dir, "redis.sock")
	s, err = start(syscall.SIGTERM, nil, program, "--bind", "127.0.0.1", "--port", port, "--unixsocket", socket, "--dir", dir,
		"--appendonly", "yes", "--appendfsync", sync, "--save", "", "--daemonize", "no")
	if err != nil {
		return nil, "", "", err
	}
	err = s.ready(ctx, func() error {
		conn, err := net.Dial("unix", socket)
		if err != nil {
			return err
		}
		return conn.Close()
	})
	if err != nil {
		return nil, "", "", err
	}
	return s, socket, address, nil
}

// free is an address of the loopback interface that nobody listens on.
func free() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}
