package ingest

import (
	"context"
	"errors"
	"os"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"autointel.example/internal/discord"
	"autointel.example/internal/program"
	"autointel.example/internal/stage"
	"autointel.example/internal/workflow"
	"autointel.example/services/ingest/fetch"
)

// Config is ingest's configuration.
type Config struct {
	Discord          program.Discord `embed:""`
	Session          program.Session `embed:""`
	Gateway          Gateway         `embed:""`
	Limits           Limits          `embed:""`
	Transcription    Transcription   `embed:""`
	InteractionsAddr string          `name:"interactions-addr" env:"AUTOINTEL_INTERACTIONS_ADDR" placeholder:"HOST:PORT" help:"Where Discord's HTTP interactions are received: POST /interactions."`
	FetchAllow       []string        `name:"fetch-allow" env:"AUTOINTEL_FETCH_ALLOW" placeholder:"HOST:PORT" help:"Addresses that are fetched although they are private."`

	// Bound, if not nil, is told where interactions are received.
	Bound func(addr string) `kong:"-"`
}

// New makes the service.
func New(ctx context.Context, r *program.Runtime, c Config) (program.Service, error) {
	service := program.Service{Name: workflow.ServiceIngest}
	if err := errors.Join(c.Discord.Resolve(), c.Session.Validate(), c.Limits.Validate(), c.Transcription.Resolve()); err != nil {
		return service, &program.UsageError{Err: err}
	}
	if err := c.checkWays(); err != nil {
		return service, &program.UsageError{Err: err}
	}
	client, err := r.Client(ctx, workflow.ServiceIngest)
	if err != nil {
		return service, err
	}
	logger := r.Logger.With("service", workflow.ServiceIngest)
	intake := &Intake{
		Client: client, Interactions: discord.NewInteractions(discord.Options{API: c.Discord.API, Observer: r.Metrics}), Times: c.Session.Times(), Limits: c.Limits, Now: r.Now, Logger: logger,
	}
	web, listening := fetch.New(fetch.Options{Allow: c.FetchAllow}), c.Transcription.Listening()
	runner := &stage.Runner{
		Log: client, Service: workflow.ServiceIngest, Stages: Stages(web, listening), Worker: worker(), Now: r.Now, Logger: logger, Observer: r.Metrics, Drain: program.Drain,
	}
	stop := func() error { return nil }
	if c.InteractionsAddr != "" {
		if stop, err = c.listen(intake, r.Now, logger); err != nil {
			return service, err
		}
		stop = sync.OnceValue(stop)
		r.Stack.Defer("interactions endpoint", stop) // of a service that was made and never ran
	}
	gateway := func(context.Context) error { return nil }
	if c.Gateway.on(c.InteractionsAddr) {
		g, err := c.connect(intake, discord.Options{API: c.Discord.API, Observer: r.Metrics}, logger)
		if err != nil {
			return service, errors.Join(err, stop())
		}
		service.Checks = append(service.Checks, connected(g))
		gateway = func(ctx context.Context) error { return runGateway(ctx, g) }
	}
	service.Run = func(ctx context.Context) error {
		group, ctx := errgroup.WithContext(ctx)
		group.Go(func() error { return runner.Run(ctx) })
		group.Go(func() error { return gateway(ctx) })
		group.Go(func() error { return running(ctx, client.Running, r.Metrics.Running) })
		group.Go(func() error {
			intake.room.watch(ctx, client.Fullness, roomEvery, logger)
			return nil
		})
		err := group.Wait()
		err = errors.Join(err, stop()) // no new interactions
		intake.Wait()                  // those that came in are finished
		web.Close()
		listening.Close()
		return err
	}
	return service, nil
}

// running keeps the metric of running workflows fresh until the context ends.
func running(ctx context.Context, count func(context.Context) (int, error), set func(int)) error {
	ticker := time.NewTicker(15 * time.Second)
	defer ticker.Stop()
	for {
		if n, err := count(ctx); err == nil {
			set(n)
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return nil
		}
	}
}

// worker says who settles stages: the machine's name.
func worker() string {
	name, err := os.Hostname()
	if err != nil {
		return "unknown"
	}
	return name
}
