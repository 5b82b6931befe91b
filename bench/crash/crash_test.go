package main

import (
	"bytes"
	"slices"
	"strings"
	"testing"
)

func whole() picture {
	return picture{
		Seen: "the report", Outcome: "completed", Stages: map[string]string{"acquire": "completed", "context": "skipped no_links"},
		Deliveries: map[string]string{"results": "true "}, Record: "url standard completed\nthe report", Results: 1,
	}
}

func TestEveryDifferenceIsFound(t *testing.T) {
	if d := compare(whole(), whole(), false); len(d) > 0 {
		t.Errorf("the same differs: %v", d)
	}
	for what, change := range map[string]func(*picture){
		"report that is seen": func(p *picture) { p.Seen = "half of the report" },
		"outcome":             func(p *picture) { p.Outcome = "failed" },
		"stage acquire":       func(p *picture) { p.Stages["acquire"] = "failed too_often" },
		"stage context":       func(p *picture) { delete(p.Stages, "context") },
		"stage verify":        func(p *picture) { p.Stages["verify"] = "completed" },
		"delivery results":    func(p *picture) { p.Deliveries["results"] = "false session_closed" },
		"kept because":        func(p *picture) { p.Archived = "session_closed" },
		"record":              func(p *picture) { p.Record = "" },
		"its user has 2":      func(p *picture) { p.Results = 2 },
		"its user has 0":      func(p *picture) { p.Results = 0 },
	} {
		got := whole()
		change(&got)
		if d := compare(whole(), got, false); len(d) != 1 || !strings.HasPrefix(d[0], what) {
			t.Errorf("%s: %q", what, d)
		}
	}
}

// TestAWarningThatComesTooLateIsNoDifference: one that was refused is.
func TestAWarningThatComesTooLateIsNoDifference(t *testing.T) {
	with := func(outcome string) picture {
		p := whole()
		if outcome != "" {
			p.Deliveries["warning"] = outcome
		}
		return p
	}
	for _, c := range []struct {
		want, got string
		differs   int
	}{
		{"true ", "", 0}, {"", "true ", 0}, {"true ", "false session_closed", 0}, {"false session_closed", "true ", 0}, {"true ", "false forbidden", 1},
	} {
		if d := compare(with(c.want), with(c.got), false); len(d) != c.differs {
			t.Errorf("%q and %q: %q", c.want, c.got, d)
		}
	}
}

func TestOfACommandThatWasNotAcknowledgedTheWayMayDifferButNotTheReport(t *testing.T) {
	got := whole()
	got.Deliveries, got.Archived, got.Record = map[string]string{"results": "false unknown_webhook", "notice": "true "}, "unknown_webhook", "url standard completed true\nthe report"
	if d := compare(whole(), got, true); len(d) > 0 {
		t.Errorf("%q", d)
	}
	got.Record, got.Seen = "url standard completed true\nanother report", ""
	if d := compare(whole(), got, true); len(d) != 2 {
		t.Errorf("%q", d)
	}
}

func TestWhatNoTwoRunsShareIsLeftOut(t *testing.T) {
	a := alike(`wf_0190b3c4d5e67f8090a1b2c3d4e5f607 at <t:1774000000:R>, 2026-03-14T09:00:00.123Z, took 1.2 s`)
	b := alike(`wf_0190b3c4d5e67f8090a1b2c3d4e5f600 at <t:1774000009:R>, 2026-03-14T10:11:12Z, took 12 s`)
	if a != b || strings.Contains(a, "wf_0") {
		t.Errorf("%s\n%s", a, b)
	}
}

func TestASampleIsSpreadAndTheSameForASeed(t *testing.T) {
	points := strings.Split("abcdefghij", "")
	if got := sample(points, 5, 3); len(got) != 5 || strings.Join(got, "") != strings.Join(sample(points, 5, 3), "") {
		t.Error(got)
	}
	seen := map[string]bool{}
	for seed := range uint64(40) {
		for _, p := range sample(points, 3, seed) {
			seen[p] = true
		}
	}
	if len(seen) != len(points) || len(sample(points, 0, 1)) != 10 || len(sample(points, 99, 1)) != 10 {
		t.Errorf("%v", seen)
	}
}

func TestThePartsAreTheWhole(t *testing.T) {
	points := strings.Split("abcdefghij", "")
	all := part(points, 1, 3)
	all = append(append(all, part(points, 2, 3)...), part(points, 3, 3)...)
	slices.Sort(all)
	if !slices.Equal(all, points) {
		t.Error(all)
	}
}

func TestWrongUseIsSaid(t *testing.T) {
	for args, want := range map[string]string{"--depth=shallow": "--depth", "--workers=0": "--workers", "--part=4/3": "--part", "--at=x": "--depth"} {
		var out, errs bytes.Buffer
		if code := run(t.Context(), []string{args}, &out, &errs); code != 2 || !strings.Contains(errs.String(), want) {
			t.Errorf("%s: exit code %d, %s", args, code, &errs)
		}
	}
}
