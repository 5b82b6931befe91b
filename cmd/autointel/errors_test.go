package main

import (
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestEveryErrorSaysWhatToDo: whoever reads one knows the next thing to type or to change, for each way to go wrong that a command
// line can take without a broker.
func TestEveryErrorSaysWhatToDo(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = taken.Close() }()
	full := t.TempDir()
	if err := os.WriteFile(filepath.Join(full, "old"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	const nowhere = "nats://127.0.0.1:1"
	id := "wf_0123456789abcdef0123456789abcdef"
	up := []string{"up", "--data-dir", t.TempDir(), "--nats-listen", "", "--sandbox-addr", "127.0.0.1:0", "--interactions-addr", "127.0.0.1:0", "--durability", "fast"}
	with := func(more ...string) []string { return append(append([]string{}, up...), more...) }
	for _, c := range []struct {
		args []string
		do   string
	}{
		{[]string{"dance"}, "autointel --help"},
		{[]string{"timeline", "42"}, "`autointel top` and `autointel results list` show those there are"},
		{[]string{"rerun", "42", "--from", "verify"}, "it looks like wf_ and 32 hexadecimal digits"},
		{[]string{"results", "rm", "42"}, "it looks like wf_ and 32 hexadecimal digits"},
		{[]string{"results", "rm"}, "name workflows, or a user with --user"},
		{[]string{"results", "replay"}, "name workflows, or use --all"},
		{[]string{"results", "list", "--data-dir", full}, "name its directory with --data-dir"},
		{[]string{"timeline", id, "--nats-url", nowhere}, "is the server running"},
		{[]string{"dead", "list", "--nats-url", nowhere}, "is the server running"},
		{[]string{"keys", full}, "name a new directory"},
		{[]string{"backup", filepath.Join(full, "b"), "--data-dir", full}, "--nats-url"},
		{[]string{"commands", "diff"}, "copy it from the application's"},
		{[]string{"provision", "--nats-url", nowhere, "--replicas", "2"}, "use 1, 3 or 5"},
		{with("--http-addr", taken.Addr().String()), "give AUTOINTEL_HTTP_ADDR another address"},
		{with("--http-addr", "127.0.0.1:0", "--interactions-addr", taken.Addr().String()), "give AUTOINTEL_INTERACTIONS_ADDR another address"},
		{with("--http-addr", "127.0.0.1:0", "--fallback", "pigeon"), "use channel, dm, webhook or none"},
		{with("--http-addr", "127.0.0.1:0", "--webhook-url", "here"), "copy it from the channel's settings"},
		{with("--http-addr", "127.0.0.1:0", "--session-warning", "20m"), "leave it out for 0.8 of it"},
		{with("--http-addr", "127.0.0.1:0", "--limit-per-user=-1"), "0 is without limit"},
		{with("--http-addr", "127.0.0.1:0", "--nats-listen", "4222"), "AUTOINTEL_NATS_LISTEN is not an address such as"},
	} {
		code, _, stderr := call(t.Context(), c.args...)
		if code == 0 || !strings.Contains(stderr, c.do) {
			t.Errorf("%v: exit %d, stderr %q", c.args, code, stderr)
		}
	}
}
