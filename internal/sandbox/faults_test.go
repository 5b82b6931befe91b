package sandbox_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"slices"
	"strings"
	"testing"
	"time"

	"autointel.example/internal/sandbox"
	"autointel.example/internal/testtime"
)

// get reads a route as the bot.
func get(ctx context.Context, s *sandbox.Sandbox, client *http.Client, path string) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.APIURL()+path, nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Authorization", "Bot "+s.BotToken())
	resp, err := client.Do(req)
	if err != nil {
		return nil, err
	}
	_, err = io.Copy(io.Discard, resp.Body)
	return resp, errors.Join(err, resp.Body.Close())
}

func TestRandomFaultsAreTheSameForTheSameSeed(t *testing.T) {
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	run := func(seed uint64, between bool) (codes []int, faults int) {
		s := plain(t, sandbox.Options{})
		s.FailRandomly(seed, 3, sandbox.Fault{Status: 502}, sandbox.Fault{Status: 503})
		for range 30 {
			resp, err := get(t.Context(), s, client, "/users/@me")
			if err != nil {
				t.Fatal(err)
			}
			codes = append(codes, resp.StatusCode)
			if between { // what happens on another route changes nothing
				if _, err := get(t.Context(), s, client, "/gateway"); err != nil {
					t.Fatal(err)
				}
			}
		}
		faults = s.Faults()
		s.FailRandomly(0, 0)
		for range 30 {
			if resp, err := get(t.Context(), s, client, "/users/@me"); err != nil || resp.StatusCode != http.StatusOK {
				t.Fatalf("after the end of it: %v", err)
			}
		}
		return codes, faults
	}
	first, n := run(7, false)
	second, _ := run(7, true)
	other, _ := run(8, false)
	if !slices.Equal(first, second) || slices.Equal(first, other) {
		t.Errorf("%v\n%v\n%v", first, second, other)
	}
	failed := 30 - len(slices.DeleteFunc(slices.Clone(first), func(code int) bool { return code != 200 }))
	if failed != n || !slices.Contains(first, 502) || !slices.Contains(first, 503) || !slices.Contains(first, 200) {
		t.Errorf("%d faults were counted: %v", n, first)
	}
}

func TestRateLimitsOfEachScope(t *testing.T) {
	s := plain(t, sandbox.Options{})
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	for scope, global := range map[string]string{"user": "", "global": "true", "shared": "", "": ""} {
		s.Fail("me", 1, sandbox.Fault{Status: 429, RetryAfter: time.Second, Scope: scope})
		resp, err := get(t.Context(), s, client, "/users/@me")
		if err != nil {
			t.Fatal(err)
		}
		if scope == "" {
			scope = "shared"
		}
		if h := resp.Header; resp.StatusCode != http.StatusTooManyRequests || h.Get("X-RateLimit-Scope") != scope || h.Get("X-RateLimit-Global") != global || h.Get("Retry-After") != "1" {
			t.Errorf("%s: %d %v", scope, resp.StatusCode, h)
		}
	}
}

func TestSlowAnswers(t *testing.T) {
	s := plain(t, sandbox.Options{})
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	s.Fail("me", 1, sandbox.Fault{Delay: 50 * time.Millisecond})
	before := time.Now()
	if resp, err := get(t.Context(), s, client, "/users/@me"); err != nil || resp.StatusCode != http.StatusOK || time.Since(before) < 50*time.Millisecond {
		t.Errorf("%v after %v", err, time.Since(before))
	}
	s.Fail("me", 1, sandbox.Fault{Delay: time.Hour})
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := get(ctx, s, client, "/users/@me"); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v", err)
	}
}

func TestASlowAnswerDoesNotHoldUpTheEnd(t *testing.T) {
	s, err := sandbox.Start(sandbox.Options{})
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	s.Fail("me", 1, sandbox.Fault{Delay: time.Hour})
	sent, gone := make(chan bool), make(chan error, 1)
	ctx := httptrace.WithClientTrace(t.Context(), &httptrace.ClientTrace{WroteRequest: func(httptrace.WroteRequestInfo) { close(sent) }})
	go func() {
		_, err := get(ctx, s, client, "/users/@me")
		gone <- err
	}()
	<-sent
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if err := <-gone; err == nil {
		t.Error("an answer after the end")
	}
}

func TestAConnectionThatNobodyUsesDoesNotHoldUpTheEnd(t *testing.T) {
	s, err := sandbox.Start(sandbox.Options{})
	if err != nil {
		t.Fatal(err)
	}
	conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", strings.TrimPrefix(s.URL(), "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	began := time.Now()
	if err := s.Close(); err != nil || time.Since(began) > testtime.Limit(4*time.Second) {
		t.Errorf("%v after %v", err, time.Since(began))
	}
}
