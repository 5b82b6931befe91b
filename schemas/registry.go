package schemas

import (
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// RawJSON is JSON that is forwarded without being looked at.
type RawJSON = json.RawMessage

// entry is what is declared of an event: its type with how its data is decoded, where it stands on the log, how often it may
// stand there, and who appends it.
type entry struct {
	zero       Data
	uri        string // of its schema
	decode     func([]byte) (Data, error)
	noun, verb string
	qualifier  string   // of an ending, which has one of its own; others have that of their data
	once       string   // the first event under this begins and ends it; empty: it may repeat
	publishers []string // the services that append it; none: the one that runs the stage
}

// of declares an event by its subject after the id. It happens once under that subject.
func of[T Data](subject string, publishers ...string) entry {
	var zero T
	noun, rest, _ := strings.Cut(subject, ".")
	verb, qualifier, _ := strings.Cut(rest, ".")
	return entry{zero, schemaURI(zero.EventType()), func(raw []byte) (Data, error) {
		var v T
		err := json.Unmarshal(raw, &v)
		return v, err
	}, noun, verb, qualifier, subject, publishers}
}

// firstOf makes an event the only one among all that stand under a wider subject, with the same qualifier.
func (e entry) firstOf(subject string) entry {
	e.once = subject
	return e
}

// again makes an event one that may happen any number of times.
func (e entry) again() entry { return e.firstOf("") }

// registry holds every event. A new one is a type in events.go and a row here. An event about a stage, or of a kind, has a method
// qualifier; its subject ends with that.
var registry = byType(
	of[WorkflowRequested]("workflow.requested", ServiceIngest),
	of[SessionAcknowledged]("session.acknowledged", ServiceIngest),

	of[StageCompleted]("stage.completed").firstOf("stage.*"),
	of[StageSkipped]("stage.skipped").firstOf("stage.*"),
	of[StageFailed]("stage.failed").firstOf("stage.*"),
	of[TriggerRepeated]("trigger.repeated", ServiceNotifier).again(),

	of[WorkflowCompleted]("workflow.ended.completed", ServiceAnalyzer).firstOf("workflow.ended.*"),
	// By a stage that nothing can go on without, and by the deadline.
	of[WorkflowFailed]("workflow.ended.failed", ServiceIngest, ServiceAnalyzer, ServiceNotifier).firstOf("workflow.ended.*"),
	of[WorkflowCancelled]("workflow.ended.cancelled", ServiceIngest).firstOf("workflow.ended.*"),

	of[SessionExpiring]("session.expiring", ServiceNotifier),
	of[SessionClosed]("session.closed", ServiceIngest, ServiceNotifier), // by Discord's answer to the acknowledgement, or to anything after it

	of[DeliverySucceeded]("delivery.succeeded", ServiceNotifier).firstOf("delivery.*"),
	of[DeliveryFailed]("delivery.failed", ServiceNotifier).firstOf("delivery.*"),
	of[ResultArchived]("result.archived", ServiceArchiver),
	of[ResultExpiring]("result.expiring", ServiceArchiver),

	of[RetrievalRequested]("retrieval.requested", ServiceIngest),
	// No wildcard takes in just these two (the request shares their noun); the archive decides one retrieval the same way however
	// often it is asked, so each on its own is exact enough.
	of[RetrievalCompleted]("retrieval.completed", ServiceArchiver),
	of[RetrievalRefused]("retrieval.refused", ServiceArchiver),
)

// qualified is an event of which there is one for each stage, or for each kind of delivery.
type qualified interface{ qualifier() string }

func (d StageCompleted) qualifier() string    { return d.Stage }
func (d StageSkipped) qualifier() string      { return d.Stage }
func (d StageFailed) qualifier() string       { return d.Stage }
func (d TriggerRepeated) qualifier() string   { return d.Stage }
func (d DeliverySucceeded) qualifier() string { return d.Kind }
func (d DeliveryFailed) qualifier() string    { return d.Kind }

func byType(entries ...entry) map[string]entry {
	m := make(map[string]entry, len(entries))
	for _, e := range entries {
		m[e.zero.EventType()] = e
	}
	return m
}

// Types returns the versioned names of all events, sorted.
func Types() []string {
	names := make([]string, 0, len(registry))
	for name := range registry {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// Zero returns the zero value of an event's data, for reflection in tests and generators.
func Zero(typ string) (Data, bool) {
	e, ok := registry[typ]
	return e.zero, ok
}

//go:embed json/*.json
var files embed.FS

// JSONSchema returns the JSON Schema (draft 2020-12) of an event's body.
func JSONSchema(typ string) ([]byte, error) {
	return files.ReadFile("json/" + typ + ".json")
}

// SchemaURI is the $id of the JSON Schema of an event type.
func SchemaURI(typ string) string {
	if e, known := registry[typ]; known {
		return e.uri
	}
	return schemaURI(typ)
}

func schemaURI(typ string) string { return "https://autointel.example/schemas/" + typ + ".json" }

// UnknownTypeError says that an event's type is not one of ours.
type UnknownTypeError struct{ Type string }

func (e *UnknownTypeError) Error() string { return fmt.Sprintf("unknown event type %q", e.Type) }

// NewerVersionError says that an event has a newer major version than this program knows: a rolling upgrade is
// under way, and the event should be tried again later or by another replica.
type NewerVersionError struct {
	Type  string
	Known int // the highest major version known here
}

func (e *NewerVersionError) Error() string {
	return fmt.Sprintf("event type %q is newer than version %d, the newest known here", e.Type, e.Known)
}

// BrokenError says that a message is not a readable event. Trying again cannot help.
type BrokenError struct {
	Subject string
	Type    string
	Err     error
}

func (e *BrokenError) Error() string {
	return fmt.Sprintf("broken event on %s (type %q): %v", e.Subject, e.Type, e.Err)
}

// Unwrap returns the cause.
func (e *BrokenError) Unwrap() error { return e.Err }

// Unreadable reports whether an error says that a message is no event that this program can read.
func Unreadable(err error) bool {
	var broken *BrokenError
	var newer *NewerVersionError
	var unknown *UnknownTypeError
	return errors.As(err, &broken) || errors.As(err, &newer) || errors.As(err, &unknown)
}

// Readable says why this program cannot read events of a type: *NewerVersionError, *UnknownTypeError, or nil if it can.
func Readable(typ string) error {
	if _, ok := registry[typ]; ok {
		return nil
	}
	base, version, ok := cutVersion(typ)
	if !ok {
		return &UnknownTypeError{typ}
	}
	known := 0
	for name := range registry {
		if b, v, _ := cutVersion(name); b == base {
			known = max(known, v)
		}
	}
	if known > 0 && version > known {
		return &NewerVersionError{typ, known}
	}
	return &UnknownTypeError{typ}
}

// cutVersion splits "a.b.v2" into "a.b" and 2.
func cutVersion(typ string) (base string, version int, ok bool) {
	i := strings.LastIndex(typ, ".v")
	if i < 0 {
		return "", 0, false
	}
	version, err := strconv.Atoi(typ[i+2:])
	return typ[:i], version, err == nil && version > 0
}
