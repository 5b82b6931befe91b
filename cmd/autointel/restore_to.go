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
	"github.com/nats-io/nats.go"

	"autointel.example/cmd/autointel/backup"
	"autointel.example/cmd/autointel/disk"
	"autointel.example/internal/jetstream"
	"autointel.example/internal/program"
	"autointel.example/schemas"
	"autointel.example/services/archiver"
	"autointel.example/services/archiver/archive"
	"autointel.example/services/archiver/sqlite"
	"autointel.example/services/archiver/transfer"
)

// belongings are what of a data directory is ours.
func belongings() []string {
	return []string{"jetstream", "archive.db", "archive.db-wal", "archive.db-shm", "orphaned_results"}
}

// directory restores into a data directory: aside first, put in its place at the end.
func (c *restoreCommand) directory(ctx context.Context, r *backup.Reader, s streams) (unfinished int, err error) {
	data := c.Database.DataDir
	if err := os.MkdirAll(data, 0o700); err != nil {
		return 0, &jetstream.DirectoryError{Dir: data, Err: err}
	}
	there, err := c.replaced(data)
	if err != nil {
		return 0, err
	}
	if err := roomFor(data, r.Manifest); err != nil {
		return 0, err
	}
	aside, err := os.MkdirTemp(data, ".restore-*")
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(aside)) }()
	if unfinished, err = c.embedded(ctx, aside, r, s); err != nil {
		return 0, err
	}
	if err := c.results(ctx, aside, r); err != nil {
		return 0, err
	}
	if err := syncAll(aside); err != nil {
		return 0, err
	}
	if len(there) > 0 {
		old := filepath.Join(data, "replaced-"+time.Now().UTC().Format("20060102T150405"))
		if err := move(data, old, there); err != nil {
			return 0, err
		}
		fmt.Fprintf(s.err, "What was there is in %s now; remove it when you are sure.\n", old)
	}
	made, err := os.ReadDir(aside)
	if err != nil {
		return 0, err
	}
	var names []string
	for _, e := range made {
		names = append(names, e.Name())
	}
	return unfinished, errors.Join(move(aside, data, names), syncDir(data))
}

// replaced lists what stands where the backup is to go. Without --force there must be nothing, and in no case may something run on it.
func (c *restoreCommand) replaced(data string) (there []string, err error) {
	if _, runs, err := jetstream.EmbeddedURL(logDir(data)); err != nil || runs {
		return nil, errors.Join(err, &jetstream.OccupiedError{Dir: data})
	}
	for _, name := range belongings() {
		if _, err := os.Lstat(filepath.Join(data, name)); err == nil {
			there = append(there, name)
		}
	}
	if len(there) > 0 && !c.Force {
		return nil, &program.UsageError{Err: fmt.Errorf("%s holds an installation already (%s): choose an empty directory with --data-dir, or add --force, which moves it aside", data, strings.Join(there, ", "))}
	}
	return there, nil
}

// roomFor refuses what would fill the disk. Snapshots are compressed, by up to the size that the streams had.
func roomFor(dir string, m backup.Manifest) error {
	need := m.Size("archive") + m.Size(backup.SectionFiles)
	for _, stream := range m.Streams {
		need += int64(stream.Counts().Bytes)
	}
	space, err := disk.Of(dir)
	if err != nil {
		return err
	}
	if uint64(need) > space.Free {
		return fmt.Errorf("%s has %s free, the backup needs %s: make room, or choose another directory", dir, humanize.IBytes(space.Free), humanize.IBytes(uint64(need)))
	}
	return nil
}

// embedded restores the streams by a server that runs for as long as that takes.
func (c *restoreCommand) embedded(ctx context.Context, dir string, r *backup.Reader, s streams) (unfinished int, err error) {
	e, err := jetstream.StartEmbedded(jetstream.EmbeddedOptions{Dir: logDir(dir), Fast: true}) // synced as a whole before it is used
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, e.Close()) }()
	conn, err := e.Connect("autointel-restore")
	if err != nil {
		return 0, err
	}
	defer conn.Close()
	return c.streams(ctx, conn, r, 1, s)
}

// results restores the archive and the files of undelivered results: into a directory, or the archive into PostgreSQL.
func (c *restoreCommand) results(ctx context.Context, dir string, r *backup.Reader) error {
	if err := restoreFiles(archiver.FilesPath(dir), r); err != nil {
		return err
	}
	path := archiver.DatabasePath(dir)
	switch section := r.Manifest.Archive.Section; {
	case section == "":
		return nil
	case section == backup.SectionSQLite && c.Database.URL == "":
		return restoreSQLite(ctx, path, r)
	case section == backup.SectionSQLite:
		return c.sqliteToPostgres(ctx, r)
	case c.Database.URL == "":
		return importRecords(ctx, archiver.Database{DataDir: dir}, r)
	default:
		return importRecords(ctx, c.Database, r)
	}
}

func restoreSQLite(ctx context.Context, path string, r *backup.Reader) error {
	content := r.Section(backup.SectionSQLite)
	if err := errors.Join(writeFile(path, os.O_EXCL, content), content.Close()); err != nil {
		return err
	}
	state, err := sqlite.Inspect(ctx, path, true)
	if want := r.Manifest.Archive.Records; err == nil && state.Records+state.Earlier != want {
		return fmt.Errorf("the restored archive has %d records, of %d that were backed up: restore another backup", state.Records+state.Earlier, want)
	}
	return err
}

