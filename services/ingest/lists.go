package ingest

import (
	"fmt"
	"strings"
	"time"

	"github.com/bwmarrin/discordgo"

	"autointel.example/internal/discord"
	"autointel.example/internal/jetstream"
	"autointel.example/internal/workflow"
	"autointel.example/schemas"
)

// How much a list shows: as many running workflows as a row has buttons, and two rows of ended ones.
const (
	maxRunning   = discord.MaxButtons
	maxRecent    = 2 * discord.MaxButtons
	maxListedURL = 100 // characters
	maxListed    = 120 // characters of a title
)

// lists is the answer to /workflows.
func lists(running []jetstream.Lease, recent []schemas.ArchiveEntry, archived bool) discord.Message {
	text, buttons := runningList(running)
	if text == "" {
		text = "Nothing is running. Start something with /autointel."
	}
	ended, show := recentList(recent)
	switch {
	case !archived:
		ended = "The archive cannot be asked right now. Nothing is lost; use the command again in a minute."
	case ended == "":
		ended = "Nothing has ended yet that is still kept."
	}
	m := discord.Card("Running", text, "", discord.Blue)
	m.Embeds = discord.FitEmbeds(append(m.Embeds, discord.Card("Ended", ended, "", discord.Green).Embeds...))
	m.Components = append(buttons, show...)
	return m
}

// runningList lists running workflows with a button each that cancels it.
func runningList(leases []jetstream.Lease) (string, []discordgo.MessageComponent) {
	var b strings.Builder
	var buttons []discordgo.Button
	for n, l := range leases[:min(len(leases), maxRunning)] {
		fmt.Fprintf(&b, "%d. ⏳ %s\n%s, %s, `%s`\n", n+1, listedURL(l.URL), l.Depth, since(l.Since), l.Workflow)
		label := "Cancel"
		if len(leases) > 1 {
			label = fmt.Sprintf("Cancel %d", n+1)
		}
		buttons = append(buttons, discordgo.Button{Label: label, CustomID: discord.CancelPrefix + l.Workflow, Style: discordgo.DangerButton})
	}
	if more := len(leases) - maxRunning; more > 0 {
		fmt.Fprintf(&b, "… and %d more; /cancel finds them.\n", more)
	}
	return b.String(), discord.Buttons(buttons...)
}

// marks of an outcome
var marks = map[string]string{workflow.Completed: "✅", workflow.Failed: "⚠️", workflow.Cancelled: "✖️"}

// recentList lists ended workflows with a button each that shows the result, where there is one.
func recentList(entries []schemas.ArchiveEntry) (string, []discordgo.MessageComponent) {
	var b strings.Builder
	var buttons []discordgo.Button
	for n, e := range entries {
		name := discord.Escape(discord.Clip(e.Title, maxListed))
		if name == "" {
			name = listedURL(e.URL)
		}
		fmt.Fprintf(&b, "%d. %s %s\n%s, %s, %s, `%s`\n", n+1, marks[e.Outcome], name, e.Outcome, e.Depth, ago(e.EndedAt), e.Workflow)
		if e.Outcome != workflow.Cancelled {
			buttons = append(buttons, discordgo.Button{Label: fmt.Sprintf("Show results %d", n+1), CustomID: discord.RetrievePrefix + e.Workflow, Style: discordgo.SecondaryButton})
		}
	}
	return b.String(), discord.Buttons(buttons...)
}

func listedURL(url string) string { return discord.Address(discord.Clip(url, maxListedURL)) }

// since and ago say when, as Discord shows it to each reader in their own words and keeps it true.
func since(t time.Time) string { return fmt.Sprintf("since <t:%d:R>", t.Unix()) }

func ago(t time.Time) string { return fmt.Sprintf("<t:%d:R>", t.Unix()) }
