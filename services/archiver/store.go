package archiver

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"autointel.example/services/archiver/archive"
	"autointel.example/services/archiver/postgres"
	"autointel.example/services/archiver/sqlite"
)

// Database says where the archive is.
type Database struct {
	URL     string `name:"database-url" env:"DATABASE_URL" placeholder:"URL" help:"PostgreSQL (postgres://...), for more than one archiver; by default SQLite in the data directory."`
	URLFile string `name:"database-url-file" env:"DATABASE_URL_FILE" placeholder:"FILE" help:"File that holds its address, if that has a password in it."`
	DataDir string `name:"data-dir" env:"AUTOINTEL_DATA_DIR" default:"./data" help:"Where the log, the archive and orphaned_results/ are."`

	Moving sqlite.Moving `kong:"-"` // hears how far Open is with a file of an earlier version; nil: nobody does
}

// ErrNoArchive says that there is no archive yet.
var ErrNoArchive = errors.New("there is no archive")

// Open opens the archive, or makes it.
func (d Database) Open(ctx context.Context) (archive.Store, error) {
	switch {
	case d.URL == "":
		return sqlite.OpenTelling(ctx, DatabasePath(d.DataDir), d.Moving)
	case strings.HasPrefix(d.URL, "postgres://"), strings.HasPrefix(d.URL, "postgresql://"):
		return postgres.Open(ctx, d.URL)
	}
	scheme, _, _ := strings.Cut(d.URL, ":")
	return nil, fmt.Errorf("DATABASE_URL: there is no archive of the kind %q; use postgres://..., or leave it out for SQLite", scheme)
}

// OpenExisting opens the archive if there is one, for commands that only look. Else the error wraps ErrNoArchive.
func (d Database) OpenExisting(ctx context.Context) (archive.Store, error) {
	if d.URL == "" {
		if _, err := os.Stat(DatabasePath(d.DataDir)); err != nil {
			return nil, fmt.Errorf("%w in %s: name its directory with --data-dir, or its database with --database-url", ErrNoArchive, d.DataDir)
		}
	}
	return d.Open(ctx)
}

// Name says where the archive is, without a password.
func (d Database) Name() string {
	if d.URL == "" {
		return DatabasePath(d.DataDir)
	}
	scheme, rest, _ := strings.Cut(d.URL, "://")
	if i := strings.LastIndex(rest, "@"); i >= 0 {
		rest = rest[i+1:]
	}
	return scheme + "://" + rest
}
