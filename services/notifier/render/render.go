// Package render makes Discord messages of what is known: progress, reports, errors, notices. It is a function of its
// input. Text that somebody else wrote is escaped, every message keeps to Discord's limits, and nobody's mention rings but
// the requester's.
package render

import (
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/bwmarrin/discordgo"

	"autointel.example/internal/discord"
	"autointel.example/internal/workflow"
	"autointel.example/schemas"
)

func footer(id string) *discordgo.MessageEmbedFooter { return &discordgo.MessageEmbedFooter{Text: id} }

// Progress is how far a workflow is, as its answer shows it.
type Progress struct {
	Workflow string
	Context  schemas.Context
	Stages   map[string]schemas.Progress // the newest word of each stage
	Elapsed  time.Duration
	Expiring bool     // Discord's window will close soon
	Findings []string // what the settled stages found
}

// marks of a stage's state
var marks = map[string]string{workflow.Completed: "✅", workflow.Skipped: "➖", workflow.Failed: "⚠️", "running": "⏳", "": "▫️"}

// Draw shows a bar and the state of every stage.
func Draw(p Progress) discord.Message {
	settled := 0
	var lines strings.Builder
	for _, planned := range p.Context.Plan {
		s := p.Stages[planned.Stage]
		if s.State != "" && s.State != "running" {
			settled++
		}
		mark, known := marks[s.State]
		if !known {
			mark = marks[""]
		}
		fmt.Fprintf(&lines, "%s %s%s\n", mark, step(planned.Stage), amount(s))
	}
	e := &discordgo.MessageEmbed{
		Title: "Working on it", Color: discord.Blue, Footer: footer(p.Workflow),
		Description: fmt.Sprintf("%s\nDepth **%s**, %s so far%s.\n\n%s\n%s", discord.Address(p.Context.URL), discord.Escape(discord.Clip(p.Context.Depth, maxDepth)), p.Elapsed.Round(time.Second), usually(p.Context),
			Bar(settled, len(p.Context.Plan)), lines.String()),
	}
	if p.Expiring {
		e.Color = discord.Orange
		value := "This will outlast the 15 minutes in which Discord lets me answer here. Nothing is lost: the result will be kept, and you will be told. To get it: `" +
			schemas.RetrievalCommand(p.Workflow) + "`"
		e.Fields = append(e.Fields, &discordgo.MessageEmbedField{Name: "⏰ Discord's window closes soon", Value: value})
		if len(p.Findings) > 0 {
			e.Fields = append(e.Fields, &discordgo.MessageEmbedField{Name: "Found so far", Value: strings.Join(p.Findings, "\n")})
		}
	}
	return discord.Message{
		Embeds: discord.FitEmbeds([]*discordgo.MessageEmbed{e}), Components: discord.Button("Cancel", discord.CancelPrefix+p.Workflow, discordgo.SecondaryButton),
	}
}

// step says what a stage does, at the beginning of a line.
func step(stage string) string {
	words := schemas.StageWord(stage)
	first, size := utf8.DecodeRuneInString(words)
	return escape(string(unicode.ToUpper(first))+words[size:], maxDepth)
}

// maxDepth is how much of a depth or a step is shown, in characters; ours are shorter.
const maxDepth = 40

// usually says how long workflows of this depth take, where that is known.
func usually(wc schemas.Context) string {
	switch d := wc.Usually; {
	case d <= 0:
		return ""
	case d < time.Minute:
		return ", usually less than a minute"
	default:
		return ", usually about " + strings.TrimSuffix(d.Round(time.Minute).String(), "0s")
	}
}

// amount says how much of a running stage is done.
func amount(s schemas.Progress) string {
	if s.State != "running" || s.Done == 0 {
		return ""
	}
	if s.Total > 0 {
		return fmt.Sprintf(" (%d %%)", min(100, 100*s.Done/s.Total))
	}
	if s.Unit == "bytes" {
		return fmt.Sprintf(" (%.1f kB)", float64(s.Done)/1000)
	}
	return fmt.Sprintf(" (%d %s)", s.Done, s.Unit)
}

const barWidth = 12

// Bar is a bar of done of total, with its numbers.
func Bar(done, total int) string {
	if total <= 0 {
		return ""
	}
	full := barWidth * done / total
	return fmt.Sprintf("%s%s %d/%d (%d %%)", strings.Repeat("▰", full), strings.Repeat("▱", barWidth-full), done, total, 100*done/total)
}

// Failure shows why a workflow ended without a report, and what its requester can do about it.
func Failure(id string, wc schemas.Context, end schemas.Ended) discord.Message {
	m := discord.Card("No report", discord.Address(wc.URL)+"\n"+discord.Escape(end.Message), id, discord.Red)
	fields := []*discordgo.MessageEmbedField{{Name: "What you can do", Value: advice(end.Reason)}}
	if end.Stage != "" {
		fields = append(fields, &discordgo.MessageEmbedField{Name: "Step", Value: step(end.Stage), Inline: true})
	}
	m.Embeds[0].Fields = fields
	m.Embeds = discord.FitEmbeds(m.Embeds)
	return m
}

