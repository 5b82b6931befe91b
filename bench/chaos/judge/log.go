package judge

import (
	"fmt"

	"autointel.example/internal/workflow"
	"autointel.example/schemas"
)

// impossible says what of the events of one id cannot be: what may happen once and happened twice, what came before that
// which it follows from, and what is no part of the plan.
func impossible(id string, events []schemas.Event) []string {
	var says []string
	complain := func(e schemas.Event, format string, args ...any) {
		says = append(says, fmt.Sprintf("event %d (%s): ", e.Seq, schemas.SubjectOf(id, e.Data))+fmt.Sprintf(format, args...))
	}
	once := map[string]uint64{}
	var s workflow.State
	answered := false
	for _, e := range events {
		if filter := schemas.Exclusive(id, e.Data); filter != "" {
			if before, twice := once[filter]; twice {
				complain(e, "happened before, as event %d", before)
			}
			once[filter] = e.Seq
		}
		for _, why := range early(s, e) {
			complain(e, "%s", why)
		}
		switch e.Data.(type) {
		case schemas.RetrievalCompleted, schemas.RetrievalRefused:
			if answered {
				complain(e, "a retrieval was answered twice")
			}
			answered = true
		}
		s = workflow.Apply(s, e)
	}
	return says
}

// early says what is missing, in the state before an event, of that which it follows from.
func early(s workflow.State, e schemas.Event) []string {
	var says []string
	if _, request := e.Data.(schemas.WorkflowRequested); !request && s.RequestedAt.IsZero() && schemas.ValidWorkflow(e.Workflow) {
		says = append(says, "nothing was requested yet")
	}
	if stage, _, ok := workflow.SettledOf(e); ok {
		says = append(says, unmet(s, stage)...)
		if s.Ended != nil && s.Ended.Outcome == workflow.Completed {
			says = append(says, "the workflow was complete already")
		}
	}
	delivered := func(kind string) {
		switch {
		case kind == schemas.KindResults && (s.Ended == nil || s.Ended.Outcome != workflow.Completed),
			kind == schemas.KindError && (s.Ended == nil || s.Ended.Outcome != workflow.Failed):
			says = append(says, "the workflow had not ended like that")
		case kind == schemas.KindNotice && s.Archived == nil:
			says = append(says, "nothing was kept yet")
		}
	}
	switch d := e.Data.(type) {
	case schemas.WorkflowCompleted:
		says = append(says, unmet(s, workflow.Briefing)...)
	case schemas.DeliverySucceeded:
		delivered(d.Kind)
	case schemas.DeliveryFailed:
		delivered(d.Kind)
	case schemas.ResultArchived:
		results, failed := s.Deliveries[schemas.KindResults], s.Deliveries[schemas.KindError]
		if results.Reason == "" && failed.Reason == "" {
			says = append(says, "nothing had failed to be shown")
		}
	}
	return says
}

// unmet says which dependencies of a stage were not settled.
func unmet(s workflow.State, stage string) []string {
	planned, ok := s.Context.Plan.Find(stage)
	if !ok {
		return []string{"the plan has no stage " + stage}
	}
	var says []string
	for _, d := range planned.After {
		if _, settled := s.Stages[d]; !settled {
			says = append(says, "before "+d+", which it waits for")
		}
	}
	return says
}
