package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/nats-io/nats.go"

	"autointel.example/internal/jetstream"
	"autointel.example/internal/lifecycle"
	"autointel.example/internal/program"
	"autointel.example/internal/sandbox"
	"autointel.example/internal/telemetry"
	"autointel.example/internal/workflow"
	"autointel.example/services/analyzer"
	"autointel.example/services/archiver"
	"autointel.example/services/ingest"
	"autointel.example/services/notifier"
)

// houseFlags configure the four services in one process.
type houseFlags struct {
	program.NATS      `embed:""`
	program.Log       `embed:""`
	Monitor           program.Monitor      `embed:""`
	Discord           program.Discord      `embed:""`
	Session           program.Session      `embed:""`
	Gateway           ingest.Gateway       `embed:""`
	Limits            ingest.Limits        `embed:""`
	Transcription     ingest.Transcription `embed:""`
	Analyzer          analyzer.Config      `embed:""`
	archiver.Database `embed:""`
	Durability        string          `name:"durability" env:"AUTOINTEL_DURABILITY" default:"durable" enum:"durable,fast" help:"Of the embedded log: durable syncs every write before it is acknowledged; fast may lose the last moments at a power cut."`
	Listen            string          `name:"nats-listen" env:"AUTOINTEL_NATS_LISTEN" default:"127.0.0.1:4222" help:"Where the embedded server listens for the nats CLI; a free port if it is taken; empty: nowhere."`
	HTTPAddr          string          `name:"http-addr" env:"AUTOINTEL_HTTP_ADDR" default:"127.0.0.1:9464" help:"Where /healthz, /readyz, /metrics and /console are served."`
	SandboxAddr       string          `name:"sandbox-addr" env:"AUTOINTEL_SANDBOX_ADDR" default:"127.0.0.1:8099" help:"Where the sandbox and its page are served when there are no Discord credentials."`
	InteractionsAddr  string          `name:"interactions-addr" env:"AUTOINTEL_INTERACTIONS_ADDR" placeholder:"HOST:PORT" help:"Where Discord's HTTP interactions are received: POST /interactions."`
	FetchAllow        []string        `name:"fetch-allow" env:"AUTOINTEL_FETCH_ALLOW" placeholder:"HOST:PORT" help:"Addresses that are fetched although they are private."`
	Routes            notifier.Routes `embed:""`
	Console           consoleFlags    `embed:""`
}

// house is the four services with what they live on.
type house struct {
	flags    houseFlags
	runtime  *program.Runtime
	services []program.Service
	embedded *jetstream.Embedded // nil: the broker is elsewhere
	sandbox  *sandbox.Sandbox    // nil: Discord itself
	endpoint string              // where interactions are received
	console  bool                // its page is served
}

// build makes everything, in the order in which each needs what came before. What it opens is on the stack even when it
// fails halfway.
func build(ctx context.Context, f houseFlags, stack *lifecycle.Stack, s streams) (*house, error) {
	logger, err := telemetry.NewLogger(s.err, f.Log.Level, f.Log.Format)
	if err == nil {
		err = errors.Join(f.Session.Validate(), f.Discord.Resolve(), f.Console.resolve())
	}
	if err != nil {
		return nil, &program.UsageError{Err: err}
	}
	h := &house{flags: f, runtime: &program.Runtime{Metrics: telemetry.NewMetrics(), Logger: logger, Now: time.Now, Stack: stack}}
	if err := h.runtime.Trace(ctx, "autointel", os.Getenv); err != nil {
		return nil, &program.UsageError{Err: err}
	}
	if err := h.connect(ctx); err != nil {
		return nil, err
	}
	settings := jetstream.Settings{Retention: f.Session.Retention, SessionLifetime: f.Session.Lifetimes().Lifetime, Deadline: f.Session.Deadline}
	if err := jetstream.Provision(ctx, h.runtime.Conn, settings, workflow.Consumers()); err != nil {
		return nil, fmt.Errorf("provision: %w", err)
	}
	if err := h.discord(ctx); err != nil {
		return nil, err
	}
	if err := h.look(ctx); err != nil {
		return nil, err
	}
	return h, h.build(ctx)
}

