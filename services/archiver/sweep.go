package archiver

import (
	"context"
	"errors"
	"time"
)

// How often, and how many at once, old records are removed.
const (
	sweepEvery = time.Hour
	sweepBatch = 500
)

// sweeping removes what is too old, now and every hour, until the context ends.
func (s *Service) sweeping(ctx context.Context) {
	ticker := time.NewTicker(sweepEvery)
	defer ticker.Stop()
	for {
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
