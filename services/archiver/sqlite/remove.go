package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"sync"
	"time"

	"autointel.example/services/archiver/archive"
)

// Delete implements archive.Store.
func (s *Store) Delete(ctx context.Context, workflowID string) (bool, error) {
	gone, err := s.remove(ctx, `workflow_id = ?`, workflowID)
	return len(gone) > 0, err
}

// Expire implements archive.Store.
func (s *Store) Expire(ctx context.Context, before time.Time, limit int) ([]archive.Record, error) {
	return s.remove(ctx, `ended_at < ? ORDER BY ended_at LIMIT ?`, archive.Millis(before), limit)
}

// remove removes the records that a condition selects, with their results and words, in one transaction.
func (s *Store) remove(ctx context.Context, condition string, args ...any) ([]archive.Record, error) {
	tx, err := s.write.BeginTx(ctx, nil)
	if err != nil {
		return nil, err
	}
	defer func() { _ = tx.Rollback() }() // after a commit there is nothing to roll back
	list, err := s.list(ctx, tx, `SELECT `+archive.Columns+` FROM records WHERE `+condition, args...)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	words, err := s.indexed(ctx, tx, list)
	if err != nil {
		return nil, err
	}
	for _, r := range list {
		if _, err := tx.ExecContext(ctx, `DELETE FROM records WHERE workflow_id = ?`, r.WorkflowID); err != nil { // and its result
			return nil, err
		}
	}
	if err := eachWords(words, func(id int64, list string) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO words (words, rowid, list) VALUES ('delete', ?, ?)`, id, list)
		return err
	}); err != nil {
		return nil, err
	}
	return list, tx.Commit()
}

// indexed are the words of records by the ids of those that have some, made from their results again. If a title has changed
// since, its words stay behind in the index, of an id that is no one's.
func (s *Store) indexed(ctx context.Context, tx *sql.Tx, records []archive.Record) (map[int64]string, error) {
	ids, contents := make([]int64, len(records)), make([][]byte, len(records))
	for i, r := range records {
		err := tx.QueryRowContext(ctx, `SELECT id, content FROM records JOIN results USING (id) WHERE workflow_id = ?`, r.WorkflowID).Scan(&ids[i], &contents[i])
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return nil, err
		}
	}
	words := make([]string, len(records))
	var group sync.WaitGroup
	for i, r := range records {
		if contents[i] == nil {
			continue
		}
		group.Go(func() {
			if r.Result, _ = s.expand.DecodeAll(contents[i], nil); r.Result != nil { // one that is damaged has to go all the same
				words[i] = strings.Join(r.Searchable(), " ")
			}
		})
	}
	group.Wait()
	byID := map[int64]string{}
	for i, w := range words {
		if w != "" {
			byID[ids[i]] = w
		}
	}
	return byID, nil
}
