package notifier

import (
	"context"
	"errors"
	"fmt"

	"golang.org/x/sync/errgroup"

	"autointel.example/internal/discord"
	"autointel.example/internal/program"
	"autointel.example/internal/watch"
	"autointel.example/schemas"
)

// Config is the notifier's configuration.
type Config struct {
	Discord        program.Discord `embed:""`
	Session        program.Session `embed:""`
	Fallback       []string        `name:"fallback" env:"AUTOINTEL_FALLBACK" default:"channel,dm,webhook" help:"Routes after a session has closed, in order; none: no route."`
	WebhookURL     string          `name:"webhook-url" env:"AUTOINTEL_WEBHOOK_URL" help:"The operator's webhook, for the route webhook. It is a credential: better from a file."`
	WebhookURLFile string          `name:"webhook-url-file" env:"AUTOINTEL_WEBHOOK_URL_FILE" placeholder:"FILE" help:"File that holds its address."`
}

// Validate reports every bad value at once.
func (c Config) Validate() error {
	errs := []error{c.Session.Validate()}
	for _, route := range c.Fallback {
		switch route {
		case schemas.RouteChannel, schemas.RouteDM, schemas.RouteWebhook, "none":
		default:
			errs = append(errs, fmt.Errorf("AUTOINTEL_FALLBACK: there is no route %q; use channel, dm, webhook or none", route))
		}
	}
	return errors.Join(errs...)
}

// New makes the service. It runs the watch as well: the timers' one consumer is the notifier's.
func New(ctx context.Context, r *program.Runtime, c Config) (program.Service, error) {
	service := program.Service{Name: "notifier"}
	if err := errors.Join(c.Discord.Resolve(), c.Validate()); err != nil {
		return service, &program.UsageError{Err: err}
	}
	client, err := r.Client(ctx, "notifier")
	if err != nil {
		return service, err
	}
	logger := r.Logger.With("service", "notifier")
	o := discord.Options{API: c.Discord.API, Observer: r.Metrics}
	s := &Service{
		Client: client, Interactions: discord.NewInteractions(o), Lifetimes: c.Session.Lifetimes(), Fallback: c.Fallback,
		Now: r.Now, Logger: logger, Observer: r.Metrics, Drain: program.Drain,
	}
	if c.Discord.Token != "" {
		s.Bot = discord.NewBot(c.Discord.Token, o)
	} else {
		logger.Warn("no bot token: users are not told by channel or direct message when a session has closed")
	}
	if c.WebhookURL != "" {
		if s.Webhook, err = discord.NewWebhook(c.WebhookURL, o); err != nil {
			return service, &program.UsageError{Err: err}
		}
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
