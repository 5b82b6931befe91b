package schemas

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	invopop "github.com/invopop/jsonschema"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

var update = flag.Bool("update", false, "write the JSON Schemas and the golden files anew")

var (
	at     = time.Date(2026, 1, 2, 3, 4, 5, 678000000, time.UTC)
	result = Artifact{"wf_019b7c2e8a4e7d3f9a1b2c3d4e5f6071/ab12", "ab12", 4096, "application/json"}
	ended  = Ended{"completed", "A title", "briefing", "internal", "It went wrong.", at}
)

// samples holds one full value of every event.
var samples = []Data{
	WorkflowRequested{at},
	SessionAcknowledged{"20", "30", true},
	StageCompleted{"analyze", Output{RawJSON(`{"words":3}`), result}, at, at.Add(time.Second), 1, "analyzer-1"},
	StageSkipped{"transcribe", "nothing_to_transcribe", "The page has no recording.", 1},
	StageFailed{"analyze", "internal", "It went wrong.", 10},
	WorkflowCompleted{ReportIn("wf_1", result.Digest, 17), RawJSON(`{"headline":"So"}`), "A headline.", "A title", 3412, 4, 3, 1, at, at.Add(time.Minute)},
	WorkflowFailed{"acquire", "not_found", "The page does not exist."},
	WorkflowCancelled{"10", "asked by its requester"},
	SessionExpiring{at.Add(3 * time.Minute)},
	SessionClosed{"expired", "verify"},
	DeliverySucceeded{"results", "interaction", "20", "30", "wf_1"},
	DeliveryFailed{"results", "session_closed", "briefing", "deep", result, &ended, "wf_1", true},
	ResultArchived{"session_closed", "/retrieve_results workflow_id:wf_1", at.Add(720 * time.Hour), "completed", "A title", true},
	ResultExpiring{"/retrieve_results workflow_id:wf_1", at.Add(720 * time.Hour), "A title"},
	RetrievalRequested{"wf_1", "https://example.org/", 24 * time.Hour, "tide gauge", "dm"},
	RetrievalCompleted{"wf_1", result, ended, "dm"},
	RetrievalRefused{"wf_1", "not_found"},
	TriggerRepeated{"verify", "past its deadline"},
}

var sampleContext = Context{
	URL: "https://example.org/", Depth: "standard",
	Plan:      Plan{{Stage: "acquire"}, {Stage: "transcribe", After: []string{"acquire"}, Given: true}},
	Requester: Requester{"10", "11", "20", "en-GB", true, true, "guild", 10 << 20},
	SessionID: "1400000000000000000", DerivedFrom: "wf_0",
}

func sampleEvent(t *testing.T, d Data) Event {
	t.Helper()
	ctx, err := json.Marshal(sampleContext)
	if err != nil {
		t.Fatal(err)
	}
	return Event{
		ID: "e1", Source: "autointel/test", Time: at, Workflow: "wf_019b7c2e8a4e7d3f9a1b2c3d4e5f6071",
		Trace: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", Context: ctx, Data: d,
	}
}

// reflector makes schemas of our types, with their comments as descriptions.
var reflector = sync.OnceValue(func() *invopop.Reflector {
	r := &invopop.Reflector{AllowAdditionalProperties: true, Anonymous: true, ExpandedStruct: true}
	if err := r.AddGoComments("autointel.example/schemas", ".", invopop.WithFullComment()); err != nil {
		panic(err)
	}
	return r
})

// generate makes the schema of an event's body from its Go types.
func generate(t *testing.T, d Data) []byte {
	t.Helper()
	body := reflect.StructOf([]reflect.StructField{
		{Name: "Context", Type: reflect.TypeFor[Context](), Tag: `json:"context"`},
		{Name: "Data", Type: reflect.TypeOf(d), Tag: `json:"data"`},
	})
	s := reflector().ReflectFromType(body)
	s.ID = invopop.ID(SchemaURI(d.EventType()))
	raw, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	return append(raw, '\n')
}

func golden(t *testing.T, path string, want []byte) []byte {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, want, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestEveryEventIsItsGoldenFileItsGoValueAndItsSchema(t *testing.T) {
	var sampled []string
	for _, d := range samples {
		sampled = append(sampled, d.EventType())
		t.Run(d.EventType(), func(t *testing.T) {
			schema := generate(t, d)
			if got := golden(t, "json/"+d.EventType()+".json", schema); !bytes.Equal(got, schema) {
				t.Fatal("the schema is not what the Go type says; run go test ./schemas -update and review the difference")
			}
			message, err := Encode(sampleEvent(t, d))
			if err != nil {
				t.Fatal(err)
			}
			file := golden(t, "testdata/"+d.EventType()+".json", append(bytes.Clone(message.Body), '\n'))
			if !bytes.Equal(bytes.TrimSpace(file), message.Body) {
				t.Fatalf("golden file\n%s\nGo value\n%s", file, message.Body)
			}
			message.Body = bytes.TrimSpace(file)
			back, err := Decode(message)
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(back, sampleEvent(t, d)) {
				t.Fatalf("decoded %+v", back)
			}
			c := jsonschema.NewCompiler()
			c.AssertFormat()
			doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(schema))
			if err != nil {
				t.Fatal(err)
			}
			if err := c.AddResource("event.json", doc); err != nil {
				t.Fatal(err)
			}
			compiled, err := c.Compile("event.json")
			if err != nil {
				t.Fatal(err)
			}
			value, err := jsonschema.UnmarshalJSON(bytes.NewReader(file))
			if err != nil {
				t.Fatal(err)
			}
			if err := compiled.Validate(value); err != nil {
				t.Fatal(err)
			}
			value.(map[string]any)["data"] = 1.0
			if compiled.Validate(value) == nil {
				t.Fatal("the schema takes anything for data")
			}
			checkProperties(t, schema, d)
		})
	}
	slices.Sort(sampled)
	if !slices.Equal(sampled, Types()) {
		t.Fatalf("samples %v, registry %v", sampled, Types())
	}
}

