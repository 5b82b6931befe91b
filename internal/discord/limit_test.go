package discord

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var begin = time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)

func headers(remaining int, after string) http.Header {
	h := http.Header{}
	h.Set("X-RateLimit-Remaining", strconv.Itoa(remaining))
	h.Set("X-RateLimit-Reset-After", after)
	return h
}

func TestABucketIsWaitedForUntilItIsFilledAgain(t *testing.T) {
	var l limits
	l.learn("a", headers(1, "2"), begin)
	if d := l.delay("a", begin); d != 0 {
		t.Errorf("with one request left: %v", d)
	}
	if d := l.delay("a", begin.Add(time.Second)); d != time.Second {
		t.Errorf("with none left: %v", d)
	}
	if d := l.delay("b", begin); d != 0 {
		t.Errorf("another bucket: %v", d)
	}
	if d := l.delay("a", begin.Add(2*time.Second)); d != 0 {
		t.Errorf("filled again: %v", d)
	}
	l.block("a", time.Minute, begin)
	l.forget("a")
	if d := l.delay("a", begin); d != 0 || l.size() != 0 {
		t.Errorf("forgotten: %v, %d buckets", d, l.size())
	}
}

// 100,000 sessions, one every 100 ms: what is remembered is bounded by those of two generations, not by how many there were.
func TestTheMemoryOfSessionsStaysFlat(t *testing.T) {
	var l limits
	const every = 100 * time.Millisecond
	most := 0
	for n := range 100_000 {
		now := begin.Add(time.Duration(n) * every)
		l.delay(strconv.Itoa(n), now)
		l.learn(strconv.Itoa(n), headers(4, "2"), now)
		most = max(most, l.size())
	}
	if bound := 2 * int(generation/every); most > bound {
		t.Errorf("%d buckets were remembered at once, at most %d are wanted", most, bound)
	}
}

func TestLimitsOfEveryKindAreWaitedForAndNothingIsDropped(t *testing.T) {
	for _, c := range []struct {
		name, body string
		header     http.Header
		status     int
		wait       time.Duration
	}{
		{"of the user", `{"message":"limited","retry_after":1.5,"global":false}`, http.Header{"X-Ratelimit-Scope": {"user"}}, 429, 1500 * time.Millisecond},
		{"shared", `{"message":"limited","retry_after":0.25,"global":false}`, http.Header{"X-Ratelimit-Scope": {"shared"}}, 429, 250 * time.Millisecond},
		{"global", `{"message":"limited","retry_after":2,"global":true}`, http.Header{"X-Ratelimit-Scope": {"global"}}, 429, 2 * time.Second},
		{"of the proxy, in words", "error code: 1015", http.Header{"Retry-After": {"3"}}, 429, 3 * time.Second},
	} {
		t.Run(c.name, func(t *testing.T) {
			var requests atomic.Int32
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				if requests.Add(1) == 1 {
					for k, v := range c.header {
						w.Header()[k] = v
					}
					w.WriteHeader(c.status)
					_, _ = w.Write([]byte(c.body))
					return
				}
				_, _ = w.Write([]byte(`{"id":"5"}`))
			}))
			defer server.Close()
			now, waited := begin, time.Duration(0)
			bot := NewBot("t", Options{API: server.URL, HTTP: server.Client(), Now: func() time.Time { return now }, Sleep: func(_ context.Context, d time.Duration) error {
				waited += d
				now = now.Add(d)
				return nil
			}})
			got, err := bot.Send(t.Context(), "1", Message{Content: "x"})
			if err != nil || got.MessageID != "5" || waited != c.wait || requests.Load() != 2 {
				t.Errorf("%+v after %v and %d requests, %v", got, waited, requests.Load(), err)
			}
		})
	}
}

func TestALongLimitIsTheCallersToWaitFor(t *testing.T) {
	var requests atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		requests.Add(1)
		w.WriteHeader(http.StatusTooManyRequests)
		_, _ = w.Write([]byte(`{"retry_after":600,"global":true}`))
	}))
	defer server.Close()
	bot := NewBot("t", Options{API: server.URL, HTTP: server.Client(), Sleep: func(context.Context, time.Duration) error { t.Error("waited"); return nil }})
	for _, channel := range []string{"1", "2"} { // a global limit holds for every route, so the second is not even sent
		_, err := bot.Send(t.Context(), channel, Message{Content: "x"})
		if after, limited := RetryAfter(err); !limited || after < 9*time.Minute {
			t.Errorf("channel %s: %v", channel, err)
		}
	}
	if n := requests.Load(); n != 1 {
		t.Errorf("%d requests", n)
	}
}

// No token waits for another: the server answers none of 200 edits before it has all of them.
func TestASlowTokenDelaysNoOther(t *testing.T) {
	const tokens = 200
	var arrived sync.WaitGroup
	arrived.Add(tokens)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		arrived.Done()
		arrived.Wait()
		_, _ = w.Write([]byte(`{"id":"5"}`))
	}))
	defer server.Close()
	c := NewInteractions(Options{API: server.URL, HTTP: server.Client()})
	var edits sync.WaitGroup
	for n := range tokens {
		edits.Go(func() {
			s := Session{ID: strconv.Itoa(n), ApplicationID: "1", Token: strconv.Itoa(n)}
			if _, err := c.EditOriginal(t.Context(), s, Message{Content: "x"}, false); err != nil {
				t.Error(err)
			}
		})
	}
	edits.Wait()
}

// BenchmarkEditsOn200Tokens measures 200 edits of 100 ms each on as many tokens, side by side.
func BenchmarkEditsOn200Tokens(b *testing.B) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		select {
		case <-time.After(100 * time.Millisecond):
		case <-r.Context().Done():
		}
		_, _ = w.Write([]byte(`{"id":"5"}`))
	}))
	defer server.Close()
	c := NewInteractions(Options{API: server.URL})
	for b.Loop() {
		var edits sync.WaitGroup
		for n := range 200 {
			edits.Go(func() {
				s := Session{ID: strconv.Itoa(n), ApplicationID: "1", Token: strconv.Itoa(n)}
				if _, err := c.EditOriginal(b.Context(), s, Message{Content: "x"}, false); err != nil {
					b.Error(err)
				}
			})
		}
		edits.Wait()
	}
}

// size is how many buckets are known.
func (l *limits) size() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.now) + len(l.old)
}
