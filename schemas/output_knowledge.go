package schemas

import "time"

// Knowledge is what the stage integrate yields: what this installation already knows, from the requester's own reports and
// the guild's that are not private.
type Knowledge struct {
	SameURL    []Earlier `json:"same_url,omitempty"` // newest first
	Changed    *Change   `json:"changed,omitempty"`  // since the newest of them
	Duplicates []Earlier `json:"duplicates,omitempty"`
	SameSource []Earlier `json:"same_source,omitempty"`
	SameAuthor []Earlier `json:"same_author,omitempty"`
	Entities   []Known   `json:"entities,omitempty"`
	Looked     int       `json:"looked"` // how many earlier reports were compared
	Limits     []Limit   `json:"limits,omitempty"`
}

// Earlier is an earlier report.
type Earlier struct {
	WorkflowID string    `json:"workflow_id"`
	URL        string    `json:"url"`
	Title      string    `json:"title,omitempty"`
	EndedAt    time.Time `json:"ended_at"`
	Likeness   float64   `json:"likeness,omitempty"` // of the texts, 0 to 1
	Trust      *int      `json:"trust,omitempty"`    // the score it was given
}

// Change is what differs between two readings of one address.
type Change struct {
	Since     time.Time `json:"since"`
	Same      bool      `json:"same"`              // not a word differs
	Added     []Quote   `json:"added,omitempty"`   // in the order of the text, at most 40
	Removed   []string  `json:"removed,omitempty"` // in the order of the earlier text, at most 40
	Edited    []Edit    `json:"edited,omitempty"`  // sentences that read otherwise than before, at most 40
	Figures   []Figure  `json:"figures,omitempty"` // figures that differ in an edited sentence, at most 40
	Unchanged int       `json:"unchanged"`         // sentences
	// How many there are of each, shown or not.
	AddedCount   int    `json:"added_count,omitempty"`
	RemovedCount int    `json:"removed_count,omitempty"`
	EditedCount  int    `json:"edited_count,omitempty"`
	TitleWas     string `json:"title_was,omitempty"`
}

// Edit is a sentence that reads otherwise than before.
type Edit struct {
	Was string `json:"was"`
	Now Quote  `json:"now"`
}

// Figure is a figure that was another before.
type Figure struct {
	Was   string `json:"was"` // with the word behind it
	Now   string `json:"now"`
	Where Quote  `json:"where"`
}

// Known is an entity that earlier reports mention too.
type Known struct {
	Name    string    `json:"name"`
	Reports []Earlier `json:"reports"` // at most 5
}
