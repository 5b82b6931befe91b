package ingest

import (
	"context"
	"log/slog"
	"sync/atomic"
	"time"
)

// From crowdedAt of the log's size on no new workflow begins: the rest is for those that run, whose events are never refused as
// long as there is room. roomEvery is how often the log is asked; no command asks it.
const (
	crowdedAt = 0.8
	roomEvery = 2 * time.Second
)

// room knows whether the log has room for new workflows. Its zero value has.
type room struct{ crowded atomic.Bool }

// watch keeps it fresh until the context ends. What cannot be found out changes nothing: the append itself has the last word.
func (r *room) watch(ctx context.Context, fullness func(context.Context) (float64, error), every time.Duration, logger *slog.Logger) {
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for {
		if share, err := fullness(ctx); err == nil {
			crowded := share >= crowdedAt
			if r.crowded.Swap(crowded) != crowded {
				logger.Warn("whether new commands are taken has changed, by how full the event log is", "percent", int(100*share), "taken", !crowded)
			}
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return
		}
	}
}
