package ingest

import (
	"context"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"autointel.example/internal/jetstream"
	"autointel.example/schemas"
)

// commandWorkflows shows what runs and what has ended.
var commandWorkflows = command{
	name: same("workflows"),
	description: words{
		"Show what runs for you and what has ended",
		"Zeigen, was für dich läuft und was fertig ist",
		"Montrer ce qui est en cours pour toi et ce qui est terminé",
	},
	use: (*Intake).list,
}

// archiveWithin is how long the archive may take to add to an answer.
const archiveWithin = 700 * time.Millisecond

// list shows somebody their own workflows: those that run, from the leases, and the last that ended, from the archive. The
// leases alone are an answer; that the archive is away is said.
func (i *Intake) list(ctx context.Context, r received) error {
	who := r.requester(true)
	var running []jetstream.Lease
	var recent []schemas.ArchiveEntry
	var archiveErr error
	within, cancel := context.WithTimeout(ctx, durableWithin)
	defer cancel()
	group, beside := errgroup.WithContext(within)
	group.Go(func() (err error) { running, err = i.runningOf(beside, who); return err })
	group.Go(func() error {
		soon, cancel := context.WithTimeout(beside, archiveWithin)
		defer cancel()
		recent, archiveErr = i.Client.Search(soon, schemas.ArchiveSearch{Requester: who, Limit: maxRecent})
		return nil
	})
	if err := group.Wait(); err != nil {
		return i.unavailable(ctx, r, err, "")
	}
	running = slices.DeleteFunc(running, func(l jetstream.Lease) bool { // ended a moment ago
		return slices.ContainsFunc(recent, func(e schemas.ArchiveEntry) bool { return e.Workflow == l.Workflow })
	})
	if archiveErr != nil {
		i.Logger.Warn("the archive did not say what has ended", "error", archiveErr)
	}
	return i.tell(ctx, r, lists(running, recent, archiveErr == nil))
}

// runningOf returns somebody's own running workflows, newest first.
func (i *Intake) runningOf(ctx context.Context, who schemas.Requester) ([]jetstream.Lease, error) {
	leases, err := i.Client.Leases(ctx, jetstream.LeasesOfUser(who.UserID))
	if err != nil {
		return nil, err
	}
	slices.Reverse(leases)
	return i.Client.Live(ctx, leases)
}
