// Package judge says, of what was seen of a run under faults, what must not be: results that are lost, shown twice or to the
// wrong user, answers that went back to progress, workflows that are stuck, and a log that tells an impossible story. It is
// pure: it looks at recorded facts alone, so how fast anything was cannot change its word.
package judge

import "autointel.example/schemas"

// Facts are what was seen of a run.
type Facts struct {
	Acts     []Act
	Messages []Message
	Records  []Record
	Events   []schemas.Event // of the log, oldest first
}

// What users did.
const (
	Ask      = "ask"      // /autointel
	Retrieve = "retrieve" // the button of a notice, or /retrieve_results
	Cancel   = "cancel"
)

// Act is something that a user did: one interaction.
type Act struct {
	Kind        string
	Interaction string
	User        string
	Channel     string
	Private     bool
	Workflow    string // which it starts, or is about
	Source      string // Ask: the title that its report must bear
}

// Message is a message that somebody can see.
type Message struct {
	ID          string
	Channel     string
	Interaction string   // which it answers; empty: none
	For         string   // the one user who sees it; empty: everybody in the channel
	DM          string   // the user whose direct messages it stands in
	Rings       []string // whose mention rang
	Versions    []Shown  // oldest first; the last is what is seen now
}

// Shown is what a version of a message says.
type Shown struct {
	Kind      Kind
	Workflow  string
	Source    string // of a Result: its title
	Linked    bool   // of a Notice: it leads to the answer
	Uncertain bool   // of a Notice: it says that the result may have been seen
}

// Kind is what a message is to its reader.
type Kind string

// The kinds.
const (
	Progress  Kind = "progress" // queued, or at work: the command was acknowledged
	Result    Kind = "result"
	Failure   Kind = "failure" // it ended without a report
	Cancelled Kind = "cancelled"
	Notice    Kind = "notice" // a result is kept
	Denied    Kind = "denied" // nothing was started
	Perhaps   Kind = "perhaps"
	Other     Kind = "other"
)

func (k Kind) final() bool { return k == Result || k == Failure || k == Cancelled }

// now is what the message says now.
func (m Message) now() Shown {
	if len(m.Versions) == 0 {
		return Shown{Kind: Other}
	}
	return m.Versions[len(m.Versions)-1]
}

// Record is what the archive holds of a workflow.
type Record struct {
	Workflow string
	User     string
	Outcome  string
	Whole    bool // the report is there and is what its digest says; of a failure, its reason
}
