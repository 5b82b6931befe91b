package notifier

import (
	"context"
	"fmt"
	"time"

	"autointel.example/internal/consume"
	"autointel.example/internal/discord"
	"autointel.example/internal/jetstream"
	"autointel.example/schemas"
)

// ReasonSessionClosed is why a delivery failed that found its session closed before it was sent.
const ReasonSessionClosed = "session_closed"

// ackGrace is how long after an interaction its acknowledgement may still be on its way to Discord's other servers:
// 3 s for the answer itself, and 10 s in which "unknown webhook" means "not yet".
const ackGrace = 13 * time.Second

// outcome is what became of something that was to be shown.
type outcome struct {
	answered discord.Answered
	reason   string // why it was not shown; empty: it was
	err      error  // Discord's refusal; nil if nothing was sent
}

// send checks the session and sends a message as its answer. A session that Discord says is closed is closed for
// everybody, at once. The error is for what should be tried again.
func (s *Service) send(ctx context.Context, in incoming, stage string, m discord.Message) (outcome, error) {
	session, validity, reason, err := s.check(ctx, in.wc.SessionID)
	if err != nil {
		return outcome{}, err
	}
	if validity == discord.Closed {
		s.Observer.SessionClosed(stage, in.wc.Depth)
		s.Logger.Debug("the session is closed", "workflow", in.Workflow, "reason", reason)
		return outcome{reason: ReasonSessionClosed}, nil
	}
	grace := s.Now().Sub(session.CreatedAt) < ackGrace
	answered, err := s.Interactions.EditOriginal(ctx, session, m, grace)
	class := discord.Classify(err)
	switch {
	case err == nil:
		return outcome{answered: answered}, nil
	case class.ClosesSession(grace):
		s.Observer.SessionClosed(stage, in.wc.Depth)
		return outcome{reason: string(class), err: err}, s.closeSession(ctx, in, session, stage, class)
	case class.Temporary() || class == discord.UnknownWebhook:
		return outcome{}, later(err, in.attempt)
	}
	s.Logger.Error("Discord refused a message", "workflow", in.Workflow, "error", err)
	return outcome{reason: string(class), err: err}, nil
}

// unauthorizedDelay is how long a message waits while the bot's token is not taken: 10,000 such answers in 10 minutes get an
// address banned (Discord's documentation, "Invalid Request Limit").
const unauthorizedDelay = 5 * time.Minute

// later gives an event back after a temporary refusal: for as long as Discord asks, or for longer each time.
func later(err error, attempt int) error {
	if discord.Classify(err) == discord.Unauthorized {
		return consume.RetryAfter(err, unauthorizedDelay)
	}
	if after, limited := discord.RetryAfter(err); limited {
		return consume.Later(err.Error(), after)
	}
	return consume.RetryAfter(err, consume.Backoff(attempt, time.Second, 30*time.Second))
}

// closeSession records that Discord has closed a session: the event first, so that everybody hears of it, then the key.
// A crash in between leaves a key that the next check finds to be of no use, or that its age removes.
func (s *Service) closeSession(ctx context.Context, in incoming, session discord.Session, stage string, class discord.Class) error {
	s.Interactions.Forget(session)
	if len(in.Workflow) > 3 && in.Workflow[:3] == "wf_" { // a retrieval has no history of its own
		err := s.record(ctx, in, schemas.SessionClosed{Reason: string(class), Stage: stage})
		if err != nil {
			return err
		}
	}
	return s.Client.CloseSession(ctx, session.ID)
}

// record appends what became of a delivery. That it is recorded already is as good.
func (s *Service) record(ctx context.Context, in incoming, data schemas.Data) error {
	_, err := s.Client.Append(ctx, schemas.Event{Workflow: in.Workflow, Trace: in.Trace, Context: in.Context, Data: data})
	if _, taken := jetstream.Taken(err); taken {
		return nil
	}
	return err
}

// recorded reports whether a kind of delivery has its outcome already, as a redelivery may find. A lagging read is
// harmless: the message is sent again, as the same edit, and its record comes second.
func (s *Service) recorded(ctx context.Context, in incoming, kind string) (bool, error) {
	if !in.doubtful {
		return false, nil
	}
	return s.told(ctx, in, kind)
}

// told reports whether the log has an outcome of a kind of delivery.
func (s *Service) told(ctx context.Context, in incoming, kind string) (bool, error) {
	seq, err := s.Client.LastSeq(ctx, schemas.Exclusive(in.Workflow, schemas.DeliverySucceeded{Kind: kind}))
	return seq > 0, err
}

// deliver is the way of everything that goes to an interaction once: check, send, record. A crash between send and record
// sends the same edit again.
func (s *Service) deliver(ctx context.Context, in incoming, kind, stage string, m discord.Message, failed schemas.DeliveryFailed) error {
	if done, err := s.recorded(ctx, in, kind); err != nil || done {
		return err
	}
	out, err := s.send(ctx, in, stage, m)
	if err != nil {
		return err
	}
	if out.reason != "" { // a second look after progress may have shown it, and recorded that
		if done, err := s.told(ctx, in, kind); err != nil || done {
			return err
		}
	}
	if out.reason != "" && (in.doubtful || discord.Unconfirmed(out.err)) && (kind == schemas.KindResults || kind == schemas.KindError) {
		// An earlier attempt, or an earlier try of this one, may have shown it, and crashed or lost the answer.
		answered, shown, known, err := s.shown(ctx, in, m)
		if err != nil {
			return err
		}
		if shown {
			out = outcome{answered: answered}
		}
		failed.Uncertain = !known
	}
	if out.reason == "" {
		s.Observer.Delivered(ctx, kind, schemas.RouteInteraction, "succeeded")
		return s.record(ctx, in, schemas.DeliverySucceeded{
			Kind: kind, Route: schemas.RouteInteraction, ChannelID: out.answered.ChannelID, MessageID: out.answered.MessageID, Workflow: failed.Workflow,
		})
	}
	s.Observer.Delivered(ctx, kind, schemas.RouteInteraction, "failed")
	failed.Kind, failed.Reason, failed.Stage, failed.Depth = kind, out.reason, stage, in.wc.Depth
	if err := s.record(ctx, in, failed); err != nil {
		return err
	}
	if kind == schemas.KindResults || kind == schemas.KindError {
		message := "Discord session closed before reporting results; persisting"
		if out.err != nil {
			message = "Session closed while sending; results saved"
		}
		s.Logger.Warn(message, "workflow", in.Workflow, "kind", kind, "reason", out.reason, "depth", in.wc.Depth, "error", text(out.err))
	}
	return nil
}

func text(err error) string {
	if err == nil {
		return ""
	}
	return fmt.Sprint(err)
}
