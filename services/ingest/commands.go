package ingest

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/bwmarrin/discordgo"

	"autointel.example/internal/discord"
	"autointel.example/internal/workflow"
	"autointel.example/schemas"
	"autointel.example/services/ingest/fetch"
)

// Names of the commands and of their options. Users and programs count on them.
const (
	commandAnalyze  = "autointel"
	commandRetrieve = "retrieve_results"
	commandList     = "workflows"
	commandCancel   = "cancel"

	optionURL      = "url"
	optionDepth    = "depth"
	optionPrivate  = "private"
	optionWorkflow = "workflow_id"
	optionSince    = "since"
	optionWords    = "words"
)

// received is an interaction as it came in: discordgo's type, and what that lacks.
type received struct {
	discordgo.Interaction
	AttachmentSizeLimit int64
	UserInstalled       bool // and by the user alone
	At                  time.Time
}

// parseInteraction reads an interaction.
func parseInteraction(body []byte) (received, error) {
	var r received
	if err := r.Interaction.UnmarshalJSON(body); err != nil {
		return r, fmt.Errorf("not an interaction: %w", err)
	}
	if r.Type == discordgo.InteractionPing {
		return r, nil
	}
	var more struct {
		Limit  int64             `json:"attachment_size_limit"`
		Owners map[string]string `json:"authorizing_integration_owners"`
	}
	if err := json.Unmarshal(body, &more); err != nil {
		return r, fmt.Errorf("not an interaction: %w", err)
	}
	_, guild := more.Owners["0"]
	_, user := more.Owners["1"]
	r.AttachmentSizeLimit, r.UserInstalled = more.Limit, user && !guild
	at, err := schemas.InteractionTime(r.ID)
	r.At = at
	return r, err
}

// session is what is needed to answer the interaction.
func (r received) session() discord.Session {
	return discord.Session{ID: r.ID, ApplicationID: r.AppID, Token: r.Token, CreatedAt: r.At}
}

// requester is who asked, and where the answer may go.
func (r received) requester(private bool) schemas.Requester {
	q := schemas.Requester{
		GuildID: r.GuildID, ChannelID: r.ChannelID, Locale: string(r.Locale), Private: private, Integration: "guild", AttachmentSizeLimit: r.AttachmentSizeLimit,
	}
	if r.UserInstalled {
		q.Integration = "user"
	}
	if r.Member != nil && r.Member.User != nil {
		q.UserID = r.Member.User.ID
		q.ManageGuild = r.Member.Permissions&(discordgo.PermissionManageGuild|discordgo.PermissionAdministrator) != 0
	} else if r.User != nil {
		q.UserID = r.User.ID
	}
	return q
}

// options are a command's options by name. Discord does not enforce their bounds, so each is validated again.
type options map[string]any

func (r received) options() options {
	o := options{}
	for _, v := range r.ApplicationCommandData().Options {
		if v != nil {
			o[v.Name] = v.Value
		}
	}
	return o
}

func (o options) text(name string) string {
	s, _ := o[name].(string)
	return strings.TrimSpace(s)
}

func (o options) flag(name string) bool {
	b, _ := o[name].(bool)
	return b
}

// typed returns what was typed so far of an option that is being completed.
func (r received) typed(name string) (text string, ok bool) {
	for _, v := range r.ApplicationCommandData().Options {
		if v != nil && v.Focused && v.Name == name {
			text, ok = v.Value.(string)
			return strings.TrimSpace(text), ok
		}
	}
	return "", false
}

// UserError is a wrong use of a command. Its text is for the user.
type UserError struct{ Message string }

func (e *UserError) Error() string { return e.Message }

// analysis is a valid /autointel.
type analysis struct {
	url, depth string
	plan       schemas.Plan
	private    bool
}

func parseAnalysis(o options) (analysis, error) {
	a := analysis{url: o.text(optionURL), depth: o.text(optionDepth), private: o.flag(optionPrivate)}
	if a.depth == "" {
		a.depth = workflow.Standard
	}
	u, err := fetch.CheckURL(a.url)
	if err != nil {
		return a, &UserError{messageOf(err)}
	}
	a.url = u.String()
	if a.plan, err = workflow.PlanFor(a.depth); err != nil {
		return a, &UserError{fmt.Sprintf("There is no depth %q. Choose one of %s.", discord.Clip(a.depth, 40), strings.Join(workflow.Depths(), ", "))}
	}
	return a, nil
}

// sinces are the choices of the option since.
var sinces = map[string]time.Duration{"1h": time.Hour, "24h": 24 * time.Hour, "7d": 7 * 24 * time.Hour, "30d": 30 * 24 * time.Hour}

const maxWords = 200 // characters

func parseRetrieval(o options) (schemas.RetrievalRequested, error) {
	r := schemas.RetrievalRequested{Workflow: o.text(optionWorkflow), URL: o.text(optionURL), Words: discord.Clip(o.text(optionWords), maxWords)}
	if since := o.text(optionSince); since != "" {
		d, ok := sinces[since]
		if !ok {
			return r, &UserError{"since must be one of 1h, 24h, 7d, 30d."}
		}
		r.Since = d
	}
	switch {
	case r.Workflow == "" && r.URL == "" && r.Words == "" && r.Since == 0:
		return r, &UserError{"Say which result: by workflow_id, url, since or words."}
	case r.Workflow != "" && !validWorkflow(r.Workflow):
		return r, &UserError{noWorkflowID}
	}
	return r, nil
}

// What users are told who name a workflow that is none, or none of theirs.
const (
	noWorkflowID   = "This is not a workflow id. It looks like wf_ and 32 digits or letters from a to f; the notice and the answer name it, and /workflows lists yours."
	noSuchWorkflow = "There is no such workflow. Use /workflows to see yours."
)

// parseCancel reads the id of a valid /cancel.
func parseCancel(o options) (string, error) {
	id := o.text(optionWorkflow)
	if !validWorkflow(id) {
		return "", &UserError{noWorkflowID}
	}
	return id, nil
}

func validWorkflow(id string) bool { return schemas.ValidWorkflow(id) }
