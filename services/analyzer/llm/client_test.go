package llm

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

var good = statement("The wall at Northpoint is said to have cut flooding by 80 percent.", 1, "cut flooding by 80 percent")

func TestATemporaryFailureIsTriedAgain(t *testing.T) {
	e := serve(t, func(w http.ResponseWriter, n int, _ heard) {
		switch n {
		case 1:
			w.Header().Set("Retry-After", "7")
			w.WriteHeader(http.StatusTooManyRequests)
		case 2:
			w.WriteHeader(http.StatusBadGateway)
		default:
			says(w, good)
		}
	})
	c, waits := ask(t, e, nil)
	s := session(c)
	a, err := s.Abstract(t.Context(), page(wall))
	if err != nil || len(a.Statements) != 1 || a.Method != "model:tide-7b" {
		t.Fatalf("%+v, %v", a, err)
	}
	if len(*waits) != 2 || (*waits)[0] != 7*time.Second || (*waits)[1] > 2*time.Second || (*waits)[1] < 500*time.Millisecond {
		t.Errorf("waited %v", *waits)
	}
	if u := s.Use(); u == nil || u.Requests != 1 || u.InputTokens != 100 || u.OutputTokens != 20 {
		t.Errorf("%+v", u)
	}
}

func TestAfterFailuresTheEndpointIsLeftAlone(t *testing.T) {
	e := serve(t, func(w http.ResponseWriter, _ int, _ heard) { w.WriteHeader(http.StatusServiceUnavailable) })
	c, _ := ask(t, e, nil)
	var u *UnavailableError
	if _, err := session(c).Abstract(t.Context(), page(wall)); !errors.As(err, &u) || u.Reason != "http_503" {
		t.Errorf("%v", err)
	}
	if _, err := session(c).Abstract(t.Context(), page(wall)); !errors.As(err, &u) || u.Reason != "paused" {
		t.Errorf("%v", err)
	}
	if n := len(e.heard()); n != breakAfter {
		t.Errorf("%d requests", n)
	}
	if l, ok := LimitOf("the summary", u); !ok || l.Code != "model_unavailable" || !strings.Contains(l.Message, "left alone") {
		t.Errorf("%+v", l)
	}
}

func TestASlowEndpointEndsWithItsTime(t *testing.T) {
	release := make(chan struct{})
	e := serve(t, func(_ http.ResponseWriter, _ int, _ heard) { <-release })
	defer close(release)
	c, _ := ask(t, e, func(c *Config) { c.Timeout = 30 * time.Millisecond })
	var u *UnavailableError
	if _, err := session(c).Abstract(t.Context(), page(wall)); !errors.As(err, &u) || u.Reason != "timeout" {
		t.Errorf("%v", err)
	}
}

