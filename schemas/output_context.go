package schemas

// Related is what the stage context yields: linked and related documents, fetched within a budget.
type Related struct {
	Documents []RelatedDocument `json:"documents"` // numbered from 1, as quotes name them
	Skipped   []SkippedLink     `json:"skipped,omitempty"`
	Limits    []Limit           `json:"limits,omitempty"`
}

// RelatedDocument is a document of the context.
type RelatedDocument struct {
	Source   Source `json:"source"`
	Relation string `json:"relation"` // linked, cited (a link within a claim's sentence) or same_feed
	LinkText string `json:"link_text,omitempty"`
}

// SkippedLink is an address that was not read, and why.
type SkippedLink struct {
	URL     string `json:"url"`
	Reason  string `json:"reason"` // as robots, budget, same_page, or a reason of fetching
	Message string `json:"message"`
}

// Research is what the stage research yields: a synthesis over the source and the documents of its context.
type Research struct {
	Agreements    []Point        `json:"agreements"`
	Disagreements []Point        `json:"disagreements"`
	OnlyHere      []Quote        `json:"only_here,omitempty"`  // claims of the source that no other document has
	OnlyThere     []Quote        `json:"only_there,omitempty"` // what several others say and the source leaves out
	Documents     []DocumentGist `json:"documents"`
	Overview      []Statement    `json:"overview,omitempty"`
	Method        string         `json:"method"`
	Limits        []Limit        `json:"limits,omitempty"`
}

// Point is a claim of the source beside what other documents say of it.
type Point struct {
	Claim    Quote      `json:"claim"`
	Evidence []Evidence `json:"evidence"`
	Sites    int        `json:"sites"` // how many different sites the evidence is from
}

// DocumentGist is what a document of the context is about, in its own sentences.
type DocumentGist struct {
	Document int      `json:"document"`
	Summary  []Quote  `json:"summary"`
	Likeness float64  `json:"likeness"`         // to the source, 0 to 1
	Shared   []string `json:"shared,omitempty"` // entities and terms both speak of
}
