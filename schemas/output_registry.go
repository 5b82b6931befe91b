package schemas

import "slices"

// outputs holds the zero value of what every stage yields. A new stage is a type in an output_*.go and a line here; its JSON
// Schema is json/output.<stage>.v1.json.
var outputs = map[string]any{
	"acquire": Source{}, "transcribe": Transcript{}, "analyze": Analysis{}, "context": Related{}, "verify": Verification{}, "assess": Assessment{},
	"integrate": Knowledge{}, "research": Research{}, "profile": Profile{}, "quality": Quality{}, "graph": Graph{}, "briefing": Report{},
}

// OutputStages returns the stages whose outputs have a type, sorted.
func OutputStages() []string {
	var names []string
	for name := range outputs {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// ZeroOutput returns the zero value of what a stage yields, for reflection in tests and generators.
func ZeroOutput(stage string) (any, bool) {
	zero, ok := outputs[stage]
	return zero, ok
}

// OutputSchema returns the JSON Schema (draft 2020-12) of what a stage yields; of briefing it is the report's.
func OutputSchema(stage string) ([]byte, error) {
	return files.ReadFile("json/output." + stage + ".v1.json")
}
