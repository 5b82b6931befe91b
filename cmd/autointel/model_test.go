package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"autointel.example/cmd/autointel/demo/source"
	"autointel.example/internal/sandbox"
	"autointel.example/internal/workflow"
	"autointel.example/schemas"
)

// standIn is a model server: it answers every question with the first sentence that it is shown, and with one that stands nowhere.
type standIn struct {
	*httptest.Server
	mu    sync.Mutex
	asked map[string]int // by the name of the schema
}

var shownSentence = regexp.MustCompile(`(?m)^\[1\] (.*)$`)

func startStandIn(t *testing.T) *standIn {
	t.Helper()
	m := &standIn{asked: map[string]int{}}
	m.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var q struct {
			Messages []struct{ Content string }
			Format   struct {
				Schema struct{ Name string } `json:"json_schema"`
			} `json:"response_format"`
		}
		if err := json.NewDecoder(r.Body).Decode(&q); err != nil || len(q.Messages) < 2 {
			t.Errorf("no chat completion: %v", err)
			return
		}
		m.mu.Lock()
		m.asked[q.Format.Schema.Name]++
		m.mu.Unlock()
		sentence := ""
		if found := shownSentence.FindStringSubmatch(q.Messages[1].Content); found != nil {
			sentence = found[1]
		}
		quote := map[string]any{"sentence": 1, "quote": sentence}
		claim := func(words string) map[string]any {
			return map[string]any{"sentence": 1, "quote": words, "kind": "event", "speaker": "", "about": "", "certainty": "hedged", "sourced": false}
		}
		answer := map[string]any{
			"abstract": map[string]any{"statements": []any{map[string]any{"text": sentence, "quotes": []any{quote}}, map[string]any{"text": "It is all the work of Napoleon.", "quotes": []any{map[string]any{"sentence": 1, "quote": "the work of Napoleon"}}}}},
			"kinds":    map[string]any{"entities": []any{map[string]any{"number": 1, "kind": "other"}, map[string]any{"number": 2, "kind": "place"}, map[string]any{"number": 999, "kind": "person"}}},
			"claims":   map[string]any{"claims": []any{claim(sentence), claim("Napoleon has built it")}},
			"signs":    map[string]any{"signs": []any{map[string]any{"sentence": 1, "quote": shortOf(sentence), "code": "loaded_language"}, map[string]any{"sentence": 1, "quote": "the work of Napoleon", "code": "ad_hominem"}}},
			"compare":  map[string]any{"sentences": []any{map[string]any{"number": 1, "stance": "supports", "why": "it says the same"}}},
		}[q.Format.Schema.Name]
		text, err := json.Marshal(answer)
		if err != nil {
			t.Error(err)
		}
		_ = json.NewEncoder(w).Encode(map[string]any{"choices": []any{map[string]any{"message": map[string]any{"content": string(text)}}}, "usage": map[string]any{"prompt_tokens": 1000, "completion_tokens": 100}})
	}))
	t.Cleanup(m.Close)
	return m
}

// TestAWorkflowWithALanguageModelAndWithoutIt runs the deepest workflow in a process of its own, with a model server and after that has
// died: both reports are whole, and each says what the model had to do with it.
func TestAWorkflowWithALanguageModelAndWithoutIt(t *testing.T) {
	model := startStandIn(t)
	box, err := sandbox.Start(sandbox.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = box.Close() }()
	article, err := source.Start(0)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = article.Close() }()
	p := newProcess(t, box, article)
	p.env = append(p.env, "AUTOINTEL_LLM_BASE_URL="+model.URL+"/v1", "AUTOINTEL_LLM_MODEL=tide-7b", "AUTOINTEL_LLM_API_KEY="+doctorKey,
		"AUTOINTEL_LLM_INPUT_PRICE=1", "AUTOINTEL_LLM_OUTPUT_PRICE=2", "AUTOINTEL_LLM_MAX_USD=0.5")
	p.start()
	ctx, cancel := context.WithTimeout(t.Context(), 75*time.Second)
	defer cancel()

	with := p.reportOf(ctx, box, article.URL())
	for _, question := range []string{"abstract", "kinds", "claims", "signs"} {
		if model.asked[question] != 1 {
			t.Errorf("it was asked for %s %d times: %v", question, model.asked[question], model.asked)
		}
	}
	if u := with.Model; u == nil || u.Requests < 4 || u.InputTokens != 1000*u.Requests || u.BudgetTokens != 360_000 || u.BudgetUSD != 0.5 || u.CostUSD < .0036 {
		t.Errorf("%+v", u)
	}
	for _, want := range []string{"The language model tide-7b had a part in this report: the summary in its own words", "360,000 tokens", "the choice or the reading of 1 claim", "the naming of 1 sign", "named by the language model"} {
		if !strings.Contains(with.Markdown, want) {
			t.Errorf("the report does not say %q:\n%s", want, modelPart(with.Markdown))
		}
	}
	if strings.Contains(with.Markdown, "Napoleon") {
		t.Error("what stands nowhere is in the report")
	}

	model.Close()
	without := p.reportOf(ctx, box, article.URL())
	for _, want := range []string{"The language model tide-7b was asked", "nothing of it stands in this report", "had no part in the summary", "had no part in the choice of the claims", "had no part in the search for signs of manipulation", "it could not be reached"} {
		if !strings.Contains(without.Markdown, want) {
			t.Errorf("the report does not say %q:\n%s", want, modelPart(without.Markdown))
		}
	}
	if without.Analysis == nil || without.Analysis.Abstract != nil || len(without.Analysis.Summary) == 0 || without.Claims == nil || len(without.Claims.Claims) == 0 {
		t.Error("the local result is not whole")
	}
	for _, s := range without.Sections {
		if s.Status == workflow.Failed {
			t.Errorf("a stage failed: %+v", s)
		}
	}
	p.stop()
}

// shortOf is how a sentence begins.
func shortOf(sentence string) string {
	return strings.Join(strings.Fields(sentence)[:min(4, len(strings.Fields(sentence)))], " ")
}

func modelPart(markdown string) string {
	if _, part, ok := strings.Cut(markdown, "## Method and limits"); ok {
		return part
	}
	return markdown
}

// reportOf looks into a page as deep as it goes, and returns the report.
func (p *process) reportOf(ctx context.Context, box *sandbox.Sandbox, url string) schemas.Report {
	p.t.Helper()
	i, err := box.Command(ctx, ann, "autointel", map[string]any{"url": url, "depth": workflow.Experimental})
	if err != nil {
		p.t.Fatal(err)
	}
	id, err := schemas.WorkflowID(i.ID)
	if err != nil {
		p.t.Fatal(err)
	}
	if _, err := box.WaitMessage(ctx, func(m sandbox.Message) bool { return m.Interaction == i.ID && titled(m, id) }); err != nil {
		p.t.Fatalf("%v\n%v", err, p.events(id))
	}
	for ctx.Err() == nil {
		code, stdout, _ := call(ctx, "results", "show", id, "--json", "--data-dir", p.data)
		var report schemas.Report
		if code == 0 && json.Unmarshal([]byte(stdout), &report) == nil && report.Markdown != "" {
			return report
		}
		<-time.After(50 * time.Millisecond) // it is archived soon after it was shown
	}
	p.t.Fatal(fmt.Errorf("no report of %s in the archive: %w", id, ctx.Err()))
	return schemas.Report{}
}
