package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"

	"github.com/pressly/goose/v3"
)

// Copy writes the archive of a file, as it is at one moment, to another that must not exist. Others may write meanwhile.
func Copy(ctx context.Context, from, to string) (err error) {
	db, err := look(from)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	if f, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600); err != nil {
		return err
	} else if err := f.Close(); err != nil {
		return err
	}
	if _, err := db.ExecContext(ctx, `VACUUM INTO ?`, to); err != nil {
		return fmt.Errorf("copy %s: %w", from, err)
	}
	return nil
}

// State is what can be said of an archive's file without changing it.
type State struct {
	Version int64 // of its tables; newer than Newest: this program cannot read it
	Records int   // in the form of this version
	Earlier int   // in that of an earlier one: the next Open moves them
	Bytes   int64
}

// Inspect looks at a file and changes nothing. With check it reads all of it and reports damage.
func Inspect(ctx context.Context, path string, check bool) (s State, err error) {
	info, err := os.Stat(path)
	if err != nil {
		return s, err
	}
	s.Bytes = info.Size()
	db, err := look(path)
	if err != nil {
		return s, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	if check {
		var says string
		if err := db.QueryRowContext(ctx, `PRAGMA quick_check(1)`).Scan(&says); err != nil || says != "ok" {
			return s, fmt.Errorf("%s is damaged: %w", path, errors.Join(err, errors.New(says)))
		}
	}
	if err := db.QueryRowContext(ctx, `SELECT coalesce(max(version_id), 0) FROM goose_db_version WHERE is_applied`).Scan(&s.Version); err != nil {
		return s, fmt.Errorf("%s is no archive: %w", path, err)
	}
	for table, n := range map[string]*int{"records": &s.Records, "earlier": &s.Earlier} {
		var there int
		if err := db.QueryRowContext(ctx, `SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = ?`, table).Scan(&there); err != nil {
			return s, err
		}
		if there > 0 {
			if err := db.QueryRowContext(ctx, `SELECT count(*) FROM `+table).Scan(n); err != nil {
				return s, err
			}
		}
	}
	if s.Version < movedAt {
		s.Records, s.Earlier = 0, s.Records
	}
	return s, nil
}

// movedAt is the version since which results stand apart: records of files before it have to be moved.
const movedAt = 3

// Newest is the version that Open brings a file to.
func Newest() (int64, error) { return newest(migrations) }

func newest(files fs.FS) (int64, error) {
	names, err := fs.Glob(files, "migrations/*.sql")
	if err != nil {
		return 0, err
	}
	highest := int64(0)
	for _, name := range names {
		v, err := goose.NumericComponent(name)
		if err != nil {
			return 0, err
		}
		highest = max(highest, v)
	}
	return highest, nil
}

// look opens a file that exists for reading. It waits for nobody long, since writers do not keep readers out.
func look(path string) (*sql.DB, error) {
	if _, err := os.Stat(path); err != nil {
		return nil, err
	}
	return sql.Open("sqlite", "file:"+(&url.URL{Path: path}).EscapedPath()+"?_pragma=busy_timeout(5000)")
}
