package schemas

import (
	"errors"
	"fmt"
)

// Root is the first token of every subject of the log.
const Root = "autointel"

// Subject is where an event stands: autointel.<id>.<noun>.<verb>[.<qualifier>].
type Subject struct {
	ID        string // wf_... or rt_...
	Noun      string
	Verb      string
	Qualifier string // a stage, a kind of delivery or an outcome; empty for most
}

// String returns the subject as NATS spells it.
func (s Subject) String() string {
	t := Root + "." + s.ID + "." + s.Noun + "." + s.Verb
	if s.Qualifier != "" {
		t += "." + s.Qualifier
	}
	return t
}

// ErrSubject says that a subject does not have the form of the log's subjects.
var ErrSubject = errors.New("not a subject of the log")

// ParseSubject takes a concrete subject of the log apart. The error wraps ErrSubject.
func ParseSubject(subject string) (Subject, error) {
	var tokens [5]string
	n, from := 0, 0
	for i := 0; i <= len(subject); i++ {
		if i < len(subject) {
			switch subject[i] {
			case '.':
			case '*', '>', ' ', '\t', '\r', '\n':
				return Subject{}, fmt.Errorf("%w: %q", ErrSubject, subject)
			default:
				continue
			}
		}
		if n == len(tokens) || i == from {
			return Subject{}, fmt.Errorf("%w: %q", ErrSubject, subject)
		}
		tokens[n] = subject[from:i]
		n, from = n+1, i+1
	}
	if n < 4 || tokens[0] != Root {
		return Subject{}, fmt.Errorf("%w: %q", ErrSubject, subject)
	}
	return Subject{ID: tokens[1], Noun: tokens[2], Verb: tokens[3], Qualifier: tokens[4]}, nil
}

// SubjectOf returns the subject that an event about the workflow id is published on.
func SubjectOf(id string, d Data) string {
	s := Subject{ID: id}
	switch d := d.(type) {
	case WorkflowRequested:
		s.Noun, s.Verb = "workflow", "requested"
	case SessionAcknowledged:
		s.Noun, s.Verb = "session", "acknowledged"
	case StageCompleted:
		s.Noun, s.Verb, s.Qualifier = "stage", "completed", d.Stage
	case StageSkipped:
		s.Noun, s.Verb, s.Qualifier = "stage", "skipped", d.Stage
	case StageFailed:
		s.Noun, s.Verb, s.Qualifier = "stage", "failed", d.Stage
	case WorkflowCompleted:
		s.Noun, s.Verb, s.Qualifier = "workflow", "ended", "completed"
	case WorkflowFailed:
		s.Noun, s.Verb, s.Qualifier = "workflow", "ended", "failed"
	case WorkflowCancelled:
		s.Noun, s.Verb, s.Qualifier = "workflow", "ended", "cancelled"
	case SessionExpiring:
		s.Noun, s.Verb = "session", "expiring"
	case SessionClosed:
		s.Noun, s.Verb = "session", "closed"
	case DeliverySucceeded:
		s.Noun, s.Verb, s.Qualifier = "delivery", "succeeded", d.Kind
	case DeliveryFailed:
		s.Noun, s.Verb, s.Qualifier = "delivery", "failed", d.Kind
	case ResultArchived:
		s.Noun, s.Verb = "result", "archived"
	case ResultExpiring:
		s.Noun, s.Verb = "result", "expiring"
	case RetrievalRequested:
		s.Noun, s.Verb = "retrieval", "requested"
	case RetrievalCompleted:
		s.Noun, s.Verb = "retrieval", "completed"
	case RetrievalRefused:
		s.Noun, s.Verb = "retrieval", "refused"
	case TriggerRepeated:
		s.Noun, s.Verb, s.Qualifier = "trigger", "repeated", d.Stage
	}
	return s.String()
}

// Exclusive returns the filter over which an event must be the first of its workflow: appending it with an
// expected last sequence of 0 over this filter makes it happen at most once, whoever tries and how often.
// It is empty for the events that may repeat.
func Exclusive(id string, d Data) string {
	switch d := d.(type) {
	case StageCompleted:
		return Settlement(id, d.Stage)
	case StageSkipped:
		return Settlement(id, d.Stage)
	case StageFailed:
		return Settlement(id, d.Stage)
	case WorkflowCompleted, WorkflowFailed, WorkflowCancelled:
		return Ending(id)
	case DeliverySucceeded:
		return Root + "." + id + ".delivery.*." + d.Kind
	case DeliveryFailed:
		return Root + "." + id + ".delivery.*." + d.Kind
	case RetrievalCompleted, RetrievalRefused:
		// No wildcard takes in just these two (the request shares their noun); the archive decides one
		// retrieval the same way however often it is asked, so each kind on its own is exact enough.
		return SubjectOf(id, d)
	case TriggerRepeated:
		return ""
	default:
		return SubjectOf(id, d)
	}
}

// Settlement matches the one event that settles a stage of a workflow.
func Settlement(id, stage string) string { return Root + "." + id + ".stage.*." + stage }

// Ending matches the one event that ends a workflow.
func Ending(id string) string { return Root + "." + id + ".workflow.ended.*" }

// Broken matches the endings that leave stages of a workflow at work: failures and cancellations.
func Broken(id string) []string {
	return []string{SubjectOf(id, WorkflowFailed{}), SubjectOf(id, WorkflowCancelled{})}
}

// Lifecycle matches the request and the ending of a workflow, and nothing in between.
func Lifecycle(id string) string { return Root + "." + id + ".workflow.>" }

// Repeated is the subject on which the watchdog asks for a stage again.
func Repeated(id, stage string) string { return Root + "." + id + ".trigger.repeated." + stage }

// Everything matches every event of one workflow.
func Everything(id string) string { return Root + "." + id + ".>" }

// ProgressSubject is where the runner of a stage says how far it is. One message is kept per workflow and stage:
// stages run side by side, and one of them must not hide what another said.
func ProgressSubject(id, stage string) string { return "autointel-progress." + id + "." + stage }

// TimerSubject is where the one timer of a workflow is set; DueSubject is where it arrives.
func TimerSubject(id string) string { return "autointel-timer." + id }

// DueSubject is where the timer of a workflow arrives.
func DueSubject(id string) string { return "autointel-due." + id }
