package notifier

import (
	"context"
	"encoding/json"
	"errors"

	"autointel.example/internal/consume"
	"autointel.example/internal/discord"
	"autointel.example/internal/jetstream"
	"autointel.example/internal/workflow"
	"autointel.example/schemas"
	"autointel.example/services/notifier/render"
)

// ended shows how a workflow came out, and gives back its lease.
func (s *Service) ended(ctx context.Context, in incoming) error {
	end, _ := workflow.EndedOf(in.Event)
	if err := s.Client.ReleaseLease(ctx, in.wc.Requester, in.Workflow); err != nil {
		return err
	}
	s.edits.forget(in.Workflow)
	m, err := s.final(ctx, in, end)
	if err != nil {
		return err
	}
	if !in.again {
		s.Observer.WorkflowEnded(ctx, in.wc.Depth, end.Outcome, end.At.Sub(schemas.IDTime(in.Workflow)))
	}
	quote := end.Quote()
	switch end.Outcome {
	case workflow.Cancelled:
		// Who cancelled knows, by the answer to that; there is no result to keep if this one cannot be changed.
		_, err := s.send(ctx, in, "cancelled", m)
		return err
	case workflow.Failed:
		return s.deliver(ctx, in, schemas.KindError, "error", m, schemas.DeliveryFailed{Ended: &quote})
	default:
		return s.deliver(ctx, in, schemas.KindResults, "results", m, schemas.DeliveryFailed{Ended: &quote, Result: end.Completed.Result})
	}
}

// final renders the last answer of a workflow.
func (s *Service) final(ctx context.Context, in incoming, end workflow.Ended) (discord.Message, error) {
	switch end.Outcome {
	case workflow.Cancelled:
		return render.Cancelled(in.Workflow, in.wc), nil
	case workflow.Failed:
		return render.Failure(in.Workflow, in.wc, end.Quote()), nil
	}
	return s.report(ctx, in, end.Completed.Result, false)
}

// report renders a report from its artifact.
func (s *Service) report(ctx context.Context, in incoming, a schemas.Artifact, whole bool) (discord.Message, error) {
	content, err := s.Client.Artifact(ctx, a)
	var gone *jetstream.ArtifactGoneError
	if errors.As(err, &gone) {
		return render.Refusal("expired", in.Workflow), nil
	}
	if err != nil {
		return discord.Message{}, err
	}
	var r schemas.Report
	if err := json.Unmarshal(content, &r); err != nil {
		return discord.Message{}, consume.Terminal(err)
	}
	return render.Report(r, in.wc.Requester.AttachmentSizeLimit, whole), nil
}
