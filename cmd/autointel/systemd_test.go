package main

import (
	"net"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"autointel.example/cmd/autointel/demo/source"
	"autointel.example/internal/sandbox"
)

// TestUpSpeaksWithSystemd runs `up` as its unit does, with a socket in systemd's place.
func TestUpSpeaksWithSystemd(t *testing.T) {
	path := filepath.Join(t.TempDir(), "notify")
	conn := must[*net.UnixConn](t)(net.ListenUnixgram("unixgram", &net.UnixAddr{Name: path, Net: "unixgram"}))
	defer func() { _ = conn.Close() }()
	box := must[*sandbox.Sandbox](t)(sandbox.Start(sandbox.Options{}))
	defer func() { _ = box.Close() }()
	page := must[*source.Server](t)(source.Start(0))
	defer func() { _ = page.Close() }()
	p := newProcess(t, box, page)
	p.env = append(p.env, "NOTIFY_SOCKET="+path, "WATCHDOG_USEC=200000")
	p.start()
	var said []string
	hear := func(want string) {
		t.Helper()
		if err := conn.SetReadDeadline(time.Now().Add(30 * time.Second)); err != nil {
			t.Fatal(err)
		}
		buffer := make([]byte, 4096)
		for {
			n, err := conn.Read(buffer)
			if err != nil {
				t.Fatalf("%q was not said, but %q: %v", want, said, err)
			}
			if said = append(said, string(buffer[:n])); strings.HasPrefix(string(buffer[:n]), want) {
				return
			}
		}
	}
	hear("READY=1")
	if slices.Contains(said, "WATCHDOG=1") {
		t.Errorf("a sign of life before it was ready: %q", said)
	}
	hear("WATCHDOG=1")
	hear("WATCHDOG=1")
	p.stop()
	hear("STOPPING=1")
}
