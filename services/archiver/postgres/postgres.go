// Package postgres keeps the archive in PostgreSQL, for installations with several archivers.
package postgres

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"

	"autointel.example/internal/weburl"
	"autointel.example/services/archiver/archive"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Store is an archive.Store in a database. Any number of archivers may use one: records of a workflow become one by the
// database's own uniqueness, and two sweeps take different rows.
type Store struct{ pool *pgxpool.Pool }

// Open connects to a database (postgres://...) and brings its tables up to date; of several that start at once, one does.
// Errors do not hold the password of the address.
func Open(ctx context.Context, url string) (*Store, error) {
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, errors.New("DATABASE_URL is not an address of a PostgreSQL database: it looks like postgres://user@host:5432/name")
	}
	name := fmt.Sprintf("archive postgres://%s:%d/%s", config.ConnConfig.Host, config.ConnConfig.Port, config.ConnConfig.Database)
	config.MaxConns = max(config.MaxConns, 8)
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if err := migrate(ctx, pool); err != nil {
		pool.Close()
		return nil, fmt.Errorf("%s: %w: is the database running, and does DATABASE_URL fit it?", name, err)
	}
	return &Store{pool}, nil
}

func migrate(ctx context.Context, pool *pgxpool.Pool) error {
	dir, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	locker, err := lock.NewPostgresSessionLocker()
	if err != nil {
		return err
	}
	db := stdlib.OpenDBFromPool(pool)
	p, err := goose.NewProvider(goose.DialectPostgres, db, dir, goose.WithSessionLocker(locker))
	if err == nil {
		_, err = p.Up(ctx)
	}
	return errors.Join(err, db.Close())
}

// Close closes the connections.
func (s *Store) Close() error {
	s.pool.Close()
	return nil
}

// Put implements archive.Store.
func (s *Store) Put(ctx context.Context, r archive.Record) error {
	_, err := s.pool.Exec(ctx, `
		INSERT INTO records AS old (`+archive.Columns+`, result, words)
		VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,$17,$18,$19,$20,$21,$22,array_to_tsvector($23))
		ON CONFLICT (workflow_id) DO UPDATE SET
			title = CASE WHEN excluded.title <> '' THEN excluded.title ELSE old.title END,
			result = coalesce(old.result, excluded.result),
			words = coalesce(old.words, excluded.words),
			digest = CASE WHEN old.digest <> '' THEN old.digest ELSE excluded.digest END,
			undelivered = old.undelivered OR excluded.undelivered,
			undelivered_reason = CASE WHEN old.undelivered_reason <> '' THEN old.undelivered_reason ELSE excluded.undelivered_reason END,
			file_path = CASE WHEN old.file_path <> '' THEN old.file_path ELSE excluded.file_path END`,
		r.WorkflowID, clean(r.URL), clean(r.Normalized), clean(r.Depth), r.Outcome, clean(r.Title), r.Stage, r.Reason, clean(r.Message), r.UserID, r.GuildID,
		r.ChannelID, r.Private, archive.Millis(r.RequestedAt), archive.Millis(r.EndedAt), r.Digest, r.Undelivered, r.UndeliveredReason, r.FilePath, archive.Millis(r.ArchivedAt), archive.Millis(r.RetrievedAt),
		r.Result, r.Searchable()) // without a result NULL, so that a record with words keeps its own
	return err
}

// clean takes out what the database does not take as text.
func clean(s string) string { return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "") }

// Get implements archive.Store.
func (s *Store) Get(ctx context.Context, workflowID string) (archive.Record, error) {
	rows, err := s.pool.Query(ctx, `SELECT `+archive.Columns+`, result FROM records WHERE workflow_id = $1`, workflowID)
	if err != nil {
		return archive.Record{}, err
	}
	var result []byte
	r, err := pgx.CollectExactlyOneRow(rows, func(row pgx.CollectableRow) (archive.Record, error) { return archive.Scan(row, &result) })
	if errors.Is(err, pgx.ErrNoRows) {
		return r, archive.ErrNotFound
	}
	r.Result = result
	return r, err
}

