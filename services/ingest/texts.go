package ingest

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/bwmarrin/discordgo"

	"autointel.example/internal/consume"
	"autointel.example/internal/discord"
	"autointel.example/internal/jetstream"
	"autointel.example/internal/watch"
	"autointel.example/internal/workflow"
	"autointel.example/schemas"
	"autointel.example/services/ingest/fetch"
)

// What users are told by ingest: here, and where there is more than one to list in lists.go. Everything after the first answer is the
// notifier's (services/notifier/render). A text says what is, then what can be done about it, and never whose fault it was.

// UserError is a wrong use of a command. Its text is for the user.
type UserError struct{ Message string }

func (e *UserError) Error() string { return e.Message }

var (
	errUnknownCommand = &UserError{"This version does not know that command. Who runs this bot can bring the commands up to date."}
	errCrowded        = &UserError{"New commands cannot be taken right now, because the event log is nearly full. Nothing was started; what runs goes on, and results can be retrieved. Use the command again later, and tell who runs this bot if it stays like this."}
	errNoWorkflowID   = &UserError{"This is not a workflow id. It looks like wf_ and 32 digits or letters from a to f; the notice and the answer name it, and /workflows lists yours."}
	errNoSuchWorkflow = &UserError{"There is no such workflow. Use /workflows to see yours."}
	errDeepest        = &UserError{"There is no greater depth to look into this at. To look again, use /autointel with the same address."}
	errNoSuchTime     = &UserError{"since must be one of 1h, 24h, 7d, 30d."}
	errWhichResult    = &UserError{"Say which result: by workflow_id, url, since or words. /workflows lists yours."}
	errListForgotten  = &UserError{"This list cannot be continued. Use /retrieve_results again."}
	errNoOlder        = &UserError{"There are no older results."}
)

func noSuchDepth(depth string) error {
	return &UserError{fmt.Sprintf("There is no depth %q. Choose one of %s.", discord.Clip(depth, 40), strings.Join(workflow.Depths(), ", "))}
}

// badAddress says why an address cannot be looked into.
func badAddress(err error) error { return &UserError{messageOf(err)} }

// messageOf is what a user is told of an error in reading a page.
func messageOf(err error) string {
	var f *fetch.Error
	if errors.As(err, &f) {
		return f.Message
	}
	return "The page could not be read."
}

// refused tells the user what was wrong.
func refused(err *UserError) discord.Message {
	return discord.Card("That did not work", discord.Escape(err.Message), "", discord.Orange)
}

// notAvailable says that nothing could be accepted or, when an id is given, that it may have been.
func notAvailable(cause error, id string) discord.Message {
	text := "Commands cannot be accepted right now, because the event log cannot be reached. Nothing was started. Please try again in a minute."
	var full *jetstream.FullError
	switch {
	case errors.As(cause, &full):
		text = "Commands cannot be accepted right now, because the event log is full. Nothing was started. Please tell who runs this bot."
	case id != "" && consume.Of(cause, 1).Kind == consume.Hold:
		text = "Your command may have been accepted, but the event log did not confirm it. If nothing happens here, try again. Workflow `" + id + "`."
	}
	return discord.Card("Not available", text, id, discord.Red)
}

// queued is the first answer to an accepted command.
func queued(id string, o order, usual estimate, t watch.Times) discord.Message {
	text := fmt.Sprintf("%s\nDepth **%s**", discord.Address(o.url), o.depth)
	if usual.known {
		text += ", usually " + about(usual.takes)
	}
	text += "."
	if usual.known && usual.takes > t.Lifetime-t.Margin {
		text += fmt.Sprintf("\n\n⏰ This will outlast the %s for which Discord lets me answer here. Nothing is lost: when it is done you will be told, with a button that shows the result. Or use `%s`.",
			amount(t.Lifetime), schemas.RetrievalCommand(id))
	}
	m := discord.Card("Queued", text, id, discord.Blue)
	m.Ephemeral, m.Components = o.private, discord.Button("Cancel", discord.CancelPrefix+id, discordgo.SecondaryButton)
	return m
}

// explained says what keeps a workflow from starting, and what to do about it. Shown is where the progress of the one that is the same
// can be seen.
func explained(who schemas.Requester, r refusal, l Limits, shown string) discord.Message {
	theirs := slices.DeleteFunc(slices.Clone(r.running), func(l jetstream.Lease) bool { return !mayCancel(who, l) })
	list, buttons := runningList(theirs)
	var m discord.Message
	switch r.reason {
	case refusedSame:
		l := r.running[0]
		m = discord.Card("Already running", fmt.Sprintf("%s\nThis page is being looked into for you already, at depth **%s**, %s: workflow `%s`. Its progress is shown in %s.",
			discord.Address(l.URL), l.Depth, since(l.Since), l.Workflow, shown), l.Workflow, discord.Orange)
	case refusedUser:
		m = discord.Card("You have as many running as you may", fmt.Sprintf(
			"%s running for you, and %d may run at once. Cancel one, or use the command again when one of them has ended.\n\n%s",
			count(len(r.running)), l.PerUser, list), "", discord.Orange)
	default:
		advice := "Use the command again when one of them has ended."
		if len(theirs) > 0 {
			advice = "Cancel one of these, or use the command again when one of them has ended.\n\n" + list
		}
		m = discord.Card("This server has as many running as it may", fmt.Sprintf("%s running here, and %d may run at once. %s",
			count(len(r.running)), l.PerGuild, advice), "", discord.Orange)
	}
	m.Components = buttons
	return m
}

func count(n int) string {
	if n == 1 {
		return "1 workflow is"
	}
	return fmt.Sprintf("%d workflows are", n)
}

// cancelled tells who cancelled a workflow that it was.
func cancelled(id string) discord.Message {
	return discord.Card("Cancelled", "The workflow was cancelled.", id, discord.Orange)
}

// ended tells who comes too late to cancel, and how to get what has come out.
func ended(id, outcome string) discord.Message {
	m := discord.Card("That did not work", "This workflow has already ended ("+outcome+").", id, discord.Orange)
	if outcome != workflow.Cancelled {
		m.Components = discord.Button("Show results", discord.RetrievePrefix+id, discordgo.PrimaryButton)
	}
	return m
}

// looking is the first answer to who asks for a result. The notifier fills it in.
func looking() discord.Message {
	m := discord.Card("Looking for your result", "", "", discord.Blue)
	m.Ephemeral = true
	return m
}
