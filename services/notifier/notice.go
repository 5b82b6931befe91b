package notifier

import (
	"context"
	"slices"

	"autointel.example/internal/discord"
	"autointel.example/internal/workflow"
	"autointel.example/schemas"
	"autointel.example/services/notifier/render"
)

// reasonNoRoute is why a notice failed that no route could take.
const reasonNoRoute = "no_route"

// notice tells a requester by another route that a result is kept.
func (s *Service) notice(ctx context.Context, in incoming, a schemas.ResultArchived) error {
	if done, err := s.recorded(ctx, in, schemas.KindNotice); err != nil || done {
		return err
	}
	link, err := s.replace(ctx, in)
	if err != nil {
		return err
	}
	return s.announce(ctx, in, schemas.KindNotice, render.Notice(in.Workflow, in.wc, a, link))
}

// remind tells a requester that a kept result which they have not retrieved will be removed.
func (s *Service) remind(ctx context.Context, in incoming, e schemas.ResultExpiring) error {
	if done, err := s.recorded(ctx, in, schemas.KindReminder); err != nil || done {
		return err
	}
	return s.announce(ctx, in, schemas.KindReminder, render.Reminder(in.Workflow, in.wc, e))
}

// announce sends a message outside of the interaction. The first route that takes it is the last; the nonce makes one
// message of several attempts. If none does, that is recorded and ends there: the result is kept all the same.
func (s *Service) announce(ctx context.Context, in incoming, kind string, m discord.Message) error {
	reason := reasonNoRoute
	for _, route := range s.possible(in.wc.Requester, s.Fallback) {
		answered, err := s.Routes[route].Send(ctx, in.wc.Requester, m)
		class := discord.Classify(err)
		switch {
		case err == nil:
			s.Observer.Delivered(ctx, kind, route, "succeeded")
			s.Logger.Info("the requester was told that a result is kept", "workflow", in.Workflow, "kind", kind, "route", route)
			return s.record(ctx, in, schemas.DeliverySucceeded{Kind: kind, Route: route, ChannelID: answered.ChannelID, MessageID: answered.MessageID})
		case class.Temporary():
			return later(err, in.attempt)
		}
		reason = string(class)
		s.Observer.Delivered(ctx, kind, route, "failed")
		s.Logger.Warn("a route did not take the notice", "workflow", in.Workflow, "kind", kind, "route", route, "error", err)
	}
	return s.record(ctx, in, schemas.DeliveryFailed{Kind: kind, Reason: reason, Depth: in.wc.Depth})
}

// restorable reports whether the bot may replace an answer once its session has closed: those who run it let it use the channel, and the
// answer is not its requester's alone.
func (s *Service) restorable(in incoming) bool {
	return slices.Contains(s.Fallback, schemas.RouteChannel) && s.within(in)
}

// replace puts the final answer in the place of the progress that the closed session left behind, with the bot's own
// token, and returns a link to it. Where that token does not reach there is none, and the notice stands for itself. The
// edit is the same however often it is repeated.
func (s *Service) replace(ctx context.Context, in incoming) (link string, err error) {
	if !s.restorable(in) {
		return "", nil
	}
	ack, reachable, err := s.answerOf(ctx, in)
	if err != nil || !reachable {
		return "", err
	}
	e, found, err := s.Client.LastFromLeader(ctx, schemas.Ending(in.Workflow))
	if schemas.Unreadable(err) { // a dead letter by now: the notice stands for itself
		return "", nil
	}
	if err != nil || !found {
		return "", err
	}
	end, _ := workflow.EndedOf(e)
	m, err := s.final(ctx, in, end)
	if err != nil {
		return "", err
	}
	if _, err := s.Bot.Edit(ctx, ack.ChannelID, ack.MessageID, m); err != nil {
		if discord.Classify(err).Temporary() {
			return "", later(err, in.attempt)
		}
		s.Logger.Info("the answer could not be replaced after its session had closed", "workflow", in.Workflow, "error", err)
		return "", nil
	}
	return discord.MessageLink(in.wc.Requester.GuildID, ack.ChannelID, ack.MessageID), nil
}
