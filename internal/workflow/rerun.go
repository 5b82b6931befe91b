package workflow

import (
	"fmt"
	"slices"
	"strings"

	"autointel.example/schemas"
)

// RerunError says why a workflow cannot be run again from a stage.
type RerunError struct{ Reason string }

func (e *RerunError) Error() string { return e.Reason }

// Rerun returns the plan of a new workflow that runs an ended one again from a stage, and the settlements it inherits: of
// every stage that neither is that stage nor depends on it. Nothing of the old workflow is changed. The error is a
// *RerunError.
func Rerun(s State, from string) (schemas.Plan, []string, error) {
	if s.Ended == nil {
		return nil, nil, &RerunError{"the workflow has not ended: wait for it, or cancel it"}
	}
	if _, ok := s.Context.Plan.Find(from); !ok {
		var names []string
		for _, p := range s.Context.Plan {
			names = append(names, p.Stage)
		}
		return nil, nil, &RerunError{fmt.Sprintf("its plan has no stage %q, only %s", from, strings.Join(names, ", "))}
	}
	again := map[string]bool{from: true}
	var plan schemas.Plan
	var given, missing []string
	for _, p := range s.Context.Plan { // every stage stands after those it depends on
		if slices.ContainsFunc(p.After, func(d string) bool { return again[d] }) {
			again[p.Stage] = true
		}
		p.Given = !again[p.Stage]
		if p.Given {
			given = append(given, p.Stage)
			if _, ok := s.Stages[p.Stage]; !ok {
				missing = append(missing, p.Stage)
			}
		}
		plan = append(plan, p)
	}
	if len(missing) > 0 {
		return nil, nil, &RerunError{fmt.Sprintf("%s did not settle in it: run it again from an earlier stage", strings.Join(missing, ", "))}
	}
	return plan, given, nil
}
