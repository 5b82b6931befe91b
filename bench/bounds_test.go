package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"autointel.example/internal/workflow"
)

func TestEveryStageIsMeasuredOnASourceOfItsOwn(t *testing.T) {
	b := bounds{Seconds: 60, Megabytes: 512}
	for _, kind := range sourceKinds {
		if kind.name != "an article" && kind.name != "SRT" {
			continue
		}
		if err := b.settle(t.Context(), streams{t.Output(), t.Output()}, kind, 50_000, filepath.Join(t.TempDir(), "work")); err != nil {
			t.Fatal(err)
		}
	}
	plan, err := workflow.PlanFor(workflow.Experimental)
	if err != nil {
		t.Fatal(err)
	}
	finished := map[string]bool{}
	for _, s := range b.Settled {
		if s.Outcome == completed && s.Seconds > 0 && s.PeakMB > 10 {
			finished[s.Stage] = true
		}
	}
	for _, p := range plan {
		if !finished[p.Stage] {
			t.Errorf("%s was not measured: %+v", p.Stage, b.Settled)
		}
	}
}

func TestABrokenBoundIsSaid(t *testing.T) {
	b := bounds{Seconds: 2, Megabytes: 512, Settled: []settled{
		{Stage: "acquire", Source: "PDF", Bytes: smallInput, Outcome: completed, Seconds: 2.5, PeakMB: 50},
		{Stage: "acquire", Source: "PDF", Bytes: largeInput, Outcome: completed, Seconds: 9, PeakMB: 50},
		{Stage: "verify", Source: "an article", Bytes: smallInput, Outcome: completed, Seconds: 1, PeakMB: 50},
		{Stage: "verify", Source: "an article", Bytes: largeInput, Outcome: completed, Seconds: 9, PeakMB: 600},
		{Stage: "verify", Source: "a single line", Bytes: smallInput, Outcome: completed, Seconds: 1.9, PeakMB: 700},
		{Stage: "verify", Source: "a single line", Bytes: largeInput, Outcome: completed, Seconds: 8, PeakMB: 400},
		{Stage: "assess", Source: "an article", Bytes: smallInput, Outcome: completed, Seconds: 1, PeakMB: 50},
		{Stage: "assess", Source: "an article", Bytes: largeInput, Outcome: "skipped: nothing", Seconds: 99, PeakMB: 999},
	}}
	err := b.judge(false)
	if err == nil || !strings.Contains(err.Error(), "acquire, PDF: 2.50 s for 1 MB") || !strings.Contains(err.Error(), "verify: 1.90 s for 1 MB (a single line), and 600 MB for 10 MB (an article)") || strings.Contains(err.Error(), "assess") {
		t.Errorf("%v", err)
	}
	if err := b.judge(true); err == nil || !strings.Contains(err.Error(), "briefing: it completed nothing") {
		t.Errorf("%v", err)
	}
	b.Seconds, b.Megabytes = 3, 700
	if err := b.judge(false); err != nil {
		t.Errorf("with wider bounds: %v", err)
	}
	if text := b.markdown(); !strings.Contains(text, "1.90 (a single line)") || !strings.Contains(text, "9.00 (an article)") {
		t.Error(text)
	}
}

func TestBoundsOfAKindThatIsNone(t *testing.T) {
	if _, errs, code := command(t, "bounds", "--kinds=papyrus"); code != 2 || !strings.Contains(errs, `no kind "papyrus"; there are: an article`) {
		t.Errorf("%d: %s", code, errs)
	}
}

func TestTheBoundsOfOneKindArePutIntoTheirSection(t *testing.T) {
	section := filepath.Join(t.TempDir(), "figures.md")
	if err := os.WriteFile(section, []byte("<!-- begin bounds -->\n<!-- end bounds -->\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	out, errs, code := command(t, "bounds", "--kinds=nested elements", "--seconds=60", "--section="+section)
	var b bounds
	if err := json.Unmarshal([]byte(out), &b); code != 0 || err != nil || len(b.Settled) != 2 || !strings.Contains(b.Settled[0].Outcome, "nested deeper than 512 levels") {
		t.Fatalf("%d, %v: %s %s", code, err, out, errs)
	}
	if text, err := os.ReadFile(section); err != nil || !strings.Contains(string(text), "| acquire, nested elements |") {
		t.Errorf("%v: %s", err, text)
	}
}
