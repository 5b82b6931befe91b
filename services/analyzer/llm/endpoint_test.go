package llm

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"autointel.example/schemas"
	"autointel.example/services/analyzer/text"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const key = "sk-hush-0123456789"

// heard is a request as the endpoint saw it.
type heard struct {
	Model       string          `json:"model"`
	Messages    []message       `json:"messages"`
	Format      json.RawMessage `json:"response_format"`
	Temperature *float64        `json:"temperature"`
	MaxTokens   int             `json:"max_tokens"`
}

// task is what the model was asked, with the page.
func (h heard) task() string { return h.Messages[1].Content }

// endpoint is a real HTTP server that speaks chat completions. Answers come from its function, one for each request.
type endpoint struct {
	*httptest.Server
	mu       sync.Mutex
	requests []heard
}

func serve(t *testing.T, answer func(w http.ResponseWriter, n int, h heard)) *endpoint {
	t.Helper()
	e := &endpoint{}
	e.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var h heard
		raw, err := io.ReadAll(r.Body)
		if err == nil {
			err = json.Unmarshal(raw, &h)
		}
		if err != nil || r.URL.Path != "/v1/chat/completions" || r.Header.Get("Authorization") != "Bearer "+key || len(h.Messages) < 2 || h.Messages[0].Role != "system" {
			http.Error(w, "no chat completion", http.StatusNotFound)
			return
		}
		e.mu.Lock()
		e.requests = append(e.requests, h)
		n := len(e.requests)
		e.mu.Unlock()
		answer(w, n, h)
	}))
	t.Cleanup(e.Close)
	return e
}

func (e *endpoint) heard() []heard {
	e.mu.Lock()
	defer e.mu.Unlock()
	return append([]heard(nil), e.requests...)
}

// says answers with a text, as a completion that used 100 and 20 tokens.
func says(w http.ResponseWriter, text string) {
	_ = json.NewEncoder(w).Encode(map[string]any{ // the test would miss the answer
		"choices": []any{map[string]any{"message": map[string]any{"role": "assistant", "content": text}}}, "usage": map[string]any{"prompt_tokens": 100, "completion_tokens": 20},
	})
}

// ask returns a client of an endpoint that waits for nothing between its tries, but notes for how long it would.
func ask(t *testing.T, e *endpoint, change func(*Config)) (*Client, *[]time.Duration) {
	t.Helper()
	c := Config{BaseURL: e.URL + "/v1", APIKey: key, Model: "tide-7b", Timeout: 5 * time.Second}
	if change != nil {
		change(&c)
	}
	if err := c.Resolve(); err != nil {
		t.Fatal(err)
	}
	client := New(c, func() time.Time { return noon })
	waits := &[]time.Duration{}
	client.wait = func(ctx context.Context, d time.Duration) error {
		*waits = append(*waits, d)
		return ctx.Err()
	}
	t.Cleanup(client.Close)
	return client, waits
}

func session(c *Client) *Session {
	return c.Session("wf_019ceb8ac4c87d3f9a1b2c3d4e5f6071", "analyze", "deep")
}

// wall is the page that the model is asked about.
const wall = "The new sea wall at Northpoint has cut flooding by 80 percent since 2021. It cost 31 million euros.\n\n“We have not had a single wet cellar,” said the mayor, Jonas Reet."

func document(s string) text.Document {
	return text.Read(&schemas.Source{Text: s, Language: "en"}, nil)
}

func page(s string) Page { return pageOf(document(s), maxPage) }

// statement is an answer to the question for an abstract.
func statement(text string, sentence int, quote string) string {
	raw, err := json.Marshal(map[string]any{"statements": []any{map[string]any{"text": text, "quotes": []any{map[string]any{"sentence": sentence, "quote": quote}}}}})
	if err != nil {
		return fmt.Sprint(err)
	}
	return string(raw)
}
