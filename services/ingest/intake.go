package ingest

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/bwmarrin/discordgo"

	"autointel.example/internal/discord"
	"autointel.example/internal/jetstream"
	"autointel.example/internal/watch"
	"autointel.example/schemas"
)

// Intake turns interactions into events: durable first, then acknowledged.
type Intake struct {
	Client       *jetstream.Client
	Interactions *discord.Interactions
	Times        watch.Times
	Limits       Limits
	Now          func() time.Time
	Logger       *slog.Logger

	working   sync.WaitGroup
	estimates estimates
	crowds    crowds
	room      room
}

// Budgets of an interaction. Discord wants its first answer within 3 s of the interaction.
const (
	durableWithin = 1500 * time.Millisecond
	answerWithin  = 2800 * time.Millisecond
)

// Start handles an interaction in the background.
func (i *Intake) Start(r received) {
	i.working.Go(func() {
		// The interaction's own time counts, not ours, so a late delivery has less.
		ctx, cancel := context.WithTimeout(context.Background(), max(answerWithin-i.Now().Sub(r.At), 500*time.Millisecond))
		defer cancel()
		if err := i.handle(ctx, r); err != nil {
			i.Logger.Error("an interaction could not be handled", "interaction", r.ID, "error", err)
		}
	})
}

// Wait returns when every interaction that was started is handled.
func (i *Intake) Wait() { i.working.Wait() }

// handle handles one interaction. The error is for the log: the user has been told.
func (i *Intake) handle(ctx context.Context, r received) error {
	err := i.react(ctx, r)
	var wrong *UserError
	if errors.As(err, &wrong) {
		i.Logger.Info("a command was refused", "interaction", r.ID, "reason", wrong)
		return i.tell(ctx, r, refused(wrong))
	}
	return err
}

func (i *Intake) react(ctx context.Context, r received) error {
	switch r.Type {
	case discordgo.InteractionApplicationCommand:
		c, err := commandNamed(r.ApplicationCommandData().Name)
		if err != nil {
			return err
		}
		return c.use(i, ctx, r)
	case discordgo.InteractionMessageComponent:
		return i.press(ctx, r)
	case discordgo.InteractionApplicationCommandAutocomplete:
		return i.Interactions.Callback(ctx, r.session(), choicesCallback(i.Suggest(ctx, r)))
	}
	return errUnknownCommand
}

// acknowledge sends the first answer and records where it stands. If Discord has given up on the interaction, that is
// recorded as the closed session it is.
func (i *Intake) acknowledge(ctx context.Context, r received, m discord.Message, e schemas.Event) error {
	answered, err := i.answer(ctx, r, m)
	class := discord.Classify(err)
	switch {
	case err == nil:
		e.Data = schemas.SessionAcknowledged{ChannelID: answered.ChannelID, MessageID: answered.MessageID, Ephemeral: answered.Ephemeral}
	case class == discord.AlreadyAcknowledged:
		return nil // by another replica, which records it
	case class.ClosesSession(true):
		e.Data = schemas.SessionClosed{Reason: string(class), Stage: "acknowledge"}
	default:
		// Not known, or not yet: what is shown next will find out.
		return fmt.Errorf("acknowledge: %w", err)
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), durableWithin)
	defer cancel()
	if _, err := i.Client.Append(ctx, e); err != nil {
		if _, taken := jetstream.Taken(err); !taken {
			return err
		}
	}
	if class != discord.None {
		return i.Client.CloseSession(ctx, r.ID)
	}
	return nil
}

// answer sends the first answer, again when it is not known whether it arrived: a second one is refused, which says that
// the first did, and then it is read where it stands.
func (i *Intake) answer(ctx context.Context, r received, m discord.Message) (discord.Answered, error) {
	for attempt := 1; ; attempt++ {
		answered, err := i.Interactions.Answer(ctx, r.session(), m)
		switch class := discord.Classify(err); {
		case class == discord.AlreadyAcknowledged && attempt > 1:
			shown, err := i.Interactions.Original(ctx, r.session())
			if err != nil {
				return answered, err
			}
			return discord.Answered{ChannelID: shown.ChannelID, MessageID: shown.ID, Ephemeral: m.Ephemeral}, nil
		case class != discord.Unavailable || ctx.Err() != nil || attempt == 3:
			return answered, err
		}
	}
}

// unavailable tells the user that nothing could be accepted or, when an id is given, that it may have been.
func (i *Intake) unavailable(ctx context.Context, r received, cause error, id string) error {
	if err := i.tell(ctx, r, notAvailable(cause, id)); err != nil {
		return errors.Join(cause, err)
	}
	return cause
}

// tell answers the user alone.
func (i *Intake) tell(ctx context.Context, r received, m discord.Message) error {
	m.Ephemeral = true
	_, err := i.answer(ctx, r, m)
	return err
}
