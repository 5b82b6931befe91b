package archiver

import (
	"context"
	"log/slog"
	"path/filepath"
	"time"

	"autointel.example/internal/lifecycle"
	"autointel.example/internal/program"
	"autointel.example/services/archiver/file"
	"autointel.example/services/archiver/sqlite"
)

// Config is the archiver's configuration.
type Config struct {
	Session  program.Session `embed:""`
	Database Database        `embed:""`
}

// DatabasePath is where the archive's file is in a data directory.
func DatabasePath(dataDir string) string { return filepath.Join(dataDir, "archive.db") }

// FilesPath is where the files of undelivered results are in a data directory.
func FilesPath(dataDir string) string { return filepath.Join(dataDir, "orphaned_results") }

// movingEvery is how often the log hears how far an archive of an earlier version is. A large one takes minutes.
const movingEvery = 10 * time.Second

// moving tells the log how far an archive of an earlier version is: when it begins, now and then, and at its end.
func moving(logger *slog.Logger, now func() time.Time) sqlite.Moving {
	var last time.Time
	return func(moved, left int) {
		if t := now(); left == 0 || t.Sub(last) >= movingEvery {
			logger.Info("the archive is of an earlier version: its records are moved", "moved", moved, "left", left)
			last = t
		}
	}
}

// New makes the service.
func New(ctx context.Context, r *program.Runtime, c Config) (program.Service, error) {
	service := program.Service{Name: "archiver"}
	if err := c.Session.Validate(); err != nil {
		return service, &program.UsageError{Err: err}
	}
	client, err := r.Client(ctx, "archiver")
	if err != nil {
		return service, err
	}
	c.Database.Moving = moving(r.Logger.With("service", "archiver"), r.Now)
	store, err := c.Database.Open(ctx)
	if err != nil {
		return service, err
	}
	r.Stack.Defer("archive", store.Close)
	s := &Service{
		Client: client, Store: store, Files: file.Dir{Path: FilesPath(c.Database.DataDir)}, Retention: c.Session.Retention, Now: r.Now,
		Logger: r.Logger.With("service", "archiver"), Observer: r.Metrics, Drain: program.Drain,
	}
	service.Run = s.Run
	service.Checks = []lifecycle.Check{{Name: "archive", Check: store.Ping}}
	return service, nil
}
