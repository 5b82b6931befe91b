package analyzer

import (
	"autointel.example/internal/stage"
	"autointel.example/internal/workflow"
)

// workers is how many workflows one stage works on side by side in a process: the work is the processor's.
const workers = 2

// askers is the same for a stage that only asks, and may have to wait for the answer.
const askers = 4

// Tools are what stages work with beside what the stages before them yielded. What is not there is nil; a stage without its tool
// is skipped, and says so.
type Tools struct {
	Archive Archive
}

// Stages returns the stages that the analyzer runs. A new stage is a file with its function, and a line here.
func Stages(t Tools) []stage.Stage {
	return []stage.Stage{
		{Name: workflow.Analyze, Workers: workers, Run: stage.Of(analyze)},
		{Name: workflow.Verify, Workers: workers, Run: stage.Of(verify)},
		{Name: workflow.Assess, Workers: workers, Run: stage.Of(assess)},
		{Name: workflow.Integrate, Workers: askers, Waits: true, Run: integrate(t.Archive)},
		{Name: workflow.Research, Workers: workers, Run: stage.Of(synthesize)},
		{Name: workflow.Profile, Workers: workers, Run: stage.Of(describe)},
		{Name: workflow.Quality, Workers: workers, Run: stage.Of(rate)},
		{Name: workflow.Graph, Workers: workers, Run: stage.Of(relate)},
		{Name: workflow.Briefing, Workers: workers, Run: stage.Of(brief)},
	}
}
