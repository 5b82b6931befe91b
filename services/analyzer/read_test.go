package analyzer

import (
	"slices"
	"testing"

	"autointel.example/internal/stage/stagetest"
	"autointel.example/internal/workflow"
	"autointel.example/schemas"
)

func TestTheReportTellsOfEveryStageAndQualityOfThoseItStandsOn(t *testing.T) {
	for _, depth := range workflow.Depths() {
		in := stagetest.Input(t, depth, stagetest.Outputs{workflow.Acquire: article})
		sections, err := before(t.Context(), in, workflow.Briefing)
		if err != nil {
			t.Fatal(err)
		}
		if len(sections) != len(in.Context.Plan)-1 {
			t.Errorf("%s: %d of %d stages before the briefing", depth, len(sections), len(in.Context.Plan)-1)
		}
		for i, s := range sections {
			want := schemas.Section{Stage: in.Context.Plan[i].Stage, Status: workflow.Skipped, Reason: "nothing_to_do", Message: "There was nothing to do."}
			if s.Stage == workflow.Acquire {
				want = schemas.Section{Stage: s.Stage, Status: workflow.Completed}
			}
			if s != want {
				t.Errorf("%s: %+v, not %+v", depth, s, want)
			}
		}
	}
	in := stagetest.Input(t, workflow.Experimental, stagetest.Outputs{workflow.Acquire: article})
	sections, err := before(t.Context(), in, workflow.Quality)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]bool{workflow.Acquire: true, workflow.Profile: true, workflow.Graph: false, workflow.Quality: false, workflow.Briefing: false} {
		if slices.ContainsFunc(sections, func(s schemas.Section) bool { return s.Stage == name }) != want {
			t.Errorf("%s is among those before quality: %v", name, !want)
		}
	}
}
