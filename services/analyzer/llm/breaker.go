package llm

import "time"

// When the breaker opens, and for how long.
const (
	breakAfter = 4                // failures in a row
	breakFirst = 15 * time.Second // the first pause; each further one is twice as long
	breakMost  = 5 * time.Minute
)

// Breaker says when to leave an endpoint alone. It is closed until breakAfter requests in a row have failed. Then it is open
// for a pause, in which nothing is asked; after it one request is let through to try: if that fails, the next pause is twice as long.
// Its zero value is closed. It is a value: what happens to it returns the next one.
type Breaker struct {
	failures int           // in a row
	pause    time.Duration // the last one; zero: none since the last success
	until    time.Time     // open until then; zero: closed
	trying   bool          // one request is on its way to try
}

// Allow reports whether a request may be sent now.
func (b Breaker) Allow(now time.Time) (Breaker, bool) {
	switch {
	case b.until.IsZero():
		return b, true
	case now.Before(b.until) || b.trying:
		return b, false
	}
	b.trying = true
	return b, true
}

// Succeeded closes the breaker.
func (Breaker) Succeeded() Breaker { return Breaker{} }

// Failed counts a failure, and opens the breaker when there are enough of them, or when the one that tried has failed.
func (b Breaker) Failed(now time.Time) Breaker {
	b.failures++
	open := !b.until.IsZero()
	if b.failures < breakAfter || open && !b.trying { // those that were on their way when it opened
		return b
	}
	b.pause = min(max(2*b.pause, breakFirst), breakMost)
	b.until, b.trying = now.Add(b.pause), false
	return b
}

// Asked opens the breaker for as long as the endpoint asks to be left alone, but for no longer than breakMost.
func (b Breaker) Asked(now time.Time, d time.Duration) Breaker {
	b.failures = max(b.failures+1, breakAfter)
	b.pause = min(max(d, breakFirst), breakMost)
	b.until, b.trying = now.Add(b.pause), false
	return b
}

// Abandoned is for a request of which nothing is known, since who asked has gone: it is neither a success nor a failure, and
// the next one may try.
func (b Breaker) Abandoned() Breaker {
	b.trying = false
	return b
}
