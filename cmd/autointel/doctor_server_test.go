package main

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"

	"autointel.example/internal/jetstream"
	"autointel.example/internal/monitor"
	"autointel.example/internal/natstest"
	"autointel.example/internal/workflow"
)

func TestAServerIsJudged(t *testing.T) {
	good := monitor.Server{Name: "n1", Version: "2.15.2", SyncAlways: true, Stored: 1 << 30, Room: 40 << 30, Cluster: "c", Servers: 3, Leader: "n2"}
	for _, c := range []struct {
		name         string
		change       func(*monitor.Server)
		check, level string
		says         string
	}{
		{"all is well", func(*monitor.Server) {}, "nats server", levelOK, "one of 3 of the cluster c"},
		{"every write is synced", func(*monitor.Server) {}, "durability", levelOK, "durable"},
		{"syncs now and then", func(s *monitor.Server) { s.SyncAlways, s.SyncInterval = false, 2*time.Minute }, "durability", levelWarning, "every 2m0s"},
		{"nobody leads", func(s *monitor.Server) { s.Leader = "" }, "nats server", levelFailed, "no leader"},
		{"alone", func(s *monitor.Server) { s.Cluster, s.Servers, s.Leader = "", 0, "" }, "nats server", levelOK, "n1, 2.15.2"},
		{"room", func(*monitor.Server) {}, "nats storage", levelOK, "1.0 GiB of 40 GiB taken"},
		{"hardly any room", func(s *monitor.Server) { s.Stored = 33 << 30 }, "nats storage", levelWarning, "33 GiB of 40 GiB"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := good
			c.change(&s)
			var f findings
			judgeServer(s, &f)
			for _, found := range f {
				if found.Check == c.check && found.Level == c.level && strings.Contains(found.Says, c.says) && (found.Level == levelOK) == (found.Do == "") {
					return
				}
			}
			t.Errorf("%+v", f)
		})
	}
}

// TestDoctorAsksTheServerHowDurableItIs runs doctor against a server elsewhere, with its monitoring port and without.
func TestDoctorAsksTheServerHowDurableItIs(t *testing.T) {
	s, err := server.NewServer(&server.Options{
		ServerName: "elsewhere", Host: "127.0.0.1", Port: -1, HTTPHost: "127.0.0.1", HTTPPort: -1, JetStream: true, StoreDir: t.TempDir(),
		JetStreamMaxStore: 1 << 40, JetStreamMaxMemory: 1 << 30, SyncAlways: true, NoLog: true, NoSigs: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	s.Start()
	t.Cleanup(func() { s.Shutdown(); s.WaitForShutdown() })
	if !s.ReadyForConnections(30 * time.Second) {
		t.Fatal("the server does not start")
	}
	conn, err := jetstream.Connect(jetstream.ConnectOptions{URL: s.ClientURL(), Name: "test"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(conn.Close)
	if err := jetstream.Provision(t.Context(), conn, natstest.Settings(), workflow.Consumers()); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		args         []string
		code         int
		check, level string
		says         string
	}{
		{[]string{"--nats-monitor-url", "http://" + s.MonitorAddr().String()}, 0, "durability", levelOK, "durable"},
		{nil, 0, "nats server", levelOK, "AUTOINTEL_NATS_MONITOR_URL"},
		{[]string{"--nats-monitor-url", "http://127.0.0.1:1"}, 1, "nats server", levelFailed, "nobody answers"},
	} {
		code, stdout, _ := call(t.Context(), append([]string{"doctor", "--json", "--data-dir", t.TempDir(), "--nats-url", s.ClientURL()}, c.args...)...)
		var all []finding
		if err := json.Unmarshal([]byte(stdout), &all); err != nil || code != c.code {
			t.Fatalf("%v: exit %d, %s, %v", c.args, code, stdout, err)
		}
		found := false
		for _, f := range all {
			found = found || f.Check == c.check && f.Level == c.level && strings.Contains(f.Says, c.says)
		}
		if !found {
			t.Errorf("%v: %s", c.args, stdout)
		}
	}
	if code, _, stderr := call(t.Context(), "doctor", "--nats-monitor-url", "nats:8222"); code != 2 || !strings.Contains(stderr, "such as http://nats:8222") {
		t.Errorf("exit %d, %s", code, stderr)
	}
}
