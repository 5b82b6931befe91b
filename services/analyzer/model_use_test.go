package analyzer

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"autointel.example/internal/stage/stagetest"
	"autointel.example/internal/workflow"
	"autointel.example/schemas"
	"autointel.example/services/analyzer/llm"
)

var numbered = regexp.MustCompile(`(?m)^\[(\d+)\] (.+)$`)

// standIn answers every question as fully as its schema allows, with words of the page, and counts four bytes as a token.
func standIn(t *testing.T) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var asked struct {
			Messages []struct{ Content string }
			Format   struct {
				Schema struct{ Name string } `json:"json_schema"`
			} `json:"response_format"`
		}
		if err := json.NewDecoder(r.Body).Decode(&asked); err != nil {
			t.Error(err)
			return
		}
		read := 0
		for _, m := range asked.Messages {
			read += len(m.Content) / 4
		}
		var items []string
		most, form, list := 40, "", ""
		switch asked.Format.Schema.Name {
		case "abstract":
			most, list, form = 8, "statements", `{"text":%[2]s,"quotes":[{"sentence":%[1]s,"quote":%[2]s}]}`
		case "kinds":
			list, form = "entities", `{"number":%[1]s,"kind":"other"}`
		case "claims":
			list, form = "claims", `{"sentence":%[1]s,"quote":%[2]s,"kind":"event","speaker":"","about":"","certainty":"asserted","sourced":false}`
		case "signs":
			most, list, form = 12, "signs", `{"sentence":%[1]s,"quote":"The council of Northpoint counted","code":"loaded_language"}`
		case "compare":
			list, form = "sentences", `{"number":%[1]s,"stance":"neither","why":"It is about another thing."}`
		}
		for _, m := range numbered.FindAllStringSubmatch(asked.Messages[1].Content, -1) {
			if quote, err := json.Marshal(m[2]); err == nil && len(items) < most && m[1] != "0" {
				items = append(items, fmt.Sprintf(form+"%.0[2]s", m[1], quote))
			}
		}
		answer := `{"` + list + `":[` + strings.Join(items, ",") + `]}`
		_ = json.NewEncoder(w).Encode(map[string]any{ // the test would miss the answer
			"choices": []any{map[string]any{"message": map[string]any{"content": answer}}}, "usage": map[string]any{"prompt_tokens": read, "completion_tokens": len(answer) / 4},
		})
	}
}

// long is an article of 200 kB of different sentences that a model has much to say about.
func long(seed int) schemas.Source {
	var b strings.Builder
	for n := 0; b.Len() < 200_000; n++ {
		fmt.Fprintf(&b, "The council of Northpoint counted %d boats at quay %d in %d, said Clara Voss of the harbour office. ", 100+n*7%900+seed, n, 1960+n%60)
		if n%5 == 4 {
			b.WriteString("\n\n")
		}
	}
	return schemas.Source{Language: "en", Title: "The boats of Northpoint", Text: b.String(), URL: "https://example.org/" + strconv.Itoa(seed)}
}

// TestWhatAModelReadsAndWritesByDepth is the source of the figures in docs/language-model.md.
func TestWhatAModelReadsAndWritesByDepth(t *testing.T) {
	e := httptest.NewServer(standIn(t))
	defer e.Close()
	c := llm.Config{BaseURL: e.URL, Model: "stand-in", Timeout: 20 * time.Second, InputPrice: 0.15, OutputPrice: 0.60}
	if err := c.Resolve(); err != nil {
		t.Fatal(err)
	}
	client := llm.New(c, func() time.Time { return stagetest.At })
	defer client.Close()
	related := schemas.Related{}
	for seed := range 5 {
		related.Documents = append(related.Documents, schemas.RelatedDocument{Source: long(seed + 1)})
	}
	before := schemas.ModelUse{}
	for _, depth := range workflow.Depths() {
		outputs := stagetest.Outputs{workflow.Acquire: long(0)}
		if depth != workflow.Standard {
			outputs[workflow.Context] = related
		}
		var all schemas.ModelUse
		for _, s := range withModel(Stages(Tools{}), client) {
			if s.Name != workflow.Analyze && s.Name != workflow.Verify && s.Name != workflow.Assess {
				continue
			}
			out, err := s.Run(t.Context(), stagetest.Input(t, depth, outputs))
			if err != nil {
				t.Fatal(err)
			}
			outputs[s.Name] = out
			use := used(out)
			if use == nil || use.Requests == 0 || use.InputTokens+use.OutputTokens > use.BudgetTokens {
				t.Fatalf("%s, %s: %+v", depth, s.Name, use)
			}
			t.Logf("| %s, %s | %d | %d | %d | %d | $%.4f |", depth, s.Name, use.Requests, use.InputTokens, use.OutputTokens, use.BudgetTokens, use.CostUSD)
			all.InputTokens += use.InputTokens
		}
		if all.InputTokens < before.InputTokens {
			t.Errorf("%s reads less than the depth before it: %d tokens after %d", depth, all.InputTokens, before.InputTokens)
		}
		before = all
	}
}

func used(out any) *schemas.ModelUse {
	switch v := out.(type) {
	case schemas.Analysis:
		return v.Model
	case schemas.Verification:
		return v.Model
	case schemas.Assessment:
		return v.Model
	}
	return nil
}
