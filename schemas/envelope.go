package schemas

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// Event is one fact with its envelope.
type Event struct {
	ID       string    // ce-id: random, new for each attempt to append, so that an append can be recognised as ours
	Source   string    // ce-source: "autointel/" and the service
	Time     time.Time // ce-time
	Workflow string    // <id> of the subject
	Trace    string    // traceparent (W3C), empty when there is none
	Context  RawJSON   // a Context, forwarded untouched
	Data     Data

	// Set on events that were read:
	Seq uint64 // of the stream
}

// Header names of the envelope (CloudEvents 1.0, NATS binding, binary mode).
const (
	HeaderID      = "ce-id"
	HeaderType    = "ce-type"
	HeaderSource  = "ce-source"
	HeaderTime    = "ce-time"
	HeaderSubject = "ce-subject"
	HeaderSchema  = "ce-dataschema"
	HeaderSpec    = "ce-specversion"
	HeaderTrace   = "traceparent"
)

// Message is an event as it travels.
type Message struct {
	Subject string
	Header  map[string][]string
	Body    []byte
}

// Encode returns the event as it travels. It fails only if data cannot be marshalled or a context is missing.
func Encode(e Event) (Message, error) {
	if len(e.Context) == 0 {
		return Message{}, errors.New("event without a context")
	}
	data, err := json.Marshal(e.Data)
	if err != nil {
		return Message{}, fmt.Errorf("encode %s: %w", e.Data.EventType(), err)
	}
	body := make([]byte, 0, len(e.Context)+len(data)+24)
	body = append(body, `{"context":`...)
	body = append(body, e.Context...)
	body = append(body, `,"data":`...)
	body = append(body, data...)
	body = append(body, '}')
	typ := e.Data.EventType()
	header := map[string][]string{
		HeaderSpec:    {"1.0"},
		HeaderID:      {e.ID},
		HeaderType:    {typ},
		HeaderSource:  {e.Source},
		HeaderTime:    {e.Time.UTC().Format(time.RFC3339Nano)},
		HeaderSubject: {e.Workflow},
		HeaderSchema:  {SchemaURI(typ)},
	}
	if e.Trace != "" {
		header[HeaderTrace] = []string{e.Trace}
	}
	return Message{SubjectOf(e.Workflow, e.Data), header, body}, nil
}

// Decode reads an event. Errors are *BrokenError, *UnknownTypeError and *NewerVersionError; it never panics.
// Unknown fields are ignored.
func Decode(m Message) (Event, error) {
	subject, err := ParseSubject(m.Subject)
	if err != nil {
		return Event{}, &BrokenError{m.Subject, "", err}
	}
	typ := first(m.Header, HeaderType)
	entry, err := lookup(typ)
	if err != nil {
		return Event{}, err
	}
	var body struct {
		Context RawJSON `json:"context"`
		Data    RawJSON `json:"data"`
	}
	if err := json.Unmarshal(m.Body, &body); err != nil {
		return Event{}, &BrokenError{m.Subject, typ, err}
	}
	if len(body.Context) == 0 || body.Context[0] != '{' || len(body.Data) == 0 {
		return Event{}, &BrokenError{m.Subject, typ, errors.New("context or data is missing")}
	}
	data, err := entry.decode(body.Data)
	if err != nil {
		return Event{}, &BrokenError{m.Subject, typ, err}
	}
	if SubjectOf(subject.ID, data) != m.Subject {
		return Event{}, &BrokenError{m.Subject, typ, errors.New("the subject does not fit the type")}
	}
	at, err := time.Parse(time.RFC3339Nano, first(m.Header, HeaderTime))
	if err != nil {
		return Event{}, &BrokenError{m.Subject, typ, err}
	}
	return Event{
		ID: first(m.Header, HeaderID), Source: first(m.Header, HeaderSource), Time: at,
		Workflow: subject.ID, Trace: first(m.Header, HeaderTrace), Context: body.Context, Data: data,
	}, nil
}

// ParseContext decodes the context of an event.
func (e Event) ParseContext() (Context, error) {
	var c Context
	if err := json.Unmarshal(e.Context, &c); err != nil {
		return Context{}, &BrokenError{e.Workflow, e.Data.EventType(), err}
	}
	return c, nil
}

// Subject returns where the event is published.
func (e Event) Subject() string { return SubjectOf(e.Workflow, e.Data) }

func first(h map[string][]string, key string) string {
	if v := h[key]; len(v) > 0 {
		return v[0]
	}
	return ""
}
