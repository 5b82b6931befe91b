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

// entry binds a versioned type to how its data is decoded.
type entry struct {
	zero   Data
	uri    string // of its schema
	decode func([]byte) (Data, error)
}

func of[T Data]() entry {
	var zero T
	return entry{zero, schemaURI(zero.EventType()), func(raw []byte) (Data, error) {
		var v T
		err := json.Unmarshal(raw, &v)
		return v, err
	}}
}

// registry holds every event. A new event is a type in events.go, a subject form in subjects.go, and a line here.
var registry = byType(
	of[WorkflowRequested](), of[SessionAcknowledged](),
	of[StageCompleted](), of[StageSkipped](), of[StageFailed](),
	of[WorkflowCompleted](), of[WorkflowFailed](), of[WorkflowCancelled](),
	of[SessionExpiring](), of[SessionClosed](),
	of[DeliverySucceeded](), of[DeliveryFailed](),
	of[ResultArchived](), of[ResultExpiring](),
	of[RetrievalRequested](), of[RetrievalCompleted](), of[RetrievalRefused](),
	of[TriggerRepeated](),
)

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
