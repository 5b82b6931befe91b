// Package lifecycle starts and stops programs: clean-ups in reverse order, and the HTTP server that says how the program
// is.
package lifecycle

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Stack is a list of clean-ups. Close carries them out, the last first, each once.
type Stack struct {
	mu    sync.Mutex
	names []string
	steps []func() error
}

// Defer adds a clean-up.
func (s *Stack) Defer(name string, step func() error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.names, s.steps = append(s.names, name), append(s.steps, step)
}

// Close carries out every clean-up, whatever the others return, and joins their errors.
func (s *Stack) Close() error {
	s.mu.Lock()
	names, steps := s.names, s.steps
	s.names, s.steps = nil, nil
	s.mu.Unlock()
	var errs []error
	for i, step := range slices.Backward(steps) {
		if err := step(); err != nil {
			errs = append(errs, fmt.Errorf("closing %s: %w", names[i], err))
		}
	}
	return errors.Join(errs...)
}

// Check says whether something that the program needs is there.
type Check struct {
	Name  string
	Check func(ctx context.Context) error
}

// Missing is an error that names what is not there, each by its name.
func Missing(ctx context.Context, checks []Check) error {
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	var errs []error
	for _, c := range checks {
		if err := c.Check(ctx); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", c.Name, err))
		}
	}
	return errors.Join(errs...)
}

// Serve serves /healthz (the process lives), /readyz (what it needs is there, each by name) and /metrics. It returns the
// address and how to stop. Liveness never depends on what is outside the process: restarting it would not help. More may be
// served on the address. Metrics come in OpenMetrics for who asks for it, as Prometheus does: with exemplars.
func Serve(addr string, registry *prometheus.Registry, logger *slog.Logger, alive func() error, checks []Check, more ...func(*http.ServeMux)) (string, func() error, error) {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		if err := alive(); err != nil {
			http.Error(w, err.Error(), http.StatusServiceUnavailable)
			return
		}
		_, _ = w.Write([]byte("ok\n"))
	})
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) { ready(w, r, checks) })
	mux.Handle("GET /metrics", promhttp.HandlerFor(registry, promhttp.HandlerOpts{EnableOpenMetrics: true}))
	for _, add := range more {
		add(mux)
	}
	return Listen(addr, mux, logger)
}

// Listen serves a handler and returns its address and how to stop it: no new requests, and up to 5 s for those at work.
func Listen(addr string, handler http.Handler, logger *slog.Logger) (string, func() error, error) {
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return "", nil, fmt.Errorf("listen on %s: %w", addr, err)
	}
	ctx, end := context.WithCancel(context.Background())
	server := &http.Server{
		BaseContext: func(net.Listener) context.Context { return ctx },
		Handler:     handler, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 10 * time.Second, WriteTimeout: 30 * time.Second, IdleTimeout: time.Minute,
		ErrorLog: slog.NewLogLogger(logger.Handler(), slog.LevelDebug),
	}
	server.RegisterOnShutdown(end) // an answer that goes on and on ends by its context; else the stop would wait for it
	served := make(chan error, 1)
	go func() { served <- server.Serve(l) }()
	return l.Addr().String(), func() error {
		defer end()
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		err := server.Shutdown(ctx)
		if s := <-served; !errors.Is(s, http.ErrServerClosed) {
			err = errors.Join(err, s)
		}
		return err
	}, nil
}

func ready(w http.ResponseWriter, r *http.Request, checks []Check) {
	ctx, cancel := context.WithTimeout(r.Context(), 3*time.Second)
	defer cancel()
	answer := map[string]string{}
	status := http.StatusOK
	for _, c := range checks {
		answer[c.Name] = "ok"
		if err := c.Check(ctx); err != nil {
			answer[c.Name], status = err.Error(), http.StatusServiceUnavailable
		}
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(answer) // the client has gone: nobody is left to tell
}
