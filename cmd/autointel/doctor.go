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
	Monitor       program.Monitor      `embed:""`
	Session       program.Session      `embed:""`
	Discord       program.Discord      `embed:""`
	Gateway       ingest.Gateway       `embed:""`
	Database      archiver.Database    `embed:""`
	Analyzer      analyzer.Config      `embed:""`
	Transcription ingest.Transcription `embed:""`
	Durability    string               `name:"durability" env:"AUTOINTEL_DURABILITY" default:"durable" enum:"durable,fast" help:"As 'up' has it."`
	Interactions  string               `name:"interactions-addr" env:"AUTOINTEL_INTERACTIONS_ADDR" placeholder:"HOST:PORT" help:"As 'up' has it."`
	Timeout       time.Duration        `help:"How long the language model and the speech recognition may take to answer." default:"20s"`
	JSON          bool                 `help:"Print one JSON document."`
}

// Run checks everything and fails if something is wrong.
func (c *doctorCommand) Run(ctx context.Context, s streams) error {
	var all findings
	note := all.note
	note("configuration", errors.Join(c.Session.Validate(), c.Discord.Resolve()), "every value is usable")
	g := survey(c.Database.DataDir)
	g.configured(c.Discord, c.Gateway, c.Interactions)
	g.embedded, g.fast = c.NATS.URL == "", c.Durability == "fast"
	if !g.sandboxed {
		g.skew = skewOf(ctx, c.Discord.API, time.Now)
	}
	all = append(all, g.judge()...)
	g.asked(ctx, &all)
	c.broker(ctx, &all)
	c.server(ctx, &all)
	note("archive", c.archive(ctx, s), c.Database.Name())
	c.endpoints(ctx, note)
	if err := all.print(s, c.JSON); err != nil {
		return err
	}
	if bad := all.count(levelFailed); bad > 0 {
		return fmt.Errorf("%d of %d checks failed; what to do stands beside each", bad, len(all))
	}
	return nil
}

// broker looks at the streams, wherever they are: the running server's, or those of the directory.
func (c *doctorCommand) broker(ctx context.Context, f *findings) {
	n := c.NATS
	if url, runs, err := jetstream.EmbeddedURL(logDir(c.Database.DataDir)); n.URL == "" && err == nil && runs && url != "" {
		n.URL = url
	}
	if n.URL == "" {
		n.URL = defaultBroker
	}
	conn, err := jetstream.Connect(jetstream.ConnectOptions{URL: n.URL, Creds: n.Creds, NkeyFile: n.NkeyFile, CA: n.CA, Name: "autointel-doctor"})
	if err != nil {
		f.fail("nats", err.Error(), "start `autointel up`, or the server of NATS_URL, and see that its credentials and NATS_CA fit it")
		return
	}
	defer conn.Close()
	f.ok("nats", conn.ConnectedUrlRedacted())
	report, err := jetstream.Inspect(ctx, conn)
	if err != nil {
		f.fail("streams", err.Error(), "see that JetStream is enabled for this account")
		return
	}
	for _, s := range report {
		f.note("stream "+s.Name, s.Err, fmt.Sprintf("%d messages, %d replicas", s.Messages, s.Replicas))
		for _, consumer := range s.Consumers {
			says := fmt.Sprintf("%d waiting, %d at work, %d redelivered", consumer.Waiting, consumer.AtWork, consumer.Redelivered)
			if consumer.Waiting > 0 && consumer.Listeners == 0 && consumer.AtWork == 0 {
				f.warn("consumer "+consumer.Name, says+", and nobody listens", "start the service that works on it, or see in its log why it does not")
				continue
			}
			f.ok("consumer "+consumer.Name, says)
		}
	}
}

func (c *doctorCommand) archive(ctx context.Context, s streams) error {
	store, err := showing(c.Database, s.err).OpenExisting(ctx)
	if errors.Is(err, archiver.ErrNoArchive) {
		return nil // not used yet
	}
	if err != nil {
		return err
	}
	return errors.Join(store.Ping(ctx), store.Close())
}
