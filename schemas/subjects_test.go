package schemas

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

// takes reports whether a filter takes in a subject, as the server decides it.
func takes(filter, subject string) bool {
	want, got := strings.Split(filter, "."), strings.Split(subject, ".")
	if last := len(want) - 1; want[last] == ">" && len(got) > last {
		want, got = want[:last], got[:last]
	}
	return slices.EqualFunc(want, got, func(want, got string) bool { return want == got || want == "*" })
}

// taken lists the samples that a filter takes in.
func taken(filter string) (types []string) {
	for _, d := range samples {
		if takes(filter, SubjectOf("wf_1", d)) {
			types = append(types, d.EventType())
		}
	}
	slices.Sort(types)
	return types
}

func TestEveryFilterTakesInWhatItsNameSaysAndNothingElse(t *testing.T) {
	settled := func(stage string) []string {
		var types []string
		for _, d := range samples {
			if q, ok := d.(qualified); ok && strings.HasPrefix(d.EventType(), "autointel.stage.") && q.qualifier() == stage {
				types = append(types, d.EventType())
			}
		}
		slices.Sort(types)
		return types
	}
	endings := []string{TypeWorkflowCancelled, TypeWorkflowCompleted, TypeWorkflowFailed}
	for _, c := range []struct {
		name    string
		filters []string
		want    []string
	}{
		{"a settlement of analyze", []string{Settlement("wf_1", "analyze")}, settled("analyze")},
		{"a settlement of transcribe", []string{Settlement("wf_1", "transcribe")}, settled("transcribe")},
		{"a settlement of verify, which the samples only repeat", []string{Settlement("wf_1", "verify")}, nil},
		{"a settlement of another workflow", []string{Settlement("wf_2", "analyze")}, nil},
		{"an ending", []string{Ending("wf_1")}, endings},
		{"what leaves stages at work", Broken("wf_1"), []string{TypeWorkflowCancelled, TypeWorkflowFailed}},
		{"what leaves stages of any workflow at work", Broken("*"), []string{TypeWorkflowCancelled, TypeWorkflowFailed}},
		{"the beginning and the end", []string{Lifecycle("wf_1")}, append(slices.Clone(endings), TypeWorkflowRequested)},
		{"the watchdog's word", []string{Repeated("wf_1", "verify")}, []string{TypeTriggerRepeated}},
		{"the watchdog's word about another stage", []string{Repeated("wf_1", "analyze")}, nil},
		{"everything", []string{Everything("wf_1")}, Types()},
		{"everything of another workflow", []string{Everything("wf_2")}, nil},
	} {
		var got []string
		for _, f := range c.filters {
			got = append(got, taken(f)...)
		}
		slices.Sort(got)
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %v take in %v, want %v", c.name, c.filters, got, c.want)
		}
	}
	if got := settled("analyze"); !slices.Equal(got, []string{TypeStageCompleted, TypeStageFailed}) {
		t.Errorf("the samples settle analyze by %v: the test above shows too little", got)
	}
}

func TestWhatEndsAWorkflowStandsWhereAnEndingIsLookedFor(t *testing.T) {
	for _, d := range samples {
		if Ends(d) != takes(Ending("wf_1"), SubjectOf("wf_1", d)) {
			t.Errorf("%T ends its workflow: %v, and stands on %s", d, Ends(d), SubjectOf("wf_1", d))
		}
	}
}

func TestATypeThatIsUnknownStandsNowhere(t *testing.T) {
	if got := Pattern("autointel.other.v1"); got != "" {
		t.Error(got)
	}
}

func TestEveryEventStandsWhereItsPatternAndItsFilterSay(t *testing.T) {
	var repeat []string
	for _, d := range samples {
		subject, only := SubjectOf("wf_1", d), Exclusive("wf_1", d)
		if !takes(Pattern(d.EventType()), subject) {
			t.Errorf("%s does not take in %s", Pattern(d.EventType()), subject)
		}
		if only == "" {
			repeat = append(repeat, d.EventType())
		} else if !takes(only, subject) {
			t.Errorf("%s is to be the first of %s, which does not take it in", subject, only)
		}
		if "autointel."+strings.Join(strings.Split(Pattern(d.EventType()), ".")[2:4], ".") != strings.Join(strings.Split(d.EventType(), ".")[:3], ".") {
			t.Errorf("%s stands on %s", d.EventType(), subject)
		}
	}
	if !slices.Equal(repeat, []string{TypeTriggerRepeated}) {
		t.Errorf("these may repeat: %v", repeat)
	}
}

func TestSubjectsAreReadAsTheyAreWritten(t *testing.T) {
	for _, d := range samples {
		s, err := ParseSubject(SubjectOf("wf_1", d))
		if err != nil || s.String() != SubjectOf("wf_1", d) || s.ID != "wf_1" {
			t.Errorf("%T: %v %v", d, s, err)
		}
	}
	for _, bad := range []string{"", "autointel", "autointel.a.b", "autointel.a.b.", "autointel.*.b.c", "autointel.a.b.c.d.e", "x.a.b.c"} {
		if _, err := ParseSubject(bad); !errors.Is(err, ErrSubject) {
			t.Errorf("%q: %v", bad, err)
		}
	}
}
