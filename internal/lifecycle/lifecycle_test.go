package lifecycle

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"autointel.example/internal/telemetry"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestCleanUpsRunInReverseOrderWhateverTheyReturn(t *testing.T) {
	var s Stack
	var order []string
	for _, name := range []string{"a", "b", "c"} {
		s.Defer(name, func() error { order = append(order, name); return errors.New("broken") })
	}
	err := errors.Join(s.Close(), s.Close())
	if !slices.Equal(order, []string{"c", "b", "a"}) || strings.Count(err.Error(), "broken") != 3 {
		t.Errorf("%v, %v", order, err)
	}
}

func TestHealth(t *testing.T) {
	var down, stuck error
	addr, stop, err := Serve("127.0.0.1:0", telemetry.NewMetrics().Registry, slog.New(slog.DiscardHandler), func() error { return stuck }, []Check{
		{"nats", func(context.Context) error { return nil }},
		{"archive", func(context.Context) error { return down }},
	})
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	get := func(path string) (int, string) {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+addr+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = resp.Body.Close() }()
		body, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		return resp.StatusCode, string(body)
	}
	if status, body := get("/readyz"); status != http.StatusOK || !strings.Contains(body, `"nats":"ok"`) {
		t.Errorf("%d %s", status, body)
	}
	down = errors.New("disk full")
	if status, body := get("/readyz"); status != http.StatusServiceUnavailable || !strings.Contains(body, "disk full") {
		t.Errorf("%d %s", status, body)
	}
	if status, _ := get("/healthz"); status != http.StatusOK {
		t.Error("the process is alive all the same")
	}
	stuck = errors.New("a loop has not turned")
	if status, body := get("/healthz"); status != http.StatusServiceUnavailable || !strings.Contains(body, "a loop has not turned") {
		t.Errorf("%d %s", status, body)
	}
	if _, body := get("/metrics"); !strings.Contains(body, "autointel_build_info") || !strings.Contains(body, "autointel_watchdog_triggers_total") {
		t.Errorf("%s", body)
	}
	if err := stop(); err != nil {
		t.Error(err)
	}
}
