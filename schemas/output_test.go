package schemas

import (
	"bytes"
	"encoding/json"
	"reflect"
	"testing"

	invopop "github.com/invopop/jsonschema"
)

func TestEveryOutputIsWhatItsSchemaSays(t *testing.T) {
	for _, stage := range OutputStages() {
		zero, _ := ZeroOutput(stage)
		s := reflector().ReflectFromType(reflect.TypeOf(zero))
		s.ID = invopop.ID("https://autointel.example/schemas/output." + stage + ".v1.json")
		raw, err := json.MarshalIndent(s, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		raw = append(raw, '\n')
		if got := golden(t, "json/output."+stage+".v1.json", raw); !bytes.Equal(got, raw) {
			t.Errorf("%s: the schema is not what the Go type says; run make generate and review the difference", stage)
		}
	}
}
