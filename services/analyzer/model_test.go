package analyzer

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"autointel.example/internal/stage"
	"autointel.example/internal/stage/stagetest"
	"autointel.example/internal/workflow"
	"autointel.example/schemas"
	"autointel.example/services/analyzer/llm"
)

// modelOf starts an endpoint that answers each kind of question, and returns the stages with it.
func modelOf(t *testing.T, answer func(w http.ResponseWriter, question string)) []stage.Stage {
	t.Helper()
	e := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var asked struct {
			Format struct {
				Schema struct{ Name string } `json:"json_schema"`
			} `json:"response_format"`
		}
		if err := json.NewDecoder(r.Body).Decode(&asked); err != nil {
			t.Error(err)
		}
		answer(w, asked.Format.Schema.Name)
	}))
	t.Cleanup(e.Close)
	c := llm.Config{BaseURL: e.URL, Model: "tide-7b", Timeout: 5 * time.Second, InputPrice: 1, OutputPrice: 2}
	if err := c.Resolve(); err != nil {
		t.Fatal(err)
	}
	client := llm.New(c, func() time.Time { return stagetest.At })
	t.Cleanup(client.Close)
	return withModel(Stages(Tools{}), client)
}

func completion(w http.ResponseWriter, text string) {
	_ = json.NewEncoder(w).Encode(map[string]any{"choices": []any{map[string]any{"message": map[string]any{"content": text}}}, "usage": map[string]any{"prompt_tokens": 1000, "completion_tokens": 100}})
}

const abstractOfTheGauge = `{"statements":[{"text":"A tide gauge has stood at Northpoint since 1894.","quotes":[{"sentence":1,"quote":"has stood in the harbour since 1894"}]},` +
	`{"text":"It was built by somebody called Napoleon.","quotes":[{"sentence":2,"quote":"built by Napoleon"}]}]}`

// find runs the stage analyze over the article.
func find(t *testing.T, stages []stage.Stage) (stage.Stage, schemas.Analysis) {
	t.Helper()
	for _, s := range stages {
		if s.Name == workflow.Analyze {
			out, err := s.Run(t.Context(), stagetest.Input(t, workflow.Deep, stagetest.Outputs{workflow.Acquire: article}))
			if err != nil {
				t.Fatal(err)
			}
			return s, out.(schemas.Analysis)
		}
	}
	t.Fatal("there is no stage analyze")
	return stage.Stage{}, schemas.Analysis{}
}

func TestAModelAddsWhatCanBeChecked(t *testing.T) {
	stages := modelOf(t, func(w http.ResponseWriter, question string) {
		completion(w, map[string]string{"abstract": abstractOfTheGauge, "kinds": `{"entities":[{"number":1,"kind":"place"}]}`}[question])
	})
	s, a := find(t, stages)
	if a.Abstract == nil || len(a.Abstract.Statements) != 1 || a.Abstract.Statements[0].Quotes[0].Sentence != 0 || a.Abstract.Method != "model:tide-7b" {
		t.Errorf("%+v", a.Abstract)
	}
	if a.Model == nil || a.Model.Requests == 0 || a.Model.CostUSD < .0012 || len(a.Limits) != 0 && a.Limits[0].Code == "model_unavailable" {
		t.Errorf("%+v, %+v", a.Model, a.Limits)
	}
	if len(a.Summary) == 0 || a.Method != schemas.MethodLocal {
		t.Error("what was computed from the text is gone")
	}
	stagetest.Run(t, s, map[string]stage.Input{
		"an article":                 stagetest.Input(t, workflow.Experimental, stagetest.Outputs{workflow.Acquire: article}),
		"nothing that could be read": stagetest.Input(t, workflow.Standard, stagetest.Outputs{}),
	})
	final, err := brief(t.Context(), stagetest.Input(t, workflow.Deep, stagetest.Outputs{workflow.Acquire: article, workflow.Analyze: a}))
	if err != nil {
		t.Fatal(err)
	}
	var r schemas.Report
	if err := json.Unmarshal(final.Report, &r); err != nil || r.Model == nil || !strings.Contains(r.Markdown, "The language model tide-7b had a part in this report") || !strings.Contains(r.Markdown, "A tide gauge has stood at Northpoint") {
		t.Errorf("%v\n%s", err, r.Markdown)
	}
}

