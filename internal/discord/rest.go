package discord

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"autointel.example/internal/faultpoint"
	"autointel.example/internal/pause"
)

// DefaultAPI is the base of Discord's REST routes.
const DefaultAPI = "https://discord.com/api/v10"

// Observer is told of every request, for metrics. Its methods must not block.
type Observer interface {
	DiscordRequest(route string, code int) // code: HTTP status, or 0 when no answer came
	DiscordWaited(d time.Duration)         // for a rate limit
}

// Options configure the clients.
type Options struct {
	API      string       // default DefaultAPI
	HTTP     *http.Client // default: 30 s a request
	Observer Observer     // may be nil
	Now      func() time.Time
	// Sleep waits for d or until the context ends, and says which. Default: a timer.
	Sleep func(ctx context.Context, d time.Duration) error
}

// defaultHTTP keeps as many connections as there are edits under way at a busy time; the default of two a host would close
// and open one for each.
var defaultHTTP = &http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{
	Proxy: http.ProxyFromEnvironment, MaxIdleConns: 256, MaxIdleConnsPerHost: 256, IdleConnTimeout: 90 * time.Second,
	TLSHandshakeTimeout: 10 * time.Second, ForceAttemptHTTP2: true,
}}

func (o Options) filled() Options {
	if o.API == "" {
		o.API = DefaultAPI
	}
	if o.HTTP == nil {
		o.HTTP = defaultHTTP
	}
	if o.Observer == nil {
		o.Observer = nobody{}
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Sleep == nil {
		o.Sleep = pause.For
	}
	return o
}

type nobody struct{}

func (nobody) DiscordRequest(string, int)  {}
func (nobody) DiscordWaited(time.Duration) {}

// client is what both of our clients are made of: one request with its rate limit, its errors and its repetitions. It is
// safe for concurrent use; one bucket never delays another.
type client struct {
	o      Options
	auth   string // of the header Authorization; empty: the path holds the credential
	limits limits
}

// How often a request is tried, how a safe one waits in between, and how long a rate limit is waited for here: a longer
// one is the caller's to wait for, who has better to do meanwhile.
const (
	maxAttempts  = 5
	firstBackoff = 250 * time.Millisecond
	maxWait      = 5 * time.Second
)

// everything is the bucket of a global rate limit. Interaction routes are exempt from it (Discord's documentation, "Rate
// Limits"), so only the bot's client looks there.
const everything = "global"

// call is one request to a route.
type call struct {
	route, method, path string // route: the name in metrics and errors. The path may hold a token and is never shown
	bucket              string // of its rate limit
	contentType         string
	body                []byte
	// safe: the request may be sent again when it is not known whether it was carried out.
	safe bool
	// early: 10015 is tried again, since the acknowledgement may still be on its way.
	early bool
}

// do sends a request: it waits for the rate limit, and tries again what may be tried again, in all at most maxAttempts
// times and as long as the context lives. Errors are *APIError, *ConnectionError and *RateLimitedError; after the last the
// same request is in order once its time has passed.
func (c *client) do(ctx context.Context, r call, out any) error {
	var err error
	unconfirmed := false
	for attempt := range maxAttempts {
		if err := c.turn(ctx, r); err != nil {
			return err
		}
		err = c.once(ctx, r, out)
		class := Classify(err)
		var api *APIError
		if errors.As(err, &api) {
			api.Unconfirmed = unconfirmed
		}
		unconfirmed = unconfirmed || class == Unavailable
		switch {
		case err == nil, ctx.Err() != nil:
			return err
		case class == RateLimited:
		case class == Unavailable && r.safe, class == UnknownWebhook && r.early:
			if attempt == maxAttempts-1 || c.o.Sleep(ctx, firstBackoff<<attempt) != nil {
				return err
			}
		default:
			return err
		}
	}
	return err
}

// turn waits until a request may be sent, unless that is too long, or longer than the context lives.
func (c *client) turn(ctx context.Context, r call) error {
	for {
		now := c.o.Now()
		d := c.limits.delay(r.bucket, now)
		if c.auth != "" {
			d = max(d, c.limits.delay(everything, now))
		}
		if d <= 0 {
			return nil
		}
		if deadline, ok := ctx.Deadline(); d > maxWait || ok && now.Add(d).After(deadline) {
			return &RateLimitedError{r.route, d}
		}
		c.o.Observer.DiscordWaited(d)
		if c.o.Sleep(ctx, d) != nil {
			return &RateLimitedError{r.route, d}
		}
	}
}

// maxAnswer bounds what is read of an answer.
const maxAnswer = 8 << 20

// once sends a request once.
func (c *client) once(ctx context.Context, r call, out any) error {
	req, err := http.NewRequestWithContext(ctx, r.method, c.o.API+r.path, bytes.NewReader(r.body))
	if err != nil {
		return &ConnectionError{r.route, errors.New("the request could not be made")}
	}
	if len(r.body) > 0 {
		req.Header.Set("Content-Type", r.contentType)
	}
	if c.auth != "" {
		req.Header.Set("Authorization", c.auth)
	}
	req.Header.Set("User-Agent", "DiscordBot (https://autointel.example, 1)")
	resp, err := c.o.HTTP.Do(req)
	if err != nil {
		c.o.Observer.DiscordRequest(r.route, 0)
		return &ConnectionError{r.route, withoutURL(err)}
	}
	content, readErr := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	readErr = errors.Join(readErr, resp.Body.Close())
	if faultpoint.On {
		faultpoint.Reached("discord", r.route)
	}
	c.o.Observer.DiscordRequest(r.route, resp.StatusCode)
	now := c.o.Now()
	c.limits.learn(r.bucket, resp.Header, now)
	switch {
	case resp.StatusCode == http.StatusTooManyRequests:
		after, global := retryAfter(resp.Header, content)
		bucket := r.bucket
		if global && c.auth != "" {
			bucket = everything
		}
		c.limits.block(bucket, after, now)
		return &RateLimitedError{r.route, after}
	case resp.StatusCode >= 300:
		return apiError(r.route, resp.StatusCode, content)
	case readErr != nil:
		return &ConnectionError{r.route, readErr}
	case out != nil && len(content) > 0:
		if err := json.Unmarshal(content, out); err != nil {
			return &ConnectionError{r.route, fmt.Errorf("unreadable answer: %w", err)}
		}
	}
	return nil
}

func apiError(route string, status int, content []byte) error {
	e := &APIError{Route: route, Status: status}
	var body struct {
		Code    int             `json:"code"`
		Message string          `json:"message"`
		Errors  json.RawMessage `json:"errors"`
	}
	if json.Unmarshal(content, &body) == nil { // else a proxy's page, which says nothing
		e.Code, e.Message, e.Errors = body.Code, body.Message, body.Errors
	}
	return e
}

// retryAfter reads how long a 429 asks to wait, and whether of every request: the body's retry_after, or the header when
// the body is Cloudflare's.
func retryAfter(h http.Header, content []byte) (after time.Duration, global bool) {
	var body struct {
		RetryAfter float64 `json:"retry_after"`
		Global     bool    `json:"global"`
	}
	if json.Unmarshal(content, &body) == nil && body.RetryAfter > 0 {
		return time.Duration(body.RetryAfter * float64(time.Second)), body.Global
	}
	if s, err := strconv.ParseFloat(h.Get("Retry-After"), 64); err == nil && s > 0 {
		return time.Duration(s * float64(time.Second)), false
	}
	return time.Second, false
}

// withoutURL takes the URL out of an error of net/http: it may hold a token.
func withoutURL(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		return u.Err
	}
	return err
}

// Answered is where Discord shows a message.
type Answered struct {
	ChannelID string
	MessageID string
	Ephemeral bool
}
