package schemas

import "time"

// Progress is what a running stage says of itself. It is not history: only the newest is kept, in memory.
type Progress struct {
	Workflow string    `json:"workflow"`
	Stage    string    `json:"stage"`
	State    string    `json:"state"` // running, completed, skipped or failed
	Done     int64     `json:"done,omitempty"`
	Total    int64     `json:"total,omitempty"` // zero: not known
	Unit     string    `json:"unit,omitempty"`  // bytes, sentences, ...
	At       time.Time `json:"at"`
	Context  RawJSON   `json:"context"`
}
