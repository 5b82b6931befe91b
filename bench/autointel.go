package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"time"

	"golang.org/x/sync/errgroup"

	"autointel.example/bench/load"
	"autointel.example/internal/consume"
	"autointel.example/internal/discord"
	"autointel.example/internal/jetstream"
	"autointel.example/internal/stage"
	"autointel.example/internal/workflow"
	"autointel.example/schemas"
)

// autointelWorkers is how many workflows a stage works on side by side, and how many deliveries are recorded side by side.
const autointelWorkers = 16

// firstInteraction is the interaction of the first workflow; each further one has the next id.
const firstInteraction = 1_400_000_000_000_000_000

// measureAutointel measures the path of a workflow through the product: the request is appended, its stages run by
// internal/stage settle one after the other, the last one completes the workflow with a report, and the delivery by a route
// that does nothing is recorded. Everything beside it (session, lease and timer of an interaction) is left out.
func measureAutointel(ctx context.Context, o load.Options, dir string) (load.Result, error) {
	return house{}.measure(ctx, o, dir)
}

// measureAutointelFull is measureAutointel with what belongs to an interaction: its session is kept and checked, its lease
// taken and released, its timer set.
func measureAutointelFull(ctx context.Context, o load.Options, dir string) (load.Result, error) {
	return house{interactions: true}.measure(ctx, o, dir)
}

// house is the product on a broker of its own.
type house struct {
	interactions bool // with sessions, leases and timers

	plan                    schemas.Plan
	intake, runner, deliver *jetstream.Client
	load                    *load.Load
	group                   *jetstream.Group // of a durable log in this process
}

func (h house) measure(ctx context.Context, o load.Options, dir string) (r load.Result, err error) {
	server, err := jetstream.StartEmbedded(jetstream.EmbeddedOptions{Dir: dir, Fast: o.Durability == load.Fast})
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, server.Close()) }()
	if err := h.open(ctx, server, o); err != nil {
		return r, err
	}
	h.load = load.New(o)
	working, stop := context.WithCancel(ctx)
	group, working := errgroup.WithContext(working)
	defer func() {
		stop()
		err = errors.Join(err, group.Wait())
	}()
	group.Go(func() error { return h.stages().Run(working) })
	group.Go(func() error {
		return h.deliver.Consume(working, jetstream.Consumption{
			Stream: schemas.StreamLog, Consumers: []string{schemas.NotifierConsumers()[0]}, Workers: autointelWorkers, Handler: h.delivered, Drain: time.Second,
		})
	})
	r, err = h.load.Measure(ctx, h.request)
	r.Settings = fmt.Sprintf("nats-server embedded, in-process connections, %d workers a stage, a chain of %d stages, workflow.requested and delivery.succeeded beside their settlements",
		autointelWorkers, o.Stages)
	if h.interactions {
		r.Settings += "; session kept and checked, lease taken and released, timer set"
	}
	return r, err
}

// open provisions a broker with a chain of stages and binds a client for each service, as each has in a cluster.
func (h *house) open(ctx context.Context, server *jetstream.Embedded, o load.Options) error {
	if o.Durability == load.Durable {
		nc, err := server.Connect("group")
		if err != nil {
			return err
		}
		h.group = jetstream.NewGroup(nc)
	}
	return h.join(ctx, inProcess(server), settings(), h.chain(o.Stages))
}

func settings() jetstream.Settings {
	return jetstream.Settings{Retention: 24 * time.Hour, SessionLifetime: lifetime, Deadline: 6 * time.Hour, MaxBytes: 64 << 30}
}

const lifetime = 15 * time.Minute

func (h *house) stages() *stage.Runner {
	r := &stage.Runner{
		Log: h.runner, Service: workflow.ServiceAnalyzer, Worker: "bench", Now: time.Now, Logger: slog.New(slog.DiscardHandler), Observer: nobody{}, Drain: time.Second,
	}
	for n, p := range h.plan {
		run := nothing
		if n == len(h.plan)-1 {
			run = report
		}
		after := p.After
		if n == 0 {
			after = []string{schemas.OnRequest}
		}
		r.Stages = append(r.Stages, stage.Stage{Name: p.Stage, Workers: autointelWorkers, Run: run, After: after})
	}
	return r
}

// nothing is a stage that does nothing; its output is small, as an event's.
func nothing(context.Context, stage.Input) (any, error) { return struct{}{}, nil }

// report is the last stage.
func report(context.Context, stage.Input) (any, error) {
	return stage.Final{Report: []byte(`{"headline":"Nothing was to be found out."}`), Headline: "Nothing was to be found out."}, nil
}

// request is the intake: what belongs to the interaction side by side, then the request.
func (h *house) request(ctx context.Context, id int) error {
	session := strconv.Itoa(firstInteraction + id)
	workflowID, err := schemas.WorkflowID(session)
	if err != nil {
		return err
	}
	who := schemas.Requester{UserID: strconv.Itoa(10 + id%1000), GuildID: "11", ChannelID: "12", Locale: "en-GB", Integration: "guild", AttachmentSizeLimit: 10 << 20}
	wc, err := json.Marshal(schemas.Context{URL: "https://example.org/a-page-of-some-length", Depth: workflow.Standard, Plan: h.plan, Requester: who, SessionID: session})
	if err != nil {
		return err
	}
	if h.interactions {
		group, beside := errgroup.WithContext(ctx)
		group.Go(func() error {
			_, err := h.intake.TakeLease(beside, who, jetstream.Lease{Workflow: workflowID, URL: "https://example.org/a-page-of-some-length", Depth: workflow.Standard, Since: time.Now()})
			return err
		})
		group.Go(func() error {
			return h.intake.PutSession(beside, session, discord.Session{ID: session, Token: "a token of the usual length, which is about two hundred bytes"})
		})
		group.Go(func() error {
			return h.intake.SetTimer(beside, workflowID, time.Now().Add(lifetime*4/5))
		})
		if err := group.Wait(); err != nil {
			return err
		}
	}
	_, err = h.intake.Append(ctx, schemas.Event{Workflow: workflowID, Context: wc, Data: schemas.WorkflowRequested{RequestedAt: time.Now()}})
	return err
}

// delivered is the notifier's part: the ending is delivered by a route that does nothing, and that is recorded.
func (h *house) delivered(ctx context.Context, d consume.Delivery) error {
	e, err := d.Event(time.Now())
	if err != nil {
		return err
	}
	wc, err := e.ParseContext()
	if err != nil {
		return err
	}
	id, err := strconv.Atoi(wc.SessionID)
	if err != nil {
		return consume.Terminal(err)
	}
	if h.interactions {
		if err := h.deliver.ReleaseLease(ctx, wc.Requester, e.Workflow); err != nil {
			return err
		}
		var session discord.Session
		if found, err := h.deliver.Session(ctx, wc.SessionID, true, &session); err != nil || !found {
			return errors.Join(err, errors.New("the session is gone"))
		}
	}
	_, err = h.deliver.Append(ctx, schemas.Event{Workflow: e.Workflow, Context: e.Context, Data: schemas.DeliverySucceeded{Kind: schemas.KindResults, Route: "none"}})
	if err == nil {
		h.load.Done(id - firstInteraction)
	}
	if _, taken := jetstream.Taken(err); taken {
		return nil
	}
	return err
}

// nobody is an observer that looks away.
type nobody struct{}

func (nobody) StageSettled(context.Context, string, string, time.Duration) {}
