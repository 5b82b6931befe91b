package ingest

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"golang.org/x/sync/errgroup"

	"autointel.example/internal/jetstream"
	"autointel.example/internal/watch"
	"autointel.example/internal/workflow"
	"autointel.example/schemas"
	"autointel.example/services/ingest/fetch"
)

// order is a workflow that somebody wants. Its depth is the name of its plan.
type order struct {
	command    string // by which it was asked for
	url, depth string
	plan       schemas.Plan
	private    bool
}

// orderOf reads what every command that starts a workflow is given.
func orderOf(command, depth string, o options) (order, error) {
	u, err := fetch.CheckURL(o.text(optionURL))
	if err != nil {
		return order{}, badAddress(err)
	}
	plan, err := workflow.PlanFor(depth)
	return order{command, u.String(), depth, plan, o.flag(optionPrivate)}, err
}

// accept accepts a workflow. The lease is taken and judged first, so what the limits refuse leaves nothing behind. Then
// session and timer are written side by side, then the request; only then is the command acknowledged, so what the user
// sees as accepted is durable. A crash before the request leaves a lease that nobody counts after a minute, a timer that
// finds nothing, and a session that ends with its life; the user sees that the app did not respond. A crash after it: the
// workflow runs, and its answer is found missing, so its result is kept.
func (i *Intake) accept(ctx context.Context, r received, o order) error {
	if i.room.crowded.Load() {
		return errCrowded
	}
	id, err := schemas.WorkflowID(r.ID)
	if err != nil {
		return err
	}
	ctx, end := i.Client.Tracer().Command(ctx, id, "/"+o.command)
	defer end()
	who := r.requester(o.private)
	asked := i.usually(ctx, o.depth)
	durable, cancel := context.WithTimeout(ctx, durableWithin)
	defer cancel()
	lease := jetstream.Lease{Workflow: id, URL: o.url, Depth: o.depth, Since: r.At}
	first, refused, err := i.admit(durable, who, lease)
	switch {
	case err != nil:
		return i.unavailable(ctx, r, err, "")
	case refused != nil:
		i.Logger.Info("a workflow was refused", "interaction", r.ID, "reason", refused.reason)
		return i.tell(ctx, r, explained(who, *refused, i.Limits, i.whereShown(durable, *refused)))
	}
	usual := <-asked // by now it is there, or will not be
	wc, err := json.Marshal(schemas.Context{URL: o.url, Depth: o.depth, Plan: o.plan, Requester: who, SessionID: r.ID, Usually: usual.takes})
	if err != nil {
		return err
	}
	e := schemas.Event{Workflow: id, Context: wc, Data: schemas.WorkflowRequested{RequestedAt: r.At}}
	if asked, err := i.request(durable, r, e); err != nil {
		if !asked {
			if first {
				i.giveBack(ctx, who, id)
			}
			id = ""
		}
		return i.unavailable(ctx, r, err, id)
	}
	i.Logger.Info("workflow requested", "workflow", id, "depth", o.depth, "interaction", r.ID)
	return i.acknowledge(ctx, r, queued(id, o, usual, i.Times), e)
}

// request makes a workflow durable: session and timer, then the request. Asked is whether the request may have been
// appended although there is an error.
func (i *Intake) request(ctx context.Context, r received, e schemas.Event) (asked bool, err error) {
	group, beside := errgroup.WithContext(ctx)
	group.Go(func() error { return i.Client.PutSession(beside, r.ID, r.session()) })
	group.Go(func() error { return i.Client.SetTimer(beside, e.Workflow, watch.First(e.Workflow, i.Times)) })
	if err := group.Wait(); err != nil {
		return false, err
	}
	_, err = i.Client.Append(ctx, e)
	if _, taken := jetstream.Taken(err); taken { // the same interaction came twice; go on, in case the other crashed
		return true, nil
	}
	var full *jetstream.FullError
	return !errors.As(err, &full), err
}

// giveBackWithin is how long somebody who is refused waits for that.
const giveBackWithin = 500 * time.Millisecond

// giveBack releases the lease of what was not started. That it fails is no more than a minute's inconvenience.
func (i *Intake) giveBack(ctx context.Context, who schemas.Requester, id string) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), giveBackWithin)
	defer cancel()
	if err := i.Client.ReleaseLease(ctx, who, id); err != nil {
		i.Logger.Warn("a lease could not be given back; it is not counted after a minute", "workflow", id, "error", err)
	}
}
