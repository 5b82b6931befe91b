package workflow

import "testing"

// BenchmarkNext decides a chain's trigger, and the last of a join's.
func BenchmarkNext(b *testing.B) {
	plan, err := PlanFor(Experimental)
	if err != nil {
		b.Fatal(err)
	}
	for _, c := range []struct {
		name, stage string
		t           Trigger
		k           Known
	}{
		{"chain", Analyze, Trigger{Seq: 9, Dependency: Transcribe}, Known{}},
		{"join", Verify, Trigger{Seq: 9, Dependency: Context}, Known{Points: map[string]uint64{Analyze: 7}}},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if d := Next(plan, c.stage, c.t, c.k, false); d.Verb != Run {
					b.Fatal(d)
				}
			}
		})
	}
}
