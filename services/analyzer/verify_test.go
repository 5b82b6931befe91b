package analyzer

import (
	"testing"

	"autointel.example/internal/stage"
	"autointel.example/internal/stage/stagetest"
	"autointel.example/internal/workflow"
	"autointel.example/schemas"
)

// related are documents that speak of the article's subject.
var related = &schemas.Related{Documents: []schemas.RelatedDocument{
	{Relation: "linked", Source: schemas.Source{
		URL: "https://levels.example/northpoint", FinalURL: "https://levels.example/northpoint", Title: "Sea levels", Language: "en", FetchedAt: stagetest.At,
		Text: "In Northpoint the mean level has risen by 17 centimetres, measurements show.\n\nThe tide gauge at Northpoint has stood in the harbour since 1894.",
	}},
	{Relation: "linked", Source: schemas.Source{
		URL: "https://news.example/gauge", FinalURL: "https://news.example/gauge", Title: "The gauge moves", Language: "en", FetchedAt: stagetest.At,
		Text: "The council of Northpoint wants to move the tide gauge to Eastgate. The council will vote on the move in June 2026.",
	}},
	{Relation: "same_feed", Source: schemas.Source{
		URL: "https://post.example/gauge", FinalURL: "https://post.example/gauge", Title: "Vote on the gauge", Language: "en", FetchedAt: stagetest.At,
		Text: "In June 2026 the council will vote on the move of the tide gauge to Eastgate. The council of Northpoint has 21 members.",
	}},
	{Relation: "linked", Source: schemas.Source{URL: "https://leer.example/", FinalURL: "https://leer.example/", Language: "de", FetchedAt: stagetest.At, Text: "Der Pegel in Northpoint ist um 17 Zentimeter gestiegen."}},
}}

// comparable are the inputs of the stages that compare documents.
func comparable(t *testing.T) map[string]stage.Input {
	return map[string]stage.Input{
		"an article and others":           stagetest.Input(t, workflow.Deep, stagetest.Outputs{workflow.Acquire: article, workflow.Context: related}),
		"an article and nothing else":     stagetest.Input(t, workflow.Deep, stagetest.Outputs{workflow.Acquire: article, workflow.Context: &schemas.Related{}}),
		"an article whose context failed": stagetest.Input(t, workflow.Deep, stagetest.Outputs{workflow.Acquire: article}),
		"a recording and others": stagetest.Input(t, workflow.Comprehensive, stagetest.Outputs{workflow.Context: related, workflow.Transcribe: &schemas.Transcript{
			Text: article.Text, Language: "en", Anchors: []int64{0, 5000, 9000},
		}}),
	}
}

func TestVerifyIsAGoodStage(t *testing.T) {
	stagetest.Run(t, stage.Stage{Name: workflow.Verify, Run: stage.Of(verify)}, comparable(t))
}

func TestAClaimIsHeldAgainstTheDocumentsOfTheContext(t *testing.T) {
	v, err := verify(t.Context(), comparable(t)["an article and others"])
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, c := range v.Claims {
		got[c.Where.Text] = c.Verdict
	}
	if v.Checked != 3 || got["The tide gauge at Northpoint has stood in the harbour since 1894."] != schemas.VerdictSupported ||
		got["According to the harbour office, the mean level has risen by 21 centimetres."] != schemas.VerdictDisputed {
		t.Errorf("%d checked; %v", v.Checked, got)
	}
}

func TestWithoutOtherDocumentsNothingIsChecked(t *testing.T) {
	v, err := verify(t.Context(), stagetest.Input(t, workflow.Standard, stagetest.Outputs{workflow.Acquire: article}))
	if err != nil || len(v.Claims) == 0 || v.Checked != 0 {
		t.Fatal(v, err)
	}
	for _, c := range v.Claims {
		if c.Verdict != schemas.VerdictNotChecked || len(c.Evidence) > 0 {
			t.Errorf("%+v", c)
		}
	}
	if len(v.Limits) != 1 || v.Limits[0].Code != "not_checked" {
		t.Errorf("%+v", v.Limits)
	}
}
