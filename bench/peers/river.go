package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivermigrate"

	"autointel.example/bench/load"
	"autointel.example/bench/peers/server"
)

// How often River asks for work: the figures of its own benchmark, as the defaults of 100 ms and 1 s bound a chain of jobs.
const (
	riverCooldown = 2 * time.Millisecond
	riverPoll     = 20 * time.Millisecond
)

// riverStep are the arguments of a step's job.
type riverStep struct {
	Workflow int    `json:"workflow"`
	Step     int    `json:"step"`
	Padding  string `json:"padding"`
}

// Kind names the job.
func (riverStep) Kind() string { return "step" }

// riverWorker works on steps.
type riverWorker struct {
	river.WorkerDefaults[riverStep]

	pool *pgxpool.Pool
	load *load.Load
	last int
}

// Work completes a step and inserts the job of the next one in one transaction, so a step has one successor, whatever
// crashes.
func (w *riverWorker) Work(ctx context.Context, job *river.Job[riverStep]) error {
	err := pgx.BeginFunc(ctx, w.pool, func(tx pgx.Tx) error {
		if job.Args.Step < w.last {
			next := job.Args
			next.Step++
			if _, err := river.ClientFromContext[pgx.Tx](ctx).InsertTx(ctx, tx, next, nil); err != nil {
				return err
			}
		}
		_, err := river.JobCompleteTx[*riverpgxv5.Driver](ctx, tx, job)
		return err
	})
	if err == nil && job.Args.Step == w.last {
		w.load.Done(job.Args.Workflow)
	}
	return err
}

// measureRiver measures a chain of jobs on PostgreSQL.
func measureRiver(ctx context.Context, o load.Options, dir string) (r load.Result, err error) {
	postgres, url, err := server.Postgres(ctx, dir, o.Durability == load.Durable)
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, postgres.Close()) }()
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		return r, err
	}
	config.MaxConns = workers*5 + 16
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return r, err
	}
	defer pool.Close()
	driver := riverpgxv5.New(pool)
	migrator, err := rivermigrate.New(driver, nil)
	if err != nil {
		return r, err
	}
	if _, err := migrator.Migrate(ctx, rivermigrate.DirectionUp, nil); err != nil {
		return r, err
	}
	l := load.New(o)
	registry := river.NewWorkers()
	river.AddWorker(registry, &riverWorker{pool: pool, load: l, last: o.Stages - 1})
	client, err := river.NewClient(driver, &river.Config{
		FetchCooldown: riverCooldown, FetchPollInterval: riverPoll, Logger: slog.New(slog.DiscardHandler),
		Queues: map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: workers * o.Stages}}, Workers: registry,
	})
	if err != nil {
		return r, err
	}
	if err := client.Start(ctx); err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, client.Stop(context.WithoutCancel(ctx))) }()
	first := riverStep{Padding: strings.Repeat("x", payload-8)}
	r, err = l.Measure(ctx, func(ctx context.Context, id int) error {
		args := first
		args.Workflow = id
		_, err := client.Insert(ctx, args, nil)
		return err
	})
	r.Settings = fmt.Sprintf("river 0.51.2, PostgreSQL with %s on a Unix socket, %d workers in all, fetch cooldown %s, a step completed and its successor inserted in one transaction",
		commit(o), workers*o.Stages, riverCooldown)
	return r, err
}

// commit is how PostgreSQL commits under the options.
func commit(o load.Options) string {
	if o.Durability == load.Durable {
		return "synchronous_commit=on"
	}
	return "synchronous_commit=off"
}
