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

	"github.com/bwmarrin/discordgo"
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

func (o Options) filled() Options {
	if o.API == "" {
		o.API = DefaultAPI
	}
	if o.HTTP == nil {
		o.HTTP = &http.Client{Timeout: 30 * time.Second}
	}
	if o.Observer == nil {
		o.Observer = nobody{}
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Sleep == nil {
		o.Sleep = sleep
	}
	return o
}

type nobody struct{}

func (nobody) DiscordRequest(string, int)  {}
func (nobody) DiscordWaited(time.Duration) {}

func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}

// Interactions is the client of the routes that an interaction's token opens. It is safe for concurrent use; one
// token never delays another.
type Interactions struct {
	o      Options
	limits limits
}

// NewInteractions returns a client.
func NewInteractions(o Options) *Interactions {
	return &Interactions{o: o.filled(), limits: limits{tokens: map[string]*limit{}}}
}

// How often a request is tried, and how a safe one waits in between.
const (
	maxAttempts  = 5
	firstBackoff = 250 * time.Millisecond
)

// call is one request to a route.
type call struct {
	route, method, path string // route: the name in metrics and errors. The path holds the token and is never shown
	token               string
	contentType         string
	body                []byte
	// safe: the request may be sent again when it is not known whether it was carried out.
	safe bool
	// early: 10015 is tried again, since the acknowledgement may still be on its way.
	early bool
}

// do sends a request: it waits for the token's rate limit, and tries again what may be tried again, in all at most
// maxAttempts times and as long as the context lives. Errors are *APIError, *ConnectionError and *RateLimitedError.
func (c *Interactions) do(ctx context.Context, r call, out any) error {
	var err error
	for attempt := range maxAttempts {
		if d := c.limits.delay(r.token, c.o.Now()); d > 0 {
			if err := c.wait(ctx, r.route, d); err != nil {
				return err
			}
		}
		var after time.Duration
		after, err = c.once(ctx, r, out)
		class := Classify(err)
		switch {
		case err == nil, ctx.Err() != nil:
			return err
		case class == RateLimited:
			if waitErr := c.wait(ctx, r.route, after); waitErr != nil {
				return waitErr
			}
		case class == Unavailable && r.safe, class == UnknownWebhook && r.early:
			if attempt == maxAttempts-1 {
				return err
			}
			if c.o.Sleep(ctx, firstBackoff<<attempt) != nil {
				return err
			}
		default:
			return err
		}
	}
	return err
}

// wait waits for a rate limit, unless the context ends before it.
func (c *Interactions) wait(ctx context.Context, route string, d time.Duration) error {
	if deadline, ok := ctx.Deadline(); ok && c.o.Now().Add(d).After(deadline) {
		return &RateLimitedError{route, d}
	}
	c.o.Observer.DiscordWaited(d)
	if c.o.Sleep(ctx, d) != nil {
		return &RateLimitedError{route, d}
	}
	return nil
}

// maxAnswer bounds what is read of an answer.
const maxAnswer = 8 << 20

// once sends a request once. After is how long a 429 asks to wait.
func (c *Interactions) once(ctx context.Context, r call, out any) (after time.Duration, err error) {
	req, err := http.NewRequestWithContext(ctx, r.method, c.o.API+r.path, bytes.NewReader(r.body))
	if err != nil {
		return 0, &ConnectionError{r.route, errors.New("the request could not be made")}
	}
	if len(r.body) > 0 {
		req.Header.Set("Content-Type", r.contentType)
	}
	req.Header.Set("User-Agent", "DiscordBot (https://autointel.example, 1)")
	resp, err := c.o.HTTP.Do(req)
	if err != nil {
		c.o.Observer.DiscordRequest(r.route, 0)
		return 0, &ConnectionError{r.route, withoutURL(err)}
	}
	content, readErr := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	readErr = errors.Join(readErr, resp.Body.Close())
	c.o.Observer.DiscordRequest(r.route, resp.StatusCode)
	c.limits.learn(r.token, resp.Header, c.o.Now())
	switch {
	case resp.StatusCode == http.StatusTooManyRequests:
		after := retryAfter(resp.Header, content)
		c.limits.block(r.token, c.o.Now().Add(after))
		return after, &RateLimitedError{r.route, after}
	case resp.StatusCode >= 300:
		return 0, apiError(r.route, resp.StatusCode, content)
	case readErr != nil:
		return 0, &ConnectionError{r.route, readErr}
	case out != nil && len(content) > 0:
		if err := json.Unmarshal(content, out); err != nil {
			return 0, &ConnectionError{r.route, fmt.Errorf("unreadable answer: %w", err)}
		}
	}
	return 0, nil
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

// retryAfter reads how long a 429 asks to wait: the body's retry_after, or the header when the body is Cloudflare's.
func retryAfter(h http.Header, content []byte) time.Duration {
	var body struct {
		RetryAfter float64 `json:"retry_after"`
	}
	if json.Unmarshal(content, &body) == nil && body.RetryAfter > 0 {
		return time.Duration(body.RetryAfter * float64(time.Second))
	}
	if s, err := strconv.ParseFloat(h.Get("Retry-After"), 64); err == nil && s > 0 {
		return time.Duration(s * float64(time.Second))
	}
	return time.Second
}

// withoutURL takes the URL out of an error of net/http: it holds the token.
func withoutURL(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		return u.Err
	}
	return err
}

