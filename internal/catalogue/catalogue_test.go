package catalogue

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"autointel.example/schemas"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"
)

var update = flag.Bool("update", false, "write docs/events.md and docs/asyncapi.yaml anew")

func entries(t *testing.T) []Entry {
	t.Helper()
	all, err := Entries(os.DirFS("../../schemas/testdata"))
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func asyncAPI(t *testing.T) []byte {
	t.Helper()
	document, err := AsyncAPI(entries(t))
	if err != nil {
		t.Fatal(err)
	}
	return document
}

func TestTheDocumentsAreWhatIsDeclared(t *testing.T) {
	for name, want := range map[string][]byte{"events.md": []byte(Page(entries(t))), "asyncapi.yaml": asyncAPI(t)} {
		file := filepath.Join("../../docs", name)
		if *update {
			if err := os.WriteFile(file, want, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		got, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s is not what is declared: make generate", file)
		}
	}
}

func TestEveryEventIsSaidWholly(t *testing.T) {
	all := entries(t)
	if len(all) != len(schemas.Types()) {
		t.Fatalf("%d entries for %d types", len(all), len(schemas.Types()))
	}
	for _, e := range all {
		if e.Says == "" || len(e.Publishers) == 0 || len(e.Consumers) == 0 || len(e.Fields) == 0 || len(e.Example) == 0 {
			t.Errorf("%s is not said wholly: %+v", e.Type, e)
		}
		for _, f := range e.Fields {
			if f.Type == "integer" && f.Means == "" {
				t.Errorf("%s: the field %s has no unit", e.Type, f.Name)
			}
		}
	}
}

func TestWhoAppendsAndTakesFollowsFromWhatIsDeclared(t *testing.T) {
	for _, e := range entries(t) {
		switch e.Type {
		case schemas.TypeStageCompleted:
			if !strings.Contains(parts(e.Publishers, ""), "ingest (acquire, transcribe, context)") || slices.Contains(e.Values, "briefing") {
				t.Errorf("%s: %+v, %q", e.Type, e.Publishers, e.Values)
			}
		case schemas.TypeStageFailed:
			if slices.Contains(e.Values, "acquire") || !slices.Contains(e.Values, "verify") {
				t.Errorf("%s can have %q", e.Type, e.Values)
			}
		case schemas.TypeDeliveryFailed:
			if got := parts(e.Consumers, ""); got != "archiver (archiver-delivery)" {
				t.Errorf("%s is taken by %s", e.Type, got)
			}
		case schemas.TypeTriggerRepeated:
			if e.Once || len(e.Values) < 12 {
				t.Errorf("%s: once %v, %q", e.Type, e.Once, e.Values)
			}
		}
	}
}

// asyncAPISchema is the official JSON Schema of AsyncAPI 3.0.0, of the npm package @asyncapi/specs 6.11.1 (testdata/asyncapi-LICENSE).
func asyncAPISchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	raw, err := os.ReadFile("testdata/asyncapi-3.0.0.json")
	if err != nil {
		t.Fatal(err)
	}
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("asyncapi.json", document); err != nil {
		t.Fatal(err)
	}
	compiled, err := c.Compile("asyncapi.json")
	if err != nil {
		t.Fatal(err)
	}
	return compiled
}

// value reads a document as the library of JSON Schema wants it.
func value(t *testing.T, document []byte) any {
	t.Helper()
	var v any
	if err := yaml.Unmarshal(document, &v); err != nil {
		t.Fatal(err)
	}
	raw, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	v, err = jsonschema.UnmarshalJSON(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestTheDocumentForProgramsIsAsyncAPI(t *testing.T) {
	compiled, document := asyncAPISchema(t), asyncAPI(t)
	if err := compiled.Validate(value(t, document)); err != nil {
		t.Fatal(err)
	}
	for name, broken := range map[string][]byte{
		"an unknown action":      bytes.Replace(document, []byte("action: send"), []byte("action: publish"), 1),
		"no title":               bytes.Replace(document, []byte("  title: autointel\n"), nil, 1),
		"an address of a number": regexp.MustCompile(`address: .*`).ReplaceAll(document, []byte("address: 7")),
	} {
		if compiled.Validate(value(t, broken)) == nil {
			t.Errorf("%s is found valid", name)
		}
	}
}

// TestEveryReferenceIsOfSomething: the schema of AsyncAPI asks for references and does not follow them.
func TestEveryReferenceIsOfSomething(t *testing.T) {
	var document yaml.Node
	if err := yaml.Unmarshal(asyncAPI(t), &document); err != nil {
		t.Fatal(err)
	}
	followed := 0
	var visit func(n *yaml.Node)
	visit = func(n *yaml.Node) {
		if ref := text(n, "$ref"); ref != "" {
			followed++
			if at(document.Content[0], strings.Split(strings.TrimPrefix(ref, "#/"), "/")...) == nil {
				t.Errorf("%s is of nothing", ref)
			}
		}
		for _, c := range n.Content {
			visit(c)
		}
	}
	visit(&document)
	if followed < 100 {
		t.Errorf("only %d references", followed)
	}
}

// TestTheExamplesAreWhatTheMessagesSay: each is valid by the schema in the document itself.
func TestTheExamplesAreWhatTheMessagesSay(t *testing.T) {
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft7) // on which AsyncAPI's schemas are built
	document := value(t, asyncAPI(t))
	if err := c.AddResource("autointel.json", document); err != nil {
		t.Fatal(err)
	}
	messages := document.(map[string]any)["components"].(map[string]any)["messages"].(map[string]any)
	for name, message := range messages {
		compiled, err := c.Compile("autointel.json#/components/messages/" + name + "/payload")
		if err != nil {
			t.Fatal(err)
		}
		example := message.(map[string]any)["examples"].([]any)[0].(map[string]any)["payload"]
		if err := compiled.Validate(example); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		example.(map[string]any)["data"] = "nothing"
		if compiled.Validate(example) == nil {
			t.Errorf("%s takes anything for data", name)
		}
	}
}
