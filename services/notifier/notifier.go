// Package notifier is where things go out. It checks that the interaction is still valid, shows what there is to show, and
// records what became of it; a session that has closed is one of the outcomes, and the archiver takes it from there.
//
//	check.go     is the interaction still valid?
//	deliver.go   check, render, send, record: the way of everything that goes to an interaction
//	ended.go     results, errors and cancellations
//	poisoned.go  what cannot be read, and what ends the process of whoever handles it
//	progress.go  progress and the warning, which never overwrite a final answer
//	notice.go    a kept result is announced by another route; routes.go lists these, each is in a route_*.go
//	retrieval.go a kept result is shown to who asked for it
package notifier

import (
	"context"
	"log/slog"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"autointel.example/internal/consume"
	"autointel.example/internal/discord"
	"autointel.example/internal/jetstream"
	"autointel.example/internal/workflow"
	"autointel.example/schemas"
)

// Observer is told what happens, for metrics. A context is in the trace of what is observed, if there is one.
type Observer interface {
	SessionChecked(ctx context.Context, took time.Duration)
	SessionClosed(stage, depth string)
	Delivered(ctx context.Context, kind, route, outcome string)
	WorkflowEnded(ctx context.Context, depth, outcome string, took time.Duration)
}

// Service is the notifier.
type Service struct {
	Client       *jetstream.Client
	Interactions *discord.Interactions
	Bot          *discord.Bot // nil: an answer cannot be read or replaced once its session has closed
	Lifetimes    discord.Lifetimes
	Routes       map[string]Route
	Fallback     []string // of the routes after a session has closed, in order
	Now          func() time.Time
	Logger       *slog.Logger
	Observer     Observer
	Drain        time.Duration

	edits  edits
	atHand atomic.Int32 // results, notices and whatever else of the log is being handled
}

// Run works until the context ends.
func (s *Service) Run(ctx context.Context) error {
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error {
		return s.Client.Consume(ctx, jetstream.Consumption{
			Stream: schemas.StreamLog, Consumers: schemas.NotifierConsumers(), Workers: 16, Handler: s.handle, GivenUp: s.givenUp, Drain: s.Drain,
		})
	})
	group.Go(func() error {
		return s.Client.Consume(ctx, jetstream.Consumption{
			Stream: schemas.StreamProgress, Consumers: []string{schemas.ConsumerProgress}, Workers: 16, Handler: s.progress,
			GivenUp: consume.Bury, Drain: s.Drain,
		})
	})
	return group.Wait()
}

// handle handles one event of the log. Of an ending that cannot be handled the requester is told before it becomes a dead letter.
func (s *Service) handle(ctx context.Context, d consume.Delivery) error {
	s.atHand.Add(1)
	defer s.atHand.Add(-1)
	err := s.react(ctx, d)
	if consume.Of(err, d.Attempt).Kind == consume.Dead {
		return s.poisoned(ctx, d, err)
	}
	return err
}

func (s *Service) react(ctx context.Context, d consume.Delivery) error {
	e, err := d.Event(s.Now())
	if err != nil {
		return err
	}
	wc, err := e.ParseContext()
	if err != nil {
		return consume.Terminal(err)
	}
	in := incoming{e, wc, d.Attempt, d.Again(), d.Again() || s.Now().Sub(d.Stored) > workflow.Fresh}
	switch data := e.Data.(type) {
	case schemas.WorkflowCompleted, schemas.WorkflowFailed, schemas.WorkflowCancelled:
		return s.ended(ctx, in)
	case schemas.SessionExpiring:
		return s.warn(ctx, in)
	case schemas.SessionClosed:
		s.Logger.Info("Discord session closed", "workflow", e.Workflow, "reason", data.Reason, "stage", data.Stage)
		return nil
	case schemas.ResultArchived:
		return s.notice(ctx, in, data)
	case schemas.ResultExpiring:
		return s.remind(ctx, in, data)
	case schemas.RetrievalCompleted:
		return s.retrieved(ctx, in, data)
	case schemas.RetrievalRefused:
		return s.refused(ctx, in, data)
	}
	return nil
}

// incoming is an event to react to, with its context.
type incoming struct {
	schemas.Event
	wc      schemas.Context
	attempt int
	again   bool // it was delivered before, and may have been handled then, in part or to its end
	// doubtful is again or old: a broker that was killed may have lost count of its deliveries.
	doubtful bool
}
