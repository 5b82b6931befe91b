package main

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"autointel.example/internal/jetstream"
	"autointel.example/internal/lifecycle"
	"autointel.example/internal/program"
	"autointel.example/internal/sandbox"
	"autointel.example/internal/workflow"
	"autointel.example/schemas"
	"autointel.example/services/archiver"
	"autointel.example/services/notifier"
)

// running starts the whole house in this process, with the sandbox, until the test ends.
func running(t *testing.T, allow ...string) (*house, *jetstream.Client) {
	t.Helper()
	return runningWith(t, 15*time.Minute, io.Discard, allow...)
}

// runningWith is running with sessions of some life, and its log lines, all of them, written to logs.
func runningWith(t *testing.T, session time.Duration, logs io.Writer, allow ...string) (*house, *jetstream.Client) {
	t.Helper()
	stack := &lifecycle.Stack{}
	f := houseFlags{
		Database: archiver.Database{DataDir: t.TempDir()}, Durability: "fast", HTTPAddr: "127.0.0.1:0", SandboxAddr: "127.0.0.1:0", Listen: "127.0.0.1:0", Routes: notifier.Routes{Fallback: []string{schemas.RouteChannel, schemas.RouteDM}}, FetchAllow: allow,
		Session: program.Session{Lifetime: session, Deadline: time.Hour, Retention: 24 * time.Hour},
	}
	f.Log.Level, f.Log.Format = "debug", "json"
	h, err := build(t.Context(), f, stack, streams{io.Discard, logs})
	if err != nil {
		t.Fatal(errors.Join(err, stack.Close()))
	}
	ctx, cancel := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- h.serve(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := errors.Join(<-served, stack.Close()); err != nil {
			t.Error(err)
		}
	})
	client, err := h.runtime.Client(t.Context(), "test")
	if err != nil {
		t.Fatal(err)
	}
	return h, client
}

// sources are pages that nothing can be said about.
func sources() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /huge", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		w.Header().Set("Content-Length", "10000000000")
		_, _ = io.WriteString(w, "<p>and so on") // the rest never comes: nobody may wait for it
	})
	mux.HandleFunc("GET /picture", func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Content-Type", "image/png") })
	mux.HandleFunc("GET /empty", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "<!doctype html><html><body><div id=app></div><script>start()</script></body></html>")
	})
	mux.HandleFunc("GET /forbidden", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusForbidden) })
	mux.HandleFunc("GET /inside", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "http://169.254.169.254/latest/meta-data/", http.StatusFound)
	})
	return mux
}

// Each bad source gets an answer that says what is wrong, in the place of the report, and an ending that says so too.
func TestASourceThatCannotBeReadIsAnsweredClearly(t *testing.T) {
	server := httptest.NewServer(sources())
	defer server.Close()
	h, client := running(t, strings.TrimPrefix(server.URL, "http://"))
	for _, c := range []struct{ name, url, reason, says string }{
		{"a page that does not exist", server.URL + "/none", "not_found", "does not exist"},
		{"a page that is forbidden", server.URL + "/forbidden", "http_status", "status 403"},
		{"a body of 10 GB", server.URL + "/huge", "too_large", "larger than 20 MiB"},
		{"a picture", server.URL + "/picture", "unsupported_media_type", "image/png"},
		{"a page without text", server.URL + "/empty", "script_only", "runs its scripts"},
		{"a redirect into a private network", server.URL + "/inside", "private_address", "private network"},
		{"an address of this machine", "http://127.0.0.1:9/", "private_address", "ports 80 and 443"},
		{"an address of a private network", "http://10.0.0.1/", "private_address", "private network"},
	} {
		t.Run(c.name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			i, err := h.sandbox.Command(ctx, ann, "autointel", map[string]any{"url": c.url, "depth": workflow.Experimental})
			if err != nil {
				t.Fatal(err)
			}
			m, err := h.sandbox.WaitMessage(ctx, func(m sandbox.Message) bool {
				return m.Interaction == i.ID && len(m.Embeds) == 1 && m.Embeds[0].Title == "No report"
			})
			if err != nil {
				t.Fatal(err)
			}
			if got := strings.ReplaceAll(m.Embeds[0].Description, `\`, ""); !strings.Contains(got, c.says) {
				t.Errorf("the user reads %q", got)
			}
			id, err := schemas.WorkflowID(i.ID)
			if err != nil {
				t.Fatal(err)
			}
			s, err := client.State(ctx, id)
			if err != nil || s.Ended == nil || s.Ended.Failed.Reason != c.reason || s.Ended.Failed.Stage != workflow.Acquire {
				t.Errorf("the log says %+v, %v", s.Ended, err)
			}
		})
	}
}
