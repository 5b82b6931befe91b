package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"autointel.example/internal/jetstream"
	"autointel.example/internal/program"
	"autointel.example/services/analyzer"
	"autointel.example/services/archiver"
	"autointel.example/services/ingest"
)

// doctorCommand checks what autointel needs.
type doctorCommand struct {
	program.NATS  `embed:""`
	Session       program.Session      `embed:""`
	Discord       program.Discord      `embed:""`
	Database      archiver.Database    `embed:""`
	Analyzer      analyzer.Config      `embed:""`
	Transcription ingest.Transcription `embed:""`
	Timeout       time.Duration        `help:"How long the language model and the speech recognition may take to answer." default:"20s"`
	JSON          bool                 `help:"Print one JSON document."`
}

// Run checks everything and fails if something is wrong.
func (c *doctorCommand) Run(ctx context.Context, s streams) error {
	var all findings
	note := all.note
	note("configuration", errors.Join(c.Session.Validate(), c.Discord.Resolve()), "every value is usable")
	if c.Discord.PublicKey == "" {
		note("discord", nil, "no credentials: `up` runs the sandbox")
	} else {
		note("discord", c.credentials(), "the credentials are complete")
	}
	c.broker(ctx, note)
	note("archive", c.archive(ctx), c.Database.Name())
	c.endpoints(ctx, note)
	if err := all.print(s, c.JSON); err != nil {
		return err
	}
	if bad := all.count(levelFailed); bad > 0 {
		return fmt.Errorf("%d of %d checks failed", bad, len(all))
	}
	return nil
}

func (c *doctorCommand) credentials() error {
	var errs []error
	for name, value := range map[string]string{"DISCORD_APPLICATION_ID": c.Discord.ApplicationID, "DISCORD_PUBLIC_KEY": c.Discord.PublicKey, "DISCORD_TOKEN": c.Discord.Token} {
		if value == "" {
			errs = append(errs, fmt.Errorf("%s is not set", name))
		}
	}
	return errors.Join(errs...)
}

func (c *doctorCommand) broker(ctx context.Context, note func(string, error, string)) {
	n := c.NATS
	if n.URL == "" {
		n.URL = defaultBroker
	}
	conn, err := jetstream.Connect(jetstream.ConnectOptions{URL: n.URL, Creds: n.Creds, NkeyFile: n.NkeyFile, CA: n.CA, Name: "autointel-doctor"})
	note("nats", err, n.URL)
	if err != nil {
		return
	}
	defer conn.Close()
	report, err := jetstream.Inspect(ctx, conn)
	if err != nil {
		note("streams", err, "")
		return
	}
	for _, s := range report {
		note("stream "+s.Name, s.Err, fmt.Sprintf("%d messages, %d replicas", s.Messages, s.Replicas))
		for _, consumer := range s.Consumers {
			note("consumer "+consumer.Name, nil, fmt.Sprintf("%d waiting, %d at work, %d redelivered", consumer.Waiting, consumer.AtWork, consumer.Redelivered))
		}
	}
}

func (c *doctorCommand) archive(ctx context.Context) error {
	store, err := c.Database.OpenExisting(ctx)
	if errors.Is(err, archiver.ErrNoArchive) {
		return nil // not used yet
	}
	if err != nil {
		return err
	}
	return errors.Join(store.Ping(ctx), store.Close())
}
