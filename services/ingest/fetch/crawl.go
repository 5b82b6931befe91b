package fetch

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"sync"
	"time"

	"autointel.example/services/ingest/robots"
)

// Bounds of crawling.
const (
	maxHosts    = 2000             // that are remembered
	maxDelay    = 10 * time.Second // between two requests; a host that asks for more is asked once in that time
	rulesFor    = time.Hour        // how long a robots.txt holds
	noRulesFor  = time.Minute      // how long it holds that a host could not say
	robotsAfter = 15 * time.Second // without an answer
)

// hosts are the hosts that are crawled.
type hosts struct {
	mu  sync.Mutex
	all map[string]*host
}

// host is a place that takes one request at a time. Its fields belong to who holds turn.
type host struct {
	turn  chan struct{} // holds one token
	users int           // who wait for it or hold it; of hosts.mu

	last    time.Time // end of the last request
	rules   robots.Rules
	rulesTo time.Time
}

func newHosts() *hosts { return &hosts{all: map[string]*host{}} }

// enter waits for the turn at a host, and returns what gives it back.
func (h *hosts) enter(ctx context.Context, name string) (*host, func(), error) {
	h.mu.Lock()
	at := h.all[name]
	if at == nil {
		if len(h.all) >= maxHosts {
			h.forget()
		}
		at = &host{turn: make(chan struct{}, 1)}
		at.turn <- struct{}{}
		h.all[name] = at
	}
	at.users++
	h.mu.Unlock()
	leave := func() {
		h.mu.Lock()
		at.users--
		h.mu.Unlock()
	}
	select {
	case <-at.turn:
		return at, func() { at.turn <- struct{}{}; leave() }, nil
	case <-ctx.Done():
		leave()
		return nil, nil, ctx.Err()
	}
}

// forget drops the hosts that nobody is at; the caller holds the lock. They are asked for their rules again.
func (h *hosts) forget() {
	for name, at := range h.all {
		if at.users == 0 {
			delete(h.all, name)
		}
	}
}

// crawl fetches a document that nobody asked for by its address, redirect by redirect.
func (c *Client) crawl(ctx context.Context, u *url.URL, r Request) (Response, error) {
	ctx = context.WithValue(ctx, oneStep{}, true)
	for range c.o.Redirects + 1 {
		response, next, err := c.step(ctx, u, r)
		if err != nil || next == "" {
			return response, err
		}
		to, err := u.Parse(next)
		if err != nil {
			return Response{}, &Error{Reason: InvalidURL, Message: "The address redirects to something that is no web address.", Err: err}
		}
		if u, err = CheckURL(to.String()); err != nil {
			return Response{}, err
		}
		u.Fragment, u.RawFragment = "", ""
	}
	return Response{}, translate(errRedirects)
}

// step makes one request of a crawl, when it is its turn at the host.
func (c *Client) step(ctx context.Context, u *url.URL, r Request) (Response, string, error) {
	at, leave, err := c.crawls.enter(ctx, u.Scheme+"://"+u.Host)
	if err != nil {
		return Response{}, "", &Error{Reason: Timeout, Message: "There was no time left to ask this server: others were asked for before.", Err: err}
	}
	defer leave()
	if kept, known := c.cache.Get(u.String()); known && c.fresh(kept, r) {
		return responseOf(kept), "", nil
	}
	if err := c.learn(ctx, at, u); err != nil {
		return Response{}, "", err
	}
	path := u.EscapedPath()
	if u.RawQuery != "" {
		path += "?" + u.RawQuery
	}
	if !at.rules.Allowed(path) {
		return Response{}, "", &Error{Reason: Robots, Message: "The site's robots.txt asks programs not to read this page."}
	}
	if err := c.wait(ctx, at); err != nil {
		return Response{}, "", err
	}
	defer func() { at.last = c.o.Now() }()
	return c.request(ctx, u, r)
}

// wait leaves the pause between two requests to a host.
func (c *Client) wait(ctx context.Context, at *host) error {
	due := at.last.Add(max(c.o.Pause, at.rules.Delay))
	left := due.Sub(c.o.Now())
	if at.last.IsZero() || left <= 0 {
		return nil
	}
	if left > maxDelay {
		return &Error{Reason: Robots, Message: fmt.Sprintf("The site's robots.txt asks programs to wait %s between two pages, and one was read just now.", at.rules.Delay)}
	}
	timer := time.NewTimer(left)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return &Error{Reason: Timeout, Message: "There was no time left to wait as long as this server asks.", Err: ctx.Err()}
	}
}

// learn reads the robots.txt of a host, if what is known of it is too old.
func (c *Client) learn(ctx context.Context, at *host, u *url.URL) error {
	if c.o.Now().Before(at.rulesTo) {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.WithValue(ctx, oneStep{}, false), robotsAfter)
	defer cancel()
	file := &url.URL{Scheme: u.Scheme, Host: u.Host, Path: "/robots.txt"}
	rules, holds, err := c.rulesOf(ctx, file)
	if err != nil {
		return err
	}
	at.rules, at.rulesTo = rules, c.o.Now().Add(holds)
	return nil
}

// rulesOf fetches a robots.txt and returns how long it holds. An error is one that the page itself would have: the server
// cannot be reached, or must not be.
func (c *Client) rulesOf(ctx context.Context, file *url.URL) (robots.Rules, time.Duration, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, file.String(), nil)
	if err != nil {
		return robots.Rules{}, 0, &Error{Reason: InvalidURL, Message: "This is not a web address.", Err: err}
	}
	req.Header.Set("User-Agent", c.o.UserAgent)
	resp, err := c.http.Do(req)
	if errors.Is(err, errRedirects) {
		return robots.Everything(), rulesFor, nil
	}
	if err != nil {
		return robots.Rules{}, 0, translate(err)
	}
	defer func() { _ = resp.Body.Close() }() // what matters has been read
	switch {
	case resp.StatusCode >= 500:
		return robots.Nothing(), noRulesFor, nil
	case resp.StatusCode != http.StatusOK:
		return robots.Everything(), rulesFor, nil
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, robots.MaxBytes))
	if err != nil {
		return robots.Nothing(), noRulesFor, nil //nolint:nilerr // a file that breaks off is one that could not be had
	}
	return robots.Parse(body, Product), rulesFor, nil
}
