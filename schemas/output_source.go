package schemas

import "time"

// Source is what the stage acquire yields: one document, readable, with where it came from.
type Source struct {
	URL          string         `json:"url"`       // as it was asked for
	FinalURL     string         `json:"final_url"` // after redirects
	CanonicalURL string         `json:"canonical_url,omitempty"`
	Kind         string         `json:"kind"` // article, text, markdown, pdf, feed, captions or media
	MediaType    string         `json:"media_type"`
	Title        string         `json:"title,omitempty"`
	Description  string         `json:"description,omitempty"` // the publisher's own summary
	SiteName     string         `json:"site_name,omitempty"`
	Authors      []string       `json:"authors,omitempty"`
	Language     string         `json:"language,omitempty"` // as the page declares it, BCP 47
	PublishedAt  *time.Time     `json:"published_at,omitempty"`
	ModifiedAt   *time.Time     `json:"modified_at,omitempty"`
	FetchedAt    time.Time      `json:"fetched_at"`
	Bytes        int64          `json:"bytes"`  // of the body as fetched, after decompression
	Digest       string         `json:"digest"` // sha256 of those bytes, lower-case hex
	Text         string         `json:"text"`   // paragraphs, a blank line between them
	Outline      []Heading      `json:"outline,omitempty"`
	Captions     []CaptionTrack `json:"captions,omitempty"`
	Media        []Media        `json:"media,omitempty"` // recordings that the page plays or a feed encloses
	Links        []Link         `json:"links,omitempty"` // absolute http and https links of the text, at most 200
	Feed         *FeedNote      `json:"feed,omitempty"`
	Reviews      []ClaimReview  `json:"reviews,omitempty"`   // ClaimReview markup of the page
	Sponsored    string         `json:"sponsored,omitempty"` // the words or markup by which the page says that it is advertising
	Partner      string         `json:"partner,omitempty"`   // the words by which it names who had a part in it, paid or not
	Limits       []Limit        `json:"limits,omitempty"`    // what of the source could not be read, and why
}

// Limit says what could not be done. A report lists them all.
type Limit struct {
	Code    string `json:"code"`    // stable, as paywall, cookie_wall, script_only, truncated, robots
	Message string `json:"message"` // a sentence for the requester
}

// Heading is a heading of the text, with the paragraph that it stands before.
type Heading struct {
	Level     int    `json:"level"` // 1 to 6
	Text      string `json:"text"`
	Paragraph int    `json:"paragraph"` // from 0, over the paragraphs of Source.Text
}

// Media is a recording.
type Media struct {
	URL        string `json:"url"`
	MediaType  string `json:"media_type,omitempty"`
	Title      string `json:"title,omitempty"`
	DurationMS int64  `json:"duration_ms,omitempty"`
	Bytes      int64  `json:"bytes,omitempty"` // as declared; zero: not declared
}

// FeedNote says which item of a feed was read.
type FeedNote struct {
	Title string `json:"title,omitempty"`
	URL   string `json:"url"`
	Item  string `json:"item,omitempty"` // its id or address
	Items int    `json:"items"`          // how many the feed holds
	// Others are the pages of the feed's other items, the newest first, at most 20.
	Others []Link `json:"others,omitempty"`
}

// ClaimReview is somebody's published review of a claim (schema.org/ClaimReview). It is quoted, never judged.
type ClaimReview struct {
	Claim    string `json:"claim"`
	Claimant string `json:"claimant,omitempty"`
	Rating   string `json:"rating,omitempty"` // as its author words it
	Reviewer string `json:"reviewer,omitempty"`
	URL      string `json:"url,omitempty"`
}

// CaptionTrack is a caption file that a page links to.
type CaptionTrack struct {
	URL      string `json:"url"`
	Language string `json:"language,omitempty"`
	Label    string `json:"label,omitempty"`
	Kind     string `json:"kind,omitempty"` // captions, subtitles or transcript
	// Automatic: made by a machine. Captions that people made are preferred.
	Automatic bool `json:"automatic,omitempty"`
}

// Link is a hyperlink in the readable part of a page.
type Link struct {
	URL  string `json:"url"`
	Text string `json:"text,omitempty"`
	// Paragraph is the one that the link stands in, from 0, over the paragraphs of Source.Text.
	Paragraph int  `json:"paragraph,omitempty"`
	Sponsored bool `json:"sponsored,omitempty"` // the page says that somebody pays for the link
}

// Transcript is what the stage transcribe yields.
type Transcript struct {
	URL      string `json:"url"`              // of the caption file, or of the source itself
	Format   string `json:"format"`           // webvtt, srt, podcast_json, youtube, speech or text
	Origin   string `json:"origin,omitempty"` // manual or automatic captions, or the speech recognition that was used
	Language string `json:"language,omitempty"`
	Cues     []Cue  `json:"cues"`
	Text     string `json:"text"` // the cues as running text in paragraphs, without rolling duplicates
	// Anchors say where in the recording each paragraph of Text begins, in milliseconds. Empty: the text has no times.
	Anchors []int64 `json:"anchors,omitempty"`
	Limits  []Limit `json:"limits,omitempty"`
}

// Cue is one caption with its time anchors in milliseconds from the start.
type Cue struct {
	StartMS int64  `json:"start_ms"`
	EndMS   int64  `json:"end_ms"`
	Speaker string `json:"speaker,omitempty"`
	Text    string `json:"text"`
}
