package ingest

import (
	"context"
	"strings"

	"autointel.example/internal/discord"
	"autointel.example/internal/workflow"
	"autointel.example/schemas"
)

// buttons are what each does with its workflow, by how its id begins.
var buttons = map[string]func(i *Intake, ctx context.Context, r received, id string) error{
	discord.RetrievePrefix: (*Intake).show,
	discord.ReportPrefix:   (*Intake).show,
	discord.CancelPrefix:   (*Intake).cancel,
	discord.DeeperPrefix:   (*Intake).deeper,
}

// press handles a button. Its custom id came from us, but anybody can send any.
func (i *Intake) press(ctx context.Context, r received) error {
	what, about, ok := parsePress(r.MessageComponentData().CustomID)
	if !ok {
		return errUnknownCommand
	}
	if what == discord.OlderPrefix {
		return i.older(ctx, r, about)
	}
	return buttons[what](i, ctx, r, about)
}

// parsePress reads what a button does, and the workflow that it is about, or the place in a list.
func parsePress(customID string) (what, about string, ok bool) {
	if place, ok := strings.CutPrefix(customID, discord.OlderPrefix); ok {
		return discord.OlderPrefix, place, true
	}
	name, id, _ := strings.Cut(customID, ":")
	_, known := buttons[name+":"]
	return name + ":", id, known && schemas.ValidWorkflow(id)
}

// show asks for a result: who retrieves one gets the whole of it.
func (i *Intake) show(ctx context.Context, r received, id string) error {
	return i.retrieve(ctx, r, schemas.RetrievalRequested{Workflow: id})
}

// deeper looks into the page of a workflow again, at the next depth. Only its requester may: to everybody else it does not
// exist. What was private stays so.
func (i *Intake) deeper(ctx context.Context, r received, id string) error {
	within, cancel := context.WithTimeout(ctx, durableWithin)
	defer cancel()
	e, found, err := i.Client.LastFromLeader(within, schemas.SubjectOf(id, schemas.WorkflowRequested{}))
	if err != nil {
		return i.unavailable(ctx, r, err, "")
	}
	var before schemas.Context
	if found {
		if before, err = e.ParseContext(); err != nil {
			return err
		}
	}
	if !found || before.Requester.UserID != r.requester(true).UserID {
		return errNoSuchWorkflow
	}
	next, ok := workflow.Deeper(before.Depth)
	if !ok {
		return errDeepest
	}
	plan, err := workflow.PlanFor(next)
	if err != nil {
		return err
	}
	return i.accept(ctx, r, order{nameAutointel, before.URL, next, plan, before.Requester.Private})
}
