package notifier

import (
	"context"
	"slices"

	"github.com/bwmarrin/discordgo"

	"autointel.example/internal/consume"
	"autointel.example/internal/discord"
	"autointel.example/internal/workflow"
	"autointel.example/schemas"
	"autointel.example/services/notifier/render"
)

// retrieved shows a kept result to who asked for it: whole, on the fresh interaction that asked, or by the route of a replay.
func (s *Service) retrieved(ctx context.Context, in incoming, r schemas.RetrievalCompleted) error {
	m, err := s.kept(ctx, in, r)
	if err != nil {
		return err
	}
	if r.To != "" {
		return s.replay(ctx, in, r, m)
	}
	return s.deliver(ctx, in, schemas.KindRetrieval, "retrieval", m, schemas.DeliveryFailed{Workflow: r.Workflow})
}

// kept renders a kept result.
func (s *Service) kept(ctx context.Context, in incoming, r schemas.RetrievalCompleted) (discord.Message, error) {
	switch {
	case r.Result.Key != "":
		return s.report(ctx, in, r.Result, true)
	case r.Ended.Outcome == workflow.Cancelled:
		return render.Cancelled(r.Workflow, in.wc), nil
	}
	return render.Failure(r.Workflow, in.wc, r.Ended), nil
}

// replay sends a kept result by the one route that an operator has named. The nonce makes one message of several attempts,
// where the route knows one.
func (s *Service) replay(ctx context.Context, in incoming, r schemas.RetrievalCompleted, m discord.Message) error {
	if done, err := s.recorded(ctx, in, schemas.KindRetrieval); err != nil || done {
		return err
	}
	failed := schemas.DeliveryFailed{Kind: schemas.KindRetrieval, Reason: reasonNoRoute, Workflow: r.Workflow}
	if !slices.Contains(s.possible(in.wc.Requester, []string{r.To}), r.To) {
		return s.record(ctx, in, failed)
	}
	render.Replayed(&m, in.Workflow, in.wc)
	answered, err := s.Routes[r.To].Send(ctx, in.wc.Requester, m)
	class := discord.Classify(err)
	switch {
	case err == nil:
		s.Observer.Delivered(ctx, schemas.KindRetrieval, r.To, "succeeded")
		return s.record(ctx, in, schemas.DeliverySucceeded{
			Kind: schemas.KindRetrieval, Route: r.To, ChannelID: answered.ChannelID, MessageID: answered.MessageID, Workflow: r.Workflow,
		})
	case class.Temporary():
		return later(err, in.attempt)
	}
	s.Observer.Delivered(ctx, schemas.KindRetrieval, r.To, "failed")
	failed.Reason = string(class)
	return s.record(ctx, in, failed)
}

// refused tells who asked that there is nothing to show.
func (s *Service) refused(ctx context.Context, in incoming, r schemas.RetrievalRefused) error {
	if in.wc.SessionID == "" { // of a replay: who asked reads the log
		return nil
	}
	m := render.Refusal(r.Reason, r.Workflow)
	if r.Reason == reasonNotFinished {
		progress, err := s.progressOf(ctx, r.Workflow)
		if err != nil {
			return err
		}
		m.Embeds = discord.FitEmbeds(append(m.Embeds, progress...))
	}
	_, err := s.send(ctx, in, "retrieval", m)
	return err
}

// reasonNotFinished is why there is no result yet; the archive says it to a workflow's requester alone.
const reasonNotFinished = "not_finished"

// progressOf draws how far a running workflow is; nothing if the log does not show it.
func (s *Service) progressOf(ctx context.Context, id string) ([]*discordgo.MessageEmbed, error) {
	e, found, err := s.Client.LastFromLeader(ctx, schemas.SubjectOf(id, schemas.WorkflowRequested{}))
	if err != nil || !found {
		return nil, err
	}
	wc, err := e.ParseContext()
	if err != nil {
		return nil, consume.Terminal(err)
	}
	m, err := s.drawing(ctx, incoming{Event: e, wc: wc, attempt: 1}, false)
	return m.Embeds, err
}
