package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/dustin/go-humanize"

	"autointel.example/cmd/autointel/backup"
	"autointel.example/cmd/autointel/terminal"
	"autointel.example/internal/jetstream"
	"autointel.example/internal/program"
	"autointel.example/internal/telemetry"
	"autointel.example/schemas"
	"autointel.example/services/archiver"
	"autointel.example/services/archiver/archive"
	"autointel.example/services/archiver/sqlite"
	"autointel.example/services/archiver/transfer"
)

// backupCommand writes everything that has to outlive the machine into one file.
type backupCommand struct {
	NATS      program.NATS      `embed:""`
	Database  archiver.Database `embed:""`
	Retention time.Duration     `env:"AUTOINTEL_RETENTION" default:"720h" help:"How long results and events are kept; a restore says so when a backup is older."`
	File      string            `arg:"" help:"Where to, or - for standard output."`
	Force     bool              `help:"Write over a file that is there."`
}

// Help is what --help says beside the flags.
func (c *backupCommand) Help() string {
	return `The event log with what it refers to, the archive and the undelivered results, each as it is at one moment, while everything
runs. Every workflow that was acknowledged before the backup was begun is in it: what had settled as settled, the rest to be gone
on with. Interaction tokens are not: they are credentials, and die within 15 minutes anyway.

  autointel backup autointel-$(date +%F).backup       of ./data, or AUTOINTEL_DATA_DIR, whether or not "up" runs on it
  autointel backup - | ssh elsewhere 'cat > it'       over a pipe
  autointel backup --nats-url tls://nats:4222 --nats-nkey-file operator.nk --database-url postgres://... FILE`
}

// leftOut is said of every backup.
func leftOut() []backup.LeftOut {
	return []backup.LeftOut{
		{What: "interaction tokens (the bucket " + schemas.BucketSessions + ")", Why: "they are credentials, and die within 15 minutes: what is unfinished is answered in the channel or by direct message"},
		{What: "timers and leases", Why: "restoring makes them anew from the log"},
		{What: "progress", Why: "it is of the moment"},
	}
}

// Run writes the backup. A file appears under its name when it is whole.
func (c *backupCommand) Run(ctx context.Context, s streams) (err error) {
	out, finish, err := c.output(s)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, finish(err == nil)) }()
	from, err := reach(c.NATS, c.Database.DataDir, "autointel-backup")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, from.close()) }()
	version, _ := telemetry.Version()
	shown := newVolume(s.err, "written")
	var total, written int64
	b, err := backup.NewWriter(out, version, time.Now(), func(n int64) { written = n; shown.at(n, total) })
	if err != nil {
		return err
	}
	b.Manifest.LeftOut, b.Manifest.Retention, b.Manifest.Streams = leftOut(), c.Retention, map[string]jetstream.StreamSnapshot{}
	for _, stream := range jetstream.Kept() { // the order matters: see there
		if err := copyStream(ctx, from, stream, b, &total); err != nil {
			return err
		}
	}
	// The archive comes after the log: what the log shows as archived is there.
	if err := c.archive(ctx, b, &total); err != nil {
		return err
	}
	if err := c.files(b); err != nil {
		return err
	}
	if err := b.Close(); err != nil {
		return err
	}
	shown.end()
	log := b.Manifest.Streams[schemas.StreamLog].Counts()
	fmt.Fprintf(s.err, "%s of %s: %d events, %d archived results, %d undelivered as files.\n", humanize.IBytes(uint64(written)), from.where, log.Messages, b.Manifest.Archive.Records, b.Manifest.Archive.Files)
	for _, l := range b.Manifest.LeftOut {
		fmt.Fprintf(s.err, "Left out: %s; %s.\n", l.What, l.Why)
	}
	return nil
}

