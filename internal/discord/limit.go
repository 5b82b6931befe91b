package discord

import (
	"net/http"
	"strconv"
	"sync"
	"time"
)

// limits knows the rate limit of each interaction token: about 5 requests in 2 s, as the headers say.
type limits struct {
	mu     sync.Mutex
	tokens map[string]*limit
}

type limit struct {
	remaining int
	reset     time.Time
	seen      time.Time
}

// forgetAfter is when a limit is dropped that nobody has asked for: the token is dead by then.
const forgetAfter = 16 * time.Minute

// delay returns how long to wait before a request with a token, and takes one of its remaining requests.
func (l *limits) delay(token string, now time.Time) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	t := l.tokens[token]
	if t == nil || !now.Before(t.reset) {
		return 0
	}
	if t.remaining > 0 {
		t.remaining--
		return 0
	}
	return t.reset.Sub(now)
}

// learn takes in the headers of an answer.
func (l *limits) learn(token string, h http.Header, now time.Time) {
	remaining, err := strconv.Atoi(h.Get("X-RateLimit-Remaining"))
	after, err2 := strconv.ParseFloat(h.Get("X-RateLimit-Reset-After"), 64)
	if err != nil || err2 != nil {
		return
	}
	l.set(token, limit{remaining, now.Add(time.Duration(after * float64(time.Second))), now})
}

// block notes that a token has no request left until then.
func (l *limits) block(token string, until time.Time) { l.set(token, limit{0, until, until}) }

func (l *limits) set(token string, v limit) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.tokens[token] = &v
	if len(l.tokens)%256 == 0 {
		for k, t := range l.tokens {
			if v.seen.Sub(t.seen) > forgetAfter {
				delete(l.tokens, k)
			}
		}
	}
}

func (l *limits) forget(token string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.tokens, token)
}
