package main

import (
	"fmt"
	"time"

	"autointel.example/internal/console"
	"autointel.example/schemas"
)

// row is an event as the timeline and the demo print it.
type row struct {
	Seq      uint64       `json:"seq"`
	At       string       `json:"at"` // RFC 3339
	After    float64      `json:"after_s"`
	Workflow string       `json:"workflow"`
	Subject  string       `json:"subject"`
	Type     string       `json:"type"`
	Source   string       `json:"source"`
	Detail   string       `json:"detail,omitempty"`
	Data     schemas.Data `json:"data"`
}

// rowOf describes an event; after is counted from the workflow's beginning.
func rowOf(e schemas.Event, began time.Time) row {
	return row{
		e.Seq, e.Time.UTC().Format(time.RFC3339Nano), e.Time.Sub(began).Seconds(), e.Workflow, e.Subject(), e.Data.EventType(), e.Source, detail(e.Data), e.Data,
	}
}

// String is a line of the timeline.
func (r row) String() string {
	s, err := schemas.ParseSubject(r.Subject)
	name := r.Subject
	if err == nil {
		name = s.Noun + "." + s.Verb
		if s.Qualifier != "" {
			name += "." + s.Qualifier
		}
	}
	t := time.Duration(r.After * float64(time.Second))
	return fmt.Sprintf("%02d:%05.2f  %-30s %s", int(t.Minutes()), t.Seconds()-60*float64(int(t.Minutes())), name, r.Detail)
}

// detail is what is worth saying of an event in a line; on a terminal of the operator's own, the requester's words as well.
func detail(data schemas.Data) string {
	switch d := data.(type) {
	case schemas.StageFailed:
		return d.Reason + ": " + d.Message
	case schemas.WorkflowCompleted:
		return d.Headline
	case schemas.WorkflowFailed:
		return d.Reason + ": " + d.Message
	case schemas.WorkflowCancelled:
		return "by " + d.By
	case schemas.ResultArchived:
		return d.RetrievalCommand
	case schemas.RetrievalRequested:
		return d.Workflow + d.URL + d.Words
	}
	return console.Describe(data, false)
}
