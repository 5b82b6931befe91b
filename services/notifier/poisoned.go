package notifier

import (
	"context"
	"encoding/json"

	"autointel.example/internal/consume"
	"autointel.example/internal/workflow"
	"autointel.example/schemas"
	"autointel.example/services/notifier/render"
)

// reasonUnreadable is why there is no report whose ending could not be read.
const reasonUnreadable = "unreadable"

// poisoned tells the requester that the ending of their workflow, or its report, cannot be read, by the way of any other error:
// a session that has closed makes it an archived notice. Then the cause makes the message a dead letter. A crash in between
// repeats the same edit. Of what is no ending nobody needs to be told, or nobody can be.
func (s *Service) poisoned(ctx context.Context, d consume.Delivery, cause error) error {
	if subject, err := schemas.ParseSubject(d.Subject); err != nil || subject.Noun != "workflow" {
		return cause
	}
	id, raw, found, err := s.Client.ContextFor(ctx, d)
	if err != nil {
		return err
	}
	var wc schemas.Context
	if !found || json.Unmarshal(raw, &wc) != nil {
		return cause
	}
	end := schemas.Ended{
		Outcome: workflow.Failed, Reason: reasonUnreadable, At: d.Stored,
		Message: "The workflow has ended, but its result cannot be read here. Who runs this bot has been told.",
	}
	in := incoming{schemas.Event{Workflow: id, Context: raw, Data: schemas.WorkflowFailed{Reason: end.Reason, Message: end.Message}}, wc, d.Attempt, d.Again()}
	if err := s.Client.ReleaseLease(ctx, wc.Requester, id); err != nil {
		return err
	}
	s.edits.forget(id)
	if err := s.deliver(ctx, in, schemas.KindError, "error", render.Failure(id, wc, end), schemas.DeliveryFailed{Ended: &end}); err != nil {
		return err
	}
	return cause
}
