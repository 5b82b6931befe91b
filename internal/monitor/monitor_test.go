package monitor_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"go.uber.org/goleak"

	"autointel.example/internal/monitor"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// start runs a NATS server with a monitoring port, and returns that.
func start(t *testing.T, o *server.Options) string {
	t.Helper()
	o.ServerName, o.Host, o.Port, o.HTTPHost, o.HTTPPort, o.NoLog, o.NoSigs, o.StoreDir = "n", "127.0.0.1", -1, "127.0.0.1", -1, true, true, t.TempDir()
	s, err := server.NewServer(o)
	if err != nil {
		t.Fatal(err)
	}
	s.Start()
	t.Cleanup(func() { s.Shutdown(); s.WaitForShutdown() })
	if !s.ReadyForConnections(30 * time.Second) {
		t.Fatal("the server does not start")
	}
	return "http://" + s.MonitorAddr().String()
}

func TestAServerSaysHowDurableItIs(t *testing.T) {
	at := start(t, &server.Options{JetStream: true, JetStreamMaxStore: 1 << 30, JetStreamMaxMemory: 1 << 20, SyncAlways: true, SyncInterval: 2 * time.Minute})
	s, err := monitor.Ask(t.Context(), at, "")
	if err != nil || s.Durability() != monitor.Durable || s.Name != "n" || s.Version != server.VERSION || s.Room != 1<<30 || s.Cluster != "" {
		t.Errorf("%+v, %v", s, err)
	}
	at = start(t, &server.Options{JetStream: true, JetStreamMaxStore: 1 << 30, JetStreamMaxMemory: 1 << 20, SyncInterval: 30 * time.Second})
	if s, err := monitor.Ask(t.Context(), at+"/", ""); err != nil || s.Durability() != monitor.Fast || s.SyncInterval != 30*time.Second {
		t.Errorf("%+v, %v", s, err)
	}
}

func TestWhatCannotBeAskedIsSaid(t *testing.T) {
	answer := func(body string) string {
		e := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, body) }))
		t.Cleanup(e.Close)
		return e.URL
	}
	missing := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(missing.Close)
	for address, says := range map[string]string{
		"nats://127.0.0.1:4222":      "AUTOINTEL_NATS_MONITOR_URL",
		"8222":                       "such as http://nats:8222",
		"http://127.0.0.1:1":         "nobody answers",
		missing.URL:                  "404",
		answer("<html>"):             "no NATS server's",
		answer("{}"):                 "no NATS server's",
		start(t, &server.Options{}):  "JetStream is off",
		answer(`{"version":"2.15"}`): "JetStream is off",
	} {
		if _, err := monitor.Ask(t.Context(), address, ""); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v", address, err)
		}
	}
	if _, err := monitor.Ask(t.Context(), missing.URL, "no-such-file"); err == nil || !strings.Contains(err.Error(), "NATS_CA") {
		t.Errorf("got %v", err)
	}
}