// sqliteToPostgres moves the records of a file into a database.
func (c *restoreCommand) sqliteToPostgres(ctx context.Context, r *backup.Reader) (err error) {
	dir, err := os.MkdirTemp("", "autointel-restore-*")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	if err := restoreSQLite(ctx, archiver.DatabasePath(dir), r); err != nil {
		return err
	}
	from, err := archiver.Database{DataDir: dir}.Open(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, from.Close()) }()
	lines, w := io.Pipe()
	exported := make(chan error, 1)
	go func() {
		_, err := transfer.Export(ctx, from, archive.Query{}, w, nil)
		exported <- w.CloseWithError(err)
	}()
	err = c.importLines(ctx, lines)
	return errors.Join(err, lines.Close(), <-exported)
}

func (c *restoreCommand) importLines(ctx context.Context, lines io.Reader) (err error) {
	store, err := c.Database.Open(ctx)
	if err != nil {
		return err
	}
	_, err = transfer.Import(ctx, store, lines, nil)
	return errors.Join(err, store.Close())
}

func importRecords(ctx context.Context, into archiver.Database, r *backup.Reader) error {
	content := r.Section(backup.SectionRecords)
	c := restoreCommand{Database: into}
	return errors.Join(c.importLines(ctx, content), content.Close())
}

func restoreFiles(dir string, r *backup.Reader) error {
	return r.Files(backup.SectionFiles, func(name string, first bool, content io.Reader) error {
		id, ok := strings.CutSuffix(name, ".json")
		if !ok || !schemas.ValidWorkflow(id) {
			return fmt.Errorf("%q in the backup is no undelivered result: restore another backup", name)
		}
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return err
		}
		how := os.O_APPEND
		if first {
			how = os.O_TRUNC
		}
		return writeFile(filepath.Join(dir, name), how, content)
	})
}

// broker restores onto the broker of NATS_URL, and the archive where its settings say.
func (c *restoreCommand) broker(ctx context.Context, r *backup.Reader, s streams) (unfinished int, err error) {
	conn, err := connectTo(c.NATS, "autointel-restore")
	if err != nil {
		return 0, err
	}
	defer conn.Close()
	if err := c.free(ctx, conn); err != nil {
		return 0, err
	}
	if c.Database.URL == "" {
		if _, err := os.Stat(archiver.DatabasePath(c.Database.DataDir)); err == nil && r.Manifest.Archive.Section != "" {
			return 0, &program.UsageError{Err: fmt.Errorf("%s has an archive already: name the one to restore into with --database-url, or a directory without one with --data-dir", c.Database.DataDir)}
		}
		if err := os.MkdirAll(c.Database.DataDir, 0o700); err != nil {
			return 0, err
		}
	} else if err := c.databaseFree(ctx); err != nil {
		return 0, err
	}
	if err := jetstream.RemoveStreams(ctx, conn); err != nil {
		return 0, err
	}
	if unfinished, err = c.streams(ctx, conn, r, c.Replicas, s); err != nil {
		return 0, fmt.Errorf("%w (the same command with --force begins anew)", err)
	}
	return unfinished, c.results(ctx, c.Database.DataDir, r)
}

// free says whether the broker's streams may be replaced: nobody works on them, and they are empty or --force was given.
func (c *restoreCommand) free(ctx context.Context, conn *nats.Conn) error {
	report, err := jetstream.Inspect(ctx, conn)
	if err != nil {
		return err
	}
	for _, stream := range report {
		for _, consumer := range stream.Consumers {
			if consumer.Listeners > 0 {
				return fmt.Errorf("something listens to %s of %s: stop the services before a restore", consumer.Name, stream.Name)
			}
		}
		if stream.Name == schemas.StreamLog && stream.Messages > 0 && !c.Force {
			return &program.UsageError{Err: fmt.Errorf("the broker has an event log of %d events already: add --force, which removes it for good", stream.Messages)}
		}
	}
	return nil
}

func (c *restoreCommand) databaseFree(ctx context.Context) (err error) {
	store, err := c.Database.Open(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	if n, err := store.Count(ctx); err != nil || n > 0 && !c.Force {
		return errors.Join(err, &program.UsageError{Err: fmt.Errorf("the database holds %d results already: add --force, which adds those of the backup to them", n)})
	}
	return nil
}

func writeFile(path string, how int, content io.Reader) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|how, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, content)
	return errors.Join(err, f.Sync(), f.Close())
}

// move moves files and directories of one directory into another of the same disk.
func move(from, to string, names []string) error {
	if err := os.MkdirAll(to, 0o700); err != nil {
		return err
	}
	for _, name := range names {
		if err := os.Rename(filepath.Join(from, name), filepath.Join(to, name)); err != nil {
			return err
		}
	}
	return nil
}

// syncAll writes every file and directory below one to the disk.
func syncAll(dir string) error {
	return filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return syncDir(path)
	})
}

func syncDir(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
