package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"time"

	"autointel.example/internal/pause"
)

// site is the pages that are asked for: each with a title of its own, so that a report says whose it is.
type site struct {
	*httptest.Server
	slow time.Duration

	mu    sync.Mutex
	asked map[string]int
	gone  map[string]time.Time // when who had asked for a held page first was gone
	again map[string]time.Time // when somebody asked for it again
}

func newSite(slow time.Duration) *site {
	s := &site{slow: slow, asked: map[string]int{}, gone: map[string]time.Time{}, again: map[string]time.Time{}}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{page}/{n}", s.serve)
	s.Server = httptest.NewServer(mux)
	return s
}

// titleOf is the title of the n-th command's page.
func titleOf(n int) string { return fmt.Sprintf("Tides %d", n) }

// addressOf is where that page is.
func (s *site) addressOf(page string, n int) string { return fmt.Sprintf("%s/%s/%d", s.URL, page, n) }

func (s *site) hostPort() string { return strings.TrimPrefix(s.URL, "http://") }

func (s *site) serve(w http.ResponseWriter, r *http.Request) {
	switch r.PathValue("page") {
	case pageMissing:
		http.NotFound(w, r)
		return
	case pageSlow:
		if pause.For(r.Context(), s.slow) != nil {
			return
		}
	case pageFlaky:
		if s.count(r)%2 == 1 {
			panic(http.ErrAbortHandler)
		}
	case pageHeld:
		if s.count(r) == 1 {
			<-r.Context().Done()
			s.note(s.gone, r)
			return
		}
		s.note(s.again, r)
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	fmt.Fprintf(w, "<!doctype html><html lang=en><head><title>Tides %s</title></head><body><article><p>%s</p></article></body></html>",
		r.PathValue("n"), strings.Repeat("The keeper of the gauge wrote the height of the water into a book every morning. In 1892 it stood at 4.2 metres. ", 6)) // #nosec G705 -- our own number
}

func (s *site) count(r *http.Request) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked[r.URL.Path]++
	return s.asked[r.URL.Path]
}

func (s *site) note(in map[string]time.Time, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	in[r.URL.Path] = time.Now()
}
