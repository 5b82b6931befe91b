package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"sync"

	"autointel.example/services/archiver/archive"
)

// Moving is told how many records of an earlier version were moved since the file was opened, and how many are left.
type Moving func(moved, left int)

// moveEarlier moves the records of an earlier version, one batch a transaction, through the same door as new ones. What is
// left in the table "earlier" is what is left to do, so it goes on where it was interrupted.
func (s *Store) moveEarlier(ctx context.Context, moving Moving) error {
	for moved, left := 0, unknown; ; {
		n, before, err := s.moveBatch(ctx, left)
		if err != nil || n == 0 {
			return err
		}
		moved, left = moved+n, before-n
		if moving != nil {
			moving(moved, left)
		}
	}
}

// unknown is how many are left before they were counted.
const unknown = -1

// moveBatch moves the oldest of what is left, and says how many those were, and how many were left before: counted, unless that is known.
// If nothing is left it removes the table. Another process may do the same meanwhile.
func (s *Store) moveBatch(ctx context.Context, left int) (moved, before int, err error) {
	tx, err := s.write.BeginTx(ctx, nil)
	if err != nil {
		return 0, 0, err
	}
	defer func() { _ = tx.Rollback() }() // after a commit there is nothing to roll back
	var tables int
	err = tx.QueryRowContext(ctx, `SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'earlier'`).Scan(&tables)
	if err != nil || tables == 0 {
		return 0, 0, err
	}
	if left == unknown {
		if err := tx.QueryRowContext(ctx, `SELECT count(*) FROM earlier`).Scan(&left); err != nil {
			return 0, 0, err
		}
	}
	records, err := readEarlier(ctx, tx)
	if err != nil {
		return 0, 0, err
	}
	if len(records) == 0 {
		if _, err := tx.ExecContext(ctx, `DROP TABLE earlier`); err != nil {
			return 0, 0, err
		}
		return 0, 0, tx.Commit()
	}
	batch := make([]prepared, len(records))
	var group sync.WaitGroup
	for i, r := range records {
		group.Go(func() { batch[i] = s.prepare(r) })
	}
	group.Wait()
	if err := keep(ctx, tx, batch); err != nil {
		return 0, 0, err
	}
	for _, r := range records {
		if _, err := tx.ExecContext(ctx, `DELETE FROM earlier WHERE workflow_id = ?`, r.WorkflowID); err != nil {
			return 0, 0, err
		}
	}
	return len(records), left, tx.Commit()
}

func readEarlier(ctx context.Context, tx *sql.Tx) (records []archive.Record, err error) {
	const oldest = `SELECT ` + archive.Columns + `, result FROM earlier ORDER BY id LIMIT ?`
	rows, err := tx.QueryContext(ctx, oldest, maxBatch)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var result []byte
		r, err := archive.Scan(rows, &result)
		if err != nil {
			return nil, err
		}
		r.Result = result
		records = append(records, r)
	}
	return records, rows.Err()
}
