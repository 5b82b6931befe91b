package analyzer

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"autointel.example/internal/stage"
	"autointel.example/internal/stage/stagetest"
	"autointel.example/internal/workflow"
	"autointel.example/schemas"
)

// swayed is a page that sways its reader in words that no list holds.
var swayed = &schemas.Source{
	URL: "https://a.example/", Digest: "ab", Language: "en", FetchedAt: stagetest.At,
	Text: "The council has fed our harbour to the gulls. The wall was finished in 2021, according to the harbour office. “They have fed us to the gulls,” said Clara Voss.",
}

// assessed runs the stage assess over a page.
func assessed(t *testing.T, stages []stage.Stage) (stage.Stage, schemas.Assessment) {
	t.Helper()
	i := slices.IndexFunc(stages, func(s stage.Stage) bool { return s.Name == workflow.Assess })
	out, err := stages[i].Run(t.Context(), stagetest.Input(t, workflow.Standard, stagetest.Outputs{workflow.Acquire: swayed}))
	if err != nil {
		t.Fatal(err)
	}
	return stages[i], out.(schemas.Assessment)
}

// TestAModelFindsSignsThatWordsAloneDoNot: they are told as the model's, and the score is that of the text alone.
func TestAModelFindsSignsThatWordsAloneDoNot(t *testing.T) {
	_, local := assessed(t, Stages(Tools{}))
	stages := modelOf(t, func(w http.ResponseWriter, question string) {
		if question != "signs" {
			t.Errorf("it was asked for %s", question)
		}
		completion(w, `{"signs":[{"sentence":1,"quote":"fed our harbour to the gulls","code":"loaded_language"},{"sentence":3,"quote":"fed us to the gulls","code":"loaded_language"}]}`)
	})
	s, a := assessed(t, stages)
	named := slices.DeleteFunc(slices.Clone(a.Findings), func(f schemas.Finding) bool { return f.Method == schemas.MethodLocal })
	if len(named) != 1 || named[0].Matched != "fed our harbour to the gulls" || named[0].Method != "model:tide-7b" || len(a.Findings) != len(local.Findings)+1 {
		t.Errorf("%+v", a.Findings)
	}
	if a.Trust.Score != local.Trust.Score || a.Model == nil || a.Model.Requests != 1 {
		t.Errorf("%+v, was %+v; %+v", a.Trust, local.Trust, a.Model)
	}
	stagetest.Run(t, s, map[string]stage.Input{
		"a page":                     stagetest.Input(t, workflow.Standard, stagetest.Outputs{workflow.Acquire: swayed}),
		"nothing that could be read": stagetest.Input(t, workflow.Standard, stagetest.Outputs{}),
	})
	final, err := brief(t.Context(), stagetest.Input(t, workflow.Standard, stagetest.Outputs{workflow.Acquire: swayed, workflow.Assess: a}))
	if err != nil {
		t.Fatal(err)
	}
	var r schemas.Report
	if err := json.Unmarshal(final.Report, &r); err != nil || r.Model == nil {
		t.Fatalf("%+v, %v", r.Model, err)
	}
	for _, want := range []string{"**Loaded language** (a hint, named by the language model)", "Those that the language model named have no part in the trust score.", "the naming of 1 sign"} {
		if !strings.Contains(r.Markdown, want) {
			t.Errorf("it does not say %q:\n%s", want, r.Markdown)
		}
	}
}

// TestWithoutItsModelAnAssessmentIsLocal: whatever becomes of the model, the signs are those of the text alone.
func TestWithoutItsModelAnAssessmentIsLocal(t *testing.T) {
	_, local := assessed(t, Stages(Tools{}))
	for code, answer := range map[string]func(w http.ResponseWriter, question string){
		"model_unavailable": func(w http.ResponseWriter, _ string) { http.Error(w, "no", http.StatusUnauthorized) },
		"model_refused": func(w http.ResponseWriter, _ string) {
			completion(w, `{"signs":[{"sentence":1,"quote":"nowhere to be read","code":"urgency"}]}`)
		},
	} {
		_, a := assessed(t, modelOf(t, answer))
		if n := len(a.Limits); n <= len(local.Limits) || a.Limits[n-1].Code != code || a.Model == nil {
			t.Errorf("%s: %+v, %+v", code, a.Limits, a.Model)
		}
		a.Limits, a.Model = local.Limits, nil
		want, err := json.Marshal(local)
		got, err2 := json.Marshal(a)
		if err != nil || err2 != nil || string(want) != string(got) {
			t.Errorf("%s:\n%s\nwant\n%s", code, got, want)
		}
	}
}
