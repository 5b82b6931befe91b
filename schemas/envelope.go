package schemas

import (
	"bytes"
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

// Header names of the envelope (CloudEvents 1.0, NATS binding, binary mode). The optional attributes subject and dataschema are
// left out: the workflow stands in the NATS subject and the schema is named after the type (SchemaURI), and the two cost a
// tenth of the throughput of a chain of stages.
const (
	HeaderID     = "ce-id"
	HeaderType   = "ce-type"
	HeaderSource = "ce-source"
	HeaderTime   = "ce-time"
	HeaderSpec   = "ce-specversion"
	HeaderTrace  = "traceparent"
)

// headerNames are the names of the envelope, in the order in which Encode fills them in.
var headerNames = [...]string{HeaderSpec, HeaderID, HeaderType, HeaderSource, HeaderTime, HeaderTrace}

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
	body := make([]byte, 0, len(e.Context)+len(data)+len(opening)+len(middle)+len(added)+1)
	body = append(body, opening...)
	body = append(body, e.Context...)
	body = append(body, middle...)
	body = append(body, data...)
	body = append(body, added...)
	body = append(body, '}')
	typ := e.Data.EventType()
	// One array for the values, and room for what an append adds.
	values := [...]string{"1.0", e.ID, typ, e.Source, e.Time.UTC().Format(time.RFC3339Nano), e.Trace}
	header := make(map[string][]string, len(values)+4)
	for i, name := range headerNames {
		if values[i] != "" {
			header[name] = values[i : i+1 : i+1]
		}
	}
	return Message{SubjectOf(e.Workflow, e.Data), header, body}, nil
}

// Envelope is an event of which only the outside has been read: what it is about and where it goes. Its context and data are
// the bytes that came, which may still turn out to be no JSON.
type Envelope struct {
	ID, Source string
	Type       string // known to this program
	Subject    Subject
	Trace      string
	Context    RawJSON
	Data       RawJSON

	message Message
}

// Open reads the outside of an event: for those who forward its context and do not look at its data, which a chain of stages
// never does. Errors are those of Decode.
func Open(m Message) (Envelope, error) {
	subject, err := ParseSubject(m.Subject)
	if err != nil {
		return Envelope{}, &BrokenError{m.Subject, "", err}
	}
	typ := first(m.Header, HeaderType)
	if err := Readable(typ); err != nil {
		return Envelope{}, err
	}
	context, data, err := members(m.Body)
	if err != nil {
		return Envelope{}, &BrokenError{m.Subject, typ, err}
	}
	if len(context) == 0 || context[0] != '{' || len(data) == 0 {
		return Envelope{}, &BrokenError{m.Subject, typ, errors.New("context or data is missing")}
	}
	return Envelope{
		ID: first(m.Header, HeaderID), Source: first(m.Header, HeaderSource), Type: typ, Subject: subject, Trace: first(m.Header, HeaderTrace),
		Context: context, Data: data, message: m,
	}, nil
}

// Event reads the rest. The error is a *BrokenError.
func (v Envelope) Event() (Event, error) {
	entry := registry[v.Type]
	data, err := entry.decode(v.Data)
	if err != nil {
		return Event{}, &BrokenError{v.message.Subject, v.Type, err}
	}
	if SubjectOf(v.Subject.ID, data) != v.message.Subject {
		return Event{}, &BrokenError{v.message.Subject, v.Type, errors.New("the subject does not fit the type")}
	}
	at, err := time.Parse(time.RFC3339Nano, first(v.message.Header, HeaderTime))
	if err != nil {
		return Event{}, &BrokenError{v.message.Subject, v.Type, err}
	}
	return Event{ID: v.ID, Source: v.Source, Time: at, Workflow: v.Subject.ID, Trace: v.Trace, Context: v.Context, Data: data}, nil
}

// Decode reads an event. Errors are *BrokenError, *UnknownTypeError and *NewerVersionError; it never panics.
// Unknown fields are ignored.
func Decode(m Message) (Event, error) {
	v, err := Open(m)
	if err != nil {
		return Event{}, err
	}
	if !json.Valid(v.Context) {
		return Event{}, &BrokenError{m.Subject, v.Type, errors.New("the context is no JSON")}
	}
	return v.Event()
}

// members returns the context and the data of a body. As Encode writes it they are found without looking into them; any
// other order or spacing is read by the JSON package.
func members(body []byte) (context, data RawJSON, err error) {
	if rest, ok := bytes.CutPrefix(body, opening); ok {
		if end := objectEnd(rest); end > 0 {
			context = rest[:end:end]
			if rest, ok := bytes.CutPrefix(rest[end:], middle); ok && len(rest) > 1 {
				if end := objectEnd(rest); end == len(rest)-1 && rest[end] == '}' {
					return context, rest[:end:end], nil
				}
			}
		}
	}
	var members struct {
		Context RawJSON `json:"context"`
		Data    RawJSON `json:"data"`
	}
	err = json.Unmarshal(body, &members)
	return members.Context, members.Data, err
}

// ContextIn returns the context in the body of an event that cannot be read otherwise; nil: there is none.
func ContextIn(body []byte) RawJSON {
	context, _, err := members(body)
	if err != nil || len(context) == 0 || context[0] != '{' || !json.Valid(context) {
		return nil
	}
	if _, err := parseContext(context, "", ""); err != nil {
		return nil
	}
	return context
}

// What stands around the context and the data in a body.
var (
	opening = []byte(`{"context":`)
	middle  = []byte(`,"data":`)
)

// objectEnd returns where the JSON object that b begins with ends, going by its brackets and strings alone; 0: nowhere.
func objectEnd(b []byte) int {
	if len(b) == 0 || b[0] != '{' {
		return 0
	}
	depth, quoted := 0, false
	for i := 0; i < len(b); i++ {
		switch c := b[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			depth++
		case c == '}' || c == ']':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return 0
}

// ParseContext decodes the context of an event. The error is a *BrokenError.
func (e Event) ParseContext() (Context, error) {
	return parseContext(e.Context, e.Workflow, e.Data.EventType())
}

// ParseContext decodes the context. The error is a *BrokenError.
func (v Envelope) ParseContext() (Context, error) {
	return parseContext(v.Context, v.message.Subject, v.Type)
}

func parseContext(raw RawJSON, subject, typ string) (c Context, err error) {
	if err := json.Unmarshal(raw, &c); err != nil {
		return Context{}, &BrokenError{subject, typ, err}
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
