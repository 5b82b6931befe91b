package schemas

import (
	"strings"
	"time"
)

// Data is the part of an event that is its own: one of the types in this file.
type Data interface {
	// EventType is the versioned name of the event, such as "autointel.delivery.failed.v1".
	EventType() string
}

// WorkflowRequested: a command was accepted. It is on the log before the command is acknowledged to Discord, and starts the
// stages that wait for nothing. All else that was asked for is in the context.
type WorkflowRequested struct {
	RequestedAt time.Time `json:"requested_at"` // the interaction's own time
}

// SessionAcknowledged: Discord shows our first answer.
type SessionAcknowledged struct {
	ChannelID string `json:"channel_id"` // where it stands
	MessageID string `json:"message_id"`
	Ephemeral bool   `json:"ephemeral"` // its requester alone sees it, and no bot can read it again
}

// StageCompleted: a stage settled with an output. Whoever waits for it goes on.
type StageCompleted struct {
	Stage      string    `json:"stage"`
	Output     Output    `json:"output"`
	StartedAt  time.Time `json:"started_at"` // of the attempt that succeeded
	FinishedAt time.Time `json:"finished_at"`
	Attempt    int       `json:"attempt"` // from 1
	Worker     string    `json:"worker"`  // the process that did it
}

// StageSkipped: a stage settled because it had nothing to work on. The report names the reason.
type StageSkipped struct {
	Stage    string `json:"stage"`
	Reason   string `json:"reason"`   // a code
	Message  string `json:"message"`  // a sentence for the requester
	Attempts int    `json:"attempts"` // from 1
}

// StageFailed: a stage settled without an output after its last attempt, or by its dead-letter handler.
type StageFailed struct {
	Stage    string `json:"stage"`
	Reason   string `json:"reason"`   // a code
	Message  string `json:"message"`  // a sentence for the requester
	Attempts int    `json:"attempts"` // from 1
}

// WorkflowCompleted: the workflow ended with a report. It is the settlement of the stage briefing.
type WorkflowCompleted struct {
	Result     Artifact  `json:"result"`           // a Report as JSON
	Report     RawJSON   `json:"report,omitempty"` // that Report, when it is no larger than InlineLimit: Result then refers to this event
	Headline   string    `json:"headline"`         // the report in a sentence
	Title      string    `json:"title,omitempty"`  // of the source
	Words      int       `json:"words"`            // of the source
	Completed  int       `json:"completed"`        // stages
	Skipped    int       `json:"skipped"`          // stages
	Failed     int       `json:"failed"`           // stages
	StartedAt  time.Time `json:"started_at"`       // of the stage briefing
	FinishedAt time.Time `json:"finished_at"`
}

// WorkflowFailed: the workflow ended without a report: acquire or briefing failed, or the deadline passed.
type WorkflowFailed struct {
	Stage   string `json:"stage"`   // that failed; empty: the deadline passed
	Reason  string `json:"reason"`  // a code
	Message string `json:"message"` // a sentence for the requester
}

// WorkflowCancelled: somebody who may do so ended the workflow.
type WorkflowCancelled struct {
	By  string `json:"by"`  // a user's id
	Why string `json:"why"` // in words
}

// Ends reports whether an event ends its workflow.
func Ends(d Data) bool {
	switch d.(type) {
	case WorkflowCompleted, WorkflowFailed, WorkflowCancelled:
		return true
	}
	return false
}

// SessionExpiring: the interaction will close before long. The watch says so once, at the warning time.
type SessionExpiring struct {
	ExpiresAt time.Time `json:"expires_at"` // when it closes
}

// SessionClosed: the interaction can no longer be answered, by the clock, or because Discord says so.
type SessionClosed struct {
	Reason string `json:"reason"`          // expired, token_invalid, unknown_webhook, acknowledged_too_late
	Stage  string `json:"stage,omitempty"` // the stage in which it was seen
}

// DeliverySucceeded: something was shown to the requester.
type DeliverySucceeded struct {
	Kind      string `json:"kind"`                 // results, error, warning, notice, reminder, retrieval
	Route     string `json:"route"`                // interaction, channel, dm, webhook
	ChannelID string `json:"channel_id,omitempty"` // where it stands
	MessageID string `json:"message_id,omitempty"`
	Workflow  string `json:"workflow,omitempty"` // of a retrieval: the workflow that was shown
}

