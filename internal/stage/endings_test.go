package stage

import (
	"context"
	"errors"
	"strconv"
	"testing"
	"time"

	"autointel.example/schemas"
)

func failed(id string) schemas.Event {
	return schemas.Event{Workflow: id, Data: schemas.WorkflowFailed{Stage: "acquire"}}
}

func TestAnEndingStopsEveryStageAtWorkOnItsWorkflowAndNoOther(t *testing.T) {
	n := newEndings()
	first, releaseFirst, _ := n.watch(t.Context(), "wf_1", time.Hour)
	second, releaseSecond, _ := n.watch(t.Context(), "wf_1", time.Hour)
	other, releaseOther, running := n.watch(t.Context(), "wf_2", time.Hour)
	n.note(failed("wf_1"))
	n.note(schemas.Event{Workflow: "wf_2", Data: schemas.WorkflowCompleted{}}) // nothing of it is at work
	for _, c := range []context.Context{first, second} {
		if !errors.Is(context.Cause(c), errEnded) {
			t.Errorf("a stage of an ended workflow goes on: %v", context.Cause(c))
		}
	}
	if other.Err() != nil || !running {
		t.Error("a stage of another workflow was stopped")
	}
	releaseFirst()
	releaseSecond()
	releaseOther()
	if len(n.running) != 0 {
		t.Errorf("%d workflows are remembered as being at work", len(n.running))
	}
}

func TestNoStageBeginsOfAWorkflowThatHasEnded(t *testing.T) {
	n := newEndings()
	n.note(failed("wf_1"))
	n.note(schemas.Event{Workflow: "wf_2", Data: schemas.WorkflowCompleted{}})
	c, release, running := n.watch(t.Context(), "wf_1", time.Hour)
	defer release()
	if running || !errors.Is(context.Cause(c), errEnded) {
		t.Errorf("running: %v, %v", running, context.Cause(c))
	}
	_, release, running = n.watch(t.Context(), "wf_2", time.Hour)
	defer release()
	if !running { // its last stage, whose append was lost on it, looks at the log
		t.Error("a completed workflow is taken for one that leaves stages at work")
	}
}

func TestTheOldestEndingsAreForgottenFirst(t *testing.T) {
	n := newEndings()
	for i := range remembered + 2 {
		n.note(failed(strconv.Itoa(i)))
		n.note(failed(strconv.Itoa(i))) // twice is once
	}
	if len(n.recent) != remembered || n.recent["0"] || n.recent["1"] || !n.recent["2"] || !n.recent[strconv.Itoa(remembered+1)] {
		t.Errorf("%d are known", len(n.recent))
	}
}
