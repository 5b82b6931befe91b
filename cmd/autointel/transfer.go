package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/mattn/go-isatty"

	"autointel.example/services/archiver/archive"
	"autointel.example/services/archiver/transfer"
)

// resultsExportCommand writes the archive.
type resultsExportCommand struct {
	archiveFlags `embed:""`
	Since        time.Duration `help:"Ended within this time; by default all."`
	User         string        `help:"Of this user's id."`
}

// Run writes every record, newest first, to standard output.
func (c *resultsExportCommand) Run(ctx context.Context, s streams) (err error) {
	store, err := showing(c.Database, s.err).OpenExisting(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	q := archive.Query{UserID: c.User}
	if c.Since > 0 {
		q.Since = time.Now().Add(-c.Since)
	}
	count, done := counter(s.err, "exported")
	n, err := transfer.Export(ctx, store, q, s.out, count)
	done(n)
	return err
}

// resultsImportCommand reads into the archive.
type resultsImportCommand struct {
	archiveFlags `embed:""`
	Path         string `arg:"" help:"A file that export has written, - for standard input, or a directory of the earlier system."`
	User         string `help:"Whose results those of the earlier system are: its files do not say. Without it only operators, and with --guild who may manage that guild, see them."`
	Guild        string `help:"In which guild they were asked for."`
}

// Run reads records. What cannot be read is reported, and the command fails, but the rest is there.
func (c *resultsImportCommand) Run(ctx context.Context, s streams) (err error) {
	store, err := showing(c.Database, s.err).Open(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	count, done := counter(s.err, "imported")
	var n int
	switch info, statErr := os.Stat(c.Path); {
	case c.Path == "-":
		n, err = transfer.Import(ctx, store, os.Stdin, count)
	case statErr != nil:
		return statErr
	case info.IsDir():
		n, err = transfer.ImportEarlier(ctx, store, c.Path, transfer.Owner{UserID: c.User, GuildID: c.Guild}, time.Now(), count)
	default:
		file, openErr := os.Open(c.Path)
		if openErr != nil {
			return openErr
		}
		n, err = transfer.Import(ctx, store, file, count)
		err = errors.Join(err, file.Close())
	}
	done(n)
	return err
}

// counter shows on a terminal how many records have passed, and at the end says it in any case.
func counter(w io.Writer, what string) (each, done func(n int)) {
	f, ok := w.(*os.File)
	live := ok && isatty.IsTerminal(f.Fd())
	each = func(n int) {
		if live && n%100 == 0 {
			fmt.Fprintf(w, "\r%d %s", n, what)
		}
	}
	done = func(n int) {
		if live {
			fmt.Fprint(w, "\r")
		}
		fmt.Fprintf(w, "%d %s.\n", n, what)
	}
	return each, done
}
