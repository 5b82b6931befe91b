package workflow

import (
	"errors"
	"slices"
	"testing"

	"autointel.example/schemas"
)

func TestEveryPlanIsAGraphFromTheSourceToTheBriefing(t *testing.T) {
	want := map[string]int{Standard: 7, Deep: 9, Comprehensive: 10, Experimental: 12}
	if got := Plans(); len(got) != len(want) || !slices.Equal(got[:len(Depths())], Depths()) {
		t.Errorf("the plans are %v", got)
	}
	for _, depth := range Plans() {
		plan, err := PlanFor(depth)
		if err != nil || len(plan) != want[depth] {
			t.Fatalf("%s: %d stages, %v", depth, len(plan), err)
		}
		var before []string
		for _, p := range plan {
			for _, d := range p.After {
				if !slices.Contains(before, d) {
					t.Errorf("%s: %s stands before its dependency %s", depth, p.Stage, d)
				}
			}
			if len(p.After) == 0 && p.Stage != Acquire {
				t.Errorf("%s: %s waits for nothing", depth, p.Stage)
			}
			before = append(before, p.Stage)
		}
		if got := leaves(plan); !slices.Equal(got, []string{Briefing}) {
			t.Errorf("%s: nobody waits for %v", depth, got)
		}
	}
	var unknown *UnknownDepthError
	if _, err := PlanFor("bottomless"); !errors.As(err, &unknown) {
		t.Errorf("an unknown depth: %v", err)
	}
}

func TestADepthHasANextOne(t *testing.T) {
	for depth, want := range map[string]string{Standard: Deep, Comprehensive: Experimental, Experimental: "", "bottomless": ""} {
		if next, ok := Deeper(depth); next != want || ok != (want != "") {
			t.Errorf("after %s comes %q, %v", depth, next, ok)
		}
	}
}

func TestEveryStageBelongsToOneService(t *testing.T) {
	all := slices.Concat(StagesOf(ServiceIngest), StagesOf(ServiceAnalyzer))
	if len(all) != len(stages) {
		t.Errorf("%d of %d stages are run", len(all), len(stages))
	}
	if declared := schemas.OutputStages(); !slices.Equal(declared, slices.Sorted(slices.Values(Stages()))) {
		t.Errorf("schemas declares what %v yield, and the table has %v", declared, Stages())
	}
}

func TestConsumersTakeWhatAnyPlanNeeds(t *testing.T) {
	consumers := map[string]string{}
	for _, c := range Consumers() {
		consumers[c.Name] = c.Filter
	}
	for _, depth := range Plans() {
		plan, _ := PlanFor(depth)
		for _, p := range plan {
			for _, d := range p.After {
				if consumers[schemas.StageConsumerName(p.Stage, d)] != schemas.Root+".*.stage.*."+d {
					t.Errorf("%s: %s never hears of %s", depth, p.Stage, d)
				}
			}
			if _, root := consumers[schemas.StageConsumerName(p.Stage, schemas.OnRequest)]; root != (p.Stage == Acquire) {
				t.Errorf("%s hears of requests: %v", p.Stage, root)
			}
		}
	}
}
