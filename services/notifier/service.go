package notifier

import (
	"context"
	"errors"

	"golang.org/x/sync/errgroup"

	"autointel.example/internal/discord"
	"autointel.example/internal/program"
	"autointel.example/internal/watch"
)

// Config is the notifier's configuration.
type Config struct {
	Discord program.Discord `embed:""`
	Session program.Session `embed:""`
	Routes  Routes          `embed:""`
}

// New makes the service. It runs the watch as well: the timers' one consumer is the notifier's.
func New(ctx context.Context, r *program.Runtime, c Config) (program.Service, error) {
	service := program.Service{Name: "notifier"}
	if err := errors.Join(c.Discord.Resolve(), c.Session.Validate(), c.Routes.Validate()); err != nil {
		return service, &program.UsageError{Err: err}
	}
	client, err := r.Client(ctx, "notifier")
	if err != nil {
		return service, err
	}
	logger := r.Logger.With("service", "notifier")
	o := discord.Options{API: c.Discord.API, Observer: r.Metrics}
	s := &Service{
		Client: client, Interactions: discord.NewInteractions(o), Lifetimes: c.Session.Lifetimes(), Fallback: c.Routes.Fallback,
		Now: r.Now, Logger: logger, Observer: r.Metrics, Drain: program.Drain,
	}
	if c.Discord.Token != "" {
		s.Bot = discord.NewBot(c.Discord.Token, o)
	} else {
		logger.Warn("no bot token: users are not told by channel or direct message when a session has closed")
	}
	if s.Routes, err = c.Routes.Open(s.Bot, o); err != nil {
		return service, &program.UsageError{Err: err}
	}
	w := &watch.Watch{Client: client, Times: c.Session.Times(), Now: r.Now, Logger: logger, Repeated: r.Metrics.StageRepeated}
	service.Run = func(ctx context.Context) error {
		group, ctx := errgroup.WithContext(ctx)
		group.Go(func() error { return s.Run(ctx) })
		group.Go(func() error { return w.Run(ctx) })
		return group.Wait()
	}
	return service, nil
}
