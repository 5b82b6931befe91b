package schemas

import "time"

// Source is what the stage acquire yields: one document, readable, with where it came from.
type Source struct {
	URL          string         `json:"url"`       // as it was asked for
	FinalURL     string         `json:"final_url"` // after redirects
	CanonicalURL string         `json:"canonical_url,omitempty"`
	Kind         string         `json:"kind"` // article, text or captions
	MediaType    string         `json:"media_type"`
	Title        string         `json:"title,omitempty"`
	SiteName     string         `json:"site_name,omitempty"`
	Authors      []string       `json:"authors,omitempty"`
	Language     string         `json:"language,omitempty"` // as the page declares it, BCP 47
	PublishedAt  *time.Time     `json:"published_at,omitempty"`
	FetchedAt    time.Time      `json:"fetched_at"`
	Bytes        int64          `json:"bytes"`  // of the body as fetched, after decompression
	Digest       string         `json:"digest"` // sha256 of those bytes, lower-case hex
	Text         string         `json:"text"`   // paragraphs, a blank line between them
	Captions     []CaptionTrack `json:"captions,omitempty"`
	Links        []Link         `json:"links,omitempty"` // absolute http and https links of the text, at most 200
}

// CaptionTrack is a caption file that a page links to.
type CaptionTrack struct {
	URL      string `json:"url"`
	Language string `json:"language,omitempty"`
	Label    string `json:"label,omitempty"`
	Kind     string `json:"kind,omitempty"` // captions or subtitles
}

// Link is a hyperlink in the readable part of a page.
type Link struct {
	URL  string `json:"url"`
	Text string `json:"text,omitempty"`
}

// Transcript is what the stage transcribe yields.
type Transcript struct {
	URL      string `json:"url"`    // of the caption file, or of the source itself
	Format   string `json:"format"` // webvtt or srt
	Language string `json:"language,omitempty"`
	Cues     []Cue  `json:"cues"`
	Text     string `json:"text"` // the cues as running text, without rolling duplicates
}

// Cue is one caption with its time anchors in milliseconds from the start.
type Cue struct {
	StartMS int64  `json:"start_ms"`
	EndMS   int64  `json:"end_ms"`
	Speaker string `json:"speaker,omitempty"`
	Text    string `json:"text"`
}

// Analysis is what the stage analyze yields. Each figure says how it was computed.
type Analysis struct {
	Language    Language     `json:"language"`
	Words       int          `json:"words"`
	Sentences   int          `json:"sentences"`
	Paragraphs  int          `json:"paragraphs"`
	Summary     []Sentence   `json:"summary"` // in the order of the source
	KeyTerms    []KeyTerm    `json:"key_terms"`
	Tone        *Tone        `json:"tone,omitempty"`        // English only
	Readability *Readability `json:"readability,omitempty"` // English only
}

// Language is the language of a text: declared by the source, or detected.
type Language struct {
	Code     string `json:"code"` // ISO 639-1, empty when unknown
	Name     string `json:"name,omitempty"`
	Declared bool   `json:"declared"`
	Reliable bool   `json:"reliable"`
}

// Sentence is a sentence of the source, quoted, with its place in it.
type Sentence struct {
	Index int     `json:"index"` // from 0, over the analysed text
	Text  string  `json:"text"`
	Score float64 `json:"score"`
}

// KeyTerm is a phrase that characterises the text.
type KeyTerm struct {
	Text  string  `json:"text"`
	Count int     `json:"count"`
	Score float64 `json:"score"`
}

// Tone is lexical: it counts words with a known charge and knows nothing of irony or context.
type Tone struct {
	Method   string  `json:"method"`
	Compound float64 `json:"compound"` // mean over the sentences, -1 to 1
	Positive float64 `json:"positive"` // share of sentences above 0.05
	Neutral  float64 `json:"neutral"`
	Negative float64 `json:"negative"` // share of sentences below -0.05
}

// Readability holds two standard formulas.
type Readability struct {
	Method             string  `json:"method"`
	FleschReadingEase  float64 `json:"flesch_reading_ease"`
	FleschKincaidGrade float64 `json:"flesch_kincaid_grade"`
	WordsPerSentence   float64 `json:"words_per_sentence"`
	SyllablesPerWord   float64 `json:"syllables_per_word"`
	ReadingTimeMinutes float64 `json:"reading_time_minutes"` // at 238 words a minute
}

// Report is what a workflow answers with: the one structure that every rendering is made from.
type Report struct {
	WorkflowID  string          `json:"workflow_id"`
	URL         string          `json:"url"`
	Depth       string          `json:"depth"`
	CreatedAt   time.Time       `json:"created_at"`
	RequestedAt time.Time       `json:"requested_at"`
	Headline    string          `json:"headline"` // one sentence, first in every rendering
	Title       string          `json:"title,omitempty"`
	SiteName    string          `json:"site_name,omitempty"`
	Authors     []string        `json:"authors,omitempty"`
	PublishedAt *time.Time      `json:"published_at,omitempty"`
	SourceURL   string          `json:"source_url"` // the page that was read, after redirects
	SourceHash  string          `json:"source_digest"`
	Transcript  *TranscriptNote `json:"transcript,omitempty"`
	Analysis    *Analysis       `json:"analysis,omitempty"`
	Sections    []Section       `json:"sections"` // every stage of the plan, and what became of it
	Markdown    string          `json:"markdown"` // the report as a person reads it, whole
	// Imported is the result as another system had made it; the other fields then say what is known of it.
	Imported RawJSON `json:"imported,omitempty"`
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
