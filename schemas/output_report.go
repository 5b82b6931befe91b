package schemas

import "time"

// Report is what a workflow answers with: the one structure that every rendering is made from.
type Report struct {
	WorkflowID  string          `json:"workflow_id"`
	URL         string          `json:"url"`
	Depth       string          `json:"depth"`
	CreatedAt   time.Time       `json:"created_at"`
	RequestedAt time.Time       `json:"requested_at"`
	Headline    string          `json:"headline"`        // the verdict: one sentence, first in every rendering
	Basis       []Basis         `json:"basis,omitempty"` // what the verdict was computed from, the weightiest first
	Title       string          `json:"title,omitempty"`
	SiteName    string          `json:"site_name,omitempty"`
	Authors     []string        `json:"authors,omitempty"`
	PublishedAt *time.Time      `json:"published_at,omitempty"`
	ModifiedAt  *time.Time      `json:"modified_at,omitempty"`
	FetchedAt   *time.Time      `json:"fetched_at,omitempty"`
	Kind        string          `json:"kind,omitempty"`      // as Source.Kind
	Sponsored   string          `json:"sponsored,omitempty"` // as Source.Sponsored
	Partner     string          `json:"partner,omitempty"`   // as Source.Partner
	SourceURL   string          `json:"source_url"`          // the page that was read, after redirects
	SourceHash  string          `json:"source_digest"`
	Transcript  *TranscriptNote `json:"transcript,omitempty"`
	Analysis    *Analysis       `json:"analysis,omitempty"`
	Claims      *Verification   `json:"claims,omitempty"`
	Assessment  *Assessment     `json:"assessment,omitempty"`
	Knowledge   *Knowledge      `json:"knowledge,omitempty"`
	Documents   []DocumentNote  `json:"documents,omitempty"` // of the context, numbered from 1 as quotes name them
	NotRead     []SkippedLink   `json:"not_read,omitempty"`  // links of the source that were not followed, and why
	Research    *Research       `json:"research,omitempty"`
	Profile     *Profile        `json:"profile,omitempty"`
	Quality     *Quality        `json:"quality,omitempty"`
	Graph       *Graph          `json:"graph,omitempty"`
	Sections    []Section       `json:"sections"`         // every stage of the plan, and what became of it
	Limits      []StageLimit    `json:"limits,omitempty"` // what the stages that were done could not do, in the order of the plan
	Model       *ModelUse       `json:"model,omitempty"`  // nil: no language model had a part in it
	Markdown    string          `json:"markdown"`         // the report as a person reads it, whole
	// Imported is the result as another system had made it; the other fields then say what is known of it.
	Imported RawJSON `json:"imported,omitempty"`
}

// Basis is something that the verdict of a report stands on.
type Basis struct {
	Stage string `json:"stage"` // whose output it is taken from
	Text  string `json:"text"`
}

// StageLimit is a limit with the stage that met it.
type StageLimit struct {
	Stage   string `json:"stage"`
	Code    string `json:"code"`
	Message string `json:"message"`
}

// DocumentNote is a document of the context as the report lists it.
type DocumentNote struct {
	URL         string     `json:"url"`
	Relation    string     `json:"relation,omitempty"` // as RelatedDocument.Relation
	Title       string     `json:"title,omitempty"`
	SiteName    string     `json:"site_name,omitempty"`
	PublishedAt *time.Time `json:"published_at,omitempty"`
	Digest      string     `json:"digest"`
	Words       int        `json:"words"`
}

// ModelUse is what a workflow asked of a language model.
type ModelUse struct {
	Model        string  `json:"model"`
	Requests     int     `json:"requests"`
	InputTokens  int     `json:"input_tokens"`
	OutputTokens int     `json:"output_tokens"`
	CostUSD      float64 `json:"cost_usd,omitempty"`      // zero: no prices are configured
	BudgetTokens int     `json:"budget_tokens,omitempty"` // what it might have used at this depth, read and written
	BudgetUSD    float64 `json:"budget_usd,omitempty"`    // zero: no bound is configured
	Refused      int     `json:"refused,omitempty"`       // answers that did not hold and were replaced by the local result
}

// TranscriptNote says which recording's words went into the report.
type TranscriptNote struct {
	URL        string `json:"url"`
	Format     string `json:"format"`
	Language   string `json:"language,omitempty"`
	Cues       int    `json:"cues"`
	Words      int    `json:"words"`
	DurationMS int64  `json:"duration_ms"`
}

// Section is the outcome of one stage, as the report names it.
type Section struct {
	Stage   string `json:"stage"`
	Status  string `json:"status"` // completed, skipped or failed
	Reason  string `json:"reason,omitempty"`
	Message string `json:"message,omitempty"`
}
