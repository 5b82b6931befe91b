package analyzer

import (
	"testing"

	"autointel.example/internal/stage"
	"autointel.example/internal/stage/stagetest"
	"autointel.example/internal/workflow"
	"autointel.example/schemas"
)

func TestResearchIsAGoodStage(t *testing.T) {
	stagetest.Run(t, stage.Stage{Name: workflow.Research, Run: stage.Of(synthesize)}, comparable(t))
}

func TestWhatOthersSayAndTheSourceLeavesOut(t *testing.T) {
	in := comparable(t)["an article and others"]
	v, err := verify(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	in = stagetest.Input(t, workflow.Deep, stagetest.Outputs{workflow.Acquire: article, workflow.Context: related, workflow.Verify: v})
	r, err := synthesize(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Agreements) != 1 || len(r.Disagreements) != 1 || len(r.OnlyThere) != 1 || len(r.Documents) != 4 {
		t.Fatalf("%d %d %d %d: %+v", len(r.Agreements), len(r.Disagreements), len(r.OnlyThere), len(r.Documents), r)
	}
	if got := r.OnlyThere[0]; got.Document != 2 || got.Text != "The council will vote on the move in June 2026." {
		t.Errorf("%+v", got)
	}
	for _, s := range r.Overview {
		for _, q := range s.Quotes {
			if q.Text == "" || q.Document < 0 || q.Document > 4 {
				t.Errorf("%+v", s)
			}
		}
	}
}

func TestWithoutOtherDocumentsThereIsNothingToSynthesize(t *testing.T) {
	_, err := synthesize(t.Context(), stagetest.Input(t, workflow.Deep, stagetest.Outputs{workflow.Acquire: article, workflow.Context: &schemas.Related{}}))
	if !stage.Settles(err) {
		t.Error(err)
	}
}
