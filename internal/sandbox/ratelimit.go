package sandbox

import (
	"fmt"
	"net/http"
	"time"
)

// Discord allows an interaction's token about 5 requests in 2 s.
const (
	limitRequests = 5
	limitWindow   = 2 * time.Second
)

// window counts the requests of one token.
type window struct {
	started time.Time
	used    int
}

// limited writes the rate-limit headers, and a 429 if the token has no request left. The caller holds the lock.
func (s *Sandbox) limited(w http.ResponseWriter, token string) bool {
	now := s.o.Now()
	win := s.limits[token]
	if win == nil || now.Sub(win.started) >= limitWindow {
		win = &window{started: now}
		s.limits[token] = win
	}
	win.used++
	left := limitWindow - now.Sub(win.started)
	h := w.Header()
	h.Set("X-RateLimit-Limit", fmt.Sprint(limitRequests))
	h.Set("X-RateLimit-Remaining", fmt.Sprint(max(0, limitRequests-win.used)))
	h.Set("X-RateLimit-Reset-After", fmt.Sprintf("%.3f", left.Seconds()))
	h.Set("X-RateLimit-Bucket", "interaction")
	if win.used <= limitRequests {
		return false
	}
	tooMany(w, left, "user")
	return true
}

// tooMany writes a 429 as Discord does.
func tooMany(w http.ResponseWriter, after time.Duration, scope string) {
	w.Header().Set("Retry-After", fmt.Sprintf("%.0f", max(1, after.Seconds())))
	w.Header().Set("X-RateLimit-Scope", scope)
	if scope == "global" {
		w.Header().Set("X-RateLimit-Global", "true")
	}
	writeJSON(w, http.StatusTooManyRequests, map[string]any{
		"message": "You are being rate limited.", "retry_after": after.Seconds(), "global": scope == "global",
	})
}
