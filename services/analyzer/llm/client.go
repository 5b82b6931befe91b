package llm

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"autointel.example/internal/consume"
	"autointel.example/internal/pause"
)

// Bounds of a request.
const (
	tries     = 3
	maxWait   = 20 * time.Second // between two tries, whatever the endpoint asks for
	maxAnswer = 1 << 20          // bytes

	mostTokens = 10_000_000 // that an endpoint is believed to have used for one answer
)

// UnavailableError says that the model could not be asked, and why. It holds nothing that the endpoint wrote in its own words, which may
// repeat the key.
type UnavailableError struct {
	Reason string // as timeout, slow, unreachable, broken_off, rate_limited, http_500, unauthorized, broken_answer, too_long or paused
	Err    error
}

func (e *UnavailableError) Error() string { return "the language model cannot be asked: " + e.Reason }

// Unwrap returns the cause.
func (e *UnavailableError) Unwrap() error { return e.Err }

// Client asks one model. It is safe for use by several goroutines.
type Client struct {
	config Config
	http   *http.Client
	now    func() time.Time
	wait   func(ctx context.Context, d time.Duration) error

	mu      sync.Mutex
	breaker Breaker
	form    atomic.Int32 // the fullest that the endpoint has taken
}

// New makes a client of a configuration that was resolved. Nothing is asked yet.
func New(c Config, now func() time.Time) *Client {
	transport := http.DefaultTransport.(*http.Transport).Clone() // the default is one
	return &Client{
		config: c, now: now, wait: pause.For,
		http: &http.Client{Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}, // the key goes nowhere else
	}
}

// Name is the model's, as reports name it.
func (c *Client) Name() string { return c.config.Model }

// Close lets go of idle connections.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// message is one of a conversation.
type message struct {
	Role    string `json:"role"`
	Content string `json:"content"`
}

// asked is what a request holds, before it is one.
type asked struct {
	messages  []message
	name      string
	schema    json.RawMessage
	maxOutput int
}

// answered is what came back.
type answered struct {
	text          string
	input, output int // tokens; zero: the endpoint does not say
	lost          int // requests that may have been worked on, and of which nothing came back
}

// complete asks, up to tries times. Errors are *UnavailableError, or the context's. Even then the answer tells what was lost.
func (c *Client) complete(ctx context.Context, q asked) (answered, error) {
	f, lost := form(c.form.Load()), 0
	for try := 1; ; try++ {
		if !c.allow() {
			return answered{lost: lost}, &UnavailableError{Reason: "paused", Err: errors.New("it failed several times in a row, and is left alone for a while")}
		}
		a, after, err := c.once(ctx, q, f)
		var u *UnavailableError
		if errors.As(err, &u) && refusesForm(u.Reason) && f < bare {
			c.settle(ctx, errForm, 0)
			f, try = f+1, try-1
			continue
		}
		c.settle(ctx, err, after)
		switch {
		case err == nil:
			c.form.Store(int32(f)) // what an endpoint refused for another reason is asked in full again
			a.lost = lost
			return a, nil
		case u != nil && (u.Reason == "timeout" || u.Reason == "broken_answer" || u.Reason == "broken_off"):
			lost++
		}
		if ctx.Err() != nil || u == nil || !again(u.Reason) || try == tries || after > maxWait {
			return answered{lost: lost}, err
		}
		if after == 0 {
			after = consume.Backoff(try, 500*time.Millisecond, maxWait)
		}
		if err := c.wait(ctx, after); err != nil {
			return answered{lost: lost}, err
		}
	}
}

func (c *Client) allow() (ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.breaker, ok = c.breaker.Allow(c.now())
	return ok
}

// settle tells the breaker how a request came out, and for how long the endpoint asks to be left alone.
func (c *Client) settle(ctx context.Context, err error, after time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case err == nil:
		c.breaker = c.breaker.Succeeded()
	case ctx.Err() != nil, errors.Is(err, errForm):
		c.breaker = c.breaker.Abandoned()
	case after > maxWait:
		c.breaker = c.breaker.Asked(c.now(), after)
	default:
		c.breaker = c.breaker.Failed(c.now())
	}
}

// errForm says that the endpoint answers, but does not take the form of a request.
var errForm = errors.New("it does not take a schema, a limit or a temperature")

// again reports whether it may help to ask again.
func again(reason string) bool {
	return reason == "timeout" || reason == "unreachable" || reason == "broken_off" || reason == "rate_limited" || strings.HasPrefix(reason, "http_5")
}

