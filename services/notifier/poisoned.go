package notifier

import (
	"context"
	"encoding/json"

	"autointel.example/internal/consume"
	"autointel.example/internal/workflow"
	"autointel.example/schemas"
	"autointel.example/services/notifier/render"
)

// Why there is no report.
const (
	reasonUnreadable = "unreadable" // its ending could not be read
	reasonGaveUp     = "gave_up"    // showing it ended the process, over and over
)

// givenUp tells the requester what a message was about that ended the process of whoever handled it, in a way that touches what it
// says as little as possible; then it becomes a dead letter. A result stays where it is, and is kept like any other that was not shown.
func (s *Service) givenUp(ctx context.Context, d consume.Delivery, cause error) error {
	e, err := d.Event(s.Now())
	if err != nil {
		return s.poisoned(ctx, d, cause)
	}
	wc, err := e.ParseContext()
	if err != nil {
		return cause
	}
	s.Logger.Error("a message was handled too often without an answer", "workflow", e.Workflow, "subject", d.Subject, "attempt", d.Attempt)
	in := incoming{e, wc, d.Attempt, true, true}
	switch data := e.Data.(type) {
	case schemas.WorkflowCompleted, schemas.WorkflowFailed:
		err = s.endedUnshown(ctx, in)
	case schemas.WorkflowCancelled:
		err = s.Client.ReleaseLease(ctx, wc.Requester, e.Workflow)
	case schemas.ResultArchived: // the answer itself is not drawn again: that may be what does not work
		if done, recordedErr := s.recorded(ctx, in, schemas.KindNotice); recordedErr != nil || done {
			err = recordedErr
			break
		}
		err = s.announce(ctx, in, schemas.KindNotice, render.Notice(in.Workflow, wc, data, ""))
	case schemas.RetrievalCompleted:
		if data.To == "" {
			err = s.deliver(ctx, in, schemas.KindRetrieval, "retrieval", render.Refusal(reasonGaveUp, data.Workflow), schemas.DeliveryFailed{Workflow: data.Workflow})
		}
	}
	if err != nil {
		return err
	}
	return cause
}

// endedUnshown says that a workflow has ended whose result cannot be shown.
func (s *Service) endedUnshown(ctx context.Context, in incoming) error {
	end, _ := workflow.EndedOf(in.Event)
	if err := s.Client.ReleaseLease(ctx, in.wc.Requester, in.Workflow); err != nil {
		return err
	}
	s.edits.forget(in.Workflow)
	quote := end.Quote()
	shown := schemas.Ended{
		Outcome: workflow.Failed, Reason: reasonGaveUp, At: quote.At,
		Message: "The workflow has ended, but its result could not be shown, however often that was tried. Who runs this bot has been told.",
	}
	return s.deliver(ctx, in, schemas.KindError, "error", render.Failure(in.Workflow, in.wc, shown), schemas.DeliveryFailed{Ended: &quote, Result: end.Completed.Result})
}

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
	in := incoming{schemas.Event{Workflow: id, Context: raw, Data: schemas.WorkflowFailed{Reason: end.Reason, Message: end.Message}}, wc, d.Attempt, d.Again(), d.Again()}
	if err := s.Client.ReleaseLease(ctx, wc.Requester, id); err != nil {
		return err
	}
	s.edits.forget(id)
	if err := s.deliver(ctx, in, schemas.KindError, "error", render.Failure(id, wc, end), schemas.DeliveryFailed{Ended: &end}); err != nil {
		return err
	}
	return cause
}