// DeliveryFailed: something could not be shown to the requester by its route. With kind results or error the
// archiver keeps the result and marks it undelivered.
type DeliveryFailed struct {
	Kind     string   `json:"kind"`               // as in delivery.succeeded
	Reason   string   `json:"reason"`             // a code: session_closed, and what Discord may answer
	Stage    string   `json:"stage,omitempty"`    // in which the closure was seen
	Depth    string   `json:"depth,omitempty"`    // of the workflow
	Result   Artifact `json:"result,omitzero"`    // the report
	Ended    *Ended   `json:"ended,omitempty"`    // what could not be delivered, so that it can be kept from this event alone
	Workflow string   `json:"workflow,omitempty"` // of a retrieval: the workflow that was to be shown
	// Uncertain: it was sent once and the answer was lost, so the requester may have seen it.
	Uncertain bool `json:"uncertain,omitempty"`
}

// Ended is the ending of a workflow as other events quote it.
type Ended struct {
	Outcome string    `json:"outcome"`           // completed, failed, cancelled
	Title   string    `json:"title,omitempty"`   // of the source
	Stage   string    `json:"stage,omitempty"`   // that failed
	Reason  string    `json:"reason,omitempty"`  // a code
	Message string    `json:"message,omitempty"` // a sentence for the requester
	At      time.Time `json:"at"`
}

// ResultArchived: an undelivered result is kept, whole, and can be retrieved.
type ResultArchived struct {
	Reason           string    `json:"reason"`              // why it was not delivered
	RetrievalCommand string    `json:"retrieval_command"`   // what its requester types to see it
	ExpiresAt        time.Time `json:"expires_at"`          // when it will be removed
	Outcome          string    `json:"outcome"`             // completed, failed, cancelled
	Title            string    `json:"title,omitempty"`     // of the source
	Uncertain        bool      `json:"uncertain,omitempty"` // the requester may have seen it
}

// ResultExpiring: a kept result that was never retrieved will be removed before long. It is said once.
type ResultExpiring struct {
	RetrievalCommand string    `json:"retrieval_command"` // what its requester types to see it
	ExpiresAt        time.Time `json:"expires_at"`        // when it will be removed
	Title            string    `json:"title,omitempty"`   // of the source
}

// RetrievalRequested: somebody asked for an archived result. Its id is the retrieval's own (rt_...).
type RetrievalRequested struct {
	Workflow string        `json:"workflow,omitempty"` // that one alone
	URL      string        `json:"url,omitempty"`      // results about it
	Since    time.Duration `json:"since,omitempty"`    // nanoseconds; zero: any time
	Words    string        `json:"words,omitempty"`    // that it holds
	// To is the route of a replay by an operator; empty: the interaction that asked.
	To string `json:"to,omitempty"`
}

// RetrievalCompleted: the archive found the result and may show it.
type RetrievalCompleted struct {
	Workflow string   `json:"workflow"`        // that was found
	Result   Artifact `json:"result,omitzero"` // its report, if it has one
	Ended    Ended    `json:"ended"`
	To       string   `json:"to,omitempty"` // as it was asked
}

// RetrievalRefused: the archive has nothing to show. not_found also stands for a result of somebody else.
type RetrievalRefused struct {
	Workflow string `json:"workflow,omitempty"` // as it was asked
	Reason   string `json:"reason"`             // not_found, not_finished, expired, gave_up
}

// TriggerRepeated: the watchdog found a stage that should have settled long ago. It should never be needed.
type TriggerRepeated struct {
	Stage string `json:"stage"`
	Why   string `json:"why"` // in words
}

// Output is what a stage yields: inline up to InlineLimit bytes of JSON, else by reference.
type Output struct {
	Inline   RawJSON  `json:"inline,omitempty"`  // what the stage yields, as JSON
	Artifact Artifact `json:"artifact,omitzero"` // where that is
}

// InlineLimit is the largest output, in bytes of JSON, that travels inside its event.
const InlineLimit = 32 << 10

// Artifact is a reference into the bucket artifacts. The key is "<id>/<digest>", so the same content is
// stored once and a reader can check what it gets; or "<id>/report" when the content is a small report, which stands in the
// event that ended its workflow.
type Artifact struct {
	Key       string `json:"key"`
	Digest    string `json:"digest"` // sha256, lower-case hex
	Size      int64  `json:"size"`   // bytes
	MediaType string `json:"media_type"`
}

