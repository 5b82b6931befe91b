package analyzer

import (
	"testing"
	"time"

	"autointel.example/internal/stage"
	"autointel.example/internal/stage/stagetest"
	"autointel.example/internal/workflow"
	"autointel.example/schemas"
)

// TestAnalyzeIsAGoodStage runs it over texts of other kinds and languages than an English article.
func TestAnalyzeIsAGoodStage(t *testing.T) {
	published := time.Date(2026, 1, 10, 8, 0, 0, 0, time.UTC)
	sources := map[string]*schemas.Source{
		"German":     {URL: "https://example.org/de", Language: "de", Digest: "aa", FetchedAt: stagetest.At, PublishedAt: &published, Text: "Am 3. März stieg der Pegel um 1,2 Mio. Liter. „Das ist neu“, sagte Clara Voss."},
		"French":     {URL: "https://example.org/fr", Digest: "ab", FetchedAt: stagetest.At, Text: "« La mer monte depuis 1894 », a dit Claire Vasseur, directrice de l'Observatoire du littoral, à la presse."},
		"Arabic":     {URL: "https://example.org/ar", Digest: "ac", FetchedAt: stagetest.At, Text: "هذا نص قصير عن البحر. وهذا نص آخر عن الميناء."},
		"one figure": {URL: "https://example.org/1", Digest: "ad", FetchedAt: stagetest.At, Text: "7"},
		"broken":     {URL: "https://example.org/b", Digest: "ae", FetchedAt: stagetest.At, Text: "caf\xe9 \xff. Dr. “"},
	}
	inputs := map[string]stage.Input{
		"a recording": stagetest.Input(t, workflow.Standard, stagetest.Outputs{workflow.Transcribe: &schemas.Transcript{
			URL: "https://example.org/v.vtt", Format: "webvtt", Language: "en", Anchors: []int64{0, 90_000},
			Text: "Good evening. The tide gauge has stood here since 1894.\n\n“We see it every day,” said Clara Voss.",
		}}),
	}
	for name, s := range sources {
		inputs[name] = stagetest.Input(t, workflow.Standard, stagetest.Outputs{workflow.Acquire: s})
	}
	stagetest.Run(t, stage.Stage{Name: workflow.Analyze, Run: stage.Of(analyze)}, inputs)
}
