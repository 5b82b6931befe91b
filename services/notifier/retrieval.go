package notifier

import (
	"context"

	"autointel.example/internal/workflow"
	"autointel.example/schemas"
	"autointel.example/services/notifier/render"
)

// retrieved shows a kept result to who asked for it: whole, on the fresh interaction that asked.
func (s *Service) retrieved(ctx context.Context, in incoming, r schemas.RetrievalCompleted) error {
	failed := schemas.DeliveryFailed{Workflow: r.Workflow}
	if r.Result.Key != "" {
		m, err := s.report(ctx, in, r.Result, true)
		if err != nil {
			return err
		}
		return s.deliver(ctx, in, schemas.KindRetrieval, "retrieval", m, failed)
	}
	m := render.Failure(r.Workflow, in.wc, r.Ended)
	if r.Ended.Outcome == workflow.Cancelled {
		m = render.Cancelled(r.Workflow, in.wc)
	}
	return s.deliver(ctx, in, schemas.KindRetrieval, "retrieval", m, failed)
}

// refused tells who asked that there is nothing to show.
func (s *Service) refused(ctx context.Context, in incoming, r schemas.RetrievalRefused) error {
	_, err := s.send(ctx, in, "retrieval", render.Refusal(r.Reason, r.Workflow))
	return err
}