func TestAnEndpointThatTakesNoSchemaIsAskedPlainly(t *testing.T) {
	e := serve(t, func(w http.ResponseWriter, _ int, h heard) {
		if h.Format != nil || h.Temperature != nil {
			http.Error(w, `{"error":{"message":"unknown field"}}`, http.StatusBadRequest)
			return
		}
		says(w, "Here you are:\n```json\n"+good+"\n```")
	})
	c, _ := ask(t, e, nil)
	for range 2 {
		if _, err := session(c).Abstract(t.Context(), page(wall)); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(e.heard()); n != 4 { // full, renamed, limited; and then limited at once
		t.Errorf("%d requests: it was not remembered", n)
	}
}

func TestBrokenAndHugeAnswers(t *testing.T) {
	for name, answer := range map[string]func(w http.ResponseWriter){
		"no JSON":   func(w http.ResponseWriter) { fmt.Fprint(w, "<html>hello</html>") },
		"no choice": func(w http.ResponseWriter) { fmt.Fprint(w, `{"choices":[]}`) },
		"20 MB":     func(w http.ResponseWriter) { says(w, strings.Repeat("x", 20<<20)) },
	} {
		e := serve(t, func(w http.ResponseWriter, _ int, _ heard) { answer(w) })
		c, _ := ask(t, e, nil)
		var u *UnavailableError
		if _, err := session(c).Abstract(t.Context(), page(wall)); !errors.As(err, &u) || u.Reason != "broken_answer" || len(e.heard()) != 1 {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestTheKeyIsShownNowhere: neither what is printed, nor what an endpoint repeats of it, nor a redirect.
func TestTheKeyIsShownNowhere(t *testing.T) {
	elsewhere := 0
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { elsewhere++ }))
	defer other.Close()
	for status, reason := range map[int]string{http.StatusUnauthorized: "unauthorized", http.StatusForbidden: "unauthorized", http.StatusTemporaryRedirect: "http_307", http.StatusNotFound: "http_404"} {
		e := serve(t, func(w http.ResponseWriter, _ int, _ heard) {
			w.Header().Set("Location", other.URL)
			http.Error(w, `{"error":{"message":"Incorrect API key provided: `+key+`","code":"invalid_api_key"}}`, status)
		})
		c, _ := ask(t, e, nil)
		_, err := session(c).Abstract(t.Context(), page(wall))
		var u *UnavailableError
		if !errors.As(err, &u) || u.Reason != reason {
			t.Errorf("%d: %v", status, err)
			continue
		}
		limit, _ := LimitOf("the summary", err)
		if shown := fmt.Sprintf("%v %+v %v %+v", err, err, u.Err, limit); strings.Contains(shown, "hush") || !strings.Contains(shown, "invalid_api_key") {
			t.Errorf("%d: %s", status, shown)
		}
	}
	if elsewhere != 0 {
		t.Error("the key went somewhere else")
	}
	c := Config{APIKey: key}
	raw, err := json.Marshal(c)
	var logged bytes.Buffer
	slog.New(slog.NewJSONHandler(&logged, nil)).Info("configured", "config", c, "key", c.APIKey)
	slog.New(slog.NewTextHandler(&logged, nil)).Info("configured", "config", c, "key", c.APIKey)
	if shown := fmt.Sprintf("%v %+v %#v %s %q", c, c, c, c.APIKey, c.APIKey) + string(raw) + logged.String(); err != nil || strings.Contains(shown, "hush") {
		t.Errorf("%v %s", err, shown)
	}
}

func TestEveryBadSettingIsNamed(t *testing.T) {
	empty := filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(empty, []byte(" \n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		config Config
		names  []string
	}{
		{Config{}, nil},
		{Config{Model: "m"}, []string{"AUTOINTEL_LLM_BASE_URL"}},
		{Config{BaseURL: "ftp://x", APIKeyFile: empty, MaxUSD: 1}, []string{"AUTOINTEL_LLM_BASE_URL", "AUTOINTEL_LLM_MODEL", "AUTOINTEL_LLM_TIMEOUT", "AUTOINTEL_LLM_API_KEY_FILE", "AUTOINTEL_LLM_MAX_USD"}},
		{Config{BaseURL: "https://user:pw@x/v1", Model: "m", Timeout: 1, InputPrice: -1}, []string{"AUTOINTEL_LLM_BASE_URL", "AUTOINTEL_LLM_INPUT_PRICE"}},
	} {
		err := c.config.Resolve()
		if (err == nil) != (c.names == nil) {
			t.Errorf("%+v: %v", c.config, err)
		}
		for _, name := range c.names {
			if !strings.Contains(err.Error(), name) || strings.Contains(err.Error(), "pw") {
				t.Errorf("%v does not name %s", err, name)
			}
		}
	}
	if err := os.WriteFile(empty, []byte(key+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c := Config{BaseURL: "http://127.0.0.1:1/v1", Model: "m", Timeout: 1, APIKeyFile: empty}
	if err := c.Resolve(); err != nil || c.APIKey != key {
		t.Errorf("%v", err)
	}
}

func TestTheBudgetIsKept(t *testing.T) {
	e := serve(t, func(w http.ResponseWriter, _ int, _ heard) { says(w, good) })
	c, _ := ask(t, e, nil)
	s := c.Session("wf_1", "analyze", "standard")
	s.budget.Tokens = tokensOf(wall) + 3000
	var errs []error
	for range 12 {
		_, err := s.Abstract(t.Context(), page(wall))
		errs = append(errs, err)
	}
	u := s.Use()
	if !errors.Is(errs[11], ErrBudget) || errs[0] != nil || u.InputTokens+u.OutputTokens > s.budget.Tokens || u.Requests != len(e.heard()) {
		t.Errorf("%v, %+v", errs, u)
	}
	if l, ok := LimitOf("the summary", errs[11]); !ok || l.Code != "model_budget" {
		t.Errorf("%+v", l)
	}
	priced, _ := ask(t, e, func(c *Config) { c.InputPrice, c.OutputPrice, c.MaxUSD = 10, 40, 0.3 })
	s = priced.Session("wf_1", "analyze", "experimental")
	var err error
	for range 200 {
		if _, err = s.Abstract(t.Context(), page(wall)); err != nil {
			break
		}
	}
	if u := s.Use(); !errors.Is(err, ErrBudget) || u.CostUSD > 0.1 || u.CostUSD < 0.03 {
		t.Errorf("%v, %+v", err, u)
	}
	if session(c).Use() != nil {
		t.Error("a use of nothing")
	}
	budgets := []int{BudgetOf("standard", 0).Tokens, BudgetOf("deep", 0).Tokens, BudgetOf("comprehensive", 0).Tokens, BudgetOf("experimental", 0).Tokens}
	if !slices.IsSorted(budgets) || budgets[0] == 0 || BudgetOf("bottomless", 0).Tokens != 0 {
		t.Error(budgets)
	}
}
