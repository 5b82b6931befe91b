package postgres

import (
	"context"
	"errors"
	"io/fs"

	"github.com/jackc/pgx/v5"
	"github.com/pressly/goose/v3"
)

// State is what can be said of a database without changing it.
type State struct {
	Version int64 // of its tables; 0: there are none yet
	Records int
	Bytes   int64
}

// Inspect looks at a database and changes nothing. Errors do not hold the password of the address.
func Inspect(ctx context.Context, url string) (s State, err error) {
	config, err := pgx.ParseConfig(url)
	if err != nil {
		return s, errors.New("DATABASE_URL is not an address of a PostgreSQL database: it looks like postgres://user@host:5432/name")
	}
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return s, err
	}
	defer func() { err = errors.Join(err, conn.Close(ctx)) }()
	var there bool
	if err := conn.QueryRow(ctx, `SELECT to_regclass('goose_db_version') IS NOT NULL`).Scan(&there); err != nil || !there {
		return s, err
	}
	return s, conn.QueryRow(ctx, `
		SELECT coalesce((SELECT max(version_id) FROM goose_db_version WHERE is_applied), 0), (SELECT count(*) FROM records), pg_total_relation_size('records')`,
	).Scan(&s.Version, &s.Records, &s.Bytes)
}

// Newest is the version that Open brings a database to.
func Newest() (int64, error) {
	names, err := fs.Glob(migrations, "migrations/*.sql")
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