// advice says what to do next about a reason. The reasons are those of fetching, of the runner of stages and of the watch.
func advice(reason string) string {
	switch reason {
	case "not_found", "invalid_url", "unsupported_scheme", "too_many_redirects":
		return "Check the address: open it in a browser and copy it from there."
	case "private_address":
		return "Only pages of the public internet can be read. Who runs this bot can let others through."
	case "http_status", "no_text", "paywall", "cookie_wall", "script_only", "robots":
		return "The page may need a login, a payment or a browser, or keep programs out. Try another address of the same text, such as a print version or a feed."
	case "timeout", "unreachable", "tls":
		return "The server may be down for a while. Use the command again later."
	case "no_such_item":
		return "Name the item of the feed by its id, address, title or number; without one the newest is read."
	case "encrypted":
		return "Give the address of a version that needs no password."
	case "too_large", "unsupported_media_type", "malformed":
		return "Try the page that describes the document, or a version of it as a web page or plain text."
	}
	return "Use the command again. If it goes on like this, tell who runs this bot, with the workflow's id."
}

// Cancelled shows that a workflow was cancelled.
func Cancelled(id string, wc schemas.Context) discord.Message {
	return discord.Card("Cancelled", discord.Address(wc.URL), id, discord.Orange)
}

// Notice tells a requester, outside of the closed interaction, that a result is kept. Its text names the workflow and how
// to get it; link is where the answer shows it already, if it does. Of a private request it is sent to nobody else.
func Notice(id string, wc schemas.Context, a schemas.ResultArchived, link string) discord.Message {
	what := "Your report is ready"
	if a.Outcome == workflow.Failed {
		what = "Your request has ended without a report"
	}
	title := ""
	if a.Title != "" {
		title = ": **" + discord.Escape(discord.Clip(a.Title, 200)) + "**"
	}
	if a.Uncertain {
		title += " (if you have not seen it yet)"
	}
	where := ""
	if link != "" {
		where = " It stands in [my answer](" + link + ")."
	}
	user := wc.Requester.UserID
	return discord.Message{
		Content: discord.Clip(fmt.Sprintf("<@%s> %s%s.%s\nIt took longer than Discord lets me answer your command, so it was kept for you until <t:%d:D>.\nPress the button, or use `%s` (workflow `%s`).",
			user, what, title, where, a.ExpiresAt.Unix(), a.RetrievalCommand, id), discord.MaxContent),
		Mentions: []string{user}, Components: discord.Button("Show results", discord.RetrievePrefix+id, discordgo.PrimaryButton), Nonce: discord.Nonce(id, "notice"),
	}
}

// Reminder tells a requester that a kept result will be removed, and how to get it before.
func Reminder(id string, wc schemas.Context, e schemas.ResultExpiring) discord.Message {
	title := ""
	if e.Title != "" {
		title = " **" + discord.Escape(discord.Clip(e.Title, 200)) + "**"
	}
	user := wc.Requester.UserID
	return discord.Message{
		Content: discord.Clip(fmt.Sprintf("<@%s> Your report%s is kept until <t:%d:F> and then removed; you have not looked at it yet.\nPress the button, or use `%s` (workflow `%s`).",
			user, title, e.ExpiresAt.Unix(), e.RetrievalCommand, id), discord.MaxContent),
		Mentions: []string{user}, Components: discord.Button("Show results", discord.RetrievePrefix+id, discordgo.PrimaryButton), Nonce: discord.Nonce(id, "reminder"),
	}
}

// Replayed makes a kept result a message of its own, outside of any interaction: it says whose it is, and its nonce is the
// replay's.
func Replayed(m *discord.Message, replay string, wc schemas.Context) {
	m.Content = "<@" + wc.Requester.UserID + "> here is a report that could not be shown to you before."
	m.Mentions, m.Nonce = []string{wc.Requester.UserID}, discord.Nonce(replay, "replay")
}

// Refusal answers somebody whose result cannot be shown.
func Refusal(reason, id string) discord.Message {
	text := map[string]string{
		"not_found":    "There is no result for this. Check the workflow id, or search by url.",
		"not_finished": "This workflow is still running. You will be told when it is done.",
		"expired":      "This result was kept for its time and has been removed.",
		"gave_up":      "This result could not be shown, however often that was tried. Who runs this bot has been told.",
	}[reason]
	if text == "" {
		text = "This result cannot be shown."
	}
	return discord.Card("No result to show", text, id, discord.Orange)
}