// connect connects to the broker, or starts one.
func (h *house) connect(ctx context.Context) error {
	f, r := &h.flags, h.runtime
	if f.NATS.URL != "" {
		conn, err := jetstream.Connect(jetstream.ConnectOptions{
			URL: f.NATS.URL, Creds: f.NATS.Creds, NkeyFile: f.NATS.NkeyFile, CA: f.NATS.CA, Name: "autointel",
			Logf: func(message string, err error) { r.Logger.Warn(message, "error", err) },
		})
		if err != nil {
			return err
		}
		r.Conn = conn
		r.Metrics.Durability(f.Monitor.Durability(ctx, f.NATS, r.Logger))
		r.Stack.Defer("NATS connection", closing(conn))
		return nil
	}
	embedded, err := jetstream.StartEmbedded(jetstream.EmbeddedOptions{
		Dir: filepath.Join(f.DataDir, "jetstream"), Listen: f.Listen, Fast: f.Durability == "fast", Logger: r.Logger,
	})
	if err != nil {
		return err
	}
	r.Stack.Defer("embedded NATS server", embedded.Close)
	if r.Conn, err = embedded.Connect("autointel"); err != nil {
		return err
	}
	r.Stack.Defer("NATS connection", closing(r.Conn))
	if f.Durability == "durable" {
		r.Group = jetstream.NewGroup(r.Conn)
	}
	r.Metrics.Durability(f.Durability)
	h.embedded = embedded
	return nil
}

func closing(conn *nats.Conn) func() error { return func() error { conn.Close(); return nil } }

// discord takes the credentials, or starts the sandbox and takes its.
func (h *house) discord(ctx context.Context) error {
	d := &h.flags.Discord
	if d.PublicKey != "" || d.Token != "" || d.ApplicationID != "" {
		return nil
	}
	if err := h.playground(ctx); err != nil {
		return fmt.Errorf("sandbox: %w", err)
	}
	s := h.sandbox
	d.API, d.PublicKey, d.Token, d.ApplicationID = s.APIURL(), s.PublicKey(), s.BotToken(), s.ApplicationID()
	if h.flags.InteractionsAddr == "" && h.flags.Gateway.Mode != "on" {
		h.flags.InteractionsAddr = "127.0.0.1:0"
	}
	return nil
}

// build makes the services.
func (h *house) build(ctx context.Context) error {
	f := h.flags
	h.endpoint = "over Discord's gateway"
	bound := func(url string) {
		h.endpoint = url
		if h.sandbox != nil {
			h.sandbox.SetEndpoint(url)
		}
	}
	for _, make := range []func() (program.Service, error){
		func() (program.Service, error) {
			return archiver.New(ctx, h.runtime, archiver.Config{Session: f.Session, Database: f.Database})
		},
		func() (program.Service, error) {
			return notifier.New(ctx, h.runtime, notifier.Config{Discord: f.Discord, Session: f.Session, Routes: f.Routes})
		},
		func() (program.Service, error) { return analyzer.New(ctx, h.runtime, f.Analyzer) },
		func() (program.Service, error) {
			return ingest.New(ctx, h.runtime, ingest.Config{
				Discord: f.Discord, Session: f.Session, Gateway: f.Gateway, Limits: f.Limits, Transcription: f.Transcription, InteractionsAddr: f.InteractionsAddr, FetchAllow: f.FetchAllow, Bound: bound,
			})
		},
	} {
		s, err := make()
		if err != nil {
			return err
		}
		h.services = append(h.services, s)
	}
	return nil
}

// serve runs the services until the context ends.
func (h *house) serve(ctx context.Context) error {
	return program.Serve(ctx, h.runtime, h.flags.HTTPAddr, h.services)
}
