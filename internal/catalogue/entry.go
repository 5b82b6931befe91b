package catalogue

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"autointel.example/internal/rights"
	"autointel.example/internal/workflow"
	"autointel.example/schemas"
)

// Entry is what the catalogue says of one event.
type Entry struct {
	Type    string // versioned
	Name    string // <noun>.<verb>, and where it distinguishes types the qualifier: "workflow.ended.failed"
	Subject string // with what varies in braces: "autointel.{id}.stage.completed.{stage}"
	Says    string // what has happened
	// Varies is the last part of the subject when events of the type differ in it: stage or kind; empty for most.
	Varies string
	Values []string // that it can have
	Once   bool     // a workflow, or its stage or kind, has one at most
	// Publishers and Consumers are services, with the stages or consumers by which they are that.
	Publishers, Consumers []Part
	Fields                []Field // of data
	Example               []byte  // a body
	Context, Data         string  // what is in it, as JSON with indents
	schema                schema
}

// Part is a service's part in an event: by which stages it appends it, or by which consumers it takes it. None: by itself.
type Part struct {
	Service string
	By      []string
}

// story is the order in which a reader meets the events, by how their names begin.
var story = []string{
	"workflow.requested", "session.acknowledged", "session.expiring", "session.closed", "stage.", "workflow.ended.completed", "workflow.ended.",
	"delivery.succeeded", "delivery.", "result.", "retrieval.requested", "retrieval.", "trigger.",
}

// Entries returns what there is to say of every event. Examples holds a body for each, as <type>.json.
func Entries(examples fs.FS) ([]Entry, error) {
	var all []Entry
	for _, typ := range schemas.Types() {
		e, err := entryOf(typ, examples)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", typ, err)
		}
		all = append(all, e)
	}
	slices.SortStableFunc(all, func(a, b Entry) int { return place(a) - place(b) })
	return all, nil
}

// place is where an event stands. One that is not listed comes last.
func place(e Entry) int {
	for i, beginning := range story {
		if strings.HasPrefix(e.Name, beginning) {
			return i
		}
	}
	return len(story)
}

func entryOf(typ string, examples fs.FS) (Entry, error) {
	zero, _ := schemas.Zero(typ)
	pattern := schemas.Pattern(typ)
	e := Entry{Type: typ, Once: schemas.Exclusive("*", zero) != ""}
	e.Name = strings.TrimSuffix(strings.TrimPrefix(pattern, schemas.Root+".*."), ".*")
	e.Subject = strings.Replace(pattern, ".*.", ".{id}.", 1)
	switch {
	case !strings.HasSuffix(pattern, ".*"):
	case strings.HasPrefix(e.Name, "delivery."):
		e.Varies, e.Values = "kind", schemas.Kinds()
	default:
		e.Varies = "stage"
	}
	if e.Varies != "" {
		e.Subject = strings.TrimSuffix(e.Subject, "*") + "{" + e.Varies + "}"
	}
	for _, service := range schemas.Services() {
		if slices.Contains(schemas.Publishers(typ), service) {
			e.Publishers = append(e.Publishers, Part{Service: service})
		} else if stages := settledBy(service, zero); len(stages) > 0 {
			e.Publishers = append(e.Publishers, Part{service, stages})
			e.Values = append(e.Values, stages...)
		}
		if names := takenBy(service, pattern); len(names) > 0 {
			e.Consumers = append(e.Consumers, Part{service, names})
		}
	}
	if e.Varies == "stage" && len(e.Values) == 0 { // asked for by whoever may ask for any
		for _, service := range schemas.Services() {
			e.Values = append(e.Values, workflow.StagesOf(service)...)
		}
	}
	raw, err := schemas.JSONSchema(typ)
	if err != nil {
		return e, err
	}
	if e.schema, err = parse(raw); err != nil {
		return e, err
	}
	e.Says, e.Fields = e.schema.data()
	if e.Example, err = fs.ReadFile(examples, typ+".json"); err != nil {
		return e, err
	}
	var body struct{ Context, Data schemas.RawJSON }
	if err := json.Unmarshal(e.Example, &body); err != nil {
		return e, err
	}
	if e.Context, err = indented(body.Context); err != nil {
		return e, err
	}
	e.Data, err = indented(body.Data)
	return e, err
}

func indented(raw []byte) (string, error) {
	var b bytes.Buffer
	err := json.Indent(&b, raw, "", "  ")
	return b.String(), err
}

// settledBy lists the stages of a service that settle with an event; none when the event is no settlement of a stage.
func settledBy(service string, d schemas.Data) []string {
	switch d.(type) {
	case schemas.StageCompleted:
		// The settlement of briefing is the workflow's ending.
		return slices.DeleteFunc(workflow.StagesOf(service), func(s string) bool { return s == workflow.Briefing })
	case schemas.StageSkipped, schemas.StageFailed:
		// A stage that nothing can go on without ends the workflow instead.
		return slices.DeleteFunc(workflow.StagesOf(service), workflow.Fatal)
	}
	return nil
}

// takenBy lists the durable consumers of a service whose filter takes in events of a pattern.
func takenBy(service, pattern string) []string {
	var names []string
	for _, c := range rights.Consumers(service) {
		if c.Stream == schemas.StreamLog && overlap(strings.Split(c.Filter, "."), strings.Split(pattern, ".")) {
			names = append(names, c.Name)
		}
	}
	return names
}

// overlap reports whether some subject is matched by both filters.
func overlap(a, b []string) bool {
	for i := range min(len(a), len(b)) {
		if a[i] == ">" || b[i] == ">" {
			return true
		}
		if a[i] != b[i] && a[i] != "*" && b[i] != "*" {
			return false
		}
	}
	return len(a) == len(b)
}
