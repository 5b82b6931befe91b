package main

import (
	"maps"
	"slices"
	"testing"
	"time"

	"autointel.example/internal/workflow"
)

var noon = time.Date(2026, 3, 14, 12, 0, 0, 0, time.UTC)

func after(ms int) time.Time { return noon.Add(time.Duration(ms) * time.Millisecond) }

func took(ms ...int) (all []time.Duration) {
	for _, n := range ms {
		all = append(all, time.Duration(n)*time.Millisecond)
	}
	return all
}

func TestWhatAUserWaitsForFollowsFromTheFacts(t *testing.T) {
	acknowledged := showing{from: after(4), shows: showsOther}
	progress := func(at int, stages ...string) showing { return showing{after(at), showsProgress, stages} }
	result := func(at int) showing { return showing{from: after(at), shows: showsResult} }
	for _, c := range []struct {
		name string
		f    facts
		want map[string][]time.Duration
	}{
		{"nothing was answered", facts{asked: noon}, map[string][]time.Duration{}},
		{
			"a short workflow has no progress",
			facts{asked: noon, answer: []showing{acknowledged, result(90)}, settled: []settlement{{"acquire", after(20)}}, completed: after(70)},
			map[string][]time.Duration{waitAcknowledged: took(4), waitFinal: took(20)},
		},
		{
			"the first edit waits for the word, the next for its turn as well",
			facts{
				asked: noon, answer: []showing{acknowledged, progress(260, "acquire"), progress(2280, "acquire", "analyze"), result(3000)},
				settled: []settlement{{"acquire", after(50)}, {"analyze", after(300)}, {"verify", after(2900)}}, completed: after(2990),
			},
			map[string][]time.Duration{waitAcknowledged: took(4), waitFinal: took(10), waitProgress: took(210, 1980), waitOverdue: took(10, 20)},
		},
		{
			"an edit that does not show a settlement is not its edit",
			facts{asked: noon, answer: []showing{acknowledged, progress(260), progress(2270, "acquire")}, settled: []settlement{{"acquire", after(255)}}},
			map[string][]time.Duration{waitAcknowledged: took(4), waitProgress: took(2015), waitOverdue: took(10)},
		},
		{
			"an edit before its turn is not overdue",
			facts{asked: noon, answer: []showing{acknowledged, progress(100, "acquire")}, settled: []settlement{{"acquire", after(50)}}},
			map[string][]time.Duration{waitAcknowledged: took(4), waitProgress: took(50), waitOverdue: took(0)},
		},
		{
			"of a closed session the button's answer counts, not what replaced its own",
			facts{asked: noon, lost: true, completed: after(70), answer: []showing{acknowledged, result(150)}, pressed: after(200), retrieved: []showing{{from: after(205)}, result(230)}},
			map[string][]time.Duration{waitAcknowledged: took(4), waitRetrieved: took(30)},
		},
	} {
		if got := c.f.latencies(); !maps.EqualFunc(got, c.want, slices.Equal) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

func TestWaitsOfManyAreTheirPercentiles(t *testing.T) {
	var all []facts
	for ms := 200; ms >= 1; ms-- {
		all = append(all, facts{asked: noon, answer: []showing{{from: after(ms)}}})
	}
	got := waitsOf(all)
	if want := (wait{waitAcknowledged, 200, 100, 190, 198}); got[0] != want {
		t.Errorf("%+v, want %+v", got[0], want)
	}
	if want := (wait{What: waitFinal}); len(got) != len(waits) || got[1] != want {
		t.Errorf("what nobody waited for: %+v", got)
	}
}

func TestACardSaysWhichStagesHaveSettled(t *testing.T) {
	text := "http://example.org\nDepth **deep**, 3s so far.\n\n▰▱ 2/4\n✅ Reading the source\n➖ Reading the recording\n⚠️ Analysing the text\n⏳ Reading other sources (1 documents)\n▫️ Checking claims\n"
	stages := []string{workflow.Acquire, workflow.Transcribe, workflow.Analyze, workflow.Context, workflow.Verify}
	if got, want := settledIn(text, stages), stages[:3]; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}
