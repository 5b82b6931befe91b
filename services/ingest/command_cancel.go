package ingest

import (
	"context"

	"github.com/bwmarrin/discordgo"

	"autointel.example/internal/jetstream"
	"autointel.example/internal/workflow"
	"autointel.example/schemas"
)

// commandCancel ends a running workflow.
var commandCancel = command{
	name: words{"cancel", "abbrechen", "annuler"},
	description: words{
		"Cancel a running workflow",
		"Einen laufenden Ablauf abbrechen",
		"Annuler un traitement en cours",
	},
	options: []*discordgo.ApplicationCommandOption{required(workflowOption())},
	use: func(i *Intake, ctx context.Context, r received) error {
		id, err := parseCancel(r.options())
		if err != nil {
			return err
		}
		return i.cancel(ctx, r, id)
	},
	suggest: (*Intake).suggestRunning,
}

// parseCancel reads the id of a valid /cancel.
func parseCancel(o options) (string, error) {
	id := o.text(optionWorkflow)
	if !schemas.ValidWorkflow(id) {
		return "", errNoWorkflowID
	}
	return id, nil
}

// cancel ends a workflow for somebody who may do so. To everybody else it does not exist.
func (i *Intake) cancel(ctx context.Context, r received, id string) error {
	state, err := i.Client.State(ctx, id)
	if err != nil {
		return i.unavailable(ctx, r, err, "")
	}
	who, owner := r.requester(true), state.Context.Requester
	manages := who.ManageGuild && who.GuildID != "" && who.GuildID == owner.GuildID && !owner.Private
	switch {
	case state.RawContext == nil || who.UserID != owner.UserID && !manages:
		return errNoSuchWorkflow
	case state.Ended != nil:
		return i.tell(ctx, r, ended(id, state.Ended.Outcome))
	}
	_, err = i.Client.Append(ctx, schemas.Event{Workflow: id, Context: state.RawContext, Data: schemas.WorkflowCancelled{By: who.UserID, Why: "requested"}})
	if e, taken := jetstream.Taken(err); taken {
		end, _ := workflow.EndedOf(e)
		return i.tell(ctx, r, ended(id, end.Outcome))
	}
	if err != nil {
		return i.unavailable(ctx, r, err, "")
	}
	i.Logger.Info("workflow cancelled", "workflow", id)
	return i.tell(ctx, r, cancelled(id))
}
