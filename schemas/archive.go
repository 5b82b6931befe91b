package schemas

import "time"

// The archive answers questions beside its events: a request on one of these subjects, JSON in and out. They stand outside
// of Root, or the log would keep the questions.
const (
	ServiceArchive = "autointel-archive" // as the tools for NATS services list it

	SubjectArchiveSearch   = ServiceArchive + ".search"
	SubjectArchiveSuggest  = ServiceArchive + ".suggest"
	SubjectArchiveEstimate = ServiceArchive + ".estimate"
	SubjectArchiveKnown    = ServiceArchive + ".known"
)

// ArchiveSearch asks for ended workflows, newest first: the requester's own, or with Guild those that were asked for in the
// guild the requester is in, as far as they may be seen: all but other people's private ones by who may manage the guild,
// their own by everybody else. Zero fields match everything. Answered by an ArchiveFound.
type ArchiveSearch struct {
	Requester Requester `json:"requester"`
	Guild     bool      `json:"guild,omitempty"`
	URL       string    `json:"url,omitempty"`
	Since     time.Time `json:"since,omitzero"`
	Words     string    `json:"words,omitempty"`
	Limit     int       `json:"limit,omitempty"` // default 20, at most 100
	// Where an earlier answer ended, to go on from there: its last entry.
	AfterEnded    time.Time `json:"after_ended,omitzero"`
	AfterWorkflow string    `json:"after_workflow,omitempty"`
}

// ArchiveSuggest asks which ended workflows the requester may mean who has typed so much: the beginning of an id, or a part
// of a title or an address. Everything that the requester may see is looked at. Answered by an ArchiveFound.
type ArchiveSuggest struct {
	Requester Requester `json:"requester"`
	Typed     string    `json:"typed,omitempty"`
	Limit     int       `json:"limit,omitempty"` // default 20, at most 100
}

// ArchiveFound is what the archive has, newest first.
type ArchiveFound struct {
	Entries []ArchiveEntry `json:"entries"`
}

// ArchiveEntry is an ended workflow without its report.
type ArchiveEntry struct {
	Workflow    string    `json:"workflow"`
	URL         string    `json:"url"`
	Depth       string    `json:"depth"`
	Outcome     string    `json:"outcome"` // completed, failed or cancelled
	Title       string    `json:"title,omitempty"`
	RequestedAt time.Time `json:"requested_at"`
	EndedAt     time.Time `json:"ended_at"`
	Undelivered bool      `json:"undelivered,omitempty"`
}

// ArchiveEstimate asks how long a workflow of a depth takes. Answered by an ArchiveEstimated.
type ArchiveEstimate struct {
	Depth string `json:"depth"`
}

// ArchiveEstimated is the median, from request to end, of the last completed workflows of a depth.
type ArchiveEstimated struct {
	Runs   int           `json:"runs"`   // how many it is taken from, at most 50; 0: nothing is known
	Median time.Duration `json:"median"` // nanoseconds
}

// ArchiveKnown asks what earlier reports say about themselves, for one that is being made: those of the address, those that
// mention one of the names, and the newest of all. The answer to a request that others see has only the reports of its guild that
// are not private; a private one, and one in a direct message, all that the requester may see. Answered by an ArchiveKnowledge.
type ArchiveKnown struct {
	Requester Requester `json:"requester"`
	URLs      []string  `json:"urls"`            // of the page, as it was asked for and where it was found; at most 4 are looked for
	Names     []string  `json:"names,omitempty"` // at most 8 are looked for
}

// ArchiveKnowledge are reports of completed workflows, newest first, at most 200.
type ArchiveKnowledge struct {
	Reports []KnownReport `json:"reports"`
	// Truncated: there are older reports, which were not looked at but for the address and the names.
	Truncated bool `json:"truncated,omitempty"`
}

// KnownReport is what a report says about its source, in short.
type KnownReport struct {
	Workflow    string    `json:"workflow"`
	URL         string    `json:"url"`
	SourceURL   string    `json:"source_url,omitempty"` // the page that was read, after redirects
	Title       string    `json:"title,omitempty"`
	SiteName    string    `json:"site_name,omitempty"`
	Authors     []string  `json:"authors,omitempty"`
	EndedAt     time.Time `json:"ended_at"`
	Digest      string    `json:"digest,omitempty"` // of the source
	Trust       *int      `json:"trust,omitempty"`
	Entities    []string  `json:"entities,omitempty"` // the most mentioned first, at most 40
	Fingerprint []uint32  `json:"fingerprint,omitempty"`
}

// Codes of errors that come instead of an answer, as NATS services send them.
const (
	AnswerBadQuestion = "400"
	AnswerUnavailable = "503"
)
