package program

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"

	"autointel.example/internal/lifecycle"
)

func TestAProbeSaysWhetherAProgramIsReady(t *testing.T) {
	var missing error
	check := lifecycle.Check{Name: "nats", Check: func(context.Context) error { return missing }}
	bound, stop, err := lifecycle.Serve("127.0.0.1:0", prometheus.NewRegistry(), slog.New(slog.DiscardHandler), (&lifecycle.Pulse{}).Alive, []lifecycle.Check{check})
	if err != nil {
		t.Fatal(err)
	}
	everywhere := "0.0.0.0" + bound[strings.LastIndex(bound, ":"):]
	if err := Probe(t.Context(), everywhere); err != nil {
		t.Errorf("ready, but %v", err)
	}
	missing = errors.New("the broker is away")
	if err := Probe(t.Context(), bound); err == nil || !strings.Contains(err.Error(), "the broker is away") {
		t.Errorf("what is missing is to be said: %v", err)
	}
	if err := stop(); err != nil {
		t.Error(err)
	}
	if err := Probe(t.Context(), bound); ExitCode(err) != 1 {
		t.Errorf("nothing runs there: %v", err)
	}
	if err := Probe(t.Context(), "9464"); ExitCode(err) != 2 {
		t.Errorf("no address: %v", err)
	}
}
