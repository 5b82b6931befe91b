package notifier

import (
	"context"

	"autointel.example/internal/discord"
	"autointel.example/schemas"
)

// shown finds out, after the session has closed, whether an earlier attempt did show a message: by reading the answer with
// the bot's own token. known is false where Discord gives no way to: the answer is ephemeral, nobody knows where it stands,
// or the bot may not look there.
func (s *Service) shown(ctx context.Context, in incoming, m discord.Message) (at discord.Answered, shown, known bool, err error) {
	ack, reachable, err := s.answerOf(ctx, in)
	if err != nil || !reachable {
		return at, false, false, err
	}
	got, err := s.Bot.Message(ctx, ack.ChannelID, ack.MessageID)
	switch class := discord.Classify(err); {
	case class.Temporary():
		return at, false, false, later(err, in.attempt)
	case class == discord.Gone:
		return at, false, true, nil
	case err != nil:
		return at, false, false, nil
	}
	shown = len(got.Embeds) > 0 && len(m.Embeds) > 0 && got.Embeds[0].Title == m.Embeds[0].Title
	return discord.Answered{ChannelID: ack.ChannelID, MessageID: ack.MessageID}, shown, true, nil
}

// within reports whether an answer may be within the reach of the bot's own token.
func (s *Service) within(in incoming) bool {
	return s.Bot != nil && !in.wc.Requester.Private && in.wc.Requester.Integration != "user"
}

// answerOf reads where the answer to a command stands. It is reachable if the bot's own token opens it: it is not
// ephemeral, and the bot is in the guild, or it is a direct message to it.
func (s *Service) answerOf(ctx context.Context, in incoming) (ack schemas.SessionAcknowledged, reachable bool, err error) {
	if !s.within(in) {
		return ack, false, nil
	}
	e, found, err := s.Client.LastFromLeader(ctx, schemas.SubjectOf(in.Workflow, ack))
	if err != nil || !found {
		return ack, false, err
	}
	ack, ok := e.Data.(schemas.SessionAcknowledged)
	return ack, ok && !ack.Ephemeral && ack.MessageID != "", nil
}