// checkProperties compares the committed schema's properties of data with the Go fields, without the generator.
func checkProperties(t *testing.T, schema []byte, d Data) {
	t.Helper()
	type node struct {
		Ref        string             `json:"$ref"`
		Properties map[string]RawJSON `json:"properties"` // true where anything goes
		Defs       map[string]node    `json:"$defs"`
	}
	var root node
	if err := json.Unmarshal(schema, &root); err != nil {
		t.Fatal(err)
	}
	var data node
	if err := json.Unmarshal(root.Properties["data"], &data); err != nil {
		t.Fatal(err)
	}
	if data.Ref != "" {
		data = root.Defs[strings.TrimPrefix(data.Ref, "#/$defs/")]
	}
	var fields, properties []string
	for f := range reflect.TypeOf(d).Fields() {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		fields = append(fields, name)
	}
	for name := range data.Properties {
		properties = append(properties, name)
	}
	slices.Sort(fields)
	slices.Sort(properties)
	if !slices.Equal(fields, properties) {
		t.Fatalf("Go fields %v, schema properties %v", fields, properties)
	}
}

func TestDecodingWhatIsNotAnEventIsATypedError(t *testing.T) {
	good, err := Encode(sampleEvent(t, StageFailed{Stage: "analyze"}))
	if err != nil {
		t.Fatal(err)
	}
	with := func(change func(*Message)) Message {
		m := Message{good.Subject, map[string][]string{}, bytes.Clone(good.Body)}
		for k, v := range good.Header {
			m.Header[k] = slices.Clone(v)
		}
		change(&m)
		return m
	}
	typ := func(s string) Message { return with(func(m *Message) { m.Header[HeaderType] = []string{s} }) }
	body := func(s string) Message { return with(func(m *Message) { m.Body = []byte(s) }) }

	var newer *NewerVersionError
	if _, err := Decode(typ("autointel.stage.failed.v2")); !errors.As(err, &newer) || newer.Known != 1 {
		t.Errorf("a newer major version: %v", err)
	}
	var unknown *UnknownTypeError
	for _, name := range []string{"", "v1", "autointel.stage.failed", "autointel.stage.failed.v0", "autointel.other.v1", ".v"} {
		if _, err := Decode(typ(name)); !errors.As(err, &unknown) {
			t.Errorf("type %q: %v", name, err)
		}
	}
	var broken *BrokenError
	for name, m := range map[string]Message{
		"no body":           body(""),
		"cut short":         body(`{"context":{},"data":{"stage":`),
		"not an object":     body(`[]`),
		"no context":        body(`{"data":{"stage":"analyze"}}`),
		"context is a list": body(`{"context":[],"data":{"stage":"analyze"}}`),
		"no data":           body(`{"context":{}}`),
		"wrong type":        body(`{"context":{},"data":{"stage":7}}`),
		"another stage":     body(`{"context":{},"data":{"stage":"verify"}}`),
		"no time":           with(func(m *Message) { delete(m.Header, HeaderTime) }),
		"foreign subject":   with(func(m *Message) { m.Subject = "other.wf_1.stage.failed.analyze" }),
	} {
		if _, err := Decode(m); !errors.As(err, &broken) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := Decode(body(`{"context":{"new":1},"data":{"stage":"analyze","new":2},"new":3}`)); err != nil {
		t.Errorf("unknown fields are ignored: %v", err)
	}
}

func FuzzDecodeNeverPanics(f *testing.F) {
	f.Add("autointel.wf_1.stage.failed.analyze", TypeStageFailed, []byte(`{"context":{},"data":{"stage":"analyze"}}`))
	f.Add("", "", []byte{})
	for _, d := range samples { // every type
		m, err := Encode(Event{ID: "1", Source: "autointel/test", Time: time.Unix(1767323045, 0), Workflow: "wf_1", Context: RawJSON(`{}`), Data: d})
		if err != nil {
			f.Fatal(err)
		}
		f.Add(m.Subject, m.Header[HeaderType][0], m.Body)
	}
	f.Fuzz(func(t *testing.T, subject, typ string, body []byte) {
		e, err := Decode(Message{subject, map[string][]string{HeaderType: {typ}, HeaderTime: {"2026-01-02T03:04:05Z"}}, body})
		if err == nil && e.Subject() != subject {
			t.Errorf("an event of %q says that it is one of %q", subject, e.Subject())
		}
	})
}

func FuzzIDsAndSubjects(f *testing.F) {
	for _, s := range []string{
		"wf_0123456789abcdef0123456789abcdef", "rt_0123456789abcdef0123456789abcdef", "wf_1696291234", "autointel_1696291234_42", "wf_\x00", "wf_../x", "",
		"autointel.wf_1.stage.failed.analyze", "autointel.*.stage.>", "autointel.wf_1.workflow.requested", "1400000000000000000",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if (ValidID(text) || ValidWorkflow(text)) && (strings.ContainsAny(text, "/\\.*> \t\r\n\x00") || len(text) > 64) {
			t.Errorf("%q passes for an id", text)
		}
		_ = IDTime(text)
		if id, err := WorkflowID(text); err == nil && (!ValidID(id) || !ValidWorkflow(id)) {
			t.Errorf("the id of %q is %q", text, id)
		}
		if s, err := ParseSubject(text); err == nil && (s.String() != text || strings.ContainsAny(text, "*> \r\n")) {
			t.Errorf("%q was read as %q", text, s.String())
		}
	})
}
