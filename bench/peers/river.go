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

func (s riverStep) next() riverStep {
	s.Step++
	return s
}

// riverWorker works on steps. As most do, it inserts the next job and returns; River then completes jobs in batches, and a
// crash between the two makes a step happen twice. In one transaction, a step has one successor whatever crashes. The last
// step is completed by itself either way: an event of River's tells of a batch up to 250 ms later.
type riverWorker struct {
	river.WorkerDefaults[riverStep]

	pool *pgxpool.Pool
	load *load.Load
	last int
	tx   bool // all of a step in one transaction
}

// Work inserts the job of the next step.
func (w *riverWorker) Work(ctx context.Context, job *river.Job[riverStep]) error {
	last := job.Args.Step == w.last
	if !last && !w.tx {
		_, err := river.ClientFromContext[pgx.Tx](ctx).Insert(ctx, job.Args.next(), nil)
		return err
	}
	err := pgx.BeginFunc(ctx, w.pool, func(tx pgx.Tx) error {
		if !last {
			if _, err := river.ClientFromContext[pgx.Tx](ctx).InsertTx(ctx, tx, job.Args.next(), nil); err != nil {
				return err
			}
		}
		_, err := river.JobCompleteTx[*riverpgxv5.Driver](ctx, tx, job)
		return err
	})
	if err == nil && last {
		w.load.Done(job.Args.Workflow)
	}
	return err
}

// measureRiver measures a chain of jobs on PostgreSQL, each of which inserts the next one.
func measureRiver(ctx context.Context, o load.Options, dir string) (load.Result, error) {
	r, err := riverChain(ctx, o, dir, false)
	r.Settings += "jobs completed in batches, as is its default"
	return r, err
}

// measureRiverTx is measureRiver with steps that happen once.
func measureRiverTx(ctx context.Context, o load.Options, dir string) (load.Result, error) {
	r, err := riverChain(ctx, o, dir, true)
	r.Settings += "a step completed and its successor inserted in one transaction"
	return r, err
}

func riverChain(ctx context.Context, o load.Options, dir string, tx bool) (r load.Result, err error) {
	postgres, url, err := server.Postgres(ctx, dir, o.Durability == load.Durable)
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, postgres.Close()) }()
	pool, err := riverPool(ctx, url, workers*o.Stages)
	if err != nil {
		return r, err
	}
	defer pool.Close()
	l := load.New(o)
	registry := river.NewWorkers()
	river.AddWorker(registry, &riverWorker{pool: pool, load: l, last: o.Stages - 1, tx: tx})
	client, err := river.NewClient(riverpgxv5.New(pool), &river.Config{
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
	r, err = l.Measure(ctx, func(ctx context.Context, id int) error {
		_, err := client.Insert(ctx, riverStep{Workflow: id, Padding: strings.Repeat("x", payload-8)}, nil)
		return err
	})
	r.Settings = fmt.Sprintf("river 0.51.2, PostgreSQL with %s on a Unix socket, %d workers in all, fetch cooldown %s, ", commit(o), workers*o.Stages, riverCooldown)
	return r, err
}

// riverPool is a pool for a number of workers, on a database with River's tables.
func riverPool(ctx context.Context, url string, workers int) (*pgxpool.Pool, error) {
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, err
	}
	config.MaxConns = int32(min(workers+16, server.PostgresConnections-10))
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, err
	}
	migrator, err := rivermigrate.New(riverpgxv5.New(pool), nil)
	if err == nil {
		_, err = migrator.Migrate(ctx, rivermigrate.DirectionUp, nil)
	}
	if err != nil {
		pool.Close()
		return nil, err
	}
	return pool, nil
}

// commit is how PostgreSQL commits under the options.
func commit(o load.Options) string {
	if o.Durability == load.Durable {
		return "synchronous_commit=on"
	}
	return "synchronous_commit=off"
}
