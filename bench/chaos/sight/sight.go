// Package sight sees what the users of an installation can see, and what it has written down, as the judge is told it.
package sight

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/bwmarrin/discordgo"

	"autointel.example/bench/chaos/judge"
	"autointel.example/internal/discord"
	"autointel.example/internal/jetstream"
	"autointel.example/internal/sandbox"
	"autointel.example/internal/workflow"
	"autointel.example/schemas"
	"autointel.example/services/archiver"
	"autointel.example/services/archiver/archive"
)

// cards are what a card is to its reader, by its title.
var cards = map[string]judge.Kind{"Queued": judge.Progress, "Working on it": judge.Progress, "No report": judge.Failure, "Cancelled": judge.Cancelled}

// Seen is what a message says now.
func Seen(m sandbox.Message) judge.Shown {
	s := said(m.Content, m.Embeds)
	for _, b := range m.Buttons() {
		if id, ok := strings.CutPrefix(b, discord.RetrievePrefix); ok && len(m.Embeds) == 0 {
			return judge.Shown{
				Kind: judge.Notice, Workflow: id, Linked: strings.Contains(m.Content, "[my answer]("), Uncertain: strings.Contains(m.Content, "if you have not seen it"),
			}
		}
	}
	return s
}

// Was is what a version of a message said.
func Was(v sandbox.Version) judge.Shown { return said(v.Content, v.Embeds) }

// said is what a text and its cards say.
func said(_ string, embeds []*discordgo.MessageEmbed) judge.Shown {
	if len(embeds) == 0 {
		return judge.Shown{Kind: judge.Other}
	}
	e := embeds[0]
	s := judge.Shown{Kind: cards[e.Title]}
	if e.Footer != nil {
		s.Workflow = e.Footer.Text
	}
	switch {
	case s.Kind != "":
	case e.Title == "Not available" && strings.Contains(e.Description, "Nothing was started"):
		s.Kind = judge.Denied
	case e.Title == "Not available":
		s.Kind = judge.Perhaps
	case strings.HasPrefix(e.Title, "Tides "):
		s.Kind, s.Source = judge.Result, e.Title
	default:
		s.Kind = judge.Other
	}
	return s
}

// Messages are what everybody can see. Direct says whose a channel of direct messages is.
func Messages(box *sandbox.Sandbox, direct map[string]string) []judge.Message {
	var all []judge.Message
	for _, m := range box.Messages("") {
		j := judge.Message{ID: m.ID, Channel: m.ChannelID, Interaction: m.Interaction, For: m.For, DM: direct[m.ChannelID], Rings: m.Mentioned}
		for _, v := range m.History {
			j.Versions = append(j.Versions, said(v.Content, v.Embeds))
		}
		j.Versions = append(j.Versions, Seen(m))
		all = append(all, j)
	}
	return all
}

// Events reads the whole log.
func Events(ctx context.Context, client *jetstream.Client) ([]schemas.Event, error) {
	last, err := client.LastSeq(ctx, schemas.Root+".>")
	if err != nil || last == 0 {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, 5*time.Minute)
	defer cancel()
	var mu sync.Mutex
	var all []schemas.Event
	whole := false
	err = client.Follow(ctx, []string{schemas.Root + ".>"}, true, func(e schemas.Event) {
		mu.Lock()
		defer mu.Unlock()
		if !whole {
			all = append(all, e)
		}
		if e.Seq >= last {
			whole = true
			cancel()
		}
	})
	mu.Lock()
	defer mu.Unlock()
	if err == nil && !whole {
		err = fmt.Errorf("the log could not be read to its end: %d events of %d", len(all), last)
	}
	return all, err
}

// Records reads what an archive that nobody uses any more holds of workflows.
func Records(ctx context.Context, database archiver.Database, ids []string) (all []judge.Record, err error) {
	store, err := database.OpenExisting(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	for _, id := range ids {
		r, err := store.Get(ctx, id)
		if errors.Is(err, archive.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("read the record of %s: %w", id, err)
		}
		all = append(all, judge.Record{Workflow: r.WorkflowID, User: r.UserID, Outcome: r.Outcome, Whole: whole(r)})
	}
	return all, nil
}

// whole says whether a record holds all that there is to keep.
func whole(r archive.Record) bool {
	switch r.Outcome {
	case workflow.Completed:
		digest := sha256.Sum256(r.Result)
		var report schemas.Report
		return hex.EncodeToString(digest[:]) == r.Digest && json.Unmarshal(r.Result, &report) == nil && report.WorkflowID == r.WorkflowID
	case workflow.Failed:
		return r.Reason != ""
	}
	return true
}
