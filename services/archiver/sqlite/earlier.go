package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"sync"

	"autointel.example/services/archiver/archive"
)

// moveEarlier moves the records of an earlier version, one batch a transaction, through the same door as new ones. What is
// left in the table "earlier" is what is left to do, so it goes on where it was interrupted.
func (s *Store) moveEarlier(ctx context.Context) error {
	for {
		var tables int
		err := s.write.QueryRowContext(ctx, `SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'earlier'`).Scan(&tables)
		if err != nil || tables == 0 {
			return err
		}
		if err := s.moveBatch(ctx); err != nil {
			return err
		}
	}
}

// moveBatch moves the oldest of what is left; if nothing is, it removes the table.
func (s *Store) moveBatch(ctx context.Context) error {
	tx, err := s.write.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // after a commit there is nothing to roll back
	records, err := readEarlier(ctx, tx)
	if err != nil {
		return err
	}
	if len(records) == 0 {
		if _, err := tx.ExecContext(ctx, `DROP TABLE earlier`); err != nil {
			return err
		}
		return tx.Commit()
	}
	batch := make([]prepared, len(records))
	var group sync.WaitGroup
	for i, r := range records {
		group.Go(func() { batch[i] = s.prepare(r) })
	}
	group.Wait()
	if err := keep(ctx, tx, batch); err != nil {
		return err
	}
	for _, r := range records {
		if _, err := tx.ExecContext(ctx, `DELETE FROM earlier WHERE workflow_id = ?`, r.WorkflowID); err != nil {
			return err
		}
	}
	return tx.Commit()
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
