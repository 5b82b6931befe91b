package schemas

// Profile is what the stage profile yields: how the author, or each speaker, behaves over the text.
type Profile struct {
	Voices []Voice `json:"voices"` // who says most, first; at most 12
	Method string  `json:"method"`
	Limits []Limit `json:"limits,omitempty"`
}

// Voice is an author's or a speaker's way of speaking. It describes wording; it is no diagnosis.
type Voice struct {
	Name      string      `json:"name"`
	Role      string      `json:"role"`                // author, speaker or quoted
	MarkedAs  string      `json:"marked_as,omitempty"` // the name that the recording has a speaker under, where that is a part of Name
	Quoted    int         `json:"quoted,omitempty"`    // of a speaker's Sentences, those that the text quotes
	Sentences int         `json:"sentences"`
	Words     int         `json:"words"`
	Measures  []Measure   `json:"measures"`
	Course    []float64   `json:"course,omitempty"` // tone over the text in up to 20 even steps; English only
	Patterns  []Statement `json:"patterns,omitempty"`
}

// Measure is a figure with its meaning.
type Measure struct {
	Code  string  `json:"code"` // as certainty, hedging, questions, self_reference, exclamations, claims_sourced
	Name  string  `json:"name"`
	Value float64 `json:"value"`
	Unit  string  `json:"unit"`
	Why   string  `json:"why,omitempty"`
}

// Quality is what the stage quality yields: how far each part of the report can be trusted.
type Quality struct {
	Parts   []Confidence `json:"parts"`
	Overall float64      `json:"overall"` // 0 to 1
	Why     string       `json:"why"`
}

// Confidence is how far a part of the report can be trusted.
type Confidence struct {
	Part    string   `json:"part"`  // a stage's name
	Level   string   `json:"level"` // high, medium, low or none
	Score   float64  `json:"score"` // 0 to 1
	Reasons []string `json:"reasons"`
}

// Graph is what the stage graph yields: entities and how they are related.
type Graph struct {
	Nodes []GraphNode `json:"nodes"` // at most 40
	Edges []GraphEdge `json:"edges"` // at most 80
	SVG   string      `json:"svg"`   // a drawing, at most 100 kB
}

// GraphNode is an entity.
type GraphNode struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	Kind   string `json:"kind"` // as Entity.Kind, or document
	Weight int    `json:"weight"`
}

// GraphEdge is a relation with the sentences it stands on.
type GraphEdge struct {
	From     string  `json:"from"`
	To       string  `json:"to"`
	Relation string  `json:"relation"` // mentioned_with, says, or a verb of the text
	Weight   int     `json:"weight"`
	Quotes   []Quote `json:"quotes"` // at most 3
}
