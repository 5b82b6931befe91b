package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"autointel.example/internal/weburl"
	"autointel.example/services/archiver/archive"
)

// Get implements archive.Store.
func (s *Store) Get(ctx context.Context, workflowID string) (archive.Record, error) {
	var result []byte
	r, err := archive.Scan(s.read.QueryRowContext(ctx, `SELECT `+archive.Columns+`, content FROM records LEFT JOIN results USING (id) WHERE workflow_id = ?`, workflowID), &result)
	if errors.Is(err, sql.ErrNoRows) {
		return r, archive.ErrNotFound
	}
	if err == nil && result != nil {
		if r.Result, err = s.expand.DecodeAll(result, nil); err != nil {
			err = fmt.Errorf("the result of %s is damaged: %w", workflowID, err)
		}
	}
	return r, err
}

// Find implements archive.Store.
func (s *Store) Find(ctx context.Context, q archive.Query) ([]archive.Record, error) {
	var where []string
	var args []any
	add := func(condition string, arg ...any) {
		where = append(where, condition)
		args = append(args, arg...)
	}
	if q.UserID != "" {
		add("user_id = ?", q.UserID)
	}
	if q.GuildID != "" {
		add("guild_id = ?", q.GuildID)
	}
	if q.URL != "" {
		add("normalized = ?", weburl.Normalize(q.URL))
	}
	if !q.Since.IsZero() {
		add("ended_at >= ?", archive.Millis(q.Since))
	}
	if q.Undelivered {
		add("undelivered = 1")
	}
	if q.Unretrieved {
		add("retrieved_at = 0")
	}
	if !q.Until.IsZero() {
		add("ended_at < ?", archive.Millis(q.Until))
	}
	if q.After.WorkflowID != "" {
		add("(ended_at, workflow_id) < (?, ?)", archive.Millis(q.After.EndedAt), q.After.WorkflowID)
	}
	if strings.TrimSpace(q.Words) != "" {
		add("id IN (SELECT rowid FROM words WHERE words MATCH ?)", match(q.Words))
	}
	if q.Typed != "" {
		part := like.Replace(q.Typed) + "%"
		add(`(workflow_id LIKE ? ESCAPE '\' OR title LIKE ? ESCAPE '\' OR url LIKE ? ESCAPE '\')`, part, "%"+part, "%"+part)
	}
	if v := q.Viewer; v != nil {
		if v.ManageGuild && v.GuildID != "" { // as archive.Allowed
			add("(user_id = ? OR guild_id = ? AND private = 0)", v.UserID, v.GuildID)
		} else {
			add("user_id = ?", v.UserID)
		}
	}
	query := `SELECT ` + archive.Columns + ` FROM records`
	if len(where) > 0 {
		query += " WHERE " + strings.Join(where, " AND ")
	}
	if q.Limit <= 0 {
		q.Limit = 20
	}
	return s.list(ctx, s.read, query+" ORDER BY ended_at DESC, workflow_id DESC LIMIT ?", append(args, q.Limit)...)
}

// like takes the meaning from the characters that are wildcards of LIKE.
var like = strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`, "\x00", "")

// match makes a full text query of what somebody typed: every word must stand there, and no character is an operator. What
// was typed without a word in it matches nothing.
func match(typed string) string {
	var quoted []string
	for w := range archive.Words(typed) {
		quoted = append(quoted, `"`+archive.Fold(w)+`"`)
	}
	if len(quoted) == 0 {
		return `""`
	}
	return strings.Join(quoted, " ")
}

type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

func (s *Store) list(ctx context.Context, db querier, query string, args ...any) (list []archive.Record, err error) {
	rows, err := db.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		r, err := archive.Scan(rows)
		if err != nil {
			return nil, err
		}
		list = append(list, r)
	}
	return list, rows.Err()
}

// Durations implements archive.Store.
func (s *Store) Durations(ctx context.Context, depth string, limit int) (list []time.Duration, err error) {
	rows, err := s.read.QueryContext(ctx, `
		SELECT ended_at - requested_at FROM records
		WHERE depth = ? AND outcome = 'completed' AND requested_at > 0 AND ended_at >= requested_at ORDER BY ended_at DESC LIMIT ?`, depth, limit)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var took int64
		if err := rows.Scan(&took); err != nil {
			return nil, err
		}
		list = append(list, time.Duration(took)*time.Millisecond)
	}
	return list, rows.Err()
}

// Count implements archive.Store.
func (s *Store) Count(ctx context.Context) (n int, err error) {
	err = s.read.QueryRowContext(ctx, `SELECT count(*) FROM records`).Scan(&n)
	return n, err
}