// output opens where the backup goes to. Finish gives a whole one its name, and takes away what is not.
func (c *backupCommand) output(s streams) (w io.Writer, finish func(whole bool) error, err error) {
	if c.File == "-" {
		if terminal.Is(s.out) {
			return nil, nil, &program.UsageError{Err: errors.New("a backup is not for a terminal: name a file, or send standard output somewhere")}
		}
		return s.out, func(bool) error { return nil }, nil
	}
	if _, err := os.Lstat(c.File); err == nil && !c.Force {
		return nil, nil, &program.UsageError{Err: fmt.Errorf("%s is there already: choose another name, or add --force to write over it", c.File)}
	}
	f, err := os.CreateTemp(filepath.Dir(c.File), "."+filepath.Base(c.File)+"-*") // readable by its owner alone
	if err != nil {
		return nil, nil, &program.UsageError{Err: err}
	}
	return f, func(whole bool) error {
		if !whole {
			return errors.Join(f.Close(), os.Remove(f.Name()))
		}
		if err := errors.Join(f.Sync(), f.Close()); err != nil {
			return errors.Join(err, os.Remove(f.Name()))
		}
		return os.Rename(f.Name(), c.File)
	}, nil
}

func copyStream(ctx context.Context, from *reached, stream string, b *backup.Writer, total *int64) error {
	section := b.Section(backup.StreamSection(stream))
	begin := func(about jetstream.StreamSnapshot) error {
		b.Manifest.Streams[stream] = about
		*total += int64(about.Counts().Bytes)
		return nil
	}
	err := jetstream.TakeSnapshot(ctx, from.conn, stream, begin, func(chunk []byte) error {
		_, err := section.Write(chunk)
		return err
	})
	return errors.Join(err, section.Close())
}

func (c *backupCommand) archive(ctx context.Context, b *backup.Writer, total *int64) (err error) {
	if c.Database.URL == "" {
		err := c.sqlite(ctx, b, total)
		if errors.Is(err, fs.ErrNotExist) {
			return nil // nothing was archived yet
		}
		return err
	}
	store, err := c.Database.Open(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	section := b.Section(backup.SectionRecords)
	n, err := transfer.Export(ctx, store, archive.Query{}, section, nil)
	b.Manifest.Archive = backup.Archive{Section: backup.SectionRecords, Records: n}
	return errors.Join(err, section.Close())
}

// sqlite copies the archive's file, beside it, since it needs as much room again, and the copy into the backup.
func (c *backupCommand) sqlite(ctx context.Context, b *backup.Writer, total *int64) (err error) {
	path := archiver.DatabasePath(c.Database.DataDir)
	state, err := sqlite.Inspect(ctx, path, false)
	if err != nil {
		return err
	}
	*total += state.Bytes
	dir, err := os.MkdirTemp(c.Database.DataDir, ".backup-*")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	copied := filepath.Join(dir, filepath.Base(path))
	if err := sqlite.Copy(ctx, path, copied); err != nil {
		return err
	}
	if state, err = sqlite.Inspect(ctx, copied, true); err != nil {
		return err
	}
	b.Manifest.Archive = backup.Archive{Section: backup.SectionSQLite, Version: state.Version, Records: state.Records + state.Earlier}
	return copyFile(b, backup.SectionSQLite, copied)
}

// files copies the undelivered results. One that is removed meanwhile was retrieved, or is too old.
func (c *backupCommand) files(b *backup.Writer) error {
	dir := archiver.FilesPath(c.Database.DataDir)
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	for _, e := range entries {
		id, ok := strings.CutSuffix(e.Name(), ".json")
		if !ok || !schemas.ValidWorkflow(id) || !e.Type().IsRegular() {
			continue // one that is being written, or not ours
		}
		switch err := copyFile(b, backup.SectionFiles+e.Name(), filepath.Join(dir, e.Name())); {
		case errors.Is(err, fs.ErrNotExist):
		case err != nil:
			return err
		default:
			b.Manifest.Archive.Files++
		}
	}
	return nil
}

func copyFile(b *backup.Writer, section, path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	w := b.Section(section)
	_, err = io.Copy(w, f)
	return errors.Join(err, w.Close(), f.Close())
}
