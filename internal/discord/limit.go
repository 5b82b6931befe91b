package discord

import (
	"net/http"
	"strconv"
	"sync"
	"time"
)

// limits knows the rate limits that Discord has told us of, by bucket: an interaction's token, or a route of the bot's.
// It holds two generations of them, so what nobody has asked for during a whole one is dropped without a search, and the
// memory is bounded by the sessions of half an hour however many there have been.
type limits struct {
	mu       sync.Mutex
	now, old map[string]limit
	turned   time.Time // when now became old last
}

// limit is how many requests a bucket has left until it is filled again.
type limit struct {
	remaining int
	reset     time.Time
}

// generation is longer than any interaction's token lives, and any other bucket is filled again much sooner.
const generation = 16 * time.Minute

// delay returns how long to wait before a request in a bucket, and takes one of those that remain.
func (l *limits) delay(bucket string, now time.Time) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	t, known := l.get(bucket)
	if !known || !now.Before(t.reset) {
		return 0
	}
	if t.remaining > 0 {
		t.remaining--
		l.set(bucket, t, now)
		return 0
	}
	return t.reset.Sub(now)
}

// learn takes in the headers of an answer.
func (l *limits) learn(bucket string, h http.Header, now time.Time) {
	remaining, err := strconv.Atoi(h.Get("X-RateLimit-Remaining"))
	after, err2 := strconv.ParseFloat(h.Get("X-RateLimit-Reset-After"), 64)
	if err != nil || err2 != nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.set(bucket, limit{remaining, now.Add(time.Duration(after * float64(time.Second)))}, now)
}

// block notes that a bucket has no request left for d.
func (l *limits) block(bucket string, d time.Duration, now time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.set(bucket, limit{0, now.Add(d)}, now)
}

func (l *limits) get(bucket string) (limit, bool) {
	if t, ok := l.now[bucket]; ok {
		return t, true
	}
	t, ok := l.old[bucket]
	return t, ok
}

func (l *limits) set(bucket string, t limit, now time.Time) {
	if l.now == nil || now.Sub(l.turned) >= generation {
		l.now, l.old, l.turned = map[string]limit{}, l.now, now
	}
	l.now[bucket] = t
}

// forget drops a bucket that will not be asked for again.
func (l *limits) forget(bucket string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.now, bucket)
	delete(l.old, bucket)
}
