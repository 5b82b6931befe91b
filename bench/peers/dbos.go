package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"time"

	"github.com/dbos-inc/dbos-transact-golang/dbos"
	_ "github.com/dbos-inc/dbos-transact-golang/dbos/driver/sqlite" // for sqlite: URLs

	"autointel.example/bench/load"
	"autointel.example/bench/peers/server"
)

// measureDBOS measures workflows of steps, each of which is recorded in PostgreSQL.
func measureDBOS(ctx context.Context, o load.Options, dir string) (r load.Result, err error) {
	postgres, url, err := server.Postgres(ctx, dir, o.Durability == load.Durable)
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, postgres.Close()) }()
	r, err = dbosWorkflows(ctx, o, url)
	r.Settings = fmt.Sprintf("dbos 1.8.0, PostgreSQL with %s on a Unix socket, 20 connections, as is its default", commit(o))
	return r, err
}

// measureDBOSSQLite is measureDBOS on SQLite.
func measureDBOSSQLite(ctx context.Context, o load.Options, dir string) (load.Result, error) {
	sync := "NORMAL"
	if o.Durability == load.Durable {
		sync = "FULL"
	}
	r, err := dbosWorkflows(ctx, o, fmt.Sprintf("sqlite:file:%s?_pragma=synchronous(%s)", filepath.Join(dir, "dbos.db"), sync))
	r.Settings = fmt.Sprintf("dbos 1.8.0, SQLite with a write-ahead log and synchronous=%s", sync)
	return r, err
}

// dbosWorkflows runs a workflow where it is started, as DBOS does without a queue: there are as many at work as in flight.
func dbosWorkflows(ctx context.Context, o load.Options, url string) (r load.Result, err error) {
	runtime, err := dbos.NewContext(ctx, dbos.Config{
		DatabaseURL: url, AppName: "bench", ApplicationVersion: "bench", ExecutorID: "bench", Logger: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		return load.Result{}, err
	}
	workflow := func(ctx dbos.Context, input string) (string, error) {
		for range o.Stages {
			if _, err := dbos.RunAsStep(ctx, func(context.Context) (string, error) { return input, nil }); err != nil {
				return "", err
			}
		}
		return input, nil
	}
	dbos.RegisterWorkflow(runtime, workflow, dbos.WithWorkflowName("chain"))
	if err := dbos.Launch(runtime); err != nil {
		return load.Result{}, err
	}
	defer func() { err = errors.Join(err, dbos.Shutdown(runtime, 2*time.Second)) }()
	input := strings.Repeat("x", payload)
	l := load.New(o)
	return l.Measure(ctx, func(_ context.Context, id int) error {
		handle, err := dbos.RunWorkflow(runtime, workflow, input)
		if err != nil {
			return err
		}
		if _, err := handle.GetResult(); err != nil {
			return err
		}
		l.Done(id)
		return nil
	})
}
