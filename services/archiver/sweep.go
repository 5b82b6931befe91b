package archiver

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"autointel.example/internal/jetstream"
	"autointel.example/schemas"
	"autointel.example/services/archiver/archive"
)

// How often, and how many at once, old records are removed.
const (
	sweepEvery = time.Hour
	sweepBatch = 100 // new records wait for one such batch
)

// remindBefore is how long before its removal a requester is reminded of a result that was never retrieved. With a
// retention of less than twice that there is no reminder: it would follow the notice.
const remindBefore = 3 * 24 * time.Hour

// Remind says of every kept result that will be removed before long and was never retrieved that it will. It is said once,
// however often the sweep comes by.
func (s *Service) Remind(ctx context.Context) error {
	if s.Retention < 2*remindBefore {
		return nil
	}
	oldest, newest := s.Now().Add(-s.Retention), s.Now().Add(remindBefore-s.Retention)
	q := archive.Query{Undelivered: true, Unretrieved: true, Since: oldest, Until: newest, Limit: sweepBatch}
	for {
		page, err := s.Store.Find(ctx, q)
		if err != nil || len(page) == 0 {
			return err
		}
		for _, r := range page {
			if err := s.remind(ctx, r); err != nil {
				return err
			}
		}
		q.After = page[len(page)-1].Cursor()
	}
}

func (s *Service) remind(ctx context.Context, r archive.Record) error {
	data := schemas.ResultExpiring{RetrievalCommand: schemas.RetrievalCommand(r.WorkflowID), ExpiresAt: r.EndedAt.Add(s.Retention), Title: r.Title}
	if seq, err := s.Client.LastSeq(ctx, schemas.SubjectOf(r.WorkflowID, data)); err != nil || seq > 0 {
		return err
	}
	wc, err := json.Marshal(schemas.Context{URL: r.URL, Depth: r.Depth, Requester: schemas.Requester{
		UserID: r.UserID, GuildID: r.GuildID, ChannelID: r.ChannelID, Private: r.Private,
	}})
	if err != nil {
		return err
	}
	_, err = s.Client.Append(ctx, schemas.Event{Workflow: r.WorkflowID, Context: wc, Data: data})
	if _, taken := jetstream.Taken(err); taken {
		return nil
	}
	return err
}

// sweeping removes what is too old, now and every hour, until the context ends.
func (s *Service) sweeping(ctx context.Context) {
	ticker := time.NewTicker(sweepEvery)
	defer ticker.Stop()
	for {
		if err := s.Remind(ctx); err != nil && ctx.Err() == nil {
			s.Logger.Error("reminders could not be sent; the next sweep tries again", "error", err)
		}
		if n, err := s.Sweep(ctx); err != nil && ctx.Err() == nil {
			s.Logger.Error("old results could not be removed; the next sweep tries again", "error", err)
		} else if n > 0 {
			s.Logger.Info("old results removed", "records", n)
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return
		}
	}
}

// Sweep removes every record whose workflow ended more than the retention ago, with its file, and says how many.
func (s *Service) Sweep(ctx context.Context) (int, error) {
	total := 0
	for {
		gone, err := s.Store.Expire(ctx, s.Now().Add(-s.Retention), sweepBatch)
		if err != nil {
			return total, err
		}
		var errs []error
		for _, r := range gone {
			if r.FilePath != "" {
				errs = append(errs, s.Files.Remove(r.WorkflowID))
			}
		}
		total += len(gone)
		if err := errors.Join(errs...); err != nil || len(gone) < sweepBatch {
			s.count(ctx)
			return total, err
		}
	}
}