// Answered is where Discord shows an answer.
type Answered struct {
	ChannelID string
	MessageID string
	Ephemeral bool
}

// Callback types that are used here (Discord's "Interaction Callback Type").
const (
	CallbackMessage  = 4
	CallbackDeferred = 5
)

// Answer sends the first answer to an interaction, a message. It must arrive within 3 s of the interaction. A second
// answer is refused with AlreadyAcknowledged. It is not sent again when it is not known whether it arrived.
func (c *Interactions) Answer(ctx context.Context, s Session, m Message) (Answered, error) {
	body, contentType, err := encode(map[string]any{"type": CallbackMessage, "data": m.payload()}, m.Files)
	if err != nil {
		return Answered{}, err
	}
	var out struct {
		Resource struct {
			Message discordgo.Message `json:"message"`
		} `json:"resource"`
	}
	err = c.do(ctx, call{
		route: "callback", method: http.MethodPost, path: "/interactions/" + s.ID + "/" + s.Token + "/callback?with_response=true",
		token: s.Token, body: body, contentType: contentType,
	}, &out)
	got := out.Resource.Message
	return Answered{got.ChannelID, got.ID, m.Ephemeral || got.Flags&flagEphemeral != 0}, err
}

func original(s Session) string {
	return "/webhooks/" + s.ApplicationID + "/" + s.Token + "/messages/@original"
}

// EditOriginal replaces the first answer. It is safe to repeat. Early says that the acknowledgement may still be on
// its way (discord.md: within 10 s), so that "unknown webhook" is tried again.
func (c *Interactions) EditOriginal(ctx context.Context, s Session, m Message, early bool) (Answered, error) {
	body, contentType, err := encode(m.payload(), m.Files)
	if err != nil {
		return Answered{}, err
	}
	var out discordgo.Message
	err = c.do(ctx, call{
		route: "edit_original", method: http.MethodPatch, path: original(s), token: s.Token, body: body, contentType: contentType, safe: true, early: early,
	}, &out)
	return Answered{out.ChannelID, out.ID, out.Flags&flagEphemeral != 0}, err
}

// Original reads the first answer.
func (c *Interactions) Original(ctx context.Context, s Session) (*discordgo.Message, error) {
	var out discordgo.Message
	err := c.do(ctx, call{route: "get_original", method: http.MethodGet, path: original(s), token: s.Token, safe: true}, &out)
	return &out, err
}

// DeleteOriginal removes the first answer.
func (c *Interactions) DeleteOriginal(ctx context.Context, s Session) error {
	return c.do(ctx, call{route: "delete_original", method: http.MethodDelete, path: original(s), token: s.Token, safe: true}, nil)
}

// Followup sends one more message. It cannot be made idempotent, so it is for what may appear twice.
func (c *Interactions) Followup(ctx context.Context, s Session, m Message) (Answered, error) {
	body, contentType, err := encode(m.payload(), m.Files)
	if err != nil {
		return Answered{}, err
	}
	var out discordgo.Message
	err = c.do(ctx, call{
		route: "followup", method: http.MethodPost, path: "/webhooks/" + s.ApplicationID + "/" + s.Token + "?wait=true",
		token: s.Token, body: body, contentType: contentType,
	}, &out)
	return Answered{out.ChannelID, out.ID, m.Ephemeral}, err
}

// Forget frees what is known of a session's rate limit.
func (c *Interactions) Forget(s Session) { c.limits.forget(s.Token) }
