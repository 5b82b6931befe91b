// Package town serves something to look into: an invented local article with its recording, and the sites it links to. Some of
// them bear it out, some say otherwise, one asks programs not to read it, and one is behind a paywall. The captions arrive
// slowly, so that a workflow over the article takes its time.
package town

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"autointel.example/internal/lifecycle"
)

//go:embed pages
var files embed.FS

// site is one of the town's sites. Each has an address of its own, as sites do; in the pages they go by their invented names.
type site struct {
	name   string            // as the pages link to it
	pages  map[string]string // path to file
	robots string
}

var sites = []site{
	{name: "courier.selwick.example", pages: map[string]string{"/news/the-wall": "courier-wall.html", "/news/wall.en.vtt": "wall.en.vtt"}},
	{name: "gauge.selwick.example", pages: map[string]string{"/record": "gauge-record.html"}},
	{name: "audit.county.example", pages: map[string]string{"/selwick-wall": "audit-wall.html"}},
	{name: "tribune.example", pages: map[string]string{"/over-budget": "tribune-budget.html"}},
	{name: "university.example", pages: map[string]string{"/overtopping": "university-overtopping.html"}},
	{name: "minutes.selwick.example", pages: map[string]string{"/2018-11": "minutes-2018.html"}, robots: "User-agent: *\nDisallow: /\n"},
	{name: "weekly.example", pages: map[string]string{"/inside-the-wall": "weekly-inside.html"}},
}

// Server serves the town on loopback, every site on a port of its own.
type Server struct {
	addresses []string
	stops     []func() error
}

// Start starts the town. The captions take the given time to arrive, cue by cue.
func Start(drip time.Duration) (*Server, error) {
	s := &Server{}
	muxes := make([]*http.ServeMux, len(sites))
	var names []string
	for i := range sites {
		muxes[i] = http.NewServeMux()
		addr, stop, err := lifecycle.Listen("127.0.0.1:0", muxes[i], slog.New(slog.DiscardHandler))
		if err != nil {
			return nil, errors.Join(err, s.Close())
		}
		s.addresses, s.stops = append(s.addresses, addr), append(s.stops, stop)
		names = append(names, "https://"+sites[i].name, "http://"+addr)
	}
	real := strings.NewReplacer(names...)
	for i, site := range sites {
		for path, file := range site.pages {
			content, err := files.ReadFile("pages/" + file)
			if err != nil {
				return nil, errors.Join(fmt.Errorf("a page of %s: %w", site.name, err), s.Close())
			}
			muxes[i].HandleFunc("GET "+path, serve(file, []byte(real.Replace(string(content))), drip))
		}
		if site.robots != "" {
			muxes[i].HandleFunc("GET /robots.txt", serve("robots.txt", []byte(site.robots), 0))
		}
	}
	return s, nil
}

// serve answers with a page; captions are poured.
func serve(file string, content []byte, drip time.Duration) http.HandlerFunc {
	kind := "text/html; charset=utf-8"
	switch {
	case strings.HasSuffix(file, ".vtt"):
		return func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "text/vtt; charset=utf-8")
			pour(w, r, bytes.SplitAfter(content, []byte("\n\n")), drip)
		}
	case strings.HasSuffix(file, ".txt"):
		kind = "text/plain; charset=utf-8"
	}
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", kind)
		_, _ = w.Write(content) // the reader has gone: nobody is left to tell
	}
}

// pour writes pieces evenly over a time, until the reader goes away.
func pour(w http.ResponseWriter, r *http.Request, pieces [][]byte, over time.Duration) {
	ticker := time.NewTicker(max(over/time.Duration(len(pieces)), time.Microsecond))
	defer ticker.Stop()
	for _, piece := range pieces {
		if _, err := w.Write(piece); err != nil {
			return
		}
		if over == 0 {
			continue
		}
		_ = http.NewResponseController(w).Flush() // without it the piece arrives with the next
		select {
		case <-ticker.C:
		case <-r.Context().Done():
			return
		}
	}
}

// URL is the article's.
func (s *Server) URL() string { return "http://" + s.addresses[0] + "/news/the-wall" }

// HostPorts are where the sites are served; they are private, so fetching them has to be allowed.
func (s *Server) HostPorts() []string { return s.addresses }

// Close stops every site.
func (s *Server) Close() error {
	var err error
	for _, stop := range s.stops {
		err = errors.Join(err, stop())
	}
	return err
}
