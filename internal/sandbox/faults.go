package sandbox

import (
	"bytes"
	"fmt"
	"hash/fnv"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"time"
)

// Fault is something that goes wrong with one request.
type Fault struct {
	Status     int           // answered instead of carrying the request out; 429 with RetryAfter
	Code       int           // Discord's JSON error code beside the status
	RetryAfter time.Duration // of a 429
	Scope      string        // of a 429: user, global or shared, which is the default
	Cloudflare bool          // the 429 comes from the proxy: a text body
	Lost       bool          // carried out, but the answer never arrives
	Dropped    bool          // not carried out, and no answer
	Delay      time.Duration // how long it takes, by real time; without anything else the request is then carried out
}

// plannedFault is a fault that waits for a request to a route.
type plannedFault struct {
	route string
	fault Fault
	times int
}

// randomFaults are a plan drawn by chance: the n-th request to a route has the same fault, or none, whenever the seed is the
// same, whatever happens on other routes meanwhile.
type randomFaults struct {
	seed   uint64
	oneIn  int
	faults []Fault
	routes map[string]*rand.Rand
}

// Fail makes the next requests to a route fail. Routes: callback, edit_original, get_original, delete_original,
// followup, channel_message, get_message, edit_message, open_dm, me, gateway, commands, application.
func (s *Sandbox) Fail(route string, times int, f Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, &plannedFault{route, f, times})
}

// FailRandomly makes about one in so many requests of every route fail, each by one of the faults, from now on. The same
// seed makes the same requests fail in the same way. OneIn 0 ends it. Planned faults (Fail) come first.
func (s *Sandbox) FailRandomly(seed uint64, oneIn int, faults ...Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.random = nil
	if oneIn > 0 && len(faults) > 0 {
		s.random = &randomFaults{seed, oneIn, faults, map[string]*rand.Rand{}}
	}
}

// Faults is how many requests had a fault.
func (s *Sandbox) Faults() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.faulted
}

// takeFault returns the fault of a request to a route; nil: none.
func (s *Sandbox) takeFault(route string) *Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range s.faults {
		if p.route == route && p.times > 0 {
			p.times--
			s.faulted++
			return &p.fault
		}
	}
	f := s.random.draw(route)
	if f != nil {
		s.faulted++
	}
	return f
}

// draw returns the fault of a route's next request.
func (p *randomFaults) draw(route string) *Fault {
	if p == nil {
		return nil
	}
	r := p.routes[route]
	if r == nil {
		h := fnv.New64a()
		_, _ = io.WriteString(h, route) // a hash takes everything
		r = rand.New(rand.NewPCG(p.seed, h.Sum64()))
		p.routes[route] = r
	}
	hit, which := r.IntN(p.oneIn) == 0, r.IntN(len(p.faults))
	if !hit {
		return nil
	}
	return &p.faults[which]
}

// faulty carries out a request, or the fault that waits for it.
func (s *Sandbox) faulty(route string, next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		f := s.takeFault(route)
		if f == nil {
			next(w, r)
			return
		}
		if f.Delay > 0 && !s.delay(r, f.Delay) {
			panic(http.ErrAbortHandler)
		}
		switch {
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
			tooMany(w, f.RetryAfter, f.scope())
		case f.Status != 0:
			writeJSON(w, f.Status, refusal{Code: f.Code, Message: http.StatusText(f.Status)})
		default:
			next(w, r)
		}
	}
}

func (f *Fault) scope() string {
	if f.Scope == "" {
		return "shared"
	}
	return f.Scope
}

// delay waits, unless the client or the sandbox goes first. The body is read before, or the client's going would not be
// seen.
func (s *Sandbox) delay(r *http.Request, d time.Duration) bool {
	content, err := io.ReadAll(r.Body)
	if err != nil {
		return false
	}
	r.Body = io.NopCloser(bytes.NewReader(content))
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-r.Context().Done():
	case <-s.closing:
	}
	return false
}