func TestWithoutItsModelAnAnalysisIsLocal(t *testing.T) {
	for name, answer := range map[string]func(w http.ResponseWriter, question string){
		"refused": func(w http.ResponseWriter, _ string) { http.Error(w, "no", http.StatusUnauthorized) },
		"not to hold": func(w http.ResponseWriter, _ string) {
			completion(w, `{"statements":[{"text":"Napoleon built it in 1066.","quotes":[{"sentence":1,"quote":"Napoleon"}]}]}`)
		},
	} {
		_, local := find(t, Stages(Tools{}))
		_, a := find(t, modelOf(t, answer))
		if a.Abstract != nil || len(a.Limits) <= len(local.Limits) || !strings.HasPrefix(a.Limits[len(a.Limits)-1].Code, "model_") {
			t.Errorf("%s: %+v, %+v", name, a.Abstract, a.Limits)
		}
		a.Limits, a.Model, local.Limits = nil, nil, nil
		want, err := json.Marshal(local)
		got, err2 := json.Marshal(a)
		if err != nil || err2 != nil || string(want) != string(got) {
			t.Errorf("%s:\n%s\nwant\n%s", name, got, want)
		}
	}
}

// claimed is a page whose claims the words of the text give away in part.
var claimed = &schemas.Source{
	URL: "https://a.example/", Digest: "ab", Language: "en", FetchedAt: stagetest.At,
	Text: "The tide gauge at Northpoint has stood in the harbour since 1894. Clara Voss thinks little of it. The old wall does not move at all.\n\nWho knows why? The harbour office may publish the table of the tides in May 2026.",
}

// TestAModelFindsClaimsThatWordsAloneDoNot: they are added to those of the text, read by the text's words first, and never bolder.
func TestAModelFindsClaimsThatWordsAloneDoNot(t *testing.T) {
	in := stagetest.Input(t, workflow.Standard, stagetest.Outputs{workflow.Acquire: claimed})
	verified := func(stages []stage.Stage) schemas.Verification {
		i := slices.IndexFunc(stages, func(s stage.Stage) bool { return s.Name == workflow.Verify })
		out, err := stages[i].Run(t.Context(), in)
		if err != nil {
			t.Fatal(err)
		}
		return out.(schemas.Verification)
	}
	local := verified(Stages(Tools{}))
	v := verified(modelOf(t, func(w http.ResponseWriter, question string) {
		if question != "claims" {
			t.Errorf("it was asked for %s", question)
		}
		completion(w, `{"claims":[
			{"sentence":3,"quote":"The old wall does not move","kind":"event","speaker":"Clara Voss","about":"wall","certainty":"reported","sourced":true},
			{"sentence":1,"quote":"has stood in the harbour since 1894","kind":"figure","speaker":"harbour office","about":"gauge","certainty":"asserted","sourced":true},
			{"sentence":4,"quote":"Who knows why","kind":"cause","speaker":"","about":"","certainty":"asserted","sourced":false},
			{"sentence":5,"quote":"may publish the table","kind":"event","speaker":"","about":"","certainty":"asserted","sourced":false},
			{"sentence":2,"quote":"The wall will fall tomorrow","kind":"event","speaker":"","about":"","certainty":"asserted","sourced":false}]}`)
	}))
	at := func(v schemas.Verification, sentence int) *schemas.Claim {
		for i := range v.Claims {
			if v.Claims[i].Where.Sentence == sentence {
				return &v.Claims[i]
			}
		}
		return nil
	}
	if at(local, 2) != nil || at(local, 0) == nil {
		t.Fatalf("the words alone give it away: %+v", local.Claims)
	}
	wall, gauge := at(v, 2), at(v, 0)
	if wall == nil || wall.Method != "model:tide-7b" || wall.Speaker != "Clara Voss" || wall.Certainty != "reported" || wall.Kind != "event" || !wall.Sourced || wall.Score < .3 || wall.Verdict != schemas.VerdictNotChecked {
		t.Errorf("%+v", wall)
	}
	if gauge == nil || gauge.Speaker != "" || gauge.Kind != at(local, 0).Kind {
		t.Errorf("somebody of another paragraph is made to say it: %+v", gauge)
	}
	if c := at(v, 3); c != nil {
		t.Errorf("a question became a claim: %+v", c)
	}
	if c := at(v, 4); c == nil || c.Certainty != "hedged" {
		t.Errorf("the model made a claim bolder: %+v", c)
	}
	for i, c := range v.Claims {
		if c.ID != "c"+strconv.Itoa(i+1) || i > 0 && c.Where.Sentence <= v.Claims[i-1].Where.Sentence {
			t.Errorf("%+v", v.Claims)
		}
	}
	if v.Considered != local.Considered+len(v.Claims)-len(local.Claims) || v.Model == nil || v.Model.Requests != 1 {
		t.Errorf("%d considered, %+v", v.Considered, v.Model)
	}
}

