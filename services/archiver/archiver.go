// Package archiver is where things are kept: every ended workflow is indexed, undelivered results are kept whole, and what
// was kept is found again on request.
//
//	keep.go       an ended workflow, and a delivery that failed
//	retrieve.go   somebody asks for a result
//	answers.go    questions that need no event: lists, suggestions, estimates
//	known.go      what earlier reports say, for one that is being made
//	poisoned.go   what ends the process of whoever handles it
//	sweep.go      what is too old is removed
//
// The packages archive (what a record is), sqlite and file (where it is kept) know nothing of events.
package archiver

import (
	"context"
	"log/slog"
	"time"

	"golang.org/x/sync/errgroup"

	"autointel.example/internal/consume"
	"autointel.example/internal/jetstream"
	"autointel.example/schemas"
	"autointel.example/services/archiver/archive"
	"autointel.example/services/archiver/file"
)

// Observer is told what happens, for metrics.
type Observer interface {
	Persisted(reason, depth string)
	Retrieved(success bool)
	Archived(records int)
}

// Service is the archiver.
type Service struct {
	Client    *jetstream.Client
	Store     archive.Store
	Files     file.Dir
	Retention time.Duration
	Now       func() time.Time
	Logger    *slog.Logger
	Observer  Observer
	Drain     time.Duration

	reports *reportCache // made by Run
}

// Run works until the context ends.
func (s *Service) Run(ctx context.Context) error {
	s.reports = &reportCache{}
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error {
		return s.Client.Consume(ctx, jetstream.Consumption{
			Stream: schemas.StreamLog, Consumers: schemas.ArchiverConsumers(), Workers: 8, Handler: s.handle, GivenUp: s.givenUp,
			Drain: s.Drain,
		})
	})
	group.Go(func() error { return s.Client.Serve(ctx, s.answering()) })
	group.Go(func() error { s.sweeping(ctx); return nil })
	return group.Wait()
}

// handle handles one event. A store or a disk that fails leaves the event unacknowledged: it comes again after a while,
// without limit, and until then the result is in the log and among the artifacts.
func (s *Service) handle(ctx context.Context, d consume.Delivery) error {
	e, err := d.Event(s.Now())
	if err != nil {
		return err
	}
	wc, err := e.ParseContext()
	if err != nil {
		return consume.Terminal(err)
	}
	switch data := e.Data.(type) {
	case schemas.WorkflowCompleted, schemas.WorkflowFailed, schemas.WorkflowCancelled:
		return s.index(ctx, e, wc)
	case schemas.DeliveryFailed:
		if data.Kind == schemas.KindResults || data.Kind == schemas.KindError {
			return s.keep(ctx, e, wc, data)
		}
	case schemas.DeliverySucceeded:
		if data.Kind == schemas.KindRetrieval {
			return s.shown(ctx, e, data)
		}
	case schemas.RetrievalRequested:
		return s.retrieve(ctx, e, wc, data)
	}
	return nil
}
