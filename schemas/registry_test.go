package schemas

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestASchemaIsFoundByItsNameAndSaysItsOwn(t *testing.T) {
	id := func(raw []byte, err error) string {
		var s struct {
			ID string `json:"$id"`
		}
		if err != nil || json.Unmarshal(raw, &s) != nil {
			t.Error(err)
		}
		return s.ID
	}
	for _, typ := range append(Types(), "autointel.other.v1") {
		if want := "https://autointel.example/schemas/" + typ + ".json"; SchemaURI(typ) != want {
			t.Errorf("%s, want %s", SchemaURI(typ), want)
		}
	}
	for _, typ := range Types() {
		if got := id(JSONSchema(typ)); got != SchemaURI(typ) {
			t.Errorf("the schema of %s is %q", typ, got)
		}
	}
	for _, stage := range OutputStages() {
		if got := id(OutputSchema(stage)); got != "https://autointel.example/schemas/output."+stage+".v1.json" {
			t.Errorf("the schema of %s is %q", stage, got)
		}
	}
	if raw, err := JSONSchema("autointel.other.v1"); err == nil {
		t.Errorf("an event that is none: %s", raw)
	}
	if raw, err := OutputSchema("other"); err == nil {
		t.Errorf("a stage that is none: %s", raw)
	}
}

// The schema is what others read, and its list is made from a comment.
func TestTheKindsOfDeliveriesAreThoseThatTheSchemaLists(t *testing.T) {
	raw, err := JSONSchema(TypeDeliverySucceeded)
	if err != nil {
		t.Fatal(err)
	}
	if list := `"` + strings.Join(Kinds(), ", ") + `"`; !strings.Contains(string(raw), list) {
		t.Errorf("the schema does not list %s", list)
	}
}

func TestAReportSaysWhetherItStandsInItsEnding(t *testing.T) {
	if id, ok := ReportIn("wf_1", "ab12", 7).InEnding(); id != "wf_1" || !ok {
		t.Errorf("%q, %v", id, ok)
	}
	if id, ok := result.InEnding(); ok {
		t.Errorf("a report in the bucket is looked for in the ending of %q", id)
	}
}
