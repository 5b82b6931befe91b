package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestTheDemoReadsAPageOfThisMachine: whoever writes a page can look into it before it is published; a report that was to be
// written and did not come about is an error.
func TestTheDemoReadsAPageOfThisMachine(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/notice" {
			http.NotFound(w, r)
			return
		}
		fmt.Fprint(w, "<!doctype html><html lang=en><title>Closed on Monday</title><article><h1>Closed on Monday</h1><p>The library will be closed on Monday, because the heating is being replaced. Books can be returned through the slot beside the door.</p><p>It opens again on Tuesday at nine. The reading of the same evening is held in the school instead, at the usual hour, and costs nothing. Those who cannot come may ask for a recording of it.</p></article>")
	}))
	defer server.Close()
	file := filepath.Join(t.TempDir(), "report.md")
	code, stdout, stderr := call(t.Context(), "demo", "--session", "10m", "--depth", "standard", "--url", server.URL+"/notice", "-o", file)
	report, err := os.ReadFile(file)
	if code != 0 || err != nil || !strings.HasPrefix(string(report), "# Closed on Monday\n") {
		t.Errorf("exit %d, %v: %s\n%s%s", code, err, report, stdout, stderr)
	}
	svg := filepath.Join(t.TempDir(), "relations.svg")
	if code, _, stderr = call(t.Context(), "demo", "--session", "10m", "--depth", "standard", "--url", server.URL+"/notice", "-o", svg); code != 1 || !strings.Contains(stderr, "at depth experimental only") {
		t.Errorf("a drawing at depth standard: exit %d: %s", code, stderr)
	}
	if code, _, stderr = call(t.Context(), "demo", "--session", "10m", "--depth", "experimental", "-o", svg); code != 0 {
		t.Errorf("a drawing: exit %d: %s", code, stderr)
	}
	if drawn, err := os.ReadFile(svg); err != nil || !strings.HasPrefix(string(drawn), "<svg") || !strings.Contains(string(drawn), "Carrow Marine") {
		t.Errorf("%v: %.300s", err, drawn)
	}
	missing := filepath.Join(t.TempDir(), "report.md")
	code, _, stderr = call(t.Context(), "demo", "--session", "10m", "--depth", "standard", "--url", server.URL+"/gone", "-o", missing)
	if code != 1 || !strings.Contains(stderr, "try another address") {
		t.Errorf("exit %d: %s", code, stderr)
	}
}

func TestOnlyTheAddressOfThisMachineIsLetThrough(t *testing.T) {
	for page, want := range map[string]string{
		"http://127.0.0.1:8080/a": "[127.0.0.1:8080]", "http://localhost:80/": "[localhost:80]", "http://[::1]:1/": "[[::1]:1]", "http://10.0.0.1:80/": "[]", "https://example.org:443/": "[]", "http://127.0.0.1/": "[]", "": "[]",
	} {
		if got := fmt.Sprint(own(page)); got != want {
			t.Errorf("%q: %s", page, got)
		}
	}
}
