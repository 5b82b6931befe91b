// Package transfer moves archives: from one store to another as lines of JSON, and from the system before this one out of
// the files it left behind.
package transfer

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"autointel.example/internal/weburl"
	"autointel.example/services/archiver/archive"
)

// line is a record as it travels: one JSON document a line. The result travels as bytes (base64), so it arrives exactly as
// it was made.
type line struct {
	WorkflowID        string    `json:"workflow_id"`
	URL               string    `json:"url"`
	Depth             string    `json:"depth"`
	Outcome           string    `json:"outcome"`
	Title             string    `json:"title,omitempty"`
	Stage             string    `json:"stage,omitempty"`
	Reason            string    `json:"reason,omitempty"`
	Message           string    `json:"message,omitempty"`
	UserID            string    `json:"user_id,omitempty"`
	GuildID           string    `json:"guild_id,omitempty"`
	ChannelID         string    `json:"channel_id,omitempty"`
	Private           bool      `json:"private,omitempty"`
	RequestedAt       time.Time `json:"requested_at,omitzero"`
	EndedAt           time.Time `json:"ended_at"`
	Digest            string    `json:"digest,omitempty"`
	Result            []byte    `json:"result,omitempty"`
	Undelivered       bool      `json:"undelivered,omitempty"`
	UndeliveredReason string    `json:"undelivered_reason,omitempty"`
	FilePath          string    `json:"file_path,omitempty"`
	ArchivedAt        time.Time `json:"archived_at,omitzero"`
	RetrievedAt       time.Time `json:"retrieved_at,omitzero"`
}

func lineOf(r archive.Record) line {
	return line{
		r.WorkflowID, r.URL, r.Depth, r.Outcome, r.Title, r.Stage, r.Reason, r.Message, r.UserID, r.GuildID, r.ChannelID, r.Private, r.RequestedAt, r.EndedAt,
		r.Digest, r.Result, r.Undelivered, r.UndeliveredReason, r.FilePath, r.ArchivedAt, r.RetrievedAt,
	}
}

func (l line) record() archive.Record {
	return archive.Record{
		WorkflowID: l.WorkflowID, URL: l.URL, Normalized: weburl.Normalize(l.URL), Depth: l.Depth, Outcome: l.Outcome, Title: l.Title, Stage: l.Stage,
		Reason: l.Reason, Message: l.Message, UserID: l.UserID, GuildID: l.GuildID, ChannelID: l.ChannelID, Private: l.Private, RequestedAt: l.RequestedAt,
		EndedAt: l.EndedAt, Digest: l.Digest, Result: l.Result, Undelivered: l.Undelivered,
		UndeliveredReason: l.UndeliveredReason, FilePath: l.FilePath, ArchivedAt: l.ArchivedAt, RetrievedAt: l.RetrievedAt,
	}
}

// pageSize is how many records are looked up at a time; each result is read by itself, so the memory is bounded.
const pageSize = 200

// Export writes every record that a query finds, newest first, and says how many there were. Each, if not nil, is told of
// every one.
func Export(ctx context.Context, store archive.Store, q archive.Query, w io.Writer, each func(n int)) (int, error) {
	encoder := json.NewEncoder(w)
	n := 0
	for q.Limit = pageSize; ; {
		page, err := store.Find(ctx, q)
		if err != nil || len(page) == 0 {
			return n, err
		}
		for _, found := range page {
			r, err := store.Get(ctx, found.WorkflowID)
			if errors.Is(err, archive.ErrNotFound) {
				continue // removed by age meanwhile
			}
			if err != nil {
				return n, err
			}
			if err := encoder.Encode(lineOf(r)); err != nil {
				return n, err
			}
			n++
			if each != nil {
				each(n)
			}
		}
		q.After = page[len(page)-1].Cursor()
	}
}

// maxLine bounds a line, in bytes: the largest report and its base64.
const maxLine = 64 << 20

// Import puts records that Export has written and says how many. It may be repeated: records that are there stay one. Lines
// that cannot be read are reported, each by its number, and do not keep the others out.
func Import(ctx context.Context, store archive.Store, r io.Reader, each func(n int)) (int, error) {
	scanner := bufio.NewScanner(r)
	scanner.Buffer(make([]byte, 0, 1<<20), maxLine)
	var bad []error
	n, number := 0, 0
	for scanner.Scan() {
		number++
		if len(scanner.Bytes()) == 0 {
			continue
		}
		var l line
		err := json.Unmarshal(scanner.Bytes(), &l)
		if err == nil && (l.WorkflowID == "" || l.EndedAt.IsZero()) {
			err = errors.New("workflow_id or ended_at is missing")
		}
		if err != nil {
			bad = append(bad, fmt.Errorf("line %d: %w", number, err))
			continue
		}
		record := l.record()
		if err := store.Put(ctx, record); err != nil {
			return n, errors.Join(append(bad, fmt.Errorf("line %d: %w", number, err))...)
		}
		if !l.RetrievedAt.IsZero() {
			if err := store.Retrieved(ctx, l.WorkflowID, l.RetrievedAt); err != nil {
				return n, err
			}
		}
		n++
		if each != nil {
			each(n)
		}
	}
	return n, errors.Join(append(bad, scanner.Err())...)
}
