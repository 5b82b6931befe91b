package archiver

import (
	"context"

	"autointel.example/internal/consume"
	"autointel.example/internal/jetstream"
	"autointel.example/schemas"
)

// reasonGaveUp is why a request for a result is refused that ended the process, over and over.
const reasonGaveUp = "gave_up"

// givenUp tells who waits for it what became of a message that ended the process of whoever handled it; then it becomes a dead
// letter. A result that cannot be archived is on the log and among the artifacts for the retention, and retrieval looks there too, so
// its requester is told how to get it as of any other. Nobody waits for an entry in the index.
func (s *Service) givenUp(ctx context.Context, d consume.Delivery, cause error) error {
	e, err := d.Event(s.Now())
	if err != nil {
		return cause
	}
	s.Logger.Error("a message was handled too often without an answer", "workflow", e.Workflow, "subject", d.Subject, "attempt", d.Attempt)
	var told schemas.Data
	switch data := e.Data.(type) {
	case schemas.DeliveryFailed:
		if data.Ended == nil || data.Kind != schemas.KindResults && data.Kind != schemas.KindError {
			return cause
		}
		told = schemas.ResultArchived{
			Reason: data.Reason, RetrievalCommand: schemas.RetrievalCommand(e.Workflow), ExpiresAt: data.Ended.At.Add(s.Retention),
			Outcome: data.Ended.Outcome, Title: data.Ended.Title, Uncertain: data.Uncertain,
		}
	case schemas.RetrievalRequested:
		told = schemas.RetrievalRefused{Workflow: data.Workflow, Reason: reasonGaveUp}
		s.Observer.Retrieved(false)
	default:
		return cause
	}
	if _, err := s.Client.Append(ctx, schemas.Event{Workflow: e.Workflow, Trace: e.Trace, Context: e.Context, Data: told}); err != nil {
		if _, taken := jetstream.Taken(err); !taken {
			return err
		}
	}
	return cause
}