// Find implements archive.Store.
func (s *Store) Find(ctx context.Context, q archive.Query) ([]archive.Record, error) {
	where := []string{"true"}
	var args []any
	add := func(condition string, arg any) {
		args = append(args, arg)
		where = append(where, fmt.Sprintf(condition, len(args)))
	}
	if q.UserID != "" {
		add("user_id = $%d", q.UserID)
	}
	if q.GuildID != "" {
		add("guild_id = $%d", q.GuildID)
	}
	if q.URL != "" {
		add("normalized = $%d", clean(weburl.Normalize(q.URL)))
	}
	if !q.Since.IsZero() {
		add("ended_at >= $%d", archive.Millis(q.Since))
	}
	if q.Undelivered {
		where = append(where, "undelivered")
	}
	if q.Unretrieved {
		where = append(where, "retrieved_at = 0")
	}
	if !q.Until.IsZero() {
		add("ended_at < $%d", archive.Millis(q.Until))
	}
	if q.After.WorkflowID != "" {
		args = append(args, archive.Millis(q.After.EndedAt), q.After.WorkflowID)
		where = append(where, fmt.Sprintf("(ended_at, workflow_id) < ($%d, $%d)", len(args)-1, len(args)))
	}
	if strings.TrimSpace(q.Words) != "" {
		add("words @@ $%d::tsquery", match(q.Words))
	}
	if q.Typed != "" {
		args = append(args, like.Replace(clean(q.Typed))+"%")
		n := len(args)
		where = append(where, fmt.Sprintf("(workflow_id LIKE $%d OR title ILIKE '%%' || $%d OR url ILIKE '%%' || $%d)", n, n, n))
	}
	if v := q.Viewer; v != nil {
		if v.ManageGuild && v.GuildID != "" { // as archive.Allowed
			args = append(args, v.UserID, v.GuildID)
			where = append(where, fmt.Sprintf("(user_id = $%d OR guild_id = $%d AND NOT private)", len(args)-1, len(args)))
		} else {
			add("user_id = $%d", v.UserID)
		}
	}
	if q.Limit <= 0 {
		q.Limit = 20
	}
	add("true ORDER BY ended_at DESC, workflow_id DESC LIMIT $%d", q.Limit)
	rows, err := s.pool.Query(ctx, `SELECT `+archive.Columns+` FROM records WHERE `+strings.Join(where, " AND "), args...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (archive.Record, error) { return archive.Scan(row) })
}

// like takes the meaning from the characters that are wildcards of LIKE.
var like = strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`)

// Durations implements archive.Store.
func (s *Store) Durations(ctx context.Context, depth string, limit int) ([]time.Duration, error) {
	rows, err := s.pool.Query(ctx, `
		SELECT ended_at - requested_at FROM records
		WHERE depth = $1 AND outcome = 'completed' AND requested_at > 0 AND ended_at >= requested_at ORDER BY ended_at DESC LIMIT $2`, clean(depth), limit)
	if err != nil {
		return nil, err
	}
	took, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	list := make([]time.Duration, len(took))
	for i, ms := range took {
		list[i] = time.Duration(ms) * time.Millisecond
	}
	return list, err
}

// Retrieved implements archive.Store.
func (s *Store) Retrieved(ctx context.Context, workflowID string, at time.Time) error {
	_, err := s.pool.Exec(ctx, `UPDATE records SET retrieved_at = $2 WHERE workflow_id = $1 AND retrieved_at = 0`, workflowID, archive.Millis(at))
	return err
}

// Delete implements archive.Store.
func (s *Store) Delete(ctx context.Context, workflowID string) (bool, error) {
	done, err := s.pool.Exec(ctx, `DELETE FROM records WHERE workflow_id = $1`, workflowID)
	return done.RowsAffected() > 0, err
}

// Expire implements archive.Store. Rows that another archiver is removing are left to it.
func (s *Store) Expire(ctx context.Context, before time.Time, limit int) ([]archive.Record, error) {
	rows, err := s.pool.Query(ctx, `
		WITH gone AS (DELETE FROM records WHERE id IN
			(SELECT id FROM records WHERE ended_at < $1 ORDER BY ended_at LIMIT $2 FOR UPDATE SKIP LOCKED) RETURNING *)
		SELECT `+archive.Columns+` FROM gone ORDER BY ended_at`, archive.Millis(before), limit)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (archive.Record, error) { return archive.Scan(row) })
}

// Count implements archive.Store.
func (s *Store) Count(ctx context.Context) (n int, err error) {
	err = s.pool.QueryRow(ctx, `SELECT count(*) FROM records`).Scan(&n)
	return n, err
}

// Ping implements archive.Store: it writes nothing, but begins to, which fails on a standby or a read-only database.
func (s *Store) Ping(ctx context.Context) error {
	_, err := s.pool.Exec(ctx, `UPDATE records SET title = title WHERE false`)
	return err
}
