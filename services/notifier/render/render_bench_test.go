package render

import (
	"testing"
	"time"

	"autointel.example/internal/workflow"
	"autointel.example/schemas"
)

// BenchmarkReport renders the richest report as it is first shown.
func BenchmarkReport(b *testing.B) {
	r, found := reports(b)["experimental.en"]
	if !found {
		b.Fatal("there is no report of the depth experimental")
	}
	b.ReportAllocs()
	for b.Loop() {
		if m := Report(r, 0, false); len(m.Embeds) != 1 {
			b.Fatal(m)
		}
	}
}

// BenchmarkDraw renders progress in the midst of the longest plan.
func BenchmarkDraw(b *testing.B) {
	plan, err := workflow.PlanFor(workflow.Experimental)
	if err != nil {
		b.Fatal(err)
	}
	p := Progress{
		Workflow: "wf_0123456789abcdef0123456789abcdef", Context: schemas.Context{URL: "https://example.org/tides", Depth: workflow.Experimental, Plan: plan}, Elapsed: time.Minute,
		Stages: map[string]schemas.Progress{workflow.Acquire: {State: workflow.Completed}, workflow.Transcribe: {State: workflow.Skipped}, workflow.Analyze: {State: "running", Done: 3, Total: 8}},
	}
	b.ReportAllocs()
	for b.Loop() {
		if m := Draw(p); len(m.Embeds) != 1 {
			b.Fatal(m)
		}
	}
}