// TestWithoutItsModelAVerificationIsLocal: whatever becomes of the model, the claims are those of the text alone.
func TestWithoutItsModelAVerificationIsLocal(t *testing.T) {
	in := stagetest.Input(t, workflow.Deep, stagetest.Outputs{workflow.Acquire: article, workflow.Context: related})
	verified := func(stages []stage.Stage) schemas.Verification {
		i := slices.IndexFunc(stages, func(s stage.Stage) bool { return s.Name == workflow.Verify })
		out, err := stages[i].Run(t.Context(), in)
		if err != nil {
			t.Fatal(err)
		}
		return out.(schemas.Verification)
	}
	local := verified(Stages(Tools{}))
	for code, answer := range map[string]func(w http.ResponseWriter, question string){
		"model_unavailable": func(w http.ResponseWriter, _ string) { http.Error(w, "no", http.StatusUnauthorized) },
		"model_refused": func(w http.ResponseWriter, _ string) {
			completion(w, `{"claims":[{"sentence":1,"quote":"Napoleon built it","kind":"event","speaker":"","about":"","certainty":"asserted","sourced":true}]}`)
		},
	} {
		v := verified(modelOf(t, answer))
		if n := len(v.Limits); n <= len(local.Limits) || v.Limits[n-1].Code != code || v.Model == nil {
			t.Errorf("%s: %+v, %+v", code, v.Limits, v.Model)
		}
		v.Limits, v.Model = local.Limits, nil
		want, err := json.Marshal(local)
		got, err2 := json.Marshal(v)
		if err != nil || err2 != nil || string(want) != string(got) {
			t.Errorf("%s:\n%s\nwant\n%s", code, got, want)
		}
	}
}

// TestAModelFindsEvidenceThatWordsAloneDoNot: of a claim that no other sentence words alike.
func TestAModelFindsEvidenceThatWordsAloneDoNot(t *testing.T) {
	source := &schemas.Source{URL: "https://a.example/", Digest: "ab", Language: "en", FetchedAt: stagetest.At, Text: "Flooding on the harbour front has fallen by 80 percent since 2021, and that for less money than anybody thought possible.\n\nThe harbour office will publish its table of the tides in May 2026."}
	related := &schemas.Related{Documents: []schemas.RelatedDocument{{Relation: "linked", Source: schemas.Source{
		URL: "https://b.example/", Digest: "cd", Language: "en", FetchedAt: stagetest.At, Text: "In the first two winters after the wall was finished, flooding on the harbour front fell by 35 percent compared with the ten winters before.",
	}}}}
	in := stagetest.Input(t, workflow.Deep, stagetest.Outputs{workflow.Acquire: source, workflow.Context: related})
	verified := func(stages []stage.Stage) schemas.Verification {
		i := slices.IndexFunc(stages, func(s stage.Stage) bool { return s.Name == workflow.Verify })
		out, err := stages[i].Run(t.Context(), in)
		if err != nil {
			t.Fatal(err)
		}
		return out.(schemas.Verification)
	}
	if local := verified(Stages(Tools{})); len(local.Claims) == 0 || local.Claims[0].Verdict != schemas.VerdictNotFound {
		t.Fatalf("the text alone finds it already: %+v", local.Claims)
	}
	v := verified(modelOf(t, func(w http.ResponseWriter, question string) {
		if question == "claims" {
			completion(w, `{"claims":[]}`)
			return
		}
		completion(w, `{"sentences":[{"number":1,"stance":"contradicts","why":"35 percent instead of 80 percent"},{"number":2,"stance":"supports","why":"invented"}]}`)
	}))
	c := v.Claims[0]
	if c.Verdict != schemas.VerdictDisputed || len(c.Evidence) != 1 || !c.Evidence[0].Against || c.Evidence[0].Where.Document != 1 || c.Evidence[0].Method != "model:tide-7b" || c.Method != schemas.MethodLocal || v.Model == nil || v.Model.Requests != 1+len(v.Claims) {
		t.Errorf("%+v, %+v", c, v.Model)
	}
	requests := 0
	down := verified(modelOf(t, func(w http.ResponseWriter, _ string) { requests++; http.Error(w, "no", http.StatusUnauthorized) }))
	if requests != 1 {
		t.Errorf("it was asked %d times although it refuses the key", requests)
	}
	if down.Claims[0].Verdict != schemas.VerdictNotFound || len(down.Limits) == 0 || down.Limits[len(down.Limits)-1].Code != "model_unavailable" {
		t.Errorf("%+v, %+v", down.Claims, down.Limits)
	}
}
