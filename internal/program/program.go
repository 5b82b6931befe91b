package program

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/alecthomas/kong"
	"github.com/nats-io/nats.go"
	"golang.org/x/sync/errgroup"

	"autointel.example/internal/jetstream"
	"autointel.example/internal/lifecycle"
	"autointel.example/internal/telemetry"
	"autointel.example/internal/tracing"
)

// Drain is how long work may go on after a program was told to stop.
const Drain = 20 * time.Second

// Runtime is what a service is given to live on.
type Runtime struct {
	Conn    *nats.Conn
	Metrics *telemetry.Metrics
	Tracer  *tracing.Tracer  // nil: no traces
	Group   *jetstream.Group // nil: each append is on its own
	Logger  *slog.Logger
	Now     func() time.Time
	Stack   *lifecycle.Stack // what the service opens, it puts here
	Pulse   lifecycle.Pulse  // the loops of the services that have to go on turning

	Routes []func(*http.ServeMux) // what is served beside the health
	Bound  func(addr string)      // hears where that is; may be nil
}

// Trace turns traces on if the environment names somewhere to send them. The last are sent when the stack is closed.
func (r *Runtime) Trace(ctx context.Context, name string, getenv func(string) string) (err error) {
	version, _ := telemetry.Version()
	if r.Tracer, err = tracing.New(ctx, getenv, name, version, r.Logger); err != nil {
		return err
	}
	r.Stack.Defer("traces", r.Tracer.Close)
	r.Logger = r.Tracer.Logging(r.Logger)
	return nil
}

// Client binds a client whose events come from the given service.
func (r *Runtime) Client(ctx context.Context, service string) (*jetstream.Client, error) {
	logger := r.Logger.With("service", service)
	return jetstream.Bind(ctx, r.Conn, jetstream.Options{
		Source: "autointel/" + service, Now: r.Now, Observer: r.Metrics, Tracer: r.Tracer, Pulse: &r.Pulse, Group: r.Group,
		Logf: func(message string, args ...any) { logger.Warn(message, args...) },
	})
}

// Service is something that runs until its context ends.
type Service struct {
	Name   string
	Run    func(ctx context.Context) error
	Checks []lifecycle.Check
}

// Serve runs services until the context ends, with their health on one address. It returns when all have come to their
// end.
func Serve(ctx context.Context, r *Runtime, addr string, services []Service) error {
	checks := []lifecycle.Check{{Name: "nats", Check: func(context.Context) error {
		if !r.Conn.IsConnected() {
			return errors.New("the broker cannot be reached")
		}
		return nil
	}}}
	for _, s := range services {
		checks = append(checks, s.Checks...)
	}
	r.Metrics.Connected(r.Conn.IsConnected)
	bound, stop, err := lifecycle.Serve(addr, r.Metrics.Registry, r.Logger, r.Pulse.Alive, checks, r.Routes...)
	if err != nil {
		return fmt.Errorf("%w: give AUTOINTEL_HTTP_ADDR another address, such as 127.0.0.1:0 for a free port", err)
	}
	r.Stack.Defer("health server", stop)
	if r.Bound != nil {
		r.Bound(bound)
	}
	r.Logger.Info("ready", "health", "http://"+bound+"/readyz", "metrics", "http://"+bound+"/metrics")
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error {
		lifecycle.Manager{Ready: func(ctx context.Context) error { return lifecycle.Missing(ctx, checks) }, Alive: r.Pulse.Alive, Logger: r.Logger}.Run(ctx)
		return nil
	})
	for _, s := range services {
		group.Go(func() error {
			if err := s.Run(ctx); err != nil {
				return fmt.Errorf("%s: %w", s.Name, err)
			}
			return nil
		})
	}
	return group.Wait()
}

// UsageError is a wrong use or configuration: exit code 2.
type UsageError struct{ Err error }

func (e *UsageError) Error() string { return e.Err.Error() }

// Unwrap returns the cause.
func (e *UsageError) Unwrap() error { return e.Err }

// ExitCode is 0 for nil, 2 for a wrong use, else 1.
func ExitCode(err error) int {
	var usage *UsageError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &usage):
		return 2
	}
	return 1
}

// Signals returns a context that ends with SIGINT or SIGTERM. A second signal ends the process.
func Signals() (context.Context, context.CancelFunc) {
	ctx, cancel := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, cancel)
	return ctx, cancel
}

// One is the main of a program that is one service. C is the service's configuration; build makes the service of it.
func One[C any](name, help string, build func(ctx context.Context, r *Runtime, c C) (Service, error)) int {
	var flags struct {
		Common  `embed:""`
		Service C                `embed:""`
		Version kong.VersionFlag `help:"Print the version."`
	}
	version, _ := telemetry.Version()
	parser, err := kong.New(&flags, kong.Name(name), kong.Description(help), kong.Vars{"version": version}, kong.ConfigureHelp(kong.HelpOptions{Compact: true}))
	if err == nil {
		var k *kong.Context
		if k, err = parser.Parse(os.Args[1:]); err == nil {
			err = ReadFiles(k)
		}
	}
	if err != nil {
		return Complain(os.Stderr, name, &UsageError{err})
	}
	WarnOfUnknown(os.Stderr, name, UnknownVariables(parser, os.Environ()))
	ctx, cancel := Signals()
	defer cancel()
	if flags.Probe {
		return Complain(os.Stderr, name, Probe(ctx, flags.HTTPAddr))
	}
	stack := &lifecycle.Stack{}
	err = func() error {
		if flags.NATS.URL == "" {
			return &UsageError{errors.New("NATS_URL is not set: name the broker, or use `autointel up`, which brings one along")}
		}
		logger, err := telemetry.NewLogger(os.Stderr, flags.Log.Level, flags.Log.Format)
		if err != nil {
			return &UsageError{err}
		}
		r := &Runtime{Metrics: telemetry.NewMetrics(), Logger: logger, Now: time.Now, Stack: stack}
		if err := r.Trace(ctx, name, os.Getenv); err != nil {
			return &UsageError{err}
		}
		r.Conn, err = jetstream.Connect(jetstream.ConnectOptions{
			URL: flags.NATS.URL, Creds: flags.NATS.Creds, NkeyFile: flags.NATS.NkeyFile, CA: flags.NATS.CA, Name: name,
			Logf: func(message string, err error) { logger.Warn(message, "error", err) },
		})
		if err != nil {
			return err
		}
		stack.Defer("NATS connection", func() error { r.Conn.Close(); return nil })
		r.Metrics.Durability(flags.Monitor.Durability(ctx, flags.NATS, logger))
		service, err := build(ctx, r, flags.Service)
		if err != nil {
			return err
		}
		return Serve(ctx, r, flags.HTTPAddr, []Service{service})
	}()
	return Complain(os.Stderr, name, errors.Join(err, stack.Close()))
}

// Complain says what went wrong, if anything did, and returns the exit code.
func Complain(w io.Writer, name string, err error) int {
	if err != nil && !errors.Is(err, context.Canceled) {
		fmt.Fprintf(w, "%s: %v\n", name, err)
		return ExitCode(err)
	}
	return 0
}
