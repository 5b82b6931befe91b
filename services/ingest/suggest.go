package ingest

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"autointel.example/internal/discord"
	"autointel.example/internal/jetstream"
	"autointel.example/internal/workflow"
	"autointel.example/schemas"
)

// Bounds of an autocompletion. Discord shows choices that come within 3 s; who types has moved on after one.
const (
	suggestWithin = 800 * time.Millisecond
	maxChoices    = 25
	maxChoiceName = 100 // characters
)

// Choice is what a user may choose while typing. discordgo's own type leaves an empty list of them out, which Discord takes
// for a broken answer.
type Choice struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Suggest returns what a user may mean who is typing an option of a command: ended workflows for /retrieve_results, running
// ones for /cancel, newest first. It returns within suggestWithin. Whatever fails, there are then no choices, and the user
// can type on.
func (i *Intake) Suggest(ctx context.Context, r received) []Choice {
	ctx, cancel := context.WithTimeout(ctx, suggestWithin)
	defer cancel()
	typed, ok := r.typed(optionWorkflow)
	if !ok {
		return nil
	}
	c, err := commandNamed(r.ApplicationCommandData().Name)
	if err != nil || c.suggest == nil {
		return nil
	}
	found, err := c.suggest(i, ctx, r.requester(true), typed)
	if err != nil {
		i.Logger.Info("there are no suggestions", "interaction", r.ID, "error", err)
		return nil
	}
	return found[:min(len(found), maxChoices)]
}

// choicesCallback is the callback that shows choices, as JSON: the answer to an autocompletion, inline or by its route.
func choicesCallback(choices []Choice) []byte {
	if choices == nil {
		choices = []Choice{}
	}
	body, err := json.Marshal(map[string]any{"type": discord.CallbackChoices, "data": map[string]any{"choices": choices}})
	if err != nil {
		return []byte(`{"type":8,"data":{"choices":[]}}`) // strings alone: cannot happen
	}
	return body
}

func (i *Intake) suggestEnded(ctx context.Context, who schemas.Requester, typed string) ([]Choice, error) {
	entries, err := i.Client.Suggest(ctx, schemas.ArchiveSuggest{Requester: who, Typed: typed, Limit: maxChoices})
	var found []Choice
	for _, e := range entries {
		name, state := e.Title, e.Depth
		if name == "" {
			name = e.URL
		}
		if e.Outcome != workflow.Completed {
			state += ", " + e.Outcome
		}
		found = append(found, Choice{choiceName(name, state, i.Now().Sub(e.EndedAt)), e.Workflow})
	}
	return found, err
}

func (i *Intake) suggestRunning(ctx context.Context, who schemas.Requester, typed string) ([]Choice, error) {
	filters := []string{jetstream.LeasesOfUser(who.UserID)}
	if who.ManageGuild && who.GuildID != "" {
		filters = append(filters, jetstream.LeasesOfGuild(who.GuildID))
	}
	leases, err := i.Client.Leases(ctx, filters...)
	if err != nil {
		return nil, err
	}
	typed = strings.ToLower(typed)
	leases = slices.DeleteFunc(leases, func(l jetstream.Lease) bool {
		return !mayCancel(who, l) || !strings.HasPrefix(l.Workflow, typed) && !strings.Contains(strings.ToLower(l.URL), typed)
	})
	slices.Reverse(leases)
	leases, err = i.Client.Live(ctx, leases[:min(len(leases), maxChoices)])
	var found []Choice
	for _, l := range leases {
		found = append(found, Choice{choiceName(l.URL, l.Depth, i.Now().Sub(l.Since)), l.Workflow})
	}
	return found, err
}

// choiceName is what a user reads of a workflow: of a long name so much that the rest is still there.
func choiceName(name, state string, age time.Duration) string {
	rest := fmt.Sprintf(" · %s · %s", state, ageOf(age))
	return discord.Clip(name, maxChoiceName-len([]rune(rest))) + rest
}

// ageOf says how long ago something was, in the plain text that choices are.
func ageOf(d time.Duration) string {
	switch {
	case d < time.Minute:
		return "just now"
	case d < time.Hour:
		return fmt.Sprintf("%d min ago", int(d.Minutes()))
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h ago", int(d.Hours()))
	}
	return fmt.Sprintf("%d days ago", int(d.Hours()/24))
}
