package sandbox

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"time"
)

// Fault is something that goes wrong with one request.
type Fault struct {
	Status     int           // answered instead of carrying the request out; 429 with RetryAfter
	Code       int           // Discord's JSON error code beside the status
	RetryAfter time.Duration // of a 429
	Cloudflare bool          // the 429 comes from the proxy: a text body
	Lost       bool          // carried out, but the answer never arrives
	Dropped    bool          // not carried out, and no answer
}

// plannedFault is a fault that waits for a request to a route.
type plannedFault struct {
	route string
	fault Fault
	times int
}

// Fail makes the next requests to a route fail. Routes: callback, edit_original, get_original, delete_original,
// followup, channel_message, edit_message, open_dm.
func (s *Sandbox) Fail(route string, times int, f Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, &plannedFault{route, f, times})
}

// takeFault returns the fault that waits for a route.
func (s *Sandbox) takeFault(route string) *Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range s.faults {
		if p.route == route && p.times > 0 {
			p.times--
			return &p.fault
		}
	}
	return nil
}

// faulty carries out a request, or the fault that waits for it.
func (s *Sandbox) faulty(route string, next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		f := s.takeFault(route)
		switch {
		case f == nil:
			next(w, r)
			return
		case f.Lost:
			content, err := io.ReadAll(r.Body)
			if err == nil {
				r.Body = io.NopCloser(bytes.NewReader(content))
				next(httptest.NewRecorder(), r)
			}
			panic(http.ErrAbortHandler) // breaks the connection
		case f.Dropped:
			panic(http.ErrAbortHandler)
		case f.Cloudflare:
			w.Header().Set("Retry-After", fmt.Sprintf("%.0f", f.RetryAfter.Seconds()))
			w.WriteHeader(http.StatusTooManyRequests)
			_, _ = io.WriteString(w, "error code: 1015")
		case f.Status == http.StatusTooManyRequests:
			tooMany(w, f.RetryAfter, "shared")
		default:
			writeJSON(w, f.Status, refusal{Code: f.Code, Message: http.StatusText(f.Status)})
		}
	}
}
