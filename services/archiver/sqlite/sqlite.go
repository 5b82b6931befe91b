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
	"time"

	"github.com/klauspost/compress/zstd"
	"github.com/pressly/goose/v3"
	_ "modernc.org/sqlite" // the driver "sqlite"

	"autointel.example/services/archiver/archive"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Store is an archive.Store in a file.
type Store struct {
	write *sql.DB // one connection, so that writers queue here and not in SQLite
	read  *sql.DB
	puts  puts

	compress *zstd.Encoder
	expand   *zstd.Decoder
}

// Open opens the file, makes it if it does not exist, and brings its tables up to date. The file is readable by its
// owner alone. A file of a version before this one takes a while, some hundred records a second; if it is interrupted, by
// whatever, the next Open goes on where it stopped.
func Open(ctx context.Context, path string) (*Store, error) { return OpenTelling(ctx, path, nil) }

// OpenTelling is Open that tells how far it is with a file of a version before this one.
func OpenTelling(ctx context.Context, path string, moving Moving) (*Store, error) {
	s, err := open(ctx, path, moving)
	if err != nil {
		return nil, fmt.Errorf("archive %s: %w", path, err)
	}
	return s, nil
}

func open(ctx context.Context, path string, moving Moving) (*Store, error) {
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
	if s.compress, err = zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest)); err != nil {
		return nil, err
	}
	if s.expand, err = zstd.NewReader(nil); err != nil {
		return nil, err
	}
	if s.write, err = sql.Open("sqlite", dsn(path, false)); err != nil {
		return nil, err
	}
	s.write.SetMaxOpenConns(1)
	if s.read, err = sql.Open("sqlite", dsn(path, true)); err != nil {
		return nil, errors.Join(err, s.write.Close())
	}
	s.read.SetMaxOpenConns(4)
	if err := s.migrate(ctx, moving); err != nil {
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

func (s *Store) migrate(ctx context.Context, moving Moving) error {
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
	if err := up(ctx, p); err != nil {
		return err
	}
	return s.moveEarlier(ctx, moving)
}

// up brings the tables up to date. Another process may do the same at the same time, which each of the two can see as a failure of a
// migration that the other has just made: as long as they get on, it is tried again.
func up(ctx context.Context, p *goose.Provider) error {
	for {
		before, err := p.GetDBVersion(ctx)
		if err != nil {
			return err
		}
		if _, err = p.Up(ctx); err == nil {
			return nil
		}
		if after, failed := p.GetDBVersion(ctx); failed != nil || after == before {
			return err
		}
	}
}

// Close closes the file.
func (s *Store) Close() error {
	s.puts.close()
	return errors.Join(s.read.Close(), s.write.Close())
}

// Retrieved implements archive.Store.
func (s *Store) Retrieved(ctx context.Context, workflowID string, at time.Time) error {
	_, err := s.write.ExecContext(ctx, `UPDATE records SET retrieved_at = ? WHERE workflow_id = ? AND retrieved_at = 0`, archive.Millis(at), workflowID)
	return err
}

// Ping implements archive.Store: it takes the write lock, which fails on a full or a read-only disk.
func (s *Store) Ping(ctx context.Context) error {
	tx, err := s.write.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	return tx.Rollback()
}
