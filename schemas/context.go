package schemas

import "time"

// Context is the small description of a workflow that every one of its events carries. It is fixed when the
// workflow is requested and forwarded as opaque bytes. It never holds the interaction token.
//
// A retrieval has no workflow of its own: its context holds the requester and the session only.
type Context struct {
	URL         string    `json:"url,omitempty"` // of the source
	Depth       string    `json:"depth,omitempty"`
	Plan        Plan      `json:"plan,omitzero"`
	Requester   Requester `json:"requester"`
	SessionID   string    `json:"session_id"`             // the interaction's id; key of the bucket sessions
	DerivedFrom string    `json:"derived_from,omitempty"` // the workflow whose settlements it was given
	// Usually is how long workflows of this depth took of late, in nanoseconds; zero: not known.
	Usually time.Duration `json:"usually,omitempty"`
}

// Requester is who asked, and where the answer may go.
type Requester struct {
	UserID              string `json:"user_id"`                         // of Discord, as all ids here
	GuildID             string `json:"guild_id,omitempty"`              // empty in a direct message
	ChannelID           string `json:"channel_id,omitempty"`            // where it was asked
	Locale              string `json:"locale,omitempty"`                // as Discord names it
	Private             bool   `json:"private,omitempty"`               // answered to the requester alone
	ManageGuild         bool   `json:"manage_guild,omitempty"`          // may see the reports of this guild
	Integration         string `json:"integration,omitempty"`           // guild or user: where the app is installed
	AttachmentSizeLimit int64  `json:"attachment_size_limit,omitempty"` // bytes
}

// Plan is the graph of stages a workflow runs, frozen when it is requested. Stages stand in an order in which
// every stage comes after those it depends on.
type Plan []PlannedStage

// PlannedStage is one stage of a plan with the stages it waits for. A stage with none is a root: it starts when
// the workflow is requested.
type PlannedStage struct {
	Stage string   `json:"stage"`
	After []string `json:"after,omitempty"` // the stages it waits for
	Given bool     `json:"given,omitempty"` // settled by the workflow this one derives from
}

// Find returns the planned stage with that name.
func (p Plan) Find(stage string) (PlannedStage, bool) {
	for _, s := range p {
		if s.Stage == stage {
			return s, true
		}
	}
	return PlannedStage{}, false
}
