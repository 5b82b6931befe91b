package main

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"autointel.example/bench/load"
	"autointel.example/bench/render"
)

// turn is a trial with a rate.
func turn(round int, name string, d load.Durability, rate float64) trial {
	return trial{round: round, name: name, durability: d, result: load.Result{
		System: name, Settings: name + " by itself", Options: load.Options{Durability: d},
		Figures: load.Figures{WorkflowsPerSecond: rate, P50MS: 10, P99MS: 20, CPUSecondsPer1000: 1}, One: &load.Figures{P50MS: 2},
	}}
}

func find(t *testing.T, all []compared, name string, d load.Durability) compared {
	t.Helper()
	i := slices.IndexFunc(all, func(c compared) bool { return c.Name == name && c.Durability == d })
	if i < 0 {
		t.Fatalf("%s (%s) is not in the comparison", name, d)
	}
	return all[i]
}

func TestRatiosAreTakenWithinRounds(t *testing.T) {
	// The second round had a machine half as fast; the ratios do not see that.
	all := compare([]trial{
		turn(1, "autointel", load.Fast, 1000), turn(1, "raw", load.Fast, 4000), turn(1, "river", load.Fast, 200),
		turn(1, "autointel", load.Durable, 500),
		turn(2, "autointel", load.Fast, 500), turn(2, "raw", load.Fast, 2000), turn(2, "river", load.Fast, 150),
	})
	river := find(t, all, "river", load.Fast)
	if river.WorkflowsPerSecond != 175 || river.Spread != (render.Spread{Median: 175, Min: 150, Max: 200}) {
		t.Errorf("%+v", river)
	}
	if got, want := *river.OfAutointel, (render.Spread{Median: 0.25, Min: 0.2, Max: 0.3}); got != want {
		t.Errorf("of autointel's: %+v, want %+v", got, want)
	}
	if got, want := *find(t, all, "raw", load.Fast).OfAutointel, (render.Spread{Median: 4, Min: 4, Max: 4}); got != want {
		t.Errorf("raw: %+v, want %+v", got, want)
	}
	if c := find(t, all, "autointel", load.Durable); c.OfRaw != nil || c.OneInFlightP50MS != 2 {
		t.Errorf("no durable round had raw: %+v", c)
	}
}

func TestARoundThatFailedCountsForNothingAndIsNamed(t *testing.T) {
	failed := trial{round: 2, name: "river", durability: load.Fast, err: errors.New("PostgreSQL went away")}
	all := compare([]trial{
		turn(1, "autointel", load.Fast, 1000), turn(1, "river", load.Fast, 200), turn(2, "autointel", load.Fast, 1000), failed,
		{round: 1, name: "asynq", durability: load.Fast, err: errors.New("Redis is not installed: apt-get install redis-server")},
	})
	if c := find(t, all, "river", load.Fast); c.WorkflowsPerSecond != 200 || *c.OfAutointel != (render.Spread{Median: 0.2, Min: 0.2, Max: 0.2}) || c.Missing != "" {
		t.Errorf("%+v", c)
	}
	text := comparison{Rounds: 2, Systems: all}.markdown()
	for _, said := range []string{"river (fast): round 2: PostgreSQL went away", "asynq (fast) was not measured: Redis is not installed"} {
		if !strings.Contains(text, said) {
			t.Errorf("%q is not said in:\n%s", said, text)
		}
	}
	if chart := (comparison{Systems: all}).chart(); !strings.Contains(chart, "not measured: Redis is not installed") {
		t.Error("the chart hides asynq")
	}
}

func TestLostAndDoubledWorkflowsAreReported(t *testing.T) {
	bad := turn(1, "watermill", load.Durable, 100)
	bad.result.Lost, bad.result.Doubled = 3, 4
	again := bad
	again.round = 2
	c := comparison{Systems: compare([]trial{bad, again})}
	text := c.markdown()
	for _, said := range []string{"watermill (durable): 6 workflows were started and never completed", "watermill (durable): 8 completions were one too many"} {
		if !strings.Contains(text, said) {
			t.Errorf("%q is not said in:\n%s", said, text)
		}
	}
	if line := bad.progress(); !strings.Contains(line, "3 LOST, 4 DOUBLED") {
		t.Error(line)
	}
}
