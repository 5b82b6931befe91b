package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"autointel.example/internal/discord"
	"autointel.example/internal/jetstream"
	"autointel.example/internal/program"
	"autointel.example/internal/sandbox"
	"autointel.example/schemas"
	"autointel.example/services/ingest"
)

// playgroundPatience is how long a ready stage may take where people skip the clock: a stage at work does not skip with
// it, and is not to be taken for lost.
const playgroundPatience = 30 * 24 * time.Hour

// playground starts the sandbox. Its clock is everybody's, so a skip makes sessions old for the services as well; its page
// shows the events of the log beside the messages.
func (h *house) playground(ctx context.Context) error {
	clock := &sandbox.Clock{}
	h.runtime.Now = clock.Now
	h.flags.Session.Patience = playgroundPatience
	client, err := h.runtime.Client(ctx, "sandbox")
	if err != nil {
		return err
	}
	o := sandbox.Options{
		Addr: h.flags.SandboxAddr, TokenLifetime: h.flags.Session.Lifetimes().Lifetime, Clock: clock,
		Events: func(ctx context.Context, id string) (any, error) { return rows(ctx, client, id) },
	}
	s, err := sandbox.Start(o)
	if err != nil { // the port is taken: any other will do
		o.Addr = "127.0.0.1:0"
		if s, err = sandbox.Start(o); err != nil {
			return err
		}
	}
	h.runtime.Stack.Defer("sandbox", s.Close)
	h.sandbox = s
	commands := ingest.Registration{Bot: discord.NewBot(s.BotToken(), discord.Options{API: s.APIURL()}), Application: s.ApplicationID()}
	if _, err := commands.Register(ctx); err != nil { // as who runs it on Discord does by hand
		return err
	}
	clock.OnSkip(func() {
		if err := wake(ctx, client, clock.Now()); err != nil {
			h.runtime.Logger.Warn("after a skip of the clock, not every timer was set again", "error", err)
		}
	})
	h.services = append(h.services, program.Service{Name: "sandbox", Run: func(ctx context.Context) error {
		return client.Follow(ctx, []string{schemas.Everything("*")}, false, func(schemas.Event) { s.Happened() })
	}})
	return nil
}

// rows are a workflow's events as the timeline has them.
func rows(ctx context.Context, client *jetstream.Client, id string) ([]row, error) {
	if !schemas.ValidID(id) {
		return nil, fmt.Errorf("%q is not an id", id)
	}
	events, err := client.Events(ctx, id)
	list := make([]row, len(events))
	for i, e := range events {
		list[i] = rowOf(e, schemas.IDTime(id))
	}
	return list, err
}

// wake has every running workflow looked at now, so that what has become due happens.
func wake(ctx context.Context, client *jetstream.Client, now time.Time) error {
	leases, err := client.RunningWorkflows(ctx)
	errs := []error{err}
	for _, l := range leases {
		errs = append(errs, client.SetTimer(ctx, l.Workflow, now))
	}
	return errors.Join(errs...)
}
