package analyzer

import (
	"slices"
	"testing"

	"autointel.example/internal/stage"
	"autointel.example/internal/stage/stagetest"
	"autointel.example/internal/workflow"
	"autointel.example/schemas"
)

// article is a source as acquire yields it.
var article = &schemas.Source{
	URL: "https://example.org/article", FinalURL: "https://example.org/article", Kind: "article", MediaType: "text/html", Title: "The gauge at Northpoint", FetchedAt: stagetest.At,
	Authors: []string{"Ada Marsh"}, SiteName: "Harbour Post", Language: "en", Digest: "ab12",
	Text: "The tide gauge at Northpoint has stood in the harbour since 1894. It was built by the engineer Clara Voss.\n\n" +
		"According to the harbour office, the mean level has risen by 21 centimetres. \"We see it in every record,\" said Voss in 1931.\n\n" +
		"Others doubt the figures, because the old wall has sunk as well. The office will publish its new table in May 2026.",
}

func TestTheAnalyzerRunsItsStages(t *testing.T) {
	var names []string
	for _, s := range Stages(Tools{}) {
		names = append(names, s.Name)
	}
	if want := workflow.StagesOf(workflow.ServiceAnalyzer); !slices.Equal(names, want) {
		t.Errorf("it runs %v; the table of stages says %v", names, want)
	}
}

// TestEveryStageIsAGoodStage runs every stage of the analyzer through the suite, over an article and over nothing at all.
func TestEveryStageIsAGoodStage(t *testing.T) {
	for _, s := range Stages(Tools{}) {
		t.Run(s.Name, func(t *testing.T) {
			stagetest.Run(t, s, map[string]stage.Input{
				"an article":                  stagetest.Input(t, workflow.Experimental, stagetest.Outputs{workflow.Acquire: article}),
				"nothing that could be read":  stagetest.Input(t, workflow.Experimental, stagetest.Outputs{}),
				"an article without its text": stagetest.Input(t, workflow.Standard, stagetest.Outputs{workflow.Acquire: &schemas.Source{URL: article.URL, Digest: "ab12", FetchedAt: stagetest.At}}),
			})
		})
	}
}
