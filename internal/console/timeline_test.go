package console_test

import (
	"slices"
	"testing"
	"time"

	"autointel.example/internal/console"
	"autointel.example/internal/workflow"
	"autointel.example/schemas"
)

// lane finds a lane by its name.
func lane(t *testing.T, tl console.Timeline, name string) console.Lane {
	t.Helper()
	i := slices.IndexFunc(tl.Lanes, func(l console.Lane) bool { return l.Name == name })
	if i < 0 {
		t.Fatalf("no lane %s", name)
	}
	return tl.Lanes[i]
}

func span(kind string, from, to float64) console.Span {
	return console.Span{Kind: kind, From: at(from), To: at(to)}
}

func TestATimelineShowsStagesWaitsRetriesGapsClosuresAndDeliveries(t *testing.T) {
	tl := console.NewTimeline(story(t).events, nil, at(60))
	if !tl.From.Equal(at(0)) || !tl.To.Equal(at(31.3)) || len(tl.Lanes) != 9 || len(tl.Events) != 14 {
		t.Fatalf("%v to %v, %d lanes, %d events", tl.From, tl.To, len(tl.Lanes), len(tl.Events))
	}
	for name, want := range map[string][]console.Span{
		"session":           {span(console.Open, 0, 12), span(console.Expiring, 12, 15)},
		workflow.Acquire:    {span(console.Waited, 0, 0.5), span(console.Worked, 0.5, 2)},
		workflow.Transcribe: {span(console.Worked, 2, 2.1)},
		workflow.Verify:     {span(console.Waited, 10, 18), span(console.Worked, 18, 20)},
		workflow.Assess:     {span(console.Tried, 20, 28), span(console.Worked, 28, 30)},
		workflow.Integrate:  {span(console.Tried, 10, 16)},
		workflow.Briefing:   {span(console.Waited, 30, 30.1), span(console.Worked, 30.1, 31)},
	} {
		if got := lane(t, tl, name).Spans; !slices.Equal(got, want) {
			t.Errorf("%s: %v", name, got)
		}
	}
	if l := lane(t, tl, "session"); l.Status != console.SessionClosed || len(l.Marks) != 3 || !l.Marks[2].Bad || l.Says != "expired" {
		t.Errorf("%+v", l)
	}
	if l := lane(t, tl, workflow.Integrate); l.Status != workflow.Failed || l.Attempts != 3 || l.Says != "internal: GET https://b.example/x?…: 500" {
		t.Errorf("%+v", l)
	}
	if l := lane(t, tl, "answer"); l.Status != console.Kept || len(l.Marks) != 3 || !l.Marks[0].Bad || l.Marks[2].Says != "by channel" {
		t.Errorf("%+v", l)
	}
	if want := []console.Span{span(console.Idle, 16, 18)}; !slices.Equal(tl.Gaps, want) {
		t.Errorf("gaps %v", tl.Gaps)
	}
	if e := tl.Events[7]; e.Name != "stage.failed.integrate" || !e.Bad {
		t.Errorf("%+v", e)
	}
	if tl.At(at(-5)) != 0 || tl.At(at(15.65)) != 0.5 || tl.At(at(99)) != 1 {
		t.Error("moments are misplaced")
	}
}

func TestATimelineOfWhatRuns(t *testing.T) {
	l := &log{t: t}
	c := contextOf(t, workflow.Deep, "https://a.example/")
	c.Plan[0].Given, c.DerivedFrom = true, id(9)
	l.add(id(0), c, 0, schemas.WorkflowRequested{RequestedAt: at(0)})
	l.add(id(0), c, 0, did(workflow.Acquire, -100, -90, 1))
	l.add(id(0), c, 4, did(workflow.Transcribe, 0, 4, 1))
	l.add(id(0), c, 5, did(workflow.Analyze, 4, 5, 1))
	l.add(id(0), c, 9, schemas.TriggerRepeated{Stage: workflow.Integrate, Why: "late"})
	tl := console.NewTimeline(l.events, map[string]console.Progress{workflow.Context: {Done: 1, Total: 2}}, at(10))
	if !tl.To.Equal(at(10)) || tl.Length() != 10*time.Second {
		t.Errorf("it ends at %v", tl.To)
	}
	for name, want := range map[string]string{
		workflow.Acquire: console.Given, workflow.Transcribe: workflow.Completed, workflow.Context: console.AtWork, workflow.Integrate: console.Ready, workflow.Verify: console.Planned,
	} {
		if got := lane(t, tl, name).Status; got != want {
			t.Errorf("%s is %s", name, got)
		}
	}
	if l := lane(t, tl, workflow.Context); l.Progress.Total != 2 || !slices.Equal(l.Spans, []console.Span{span(console.Worked, 5, 10)}) {
		t.Errorf("%+v", l)
	}
	if l := lane(t, tl, workflow.Integrate); len(l.Marks) != 1 || !l.Marks[0].Bad {
		t.Errorf("%+v", l)
	}
	l.add(id(0), c, 12, schemas.WorkflowCancelled{By: "4711", Why: "secret"})
	tl = console.NewTimeline(l.events, nil, at(20))
	if l := lane(t, tl, workflow.Context); l.Status != console.Dropped || len(l.Spans) != 0 || !tl.To.Equal(at(12)) {
		t.Errorf("%+v", l)
	}
	if none := console.NewTimeline(nil, nil, at(0)); none.Length() != 0 || none.At(at(1)) != 0 {
		t.Errorf("%+v", none)
	}
}
