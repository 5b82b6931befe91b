package ingest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/bwmarrin/discordgo"
	"golang.org/x/sync/errgroup"

	"autointel.example/internal/discord"
	"autointel.example/internal/jetstream"
	"autointel.example/internal/watch"
	"autointel.example/internal/workflow"
	"autointel.example/schemas"
)

// analyze accepts a workflow. The lease is taken and judged first, so what the limits refuse leaves nothing behind. Then
// session and timer are written side by side, then the request; only then is the command acknowledged, so what the user
// sees as accepted is durable. A crash before the request leaves a lease that nobody counts after a minute, a timer that
// finds nothing, and a session that ends with its life; the user sees that the app did not respond. A crash after it: the
// workflow runs, and its answer is found missing, so its result is kept.
func (i *Intake) analyze(ctx context.Context, r received, a analysis) error {
	if i.room.crowded.Load() {
		return i.refuse(ctx, r, errCrowded)
	}
	id, err := schemas.WorkflowID(r.ID)
	if err != nil {
		return err
	}
	ctx, end := i.Client.Tracer().Command(ctx, id, "/"+commandAnalyze)
	defer end()
	who := r.requester(a.private)
	asked := i.usually(ctx, a.depth)
	durable, cancel := context.WithTimeout(ctx, durableWithin)
	defer cancel()
	lease := jetstream.Lease{Workflow: id, URL: a.url, Depth: a.depth, Since: r.At}
	first, refused, err := i.admit(durable, who, lease)
	switch {
	case err != nil:
		return i.unavailable(ctx, r, err, "")
	case refused != nil:
		i.Logger.Info("a workflow was refused", "interaction", r.ID, "reason", refused.reason)
		return i.tell(ctx, r, i.explain(durable, who, *refused))
	}
	usual := <-asked // by now it is there, or will not be
	wc, err := json.Marshal(schemas.Context{URL: a.url, Depth: a.depth, Plan: a.plan, Requester: who, SessionID: r.ID, Usually: usual.takes})
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
	i.Logger.Info("workflow requested", "workflow", id, "depth", a.depth, "interaction", r.ID)
	return i.acknowledge(ctx, r, i.queued(id, a, usual), e)
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

// queued is the first answer to an accepted command.
func (i *Intake) queued(id string, a analysis, usual estimate) discord.Message {
	text := fmt.Sprintf("%s\nDepth **%s**", discord.Address(a.url), a.depth)
	if usual.known {
		text += ", usually " + about(usual.takes)
	}
	text += "."
	if usual.known && usual.takes > i.Times.Lifetime-i.Times.Margin {
		text += fmt.Sprintf("\n\n⏰ This will outlast the %s for which Discord lets me answer here. Nothing is lost: when it is done you will be told, with a button that shows the result. Or use `%s`.",
			amount(i.Times.Lifetime), schemas.RetrievalCommand(id))
	}
	m := discord.Card("Queued", text, id, discord.Blue)
	m.Ephemeral, m.Components = a.private, discord.Button("Cancel", discord.CancelPrefix+id, discordgo.SecondaryButton)
	return m
}

// deeper looks into the page of a workflow again, at the next depth. Only its requester may: to everybody else it does not
// exist. What was private stays so.
func (i *Intake) deeper(ctx context.Context, r received, id string) error {
	within, cancel := context.WithTimeout(ctx, durableWithin)
	defer cancel()
	e, found, err := i.Client.LastFromLeader(within, schemas.SubjectOf(id, schemas.WorkflowRequested{}))
	if err != nil {
		return i.unavailable(ctx, r, err, "")
	}
	var before schemas.Context
	if found {
		if before, err = e.ParseContext(); err != nil {
			return err
		}
	}
	if !found || before.Requester.UserID != r.requester(true).UserID {
		return i.refuse(ctx, r, &UserError{noSuchWorkflow})
	}
	next, ok := workflow.Deeper(before.Depth)
	if !ok {
		return i.refuse(ctx, r, &UserError{"This was looked into at the greatest depth there is. To look again, use /autointel with the same address."})
	}
	plan, err := workflow.PlanFor(next)
	if err != nil {
		return err
	}
	return i.analyze(ctx, r, analysis{url: before.URL, depth: next, plan: plan, private: before.Requester.Private})
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
