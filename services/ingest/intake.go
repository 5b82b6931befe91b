package ingest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/bwmarrin/discordgo"

	"autointel.example/internal/consume"
	"autointel.example/internal/discord"
	"autointel.example/internal/jetstream"
	"autointel.example/internal/watch"
	"autointel.example/internal/workflow"
	"autointel.example/schemas"
	"autointel.example/services/ingest/fetch"
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
	switch r.Type {
	case discordgo.InteractionApplicationCommand:
		return i.command(ctx, r)
	case discordgo.InteractionMessageComponent:
		return i.press(ctx, r)
	case discordgo.InteractionApplicationCommandAutocomplete:
		return i.Interactions.Callback(ctx, r.session(), choicesCallback(i.Suggest(ctx, r)))
	}
	return i.refuse(ctx, r, errUnknownCommand)
}

// errUnknownCommand is told to who uses what another version has registered.
var errUnknownCommand = &UserError{"This version does not know that command. Who runs this bot can bring the commands up to date."}

func (i *Intake) command(ctx context.Context, r received) error {
	switch r.ApplicationCommandData().Name {
	case commandAnalyze:
		a, err := parseAnalysis(r.options())
		if err != nil {
			return i.refuse(ctx, r, err)
		}
		return i.analyze(ctx, r, a)
	case commandRetrieve:
		asked, err := parseRetrieval(r.options())
		if err != nil {
			return i.refuse(ctx, r, err)
		}
		if asked.Workflow == "" {
			return i.find(ctx, r, asked)
		}
		return i.retrieve(ctx, r, asked)
	case commandList:
		return i.list(ctx, r)
	case commandCancel:
		id, err := parseCancel(r.options())
		if err != nil {
			return i.refuse(ctx, r, err)
		}
		return i.cancel(ctx, r, id)
	}
	return i.refuse(ctx, r, errUnknownCommand)
}

// press handles a button. Its custom id came from us, but anybody can send any.
func (i *Intake) press(ctx context.Context, r received) error {
	what, about, ok := parsePress(r.MessageComponentData().CustomID)
	if !ok {
		return i.refuse(ctx, r, errUnknownCommand)
	}
	switch what {
	case discord.OlderPrefix:
		return i.older(ctx, r, about)
	case discord.RetrievePrefix, discord.ReportPrefix: // who retrieves a result gets the whole of it
		return i.retrieve(ctx, r, schemas.RetrievalRequested{Workflow: about})
	case discord.CancelPrefix:
		return i.cancel(ctx, r, about)
	case discord.DeeperPrefix:
		return i.deeper(ctx, r, about)
	}
	return i.refuse(ctx, r, errUnknownCommand)
}

// parsePress reads what a button does, and the workflow that it is about, or the place in a list.
func parsePress(customID string) (what, about string, ok bool) {
	if place, ok := strings.CutPrefix(customID, discord.OlderPrefix); ok {
		return discord.OlderPrefix, place, true
	}
	name, id, found := strings.Cut(customID, ":")
	return name + ":", id, found && validWorkflow(id)
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

// retrieve asks the archive for a result. The answer is shown to who asked alone, and filled in by the notifier.
func (i *Intake) retrieve(ctx context.Context, r received, asked schemas.RetrievalRequested) error {
	id, err := schemas.RetrievalID(r.ID)
	if err != nil {
		return err
	}
	ctx, end := i.Client.Tracer().Command(ctx, id, "/"+commandRetrieve)
	defer end()
	wc, err := json.Marshal(schemas.Context{Requester: r.requester(true), SessionID: r.ID})
	if err != nil {
		return err
	}
	durable, cancel := context.WithTimeout(ctx, durableWithin)
	defer cancel()
	if err := i.Client.PutSession(durable, r.ID, r.session()); err != nil {
		return i.unavailable(ctx, r, err, "")
	}
	if _, err := i.Client.Append(durable, schemas.Event{Workflow: id, Context: wc, Data: asked}); err != nil {
		if _, taken := jetstream.Taken(err); !taken {
			return i.unavailable(ctx, r, err, "")
		}
	}
	m := discord.Card("Looking for your result", "", "", discord.Blue)
	m.Ephemeral = true
	_, err = i.answer(ctx, r, m)
	if discord.Classify(err) == discord.AlreadyAcknowledged {
		return nil
	}
	return err
}

// cancel ends a workflow for somebody who may do so. To everybody else it does not exist.
func (i *Intake) cancel(ctx context.Context, r received, id string) error {
	state, err := i.Client.State(ctx, id)
	if err != nil {
		return i.unavailable(ctx, r, err, "")
	}
	who, owner := r.requester(true), state.Context.Requester
	manages := who.ManageGuild && who.GuildID != "" && who.GuildID == owner.GuildID && !owner.Private
	switch {
	case state.RawContext == nil || who.UserID != owner.UserID && !manages:
		return i.refuse(ctx, r, &UserError{noSuchWorkflow})
	case state.Ended != nil:
		return i.tell(ctx, r, ended(id, state.Ended.Outcome))
	}
	_, err = i.Client.Append(ctx, schemas.Event{Workflow: id, Context: state.RawContext, Data: schemas.WorkflowCancelled{By: who.UserID, Why: "requested"}})
	if e, taken := jetstream.Taken(err); taken {
		end, _ := workflow.EndedOf(e)
		return i.tell(ctx, r, ended(id, end.Outcome))
	}
	if err != nil {
		return i.unavailable(ctx, r, err, "")
	}
	i.Logger.Info("workflow cancelled", "workflow", id)
	return i.tell(ctx, r, discord.Card("Cancelled", "The workflow was cancelled.", id, discord.Orange))
}

// ended tells who comes too late to cancel, and how to get what has come out.
func ended(id, outcome string) discord.Message {
	m := discord.Card("That did not work", "This workflow has already ended ("+outcome+").", id, discord.Orange)
	if outcome != workflow.Cancelled {
		m.Components = discord.Button("Show results", discord.RetrievePrefix+id, discordgo.PrimaryButton)
	}
	return m
}

// refuse tells the user, and the user alone, what was wrong.
func (i *Intake) refuse(ctx context.Context, r received, err error) error {
	i.Logger.Info("a command was refused", "interaction", r.ID, "reason", err)
	return i.tell(ctx, r, discord.Card("That did not work", discord.Escape(messageOf(err)), "", discord.Orange))
}

// unavailable tells the user that nothing could be accepted or, when an id is given, that it may have been.
func (i *Intake) unavailable(ctx context.Context, r received, cause error, id string) error {
	text := "Commands cannot be accepted right now, because the event log cannot be reached. Nothing was started. Please try again in a minute."
	var full *jetstream.FullError
	switch {
	case errors.As(cause, &full):
		text = "Commands cannot be accepted right now, because the event log is full. Nothing was started. Please tell who runs this bot."
	case id != "" && consume.Of(cause, 1).Kind == consume.Hold:
		text = "Your command may have been accepted, but the event log did not confirm it. If nothing happens here, try again. Workflow `" + id + "`."
	}
	if err := i.tell(ctx, r, discord.Card("Not available", text, id, discord.Red)); err != nil {
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

// messageOf is what a user is told about an error.
func messageOf(err error) string {
	var f *fetch.Error
	var u *UserError
	switch {
	case errors.As(err, &f):
		return f.Message
	case errors.As(err, &u):
		return u.Message
	}
	return "Something went wrong."
}
