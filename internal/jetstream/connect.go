package jetstream

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/nats-io/nats.go"
	js "github.com/nats-io/nats.go/jetstream"

	"autointel.example/internal/consume"
	"autointel.example/internal/tracing"
	"autointel.example/schemas"
)

// ConnectOptions say where a broker is and who we are.
type ConnectOptions struct {
	URL, Creds, NkeyFile, CA string
	Name                     string
	Logf                     func(message string, err error) // connection changes; may be nil
}

// Connect connects to a broker elsewhere. It fails if the broker cannot be reached now; later losses heal by themselves.
func Connect(o ConnectOptions) (*nats.Conn, error) {
	options := defaults(o.Name)
	if o.Creds != "" {
		options = append(options, nats.UserCredentials(o.Creds))
	}
	if o.NkeyFile != "" {
		nkey, err := nats.NkeyOptionFromSeed(o.NkeyFile)
		if err != nil {
			return nil, fmt.Errorf("NATS_NKEY_FILE: %w", err)
		}
		options = append(options, nkey)
	}
	if o.CA != "" {
		options = append(options, nats.RootCAs(o.CA))
	}
	if o.Logf != nil {
		options = append(options,
			nats.DisconnectErrHandler(func(_ *nats.Conn, err error) { o.Logf("NATS connection lost; reconnecting", err) }),
			nats.ReconnectHandler(func(*nats.Conn) { o.Logf("NATS connection is back", nil) }))
	}
	nc, err := nats.Connect(o.URL, options...)
	if err != nil {
		return nil, fmt.Errorf("connect to NATS at %s: %w: is the server running, and do NATS_URL, its credentials and NATS_CA fit it?", redactURL(o.URL), err)
	}
	return nc, nil
}

// redactURL drops the user and password that a NATS URL may hold.
func redactURL(raw string) string {
	for i := len(raw) - 1; i >= 0; i-- {
		if raw[i] == '@' {
			return "nats://..." + raw[i:]
		}
	}
	return raw
}

func defaults(name string) []nats.Option {
	return []nats.Option{
		nats.Name(name), nats.MaxReconnects(-1), nats.ReconnectWait(250 * time.Millisecond),
		nats.ReconnectJitter(100*time.Millisecond, 500*time.Millisecond), nats.Timeout(5 * time.Second),
		nats.ReconnectBufSize(-1), // an append while disconnected fails at once; it must not be sent later, unasked
		nats.CustomInboxPrefix("_INBOX_" + name),
		nats.PingInterval(20 * time.Second),
		// The client's default prints to standard error. What matters of an asynchronous error is seen where it matters:
		// a subscription that fails is renewed, a connection that is lost is reported by its own handlers.
		nats.ErrorHandler(func(*nats.Conn, *nats.Subscription, error) {}),
	}
}

// Observer is told what happens, for metrics. Its methods must not block. A context is in the trace of what is observed, if there
// is one.
type Observer interface {
	Appended(ctx context.Context, eventType string, took time.Duration)
	AppendFailed(reason string)          // full, unreachable or refused
	InFlight(consumer string, delta int) // a delta of 0 when a consumer is first listened to
	Handled(ctx context.Context, consumer string, age time.Duration, attempt int, kind consume.Kind)
}

// Pulse is told of a loop when it begins, with every turn, and when it ends, so that it is seen when one is stuck.
type Pulse interface {
	Begin(name string) (beat, end func())
}

// Options are what a client gets from outside.
type Options struct {
	Source   string           // ce-source of its events, such as "autointel/ingest"
	Now      func() time.Time // default time.Now
	NewID    func() string    // default UUIDv4: the ce-id of an append
	Observer Observer         // may be nil
	Tracer   *tracing.Tracer  // nil: no traces
	Group    *Group           // nil: each append is on its own
	Pulse    Pulse            // told of the loops that consume; may be nil
	Logf     func(message string, args ...any)
}

// Client is a service's access to the streams and buckets. It is safe for concurrent use.
type Client struct {
	nc         *nats.Conn
	js         js.JetStream
	o          Options
	replicated bool // of the log: then absence needs a proof

	me       string     // this client and no other, in its marks
	suspects sync.Mutex // held while a message is handled that was left behind several times

	sessions  js.KeyValue
	running   js.KeyValue
	artifacts js.ObjectStore
}

// NotProvisionedError says that a stream or bucket does not exist.
type NotProvisionedError struct {
	Name string
	Err  error
}

func (e *NotProvisionedError) Error() string {
	return fmt.Sprintf("%s does not exist on the broker: run `autointel provision` (or `up`) first: %v", e.Name, e.Err)
}

// Unwrap returns the cause.
func (e *NotProvisionedError) Unwrap() error { return e.Err }

// Bind takes hold of streams and buckets that provisioning has made. It makes nothing itself.
func Bind(ctx context.Context, nc *nats.Conn, o Options) (*Client, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.NewID == nil {
		o.NewID = uuid.NewString
	}
	if o.Observer == nil {
		o.Observer = nobody{}
	}
	if o.Pulse == nil {
		o.Pulse = nobody{}
	}
	if o.Logf == nil {
		o.Logf = func(string, ...any) {}
	}
	api, err := js.New(nc)
	if err != nil {
		return nil, err
	}
	c := &Client{nc: nc, js: api, o: o, me: uuid.NewString()}
	log, err := api.Stream(ctx, schemas.StreamLog)
	if err != nil {
		return nil, missing(schemas.StreamLog, err)
	}
	c.replicated = log.CachedInfo().Config.Replicas > 1
	if c.sessions, err = api.KeyValue(ctx, schemas.BucketSessions); err != nil {
		return nil, missing(schemas.BucketSessions, err)
	}
	if c.running, err = api.KeyValue(ctx, schemas.BucketRunning); err != nil {
		return nil, missing(schemas.BucketRunning, err)
	}
	if c.artifacts, err = api.ObjectStore(ctx, schemas.BucketArtifacts); err != nil {
		return nil, missing(schemas.BucketArtifacts, err)
	}
	return c, nil
}

func missing(name string, err error) error {
	if errors.Is(err, js.ErrStreamNotFound) || errors.Is(err, js.ErrBucketNotFound) {
		return &NotProvisionedError{name, err}
	}
	return fmt.Errorf("bind %s: %w", name, err)
}

// Replicated reports whether the log has more than one replica.
func (c *Client) Replicated() bool { return c.replicated }

// Tracer returns what makes the spans; nil: nothing does, and its methods do nothing.
func (c *Client) Tracer() *tracing.Tracer { return c.o.Tracer }

// Connected reports whether the broker can be reached now.
func (c *Client) Connected() bool { return c.nc.IsConnected() }

// nobody is an observer that looks away.
type nobody struct{}

func (nobody) Begin(string) (beat, end func()) { return func() {}, func() {} }

func (nobody) Appended(context.Context, string, time.Duration)                   {}
func (nobody) AppendFailed(string)                                               {}
func (nobody) InFlight(string, int)                                              {}
func (nobody) Handled(context.Context, string, time.Duration, int, consume.Kind) {}
