package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"maps"
	"slices"
	"strings"
	"sync"

	"autointel.example/services/archiver/archive"
)

// maxBatch bounds how many records one transaction keeps.
const maxBatch = 64

// ErrClosed says that the store was closed before a record was kept.
var ErrClosed = errors.New("the archive is closed")

// put is a record on its way into the file.
type put struct {
	ctx    context.Context
	record prepared
	done   chan error // buffered: who asked may have gone
}

// puts gathers the records that wait while a transaction is synced to the disk, and commits them together in the next: a
// sync costs the same for one record as for many. A record that waits alone is committed alone, at once.
type puts struct {
	waiting chan put
	closed  chan struct{}
	running sync.WaitGroup
}

func (p *puts) start(commit func(ctx context.Context, records []prepared) error) {
	p.waiting, p.closed = make(chan put), make(chan struct{})
	p.running.Go(func() {
		for {
			select {
			case first := <-p.waiting:
				p.handle(p.gather(first), commit)
			case <-p.closed:
				return
			}
		}
	})
}

func (p *puts) close() {
	close(p.closed)
	p.running.Wait()
}

// gather takes what waits already beside the first.
func (p *puts) gather(first put) []put {
	batch := []put{first}
	for len(batch) < maxBatch {
		select {
		case next := <-p.waiting:
			batch = append(batch, next)
		default:
			return batch
		}
	}
	return batch
}

// handle commits a batch. If that fails, each record is tried alone, so that one which cannot be kept keeps no other out.
func (p *puts) handle(batch []put, commit func(ctx context.Context, records []prepared) error) {
	if len(batch) > 1 {
		records := make([]prepared, len(batch))
		for i, b := range batch {
			records[i] = b.record
		}
		if commit(context.Background(), records) == nil { // no one's context ends the others' transaction
			for _, b := range batch {
				b.done <- nil
			}
			return
		}
	}
	for _, b := range batch {
		b.done <- commit(b.ctx, []prepared{b.record})
	}
}

// Put implements archive.Store. It returns when the record is on the disk.
func (s *Store) Put(ctx context.Context, r archive.Record) error {
	p := put{ctx, s.prepare(r), make(chan error, 1)}
	select {
	case s.puts.waiting <- p:
	case <-ctx.Done():
		return ctx.Err()
	case <-s.puts.closed:
		return ErrClosed
	}
	return <-p.done
}

// prepared is a record with all that can be made of it beside the one writer.
type prepared struct {
	archive.Record
	result []byte // compressed; nil: there is none
	words  string // split by spaces; empty: there are none
}

func (s *Store) prepare(r archive.Record) prepared {
	p := prepared{Record: r, words: strings.Join(r.Searchable(), " ")}
	if r.Result != nil {
		p.result = s.compress.EncodeAll(r.Result, make([]byte, 0, len(r.Result)/2))
	}
	return p
}

// commit keeps records in one transaction: all of them, or none.
func (s *Store) commit(ctx context.Context, records []prepared) error {
	tx, err := s.write.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // after a commit there is nothing to roll back
	if err := keep(ctx, tx, records); err != nil {
		return err
	}
	return tx.Commit()
}

func keep(ctx context.Context, tx *sql.Tx, records []prepared) error {
	fresh := map[int64]string{} // words by the id of their record
	for _, r := range records {
		id, with, err := insert(ctx, tx, r)
		if err != nil {
			return err
		}
		if with && r.words != "" {
			fresh[id] = r.words
		}
	}
	return eachWords(fresh, func(id int64, list string) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO words (rowid, list) VALUES (?, ?)`, id, list)
		return err
	})
}

// eachWords changes the index: after all else, in a row and in the order of ids. Anything else would have FTS5 write what it has
// gathered, each time as a segment of its own that has to be merged later.
func eachWords(words map[int64]string, change func(id int64, list string) error) error {
	for _, id := range slices.Sorted(maps.Keys(words)) {
		if err := change(id, words[id]); err != nil {
			return err
		}
	}
	return nil
}

// insert keeps one record, or adds what it has to say to the one there is. A result that is there stays, with its words;
// fresh says that this one came with the record.
func insert(ctx context.Context, tx *sql.Tx, r prepared) (id int64, fresh bool, err error) {
	err = tx.QueryRowContext(ctx, `
		INSERT INTO records (`+archive.Columns+`) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)
		ON CONFLICT (workflow_id) DO UPDATE SET
			title = CASE WHEN excluded.title <> '' THEN excluded.title ELSE title END,
			digest = CASE WHEN digest <> '' THEN digest ELSE excluded.digest END,
			undelivered = max(undelivered, excluded.undelivered),
			undelivered_reason = CASE WHEN undelivered_reason <> '' THEN undelivered_reason ELSE excluded.undelivered_reason END,
			file_path = CASE WHEN file_path <> '' THEN file_path ELSE excluded.file_path END
		RETURNING id`,
		r.WorkflowID, r.URL, r.Normalized, r.Depth, r.Outcome, r.Title, r.Stage, r.Reason, r.Message, r.UserID, r.GuildID, r.ChannelID, r.Private,
		archive.Millis(r.RequestedAt), archive.Millis(r.EndedAt), r.Digest, r.Undelivered, r.UndeliveredReason, r.FilePath, archive.Millis(r.ArchivedAt), archive.Millis(r.RetrievedAt),
	).Scan(&id)
	if err != nil || r.result == nil {
		return id, false, err
	}
	done, err := tx.ExecContext(ctx, `INSERT INTO results (id, content) VALUES (?, ?) ON CONFLICT DO NOTHING`, id, r.result)
	if err != nil {
		return id, false, err
	}
	n, err := done.RowsAffected()
	return id, n > 0, err
}
