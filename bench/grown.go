package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"autointel.example/bench/load"
	"autointel.example/internal/jetstream"
	"autointel.example/internal/stage"
)

// grownPart measures on a log that holds events already.
type grownPart struct {
	load.Options
	Dir    string `required:""`
	Events int    `required:""`
}

// Run fills the log, stops the server, starts it again, and measures.
func (p *grownPart) Run(ctx context.Context, s streams) (err error) {
	began := time.Now()
	if err := p.fill(ctx); err != nil {
		return err
	}
	filled := time.Since(began)
	runtime.GC()
	began = time.Now()
	server, err := jetstream.StartEmbedded(jetstream.EmbeddedOptions{Dir: p.Dir, Fast: p.Durability == load.Fast})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, server.Close()) }()
	h := house{}
	h.chain(p.Stages)
	if err := h.join(ctx, inProcess(server), settings(), nil); err != nil { // fill has made the consumers
		return err
	}
	ready := time.Since(began)
	r, err := h.measureWorking(ctx, p.Options)
	if err != nil {
		return err
	}
	values, err := memory(os.Getpid())
	if err != nil {
		return err
	}
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	values["heap_mb"], values["ready_ms"], values["prefill_seconds"] = float64(m.HeapAlloc)/1e6, float64(ready)/float64(time.Millisecond), filled.Seconds()
	return partResult{Result: r, Values: values}.print(s)
}

func (p *grownPart) fill(ctx context.Context) (err error) {
	s, err := takeSpecimen(ctx, p.Stages, filepath.Join(p.Dir, "specimen"))
	if err != nil {
		return err
	}
	server, err := jetstream.StartEmbedded(jetstream.EmbeddedOptions{Dir: p.Dir, Fast: true})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, server.Close()) }()
	nc, err := server.Connect("prefill")
	if err != nil {
		return err
	}
	defer nc.Close()
	if err := jetstream.Provision(ctx, nc, settings(), nil); err != nil {
		return err
	}
	if _, err := prefill(ctx, nc, s, p.Events); err != nil {
		return err
	}
	return consumersFromNow(ctx, nc, (&house{}).chain(p.Stages))
}

// growPart fills the log of a data directory of `autointel up`, whose consumers exist.
type growPart struct {
	Dir    string `required:"" help:"The directory jetstream in the data directory."`
	Events int    `required:""`
}

// Run publishes, and acknowledges for the consumers what they would work on.
func (p *growPart) Run(ctx context.Context, s streams) (err error) {
	dir, err := os.MkdirTemp("", "bench-specimen-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	specimen, err := takeSpecimen(ctx, 5, dir)
	if err != nil {
		return err
	}
	server, err := jetstream.StartEmbedded(jetstream.EmbeddedOptions{Dir: p.Dir, Fast: true})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, server.Close()) }()
	nc, err := server.Connect("prefill")
	if err != nil {
		return err
	}
	defer nc.Close()
	n, err := prefill(ctx, nc, specimen, p.Events)
	if err != nil {
		return err
	}
	fmt.Fprintf(s.out, "%d events\n", n)
	return drain(ctx, nc)
}

// sleepingPart are workflows whose first stage sleeps.
type sleepingPart struct {
	Dir       string `required:""`
	Workflows int    `required:""`
}

// Run starts them, prints how many are at work, and waits until the context ends.
func (p *sleepingPart) Run(ctx context.Context, s streams) (err error) {
	server, err := jetstream.StartEmbedded(jetstream.EmbeddedOptions{Dir: p.Dir, Fast: true})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, server.Close()) }()
	h := house{}
	if err := h.open(ctx, server, load.Options{Stages: 5}); err != nil {
		return err
	}
	atWork := make(chan struct{}, p.Workflows)
	sleepers := min(p.Workflows, mostPending)
	runner := h.stages()
	runner.Stages[0].Workers, runner.Stages[0].Waits = sleepers, true
	runner.Stages[0].Run = func(ctx context.Context, _ stage.Input) (any, error) {
		atWork <- struct{}{}
		<-ctx.Done()
		return nil, context.Cause(ctx)
	}
	ended := make(chan error, 1)
	go func() { ended <- runner.Run(ctx) }()
	defer func() { err = errors.Join(err, <-ended) }()
	for id := range p.Workflows {
		if err := h.request(ctx, id); err != nil {
			return err
		}
	}
	for range sleepers {
		select {
		case <-atWork:
		case <-ctx.Done():
			return nil
		}
	}
	fmt.Fprintf(s.out, "%d workflows wait, %d of them at work\n", p.Workflows, sleepers)
	<-ctx.Done()
	return nil
}

// mostPending is how many deliveries of a stage can be at work at once (schemas.StageConsumer).
const mostPending = 4096
