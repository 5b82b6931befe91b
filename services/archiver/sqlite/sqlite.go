// Package sqlite keeps the archive in one SQLite file: WAL, synchronous FULL, one writer, and full text search.
package sqlite

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/pressly/goose/v3"
	_ "modernc.org/sqlite" // the driver "sqlite"

	"autointel.example/internal/weburl"
	"autointel.example/services/archiver/archive"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Store is an archive.Store in a file.
type Store struct {
	write *sql.DB // one connection, so that writers queue here and not in SQLite
	read  *sql.DB
	puts  puts
}

// Open opens the file, makes it if it does not exist, and brings its tables up to date. The file is readable by its
// owner alone.
func Open(ctx context.Context, path string) (*Store, error) {
	s, err := open(ctx, path)
	if err != nil {
		return nil, fmt.Errorf("archive %s: %w", path, err)
	}
	return s, nil
}

func open(ctx context.Context, path string) (*Store, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := f.Close(); err != nil {
		return nil, err
	}
	s := &Store{}
	if s.write, err = sql.Open("sqlite", dsn(path, false)); err != nil {
		return nil, err
	}
	s.write.SetMaxOpenConns(1)
	if s.read, err = sql.Open("sqlite", dsn(path, true)); err != nil {
		return nil, errors.Join(err, s.write.Close())
	}
	s.read.SetMaxOpenConns(4)
	if err := s.migrate(ctx); err != nil {
		return nil, errors.Join(err, s.read.Close(), s.write.Close())
	}
	s.puts.start(s.commit)
	return s, nil
}

func dsn(path string, readOnly bool) string {
	q := url.Values{"_pragma": {"busy_timeout(5000)", "journal_mode(WAL)", "synchronous(FULL)", "foreign_keys(ON)"}}
	if readOnly {
		q.Add("_pragma", "query_only(1)")
	} else {
		q.Set("_txlock", "immediate")
	}
	return "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + q.Encode()
}

func (s *Store) migrate(ctx context.Context) error {
	// A look at the schema finds a file that is no database. Looking through all of it would take minutes on a large one.
	var tables int
	if err := s.write.QueryRowContext(ctx, "SELECT count(*) FROM sqlite_master").Scan(&tables); err != nil {
		return fmt.Errorf("the file is damaged, or no database: restore it from a backup, or move it away to begin anew: %w", err)
	}
	dir, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	p, err := goose.NewProvider(goose.DialectSQLite3, s.write, dir)
	if err != nil {
		return err
	}
	_, err = p.Up(ctx)
	return err
}

// Close closes the file.
func (s *Store) Close() error {
	s.puts.close()
	return errors.Join(s.read.Close(), s.write.Close())
}

// columns of a record without its result, in the order of scan.
const columns = `workflow_id, url, normalized, depth, outcome, title, stage, reason, message, user_id, guild_id, channel_id, private,
	requested_at, ended_at, digest, undelivered, undelivered_reason, file_path, archived_at, retrieved_at`

// Get implements archive.Store.
func (s *Store) Get(ctx context.Context, workflowID string) (archive.Record, error) {
	var result []byte
	r, err := scan(s.read.QueryRowContext(ctx, `SELECT `+columns+`, result FROM records WHERE workflow_id = ?`, workflowID), &result)
	if errors.Is(err, sql.ErrNoRows) {
		return r, archive.ErrNotFound
	}
	r.Result = result
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
	if match := phrase(q.Words); match != "" {
		add("id IN (SELECT rowid FROM words WHERE words MATCH ?)", match)
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
	query := `SELECT ` + columns + ` FROM records`
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

// phrase makes a full text query of what somebody typed: every word must stand there, and no character is an operator.
func phrase(words string) string {
	var quoted []string
	for w := range strings.FieldsSeq(strings.ReplaceAll(words, "\x00", " ")) {
		quoted = append(quoted, `"`+strings.ReplaceAll(w, `"`, `""`)+`"`)
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
		r, err := scan(rows)
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

// Retrieved implements archive.Store.
func (s *Store) Retrieved(ctx context.Context, workflowID string, at time.Time) error {
	_, err := s.write.ExecContext(ctx, `UPDATE records SET retrieved_at = ? WHERE workflow_id = ? AND retrieved_at = 0`, archive.Millis(at), workflowID)
	return err
}

// Delete implements archive.Store.
func (s *Store) Delete(ctx context.Context, workflowID string) (bool, error) {
	tx, err := s.write.BeginTx(ctx, nil)
	if err != nil {
		return false, err
	}
	defer func() { _ = tx.Rollback() }() // after a commit there is nothing to roll back
	if _, err := tx.ExecContext(ctx, `DELETE FROM words WHERE rowid = (SELECT id FROM records WHERE workflow_id = ?)`, workflowID); err != nil {
		return false, err
	}
	done, err := tx.ExecContext(ctx, `DELETE FROM records WHERE workflow_id = ?`, workflowID)
	if err != nil {
		return false, err
	}
	n, err := done.RowsAffected()
	return n > 0, errors.Join(err, tx.Commit())
}

// Expire implements archive.Store.
func (s *Store) Expire(ctx context.Context, before time.Time, limit int) ([]archive.Record, error) {
	tx, err := s.write.BeginTx(ctx, nil)
	if err != nil {
		return nil, err
	}
	defer func() { _ = tx.Rollback() }() // after a commit there is nothing to roll back
	const old = `SELECT id FROM records WHERE ended_at < ? ORDER BY ended_at LIMIT ?`
	list, err := s.list(ctx, tx, `SELECT `+columns+` FROM records WHERE id IN (`+old+`)`, archive.Millis(before), limit)
	if err != nil {
		return nil, err
	}
	for _, statement := range []string{`DELETE FROM words WHERE rowid IN (` + old + `)`, `DELETE FROM records WHERE id IN (` + old + `)`} {
		if _, err := tx.ExecContext(ctx, statement, archive.Millis(before), limit); err != nil {
			return nil, err
		}
	}
	return list, tx.Commit()
}

// Count implements archive.Store.
func (s *Store) Count(ctx context.Context) (n int, err error) {
	err = s.read.QueryRowContext(ctx, `SELECT count(*) FROM records`).Scan(&n)
	return n, err
}

// Ping implements archive.Store: it takes the write lock, which fails on a full or a read-only disk.
func (s *Store) Ping(ctx context.Context) error {
	tx, err := s.write.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	return tx.Rollback()
}

type scanner interface{ Scan(dest ...any) error }

func scan(row scanner, more ...any) (archive.Record, error) {
	var r archive.Record
	var requested, ended, archived, retrieved int64
	err := row.Scan(append([]any{
		&r.WorkflowID, &r.URL, &r.Normalized, &r.Depth, &r.Outcome, &r.Title, &r.Stage, &r.Reason, &r.Message, &r.UserID, &r.GuildID, &r.ChannelID,
		&r.Private, &requested, &ended, &r.Digest, &r.Undelivered, &r.UndeliveredReason, &r.FilePath, &archived, &retrieved,
	}, more...)...)
	r.RequestedAt, r.EndedAt, r.ArchivedAt, r.RetrievedAt = archive.TimeOf(requested), archive.TimeOf(ended), archive.TimeOf(archived), archive.TimeOf(retrieved)
	return r, err
}