// once sends one request. After is how long the endpoint asks to be left alone.
func (c *Client) once(ctx context.Context, q asked, f form) (a answered, after time.Duration, err error) {
	ctx, cancel := context.WithTimeout(ctx, c.config.Timeout)
	defer cancel()
	body, err := json.Marshal(f.request(c.config.Model, q))
	if err != nil {
		return a, 0, err
	}
	r, err := c.send(ctx, http.MethodPost, "/chat/completions", body)
	if err != nil {
		return a, 0, err
	}
	if r.status != http.StatusOK {
		code := codeOf(r.content)
		reason := reasonOf(r.status)
		if strings.Contains(code, "context_length") {
			reason = "too_long"
		}
		return a, retryAfter(r.header, c.now()), &UnavailableError{reason, fmt.Errorf("status %d%s", r.status, code)}
	}
	a, err = read(r.content)
	return a, 0, err
}

// response is what came back, up to maxAnswer bytes of it and one more.
type response struct {
	status  int
	header  http.Header
	content []byte
}

// send sends a request and reads what comes back. The key goes with it.
func (c *Client) send(ctx context.Context, method, path string, body []byte) (response, error) {
	r, err := http.NewRequestWithContext(ctx, method, strings.TrimSuffix(c.config.BaseURL, "/")+path, bytes.NewReader(body))
	if err != nil {
		return response{}, &UnavailableError{"unreachable", errors.New("its address cannot be read")}
	}
	r.Header.Set("Content-Type", "application/json")
	if c.config.APIKey != "" {
		r.Header.Set("Authorization", "Bearer "+string(c.config.APIKey))
	}
	resp, err := c.http.Do(r)
	if err != nil {
		return response{}, unreachable(ctx, "unreachable", err)
	}
	defer func() { _ = resp.Body.Close() }() // it was read, or is not wanted
	content, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	if err != nil {
		return response{}, unreachable(ctx, "broken_off", err)
	}
	return response{resp.StatusCode, resp.Header, content}, nil
}

func unreachable(ctx context.Context, reason string, err error) error {
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return &UnavailableError{"timeout", context.DeadlineExceeded}
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return &UnavailableError{reason, err}
}

func reasonOf(status int) string {
	switch status {
	case http.StatusTooManyRequests:
		return "rate_limited"
	case http.StatusUnauthorized, http.StatusForbidden:
		return "unauthorized"
	}
	return "http_" + strconv.Itoa(status)
}

// retryAfter is how long an endpoint asks to be left alone, in seconds or until a time; zero: it does not say, or no sense.
func retryAfter(h http.Header, now time.Time) time.Duration {
	said := h.Get("Retry-After")
	wait := time.Duration(0)
	if seconds, err := strconv.ParseFloat(said, 64); err == nil && seconds >= 0 && seconds <= 86400 {
		wait = time.Duration(seconds * float64(time.Second))
	} else if at, err := http.ParseTime(said); err == nil {
		wait = at.Sub(now)
	}
	return max(0, min(wait, 24*time.Hour))
}

var plainCode = regexp.MustCompile(`^[a-z0-9_.-]{1,40}$`)

// codeOf is the error's code, where it looks like one. The message beside it is never shown: some endpoints repeat the key in it.
func codeOf(content []byte) string {
	var e struct {
		Error struct {
			Code any    `json:"code"`
			Type string `json:"type"`
		} `json:"error"`
	}
	if json.Unmarshal(content, &e) != nil {
		return ""
	}
	for _, code := range []any{e.Error.Code, e.Error.Type} {
		if s, ok := code.(string); ok && plainCode.MatchString(s) {
			return " (" + s + ")"
		}
	}
	return ""
}

// read reads an answer.
func read(content []byte) (answered, error) {
	var r struct {
		Choices []struct {
			Message struct {
				Content string `json:"content"`
			} `json:"message"`
		} `json:"choices"`
		Usage struct {
			Input  int `json:"prompt_tokens"`
			Output int `json:"completion_tokens"`
		} `json:"usage"`
	}
	if len(content) > maxAnswer {
		return answered{}, &UnavailableError{"broken_answer", fmt.Errorf("more than %d bytes", maxAnswer)}
	}
	if err := json.Unmarshal(content, &r); err != nil || len(r.Choices) == 0 {
		return answered{}, &UnavailableError{"broken_answer", errors.New("it is no chat completion")}
	}
	tokens := func(n int) int { return max(0, min(n, mostTokens)) }
	return answered{text: r.Choices[0].Message.Content, input: tokens(r.Usage.Input), output: tokens(r.Usage.Output)}, nil
}
