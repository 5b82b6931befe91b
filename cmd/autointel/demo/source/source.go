// Package source serves a document to try autointel on: an article written for the repository, with the captions of a
// recording that arrive slowly. A workflow over it is slow because its source is.
package source

import (
	"bytes"
	_ "embed"
	"log/slog"
	"net/http"
	"time"

	"autointel.example/internal/lifecycle"
)

//go:embed article.html
var article []byte

//go:embed captions.en.vtt
var captions []byte

// Path of the article. The captions stand beside it.
const path = "/articles/the-book-of-the-water"

// Server serves the document on loopback.
type Server struct {
	addr string
	stop func() error
}

// Start starts a server whose captions take the given time to arrive, cue by cue.
func Start(drip time.Duration) (*Server, error) {
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+path, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write(article) // the reader has gone: nobody is left to tell
	})
	mux.HandleFunc("GET /articles/captions.en.vtt", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/vtt; charset=utf-8")
		pour(w, r, drip)
	})
	addr, stop, err := lifecycle.Listen("127.0.0.1:0", mux, slog.New(slog.DiscardHandler))
	return &Server{addr, stop}, err
}

// pour writes the captions evenly over a time, until the reader goes away.
func pour(w http.ResponseWriter, r *http.Request, drip time.Duration) {
	cues := bytes.SplitAfter(captions, []byte("\n\n"))
	ticker := time.NewTicker(max(drip/time.Duration(len(cues)), time.Microsecond))
	defer ticker.Stop()
	for _, cue := range cues {
		if _, err := w.Write(cue); err != nil {
			return
		}
		if drip == 0 {
			continue
		}
		_ = http.NewResponseController(w).Flush() // without it the cue arrives with the next
		select {
		case <-ticker.C:
		case <-r.Context().Done():
			return
		}
	}
}

// URL is the article's.
func (s *Server) URL() string { return "http://" + s.addr + path }

// HostPort is where the server listens; it is private, so fetching it has to be allowed.
func (s *Server) HostPort() string { return s.addr }

// Close stops the server.
func (s *Server) Close() error { return s.stop() }
