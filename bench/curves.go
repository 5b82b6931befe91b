package main

import (
	"context"
	"fmt"

	"autointel.example/internal/program"
)

// inflightCurve varies the workflows in flight.
type inflightCurve struct {
	curveFlags
	At      []int    `help:"Workflows in flight." default:"1,10,100,1000,10000"`
	Systems []string `help:"Systems of this program." default:"autointel,raw"`
}

// Run measures each system at each value in turn.
func (c *inflightCurve) Run(ctx context.Context, s streams) error {
	made := curve{Name: "inflight", title: "Workflows per second as more are in flight", x: "workflows in flight", measures: []measure{byRate, byP50, byP99, byCPU}}
	for _, system := range c.Systems {
		if systems[system] == nil {
			return &program.UsageError{Err: fmt.Errorf("--systems: there is no system %q here; there are: %s", system, systems.Names())}
		}
	}
	for _, at := range c.At {
		for _, system := range c.Systems {
			p, err := c.measureAt(ctx, s, system, at, func(dir string) []string {
				return append([]string{"system", system, "--dir=" + dir}, flagsOf(c.options(at))...)
			})
			if err != nil {
				return err
			}
			made.Points = append(made.Points, p)
		}
	}
	return c.finish(s, made)
}

// logCurve varies what the log holds.
type logCurve struct {
	curveFlags
	InFlight int   `help:"Workflows in flight." name:"inflight" default:"64"`
	At       []int `help:"Events of finished workflows that the log holds already." default:"1000,100000,1000000,5000000"`
}

// Help is what --help says beside the flags.
func (logCurve) Help() string {
	return `The log is filled with the events of one real workflow, copied with ids of their own; the server is stopped and started
again, and the time until all clients are bound is taken; then comes the load. Memory is that of the process, in which
the server and the stages run. 5,000,000 events take about 4 GB of the disk.`
}

// Run measures each size.
func (c *logCurve) Run(ctx context.Context, s streams) error {
	made := curve{Name: "log", title: "Workflows per second as the log grows", x: "events in the log", measures: []measure{
		byRate, byP50, {key: "heap_mb", label: "heap MB"}, {key: "rss_mb", label: "resident MB"}, {key: "ready_ms", label: "restart to ready, ms"},
	}}
	for _, at := range c.At {
		p, err := c.measureAt(ctx, s, "autointel", at, func(dir string) []string {
			return append(part("grown", c.options(c.InFlight), dir), fmt.Sprintf("--events=%d", at))
		})
		if err != nil {
			return err
		}
		made.Points = append(made.Points, p)
	}
	return c.finish(s, made)
}

// replicasCurve varies the copies of the runner.
type replicasCurve struct {
	curveFlags
	InFlight int   `help:"Workflows in flight." name:"inflight" default:"64"`
	At       []int `help:"Copies of the stages' runner and the deliverer." default:"1,2,4,8"`
}

// Run measures each number of copies.
func (c *replicasCurve) Run(ctx context.Context, s streams) error {
	made := curve{Name: "replicas", title: "Workflows per second as more copies work", x: "copies of the runner", measures: []measure{byRate, byP50, byP99, byCPU}}
	for _, at := range c.At {
		p, err := c.measureAt(ctx, s, "autointel", at, func(dir string) []string {
			return append(part("spread", c.options(c.InFlight), dir), fmt.Sprintf("--copies=%d", at))
		})
		if err != nil {
			return err
		}
		made.Points = append(made.Points, p)
	}
	return c.finish(s, made)
}

// clusterCurve varies the servers.
type clusterCurve struct {
	curveFlags
	InFlight int   `help:"Workflows in flight." name:"inflight" default:"64"`
	At       []int `help:"Servers: 1, or 3 and more, which keep every stream thrice." default:"1,3"`
}

// Validate says what is wrong with the flags; kong calls it.
func (c *clusterCurve) Validate() error {
	for _, at := range c.At {
		if at != 1 && at < 3 {
			return fmt.Errorf("--at: %d servers cannot keep a stream thrice: choose 1, or 3 and more", at)
		}
	}
	return nil
}

// Run measures each number of servers.
func (c *clusterCurve) Run(ctx context.Context, s streams) error {
	made := curve{Name: "cluster", title: "Workflows per second on a cluster", x: "servers", measures: []measure{byRate, byP50, byP99, byCPU}}
	for _, at := range c.At {
		p, err := c.measureAt(ctx, s, "autointel", at, func(dir string) []string {
			return append(part("spread", c.options(c.InFlight), dir), fmt.Sprintf("--servers=%d", at))
		})
		if err != nil {
			return err
		}
		made.Points = append(made.Points, p)
	}
	return c.finish(s, made)
}
