package ingest

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/bwmarrin/discordgo"

	"autointel.example/internal/discord"
	"autointel.example/schemas"
)

// perPage is how many results a page of a search shows: a row of buttons.
const perPage = discord.MaxButtons

// sought is a search for results. It travels in the footer of its page, so that the button for older ones knows it: Discord
// sends the message a button stands under along with the press, and a custom id would be too short.
type sought struct {
	url, words string
	since      time.Duration
}

// String is the search as people read it and parseSought does: a line each.
func (s sought) String() string {
	var lines []string
	for _, l := range []struct{ name, value string }{{optionURL, s.url}, {optionSince, sinceName(s.since)}, {optionWords, s.words}} {
		if l.value != "" {
			lines = append(lines, l.name+": "+strings.Join(strings.Fields(l.value), " "))
		}
	}
	return strings.Join(lines, "\n")
}

func parseSought(text string) sought {
	var s sought
	for line := range strings.SplitSeq(text, "\n") {
		switch name, value, _ := strings.Cut(line, ": "); name {
		case optionURL:
			s.url = value
		case optionSince:
			s.since = sinces[value]
		case optionWords:
			s.words = value
		}
	}
	return s
}

func sinceName(d time.Duration) string {
	for name, since := range sinces {
		if since == d {
			return name
		}
	}
	return ""
}

// find answers /retrieve_results without a workflow: the one result that fits, or a page of them to choose from. While the
// archive cannot be asked, the event that asks for the newest is durable and is answered when it can.
func (i *Intake) find(ctx context.Context, r received, asked schemas.RetrievalRequested) error {
	s := sought{asked.URL, asked.Words, asked.Since}
	entries, err := i.page(ctx, r, s, schemas.ArchiveSearch{})
	switch {
	case err != nil:
		i.Logger.Warn("the archive did not answer a search; the newest is asked for by an event", "error", err)
		return i.retrieve(ctx, r, asked)
	case len(entries) <= 1: // none: the archive says so, as it says it of one that somebody else has
		return i.retrieve(ctx, r, asked)
	}
	return i.tell(ctx, r, found(entries, s))
}

// older answers the button under a page of results. Its id says where the page ended, the footer of the page what was sought.
func (i *Intake) older(ctx context.Context, r received, place string) error {
	after, ok := parsePlace(place)
	if !ok {
		return errUnknownCommand
	}
	if m := r.Message; m == nil || len(m.Embeds) == 0 || m.Embeds[0].Footer == nil {
		return errListForgotten
	}
	s := parseSought(r.Message.Embeds[0].Footer.Text)
	entries, err := i.page(ctx, r, s, after)
	switch {
	case err != nil:
		return i.unavailable(ctx, r, err, "")
	case len(entries) == 0:
		return errNoOlder
	}
	return i.tell(ctx, r, found(entries, s))
}

// parsePlace reads the place in a list after which to go on.
func parsePlace(place string) (after schemas.ArchiveSearch, ok bool) {
	ms, workflowID, ok := strings.Cut(place, ":")
	ended, err := strconv.ParseInt(ms, 10, 64)
	if !ok || err != nil || !schemas.ValidWorkflow(workflowID) {
		return after, false
	}
	return schemas.ArchiveSearch{AfterEnded: time.UnixMilli(ended), AfterWorkflow: workflowID}, true
}

// page asks the archive for a page of results and one more, which says whether there is another page.
func (i *Intake) page(ctx context.Context, r received, s sought, q schemas.ArchiveSearch) ([]schemas.ArchiveEntry, error) {
	within, cancel := context.WithTimeout(ctx, archiveWithin)
	defer cancel()
	q.Requester, q.URL, q.Words, q.Limit = r.requester(true), s.url, s.words, perPage+1
	if s.since > 0 {
		q.Since = i.Now().Add(-s.since)
	}
	return i.Client.Search(within, q)
}

// found is a page of results, newest first.
func found(entries []schemas.ArchiveEntry, s sought) discord.Message {
	more := len(entries) > perPage
	entries = entries[:min(len(entries), perPage)]
	text, rows := recentList(entries)
	m := discord.Card("Results", text, s.String(), discord.Blue)
	m.Components = rows
	if more {
		last := entries[len(entries)-1]
		id := fmt.Sprintf("%s%d:%s", discord.OlderPrefix, last.EndedAt.UnixMilli(), last.Workflow)
		m.Components = append(m.Components, discord.Button("Older results", id, discordgo.SecondaryButton)...)
	}
	return m
}
