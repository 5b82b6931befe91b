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
	e := registry[d.EventType()]
	s := Subject{ID: id, Noun: e.noun, Verb: e.verb, Qualifier: e.qualifier}
	if q, ok := d.(qualified); ok {
		s.Qualifier = q.qualifier()
	}
	return s.String()
}

// Exclusive returns the filter over which an event must be the first of its workflow: appending it with an
// expected last sequence of 0 over this filter makes it happen at most once, whoever tries and how often.
// It is empty for the events that may repeat.
func Exclusive(id string, d Data) string {
	once := registry[d.EventType()].once
	if once == "" {
		return ""
	}
	filter := Root + "." + id + "." + once
	if q, ok := d.(qualified); ok {
		filter += "." + q.qualifier()
	}
	return filter
}

// Pattern is the subject of every event of a type, of any workflow; of those with a qualifier, of any.
func Pattern(typ string) string {
	zero, ok := Zero(typ)
	if !ok {
		return ""
	}
	s := SubjectOf("*", zero)
	if _, ok := zero.(qualified); ok {
		s += ".*"
	}
	return s
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
