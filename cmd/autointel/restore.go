package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/dustin/go-humanize"
	"github.com/nats-io/nats.go"

	"autointel.example/cmd/autointel/backup"
	"autointel.example/internal/jetstream"
	"autointel.example/internal/program"
	"autointel.example/internal/workflow"
	"autointel.example/schemas"
	"autointel.example/services/archiver"
	"autointel.example/services/archiver/sqlite"
)

// restoreCommand makes an installation of a backup.
type restoreCommand struct {
	NATS     program.NATS      `embed:""`
	Database archiver.Database `embed:""`
	Session  program.Session   `embed:""`
	Replicas int               `env:"AUTOINTEL_REPLICAS" help:"Of the streams on the broker of NATS_URL; by default as many as they had."`
	MaxBytes int64             `env:"AUTOINTEL_LOG_MAX_BYTES" default:"8589934592" help:"Size at which the event log takes no new commands, in bytes."`
	File     string            `arg:"" type:"existingfile" help:"What backup has written."`
	Force    bool              `help:"Replace what is there. What stands in a data directory is moved aside, not removed; streams on a broker are removed; records of a PostgreSQL database are added to."`
}

// Help is what --help says beside the flags.
func (c *restoreCommand) Help() string {
	return `The backup is read to its end and checked before anything is touched. Into a data directory everything is built aside and put in
place at the end, so that a restore which fails has changed nothing. Nothing may run on what is restored: stop "up", or the services.

Workflows that had not ended when the backup was made go on when "up" runs again; their interactions are gone, so their
results come in the channel or by direct message. What was delivered after the backup was made is delivered again.

  autointel restore autointel-2026-01-31.backup --data-dir /var/lib/autointel
  autointel restore FILE --nats-url tls://nats:4222 --nats-nkey-file operator.nk --database-url postgres://... --replicas 3`
}

// Run checks everything, then restores.
func (c *restoreCommand) Run(ctx context.Context, s streams) (err error) {
	if err := c.Session.Validate(); err != nil {
		return &program.UsageError{Err: err}
	}
	shown := newVolume(s.err, "checked")
	r, err := backup.Open(c.File, shown.at)
	shown.end()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	m := r.Manifest
	fmt.Fprintf(s.err, "A backup of %s, by autointel %s: whole.\n", m.Created.Format(time.RFC3339), m.By)
	if err := c.usable(m); err != nil {
		return err
	}
	if age := time.Since(m.Created); age > c.Session.Retention {
		fmt.Fprintf(s.err, "It is %s old and results are kept for %s: what is older than that will be removed. AUTOINTEL_RETENTION changes it.\n", age.Round(time.Hour), c.Session.Retention)
	}
	restore := c.directory
	if c.NATS.URL != "" {
		restore = c.broker
	}
	unfinished, err := restore(ctx, r, s)
	if err != nil {
		return err
	}
	fmt.Fprintf(s.err, "Restored: %d events, %d archived results, %d undelivered as files. %d workflows had not ended and go on when the services run.\n",
		m.Streams[schemas.StreamLog].Counts().Messages, m.Archive.Records, m.Archive.Files, unfinished)
	return nil
}

// usable says whether this program and these settings can take what a backup holds.
func (c *restoreCommand) usable(m backup.Manifest) error {
	for _, stream := range jetstream.Kept() {
		if _, ok := m.Streams[stream]; !ok {
			return fmt.Errorf("the backup has no stream %s: it was made by something else than `autointel backup`", stream)
		}
	}
	if m.Archive.Section != backup.SectionSQLite {
		return nil
	}
	newest, err := sqlite.Newest()
	if err != nil {
		return err
	}
	if m.Archive.Version > newest {
		return fmt.Errorf("the backup's archive has version %d, this autointel knows %d: restore it with a newer one", m.Archive.Version, newest)
	}
	return nil
}

// streams makes the streams of a backup on a broker that has none of them, provisions what belongs to them, and resumes what
// had not ended.
func (c *restoreCommand) streams(ctx context.Context, conn *nats.Conn, r *backup.Reader, replicas int, s streams) (unfinished int, err error) {
	for _, stream := range jetstream.Kept() {
		content := r.Section(backup.StreamSection(stream))
		state, err := jetstream.RestoreSnapshot(ctx, conn, stream, r.Manifest.Streams[stream], replicas, content)
		if err = errors.Join(err, content.Close()); err != nil {
			return 0, err
		}
		fmt.Fprintf(s.err, "%s: %d messages, %s.\n", stream, state.Messages, humanize.IBytes(uint64(r.Manifest.Size(backup.StreamSection(stream)))))
	}
	settings := jetstream.Settings{
		Retention: c.Session.Retention, SessionLifetime: c.Session.Lifetimes().Lifetime, Deadline: c.Session.Deadline, Replicas: replicas, MaxBytes: c.MaxBytes,
	}
	consumers := workflow.Consumers()
	if err := jetstream.Provision(ctx, conn, settings, consumers); err != nil {
		return 0, fmt.Errorf("provision: %w", err)
	}
	positioned := true
	for _, consumer := range consumers {
		after, known := r.Manifest.Streams[consumer.Stream].Positions[consumer.Name]
		if !known || after == 0 {
			continue
		}
		ok, err := jetstream.SetPosition(ctx, conn, consumer.Stream, consumer.Name, after)
		if err != nil {
			return 0, err
		}
		positioned = positioned && ok
	}
	if !positioned {
		fmt.Fprintln(s.err, "This NATS server cannot set the position of a consumer (2.14 can): every event is looked at once more, which takes a while and changes nothing.")
	}
	return resume(ctx, conn)
}

// resume makes timers and leases of what has not ended.
func resume(ctx context.Context, conn *nats.Conn) (int, error) {
	client, err := jetstream.Bind(ctx, conn, jetstream.Options{Source: "autointel/restore"})
	if err != nil {
		return 0, err
	}
	open, err := client.Unfinished(ctx)
	if err != nil {
		return 0, err
	}
	for _, requested := range open {
		if err := client.Resume(ctx, requested); err != nil {
			return 0, fmt.Errorf("%s: %w", requested.Workflow, err)
		}
	}
	return len(open), nil
}