// ReportIn refers to a report that stands in the event that ends the workflow.
func ReportIn(id string, digest string, size int64) Artifact {
	return Artifact{Key: id + reportKey, Digest: digest, Size: size, MediaType: "application/json"}
}

const reportKey = "/report"

// InEnding returns the workflow whose ending holds the content, if that is where it stands.
func (a Artifact) InEnding() (id string, ok bool) { return strings.CutSuffix(a.Key, reportKey) }

// Kinds of deliveries.
const (
	KindResults   = "results"   // the report of a completed workflow
	KindError     = "error"     // the answer of a failed one
	KindWarning   = "warning"   // the session is expiring
	KindNotice    = "notice"    // a result is kept, and how to get it
	KindReminder  = "reminder"  // a kept result will be removed before long
	KindRetrieval = "retrieval" // the answer to somebody who asked for a result
)

// Kinds lists the kinds of deliveries.
func Kinds() []string {
	return []string{KindResults, KindError, KindWarning, KindNotice, KindReminder, KindRetrieval}
}

// Routes of deliveries.
const (
	RouteInteraction = "interaction"
	RouteChannel     = "channel"
	RouteDM          = "dm"
	RouteWebhook     = "webhook"
)

// The versioned names of the events.
const (
	TypeWorkflowRequested   = "autointel.workflow.requested.v1"
	TypeSessionAcknowledged = "autointel.session.acknowledged.v1"
	TypeStageCompleted      = "autointel.stage.completed.v1"
	TypeStageSkipped        = "autointel.stage.skipped.v1"
	TypeStageFailed         = "autointel.stage.failed.v1"
	TypeWorkflowCompleted   = "autointel.workflow.ended.completed.v1"
	TypeWorkflowFailed      = "autointel.workflow.ended.failed.v1"
	TypeWorkflowCancelled   = "autointel.workflow.ended.cancelled.v1"
	TypeSessionExpiring     = "autointel.session.expiring.v1"
	TypeSessionClosed       = "autointel.session.closed.v1"
	TypeDeliverySucceeded   = "autointel.delivery.succeeded.v1"
	TypeDeliveryFailed      = "autointel.delivery.failed.v1"
	TypeResultArchived      = "autointel.result.archived.v1"
	TypeResultExpiring      = "autointel.result.expiring.v1"
	TypeRetrievalRequested  = "autointel.retrieval.requested.v1"
	TypeRetrievalCompleted  = "autointel.retrieval.completed.v1"
	TypeRetrievalRefused    = "autointel.retrieval.refused.v1"
	TypeTriggerRepeated     = "autointel.trigger.repeated.v1"
)

// EventType implements Data.
func (WorkflowRequested) EventType() string { return TypeWorkflowRequested }

// EventType implements Data.
func (SessionAcknowledged) EventType() string { return TypeSessionAcknowledged }

// EventType implements Data.
func (StageCompleted) EventType() string { return TypeStageCompleted }

// EventType implements Data.
func (StageSkipped) EventType() string { return TypeStageSkipped }

// EventType implements Data.
func (StageFailed) EventType() string { return TypeStageFailed }

// EventType implements Data.
func (WorkflowCompleted) EventType() string { return TypeWorkflowCompleted }

// EventType implements Data.
func (WorkflowFailed) EventType() string { return TypeWorkflowFailed }

// EventType implements Data.
func (WorkflowCancelled) EventType() string { return TypeWorkflowCancelled }

// EventType implements Data.
func (SessionExpiring) EventType() string { return TypeSessionExpiring }

// EventType implements Data.
func (SessionClosed) EventType() string { return TypeSessionClosed }

// EventType implements Data.
func (DeliverySucceeded) EventType() string { return TypeDeliverySucceeded }

// EventType implements Data.
func (DeliveryFailed) EventType() string { return TypeDeliveryFailed }

// EventType implements Data.
func (ResultArchived) EventType() string { return TypeResultArchived }

// EventType implements Data.
func (ResultExpiring) EventType() string { return TypeResultExpiring }

// EventType implements Data.
func (RetrievalRequested) EventType() string { return TypeRetrievalRequested }

// EventType implements Data.
func (RetrievalCompleted) EventType() string { return TypeRetrievalCompleted }

// EventType implements Data.
func (RetrievalRefused) EventType() string { return TypeRetrievalRefused }

// EventType implements Data.
func (TriggerRepeated) EventType() string { return TypeTriggerRepeated }
