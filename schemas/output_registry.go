package schemas

import (
	"maps"
	"slices"
)

// output is what is declared of a stage: what it yields, and what it does to somebody who waits, as it stands within a sentence.
type output struct {
	zero  any
	words string
}

// outputs holds what every stage yields. A new stage is a type in an output_*.go and a row here; its JSON Schema is
// json/output.<stage>.v1.json.
var outputs = map[string]output{
	"acquire":    {Source{}, "reading the source"},
	"transcribe": {Transcript{}, "reading the recording"},
	"analyze":    {Analysis{}, "analysing the text"},
	"context":    {Related{}, "reading other sources"},
	"verify":     {Verification{}, "checking claims"},
	"assess":     {Assessment{}, "looking for signs of manipulation"},
	"integrate":  {Knowledge{}, "comparing with earlier reports"},
	"research":   {Research{}, "comparing the sources"},
	"profile":    {Profile{}, "describing the voices"},
	"quality":    {Quality{}, "rating the confidence"},
	"graph":      {Graph{}, "drawing the relations"},
	"briefing":   {Report{}, "writing the report"},
}

// OutputStages returns the stages whose outputs have a type, sorted.
func OutputStages() []string { return slices.Sorted(maps.Keys(outputs)) }

// ZeroOutput returns the zero value of what a stage yields, for reflection in tests and generators.
func ZeroOutput(stage string) (any, bool) {
	o, ok := outputs[stage]
	return o.zero, ok
}

// StageWord says what a stage does, as it stands within a sentence. A stage of another version is named by its code.
func StageWord(stage string) string {
	if o, known := outputs[stage]; known {
		return o.words
	}
	return stage
}

// OutputSchema returns the JSON Schema (draft 2020-12) of what a stage yields; of briefing it is the report's.
func OutputSchema(stage string) ([]byte, error) {
	return files.ReadFile("json/output." + stage + ".v1.json")
}
