package main

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"github.com/hibiken/asynq"

	"autointel.example/bench/load"
	"autointel.example/bench/peers/server"
)

// asynqCheck is how long an idle asynq waits until it looks at its queue again. The default of 1 s would be the latency of
// every step of a lone workflow.
const asynqCheck = time.Millisecond

// measureAsynq measures a chain of tasks on Redis: the handler of each step enqueues the task of the next one. The last
// one writes its result, which asynq keeps. A step may happen twice. It reaches Redis as its documentation shows, by TCP.
func measureAsynq(ctx context.Context, o load.Options, dir string) (load.Result, error) {
	return asynqTasks(ctx, o, dir, false)
}

// measureAsynqUnix is measureAsynq by a Unix socket, which a Redis on the same machine offers as well.
func measureAsynqUnix(ctx context.Context, o load.Options, dir string) (load.Result, error) {
	return asynqTasks(ctx, o, dir, true)
}

func asynqTasks(ctx context.Context, o load.Options, dir string, unix bool) (r load.Result, err error) {
	redis, socket, address, err := server.Redis(ctx, dir, o.Durability == load.Durable)
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, redis.Close()) }()
	connection, by := asynq.RedisClientOpt{Addr: address}, "TCP on the loopback interface"
	if unix {
		connection, by = asynq.RedisClientOpt{Network: "unix", Addr: socket}, "a Unix socket"
	}
	client := asynq.NewClient(connection)
	defer func() { err = errors.Join(err, client.Close()) }()
	l := load.New(o)
	processor := asynq.NewServer(connection, asynq.Config{
		Concurrency: workers * o.Stages, TaskCheckInterval: asynqCheck, LogLevel: asynq.FatalLevel, ShutdownTimeout: time.Second,
	})
	mux := asynq.NewServeMux()
	for step := range o.Stages {
		last := step == o.Stages-1
		mux.HandleFunc(topic(step), func(ctx context.Context, t *asynq.Task) error {
			if !last {
				return enqueue(ctx, client, step+1, o.Stages, t.Payload())
			}
			if _, err := t.ResultWriter().Write(t.Payload()); err != nil {
				return err
			}
			l.Done(int(binary.BigEndian.Uint64(t.Payload())))
			return nil
		})
	}
	if err := processor.Start(mux); err != nil {
		return r, err
	}
	defer processor.Shutdown()
	r, err = l.Measure(ctx, func(ctx context.Context, id int) error {
		body := binary.BigEndian.AppendUint64(make([]byte, 0, payload), uint64(id))[:payload]
		return enqueue(ctx, client, 0, o.Stages, body)
	})
	appends := map[load.Durability]string{load.Fast: "everysec", load.Durable: "always"}[o.Durability]
	r.Settings = fmt.Sprintf("asynq 0.26.0, Redis with appendfsync %s by %s, %d workers in all, task check every %s, the last task kept with its result", appends, by, workers*o.Stages, asynqCheck)
	return r, err
}

func enqueue(ctx context.Context, client *asynq.Client, step, stages int, body []byte) error {
	var options []asynq.Option
	if step == stages-1 {
		options = append(options, asynq.Retention(time.Hour))
	}
	_, err := client.EnqueueContext(ctx, asynq.NewTask(topic(step), body), options...)
	return err
}
