package schemas

// Verdicts of a claim. One that names no evidence is VerdictNotChecked, or VerdictNotFound where it was looked for.
const (
	VerdictSupported  = "supported"
	VerdictDisputed   = "disputed"
	VerdictMixed      = "mixed" // some evidence supports it, or a part of it, and some speaks against it
	VerdictNotFound   = "not_found"
	VerdictNotChecked = "not_checked"
)

// Verification is what the stage verify yields: what the source claims, and what of it could be checked.
type Verification struct {
	Claims     []Claim       `json:"claims"`              // in the order of the source, at most 40
	Conflicts  []Conflict    `json:"conflicts,omitempty"` // sentences of the source that do not go together
	Reviews    []ClaimReview `json:"reviews,omitempty"`
	Checked    int           `json:"checked"`    // documents of the context that claims were looked for in
	Considered int           `json:"considered"` // sentences that could have been claims
	Method     string        `json:"method"`
	Model      *ModelUse     `json:"model,omitempty"`
	Limits     []Limit       `json:"limits,omitempty"`
}

// Claim is a statement of fact that could be checked.
type Claim struct {
	ID        string     `json:"id"` // c1, c2, ...
	Where     Quote      `json:"where"`
	Kind      string     `json:"kind"`              // figure, comparison, cause, event, attribution or statement
	Speaker   string     `json:"speaker,omitempty"` // who says so; empty: the source itself
	About     string     `json:"about,omitempty"`   // the entity or term it is about
	Certainty string     `json:"certainty"`         // asserted, reported or hedged
	Sourced   bool       `json:"sourced"`           // the text says where it is from: a link, a study, a name
	Score     float64    `json:"score"`             // how much it is worth checking, 0 to 1
	Verdict   string     `json:"verdict"`
	Evidence  []Evidence `json:"evidence,omitempty"`
	Beside    []Evidence `json:"beside,omitempty"`  // the same change with another figure, over another time: neither for nor against
	Reviews   []int      `json:"reviews,omitempty"` // reviews of this claim, by their places in Verification.Reviews, from 0
	Method    string     `json:"method"`
}

// Evidence is a sentence that speaks for or against a claim.
type Evidence struct {
	Where   Quote   `json:"where"`
	Against bool    `json:"against,omitempty"`
	Why     string  `json:"why"`   // what agrees or differs, in a few words
	Score   float64 `json:"score"` // how alike the two are, 0 to 1
	Method  string  `json:"method"`
}

// Conflict is a contradiction within the source, or figures that do not add up.
type Conflict struct {
	Kind   string  `json:"kind"` // contradiction, sum, percentage or date
	Why    string  `json:"why"`
	Quotes []Quote `json:"quotes"`
}
