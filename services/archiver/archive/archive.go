// Package archive is the noun that the archiver keeps: a record of every ended workflow, and what a store of records
// must do. It decides and stores nothing itself.
package archive

import (
	"context"
	"errors"
	"slices"
	"time"

	"autointel.example/schemas"
)

// Record is an ended workflow as the archive knows it. There is one per workflow.
type Record struct {
	WorkflowID  string
	URL         string
	Normalized  string // weburl.Normalize(URL), for finding
	Depth       string
	Outcome     string // completed, failed or cancelled
	Title       string
	Stage       string // of a failure, with its reason and message
	Reason      string
	Message     string
	UserID      string
	GuildID     string
	ChannelID   string
	Private     bool
	RequestedAt time.Time
	EndedAt     time.Time
	Digest      string // of Result, sha256 in lower-case hex
	Result      []byte // the report as JSON, exactly as it was made, found by the words of its Markdown; nil: there is none

	Undelivered       bool
	UndeliveredReason string
	FilePath          string
	ArchivedAt        time.Time
	RetrievedAt       time.Time // zero: not yet
}

// ErrNotFound says that there is no such record.
var ErrNotFound = errors.New("no such record")

// Query describes records to find. Zero fields match everything.
type Query struct {
	UserID      string
	GuildID     string
	URL         string // normalized before it is compared
	Since       time.Time
	Words       string
	Undelivered bool
	Unretrieved bool
	Until       time.Time          // ended before
	Typed       string             // the beginning of the id, or a part of the title or the address
	Viewer      *schemas.Requester // only what this person may see, as Allowed says; nil: everything
	After       Cursor             // the place in the list after which to go on
	Limit       int                // default 20
}

// Cursor is a place in a list of records, newest first: the last one that was seen.
type Cursor struct {
	EndedAt    time.Time
	WorkflowID string
}

// Cursor returns the place of a record.
func (r Record) Cursor() Cursor { return Cursor{r.EndedAt, r.WorkflowID} }

// Store keeps records. Every implementation passes the suite in package conformance.
type Store interface {
	// Put keeps a record. Of a workflow that has one already it adds what is new: an undelivered mark and a result, once
	// there, stay, in whatever order and however often records of it are put.
	Put(ctx context.Context, r Record) error
	// Get returns a record with its result, or ErrNotFound.
	Get(ctx context.Context, workflowID string) (Record, error)
	// Find returns records without their results, newest first.
	Find(ctx context.Context, q Query) ([]Record, error)
	// Durations returns how long the last completed workflows of a depth took from request to end, newest first.
	Durations(ctx context.Context, depth string, limit int) ([]time.Duration, error)
	// Retrieved notes that a record was shown to somebody who asked for it.
	Retrieved(ctx context.Context, workflowID string, at time.Time) error
	// Delete removes a record, and says whether there was one.
	Delete(ctx context.Context, workflowID string) (bool, error)
	// Expire removes the records of workflows that ended before a time, at most limit, and returns them without results.
	Expire(ctx context.Context, before time.Time, limit int) ([]Record, error)
	// Count says how many records there are.
	Count(ctx context.Context) (int, error)
	// Ping says whether the store can be written to.
	Ping(ctx context.Context) error
	Close() error
}

// Allowed reports whether somebody may see a record: its requester, and who may manage the guild it was asked in,
// unless it is private. To everyone else it does not exist.
func Allowed(r Record, who schemas.Requester) bool {
	if r.UserID == who.UserID {
		return true
	}
	return who.ManageGuild && !r.Private && r.GuildID != "" && r.GuildID == who.GuildID
}

// Median returns the middle of durations, the mean of the two in the middle of an even number; of none it is zero.
func Median(durations []time.Duration) time.Duration {
	n := len(durations)
	if n == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(durations))
	if n%2 == 1 {
		return sorted[n/2]
	}
	return sorted[n/2-1] + (sorted[n/2]-sorted[n/2-1])/2
}

// Retrieval is the answer to somebody who asks for a result: the record, or why there is none.
type Retrieval struct {
	Record  Record
	Refused string // not_found, not_finished or expired; empty: granted
}

// Reasons of a refusal.
const (
	NotFound    = "not_found" // also when it is somebody else's
	NotFinished = "not_finished"
	GoneByAge   = "expired"
)

// Decide answers somebody who asks for a workflow's result. found is whether the archive has it, running whether the log
// knows the workflow as the requester's own and not ended.
func Decide(r Record, found, running bool, who schemas.Requester, now time.Time, retention time.Duration) Retrieval {
	switch {
	case found && !Allowed(r, who):
		return Retrieval{Refused: NotFound}
	case found && now.Sub(r.EndedAt) > retention:
		return Retrieval{Refused: GoneByAge}
	case found:
		return Retrieval{Record: r}
	case running:
		return Retrieval{Refused: NotFinished}
	}
	return Retrieval{Refused: NotFound}
}
