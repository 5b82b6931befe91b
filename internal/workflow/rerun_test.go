package workflow

import (
	"errors"
	"slices"
	"testing"
)

func TestRerunInheritsWhatDoesNotDependOnTheStage(t *testing.T) {
	plan, err := PlanFor(Experimental)
	if err != nil {
		t.Fatal(err)
	}
	s := State{Ended: &Ended{Outcome: Completed}, Stages: map[string]Settled{}}
	s.Context.Plan = plan
	for _, p := range plan {
		s.Stages[p.Stage] = Settled{Status: Completed}
	}
	for from, want := range map[string][]string{
		Acquire:   nil,
		Verify:    {Acquire, Transcribe, Analyze, Context, Integrate},
		Integrate: {Acquire, Transcribe, Analyze, Context, Verify, Assess, Research, Profile},
		Briefing:  {Acquire, Transcribe, Analyze, Context, Verify, Assess, Integrate, Research, Profile, Quality, Graph},
	} {
		got, given, err := Rerun(s, from)
		if err != nil || !slices.Equal(given, want) {
			t.Errorf("from %s: %v, %v", from, given, err)
		}
		for _, p := range got {
			if p.Given != slices.Contains(want, p.Stage) {
				t.Errorf("from %s: %s is given: %v", from, p.Stage, p.Given)
			}
		}
	}
	if s.Context.Plan[0].Given {
		t.Error("the old plan was changed")
	}
}

func TestWhatCannotBeRunAgain(t *testing.T) {
	plan, _ := PlanFor(Standard)
	running := State{}
	running.Context.Plan = plan
	failed := running
	failed.Ended = &Ended{Outcome: Failed}
	for name, c := range map[string]struct {
		s    State
		from string
	}{
		"a running workflow":                            {running, Acquire},
		"a stage that is not in the plan":               {failed, Research},
		"a stage whose dependencies have never settled": {failed, Verify},
	} {
		var refused *RerunError
		if _, _, err := Rerun(c.s, c.from); !errors.As(err, &refused) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, _, err := Rerun(failed, Acquire); err != nil {
		t.Errorf("from the beginning: %v", err)
	}
}
