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
)

// UnavailableError says that the model could not be asked, and why. It holds nothing that the endpoint wrote in its own words, which may
// repeat the key.
type UnavailableError struct {
	Reason string // as timeout, unreachable, rate_limited, http_500, unauthorized, broken_answer or paused
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
	plain   atomic.Bool // the endpoint takes nothing but model and messages
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
}

// complete asks, up to tries times. Errors are *UnavailableError, or the context's.
func (c *Client) complete(ctx context.Context, q asked) (answered, error) {
	for try := 1; ; try++ {
		if !c.allow() {
			return answered{}, &UnavailableError{Reason: "paused", Err: errors.New("it failed several times in a row, and is left alone for a while")}
		}
		a, after, err := c.once(ctx, q)
		c.settle(ctx, err)
		var u *UnavailableError
		if err == nil || ctx.Err() != nil || !errors.As(err, &u) || !again(u.Reason) || try == tries {
			return a, err
		}
		if after == 0 {
			after = consume.Backoff(try, 500*time.Millisecond, maxWait)
		}
		if err := c.wait(ctx, min(after, maxWait)); err != nil {
			return answered{}, err
		}
	}
}

func (c *Client) allow() (ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.breaker, ok = c.breaker.Allow(c.now())
	return ok
}

// settle tells the breaker how a request came out.
func (c *Client) settle(ctx context.Context, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case err == nil:
		c.breaker = c.breaker.Succeeded()
	case ctx.Err() != nil:
		c.breaker = c.breaker.Abandoned()
	default:
		c.breaker = c.breaker.Failed(c.now())
	}
}

// again reports whether it may help to ask again.
func again(reason string) bool {
	return reason == "timeout" || reason == "unreachable" || reason == "rate_limited" || strings.HasPrefix(reason, "http_5") || reason == "refused_form"
}

// once sends one request.
func (c *Client) once(ctx context.Context, q asked) (a answered, after time.Duration, err error) {
	ctx, cancel := context.WithTimeout(ctx, c.config.Timeout)
	defer cancel()
	plain := c.plain.Load()
	body, err := json.Marshal(c.request(q, plain))
	if err != nil {
		return a, 0, err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, strings.TrimSuffix(c.config.BaseURL, "/")+"/chat/completions", bytes.NewReader(body))
	if err != nil {
		return a, 0, &UnavailableError{"unreachable", errors.New("its address cannot be read")}
	}
	r.Header.Set("Content-Type", "application/json")
	if c.config.APIKey != "" {
		r.Header.Set("Authorization", "Bearer "+string(c.config.APIKey))
	}
	resp, err := c.http.Do(r)
	if err != nil {
		return a, 0, unreachable(ctx, err)
	}
	defer func() { _ = resp.Body.Close() }() // it was read, or is not wanted
	content, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	if err != nil {
		return a, 0, unreachable(ctx, err)
	}
	if resp.StatusCode == http.StatusBadRequest && !plain {
		c.plain.Store(true)
		return a, time.Millisecond, &UnavailableError{"refused_form", errors.New("it does not take a schema or a temperature")}
	}
	if resp.StatusCode != http.StatusOK {
		return a, retryAfter(resp.Header), &UnavailableError{reasonOf(resp.StatusCode), fmt.Errorf("status %d%s", resp.StatusCode, codeOf(content))}
	}
	a, err = read(content)
	return a, 0, err
}

func unreachable(ctx context.Context, err error) error {
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return &UnavailableError{"timeout", context.DeadlineExceeded}
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return &UnavailableError{"unreachable", err}
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

func retryAfter(h http.Header) time.Duration {
	seconds, err := strconv.ParseFloat(h.Get("Retry-After"), 64)
	if err != nil || seconds < 0 || seconds > 3600 {
		return 0
	}
	return time.Duration(seconds * float64(time.Second))
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

// request is the body. An endpoint that refuses the full form is asked in the plainest.
func (c *Client) request(q asked, plain bool) map[string]any {
	body := map[string]any{"model": c.config.Model, "messages": q.messages}
	if plain {
		return body
	}
	body["temperature"], body["max_tokens"] = 0, q.maxOutput
	body["response_format"] = map[string]any{"type": "json_schema", "json_schema": map[string]any{"name": q.name, "schema": q.schema, "strict": true}}
	return body
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
	return answered{r.Choices[0].Message.Content, max(0, r.Usage.Input), max(0, r.Usage.Output)}, nil
}
