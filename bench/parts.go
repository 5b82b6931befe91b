package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"strings"
	"time"

	"github.com/nats-io/nats-server/v2/server"

	"autointel.example/bench/load"
)

// partCommand are the processes that the curves and the footprint consist of. They are of no use by themselves.
type partCommand struct {
	Server   serverPart   `cmd:"" help:"A NATS server, alone or one of a cluster. It prints its URL."`
	Copy     copyPart     `cmd:"" help:"The stages and the deliveries, on a server elsewhere. It prints a line once it works."`
	Spread   spreadPart   `cmd:"" help:"Load on servers and copies that it starts."`
	Grown    grownPart    `cmd:"" help:"Load on a log that holds events already."`
	Grow     growPart     `cmd:"" help:"Fill the log of a data directory with the events of finished workflows."`
	Bound    boundPart    `cmd:"" help:"One stage on one source."`
	Sleeping sleepingPart `cmd:"" help:"Workflows whose stages sleep. It prints a line once all are started, and waits."`
}

// partResult is what a part prints.
type partResult struct {
	load.Result
	Values map[string]float64 `json:"values"`
}

func (r partResult) print(s streams) error { return json.NewEncoder(s.out).Encode(r) }

// serverPart is a NATS server.
type serverPart struct {
	Dir     string   `required:""`
	Fast    bool     `help:"Leave syncing to the server's interval."`
	Name    string   `default:"n1"`
	Cluster string   `help:"HOST:PORT of this server's routes; empty: alone."`
	Routes  []string `help:"HOST:PORT of all servers' routes."`
}

// Run serves until the context ends.
func (p *serverPart) Run(ctx context.Context, s streams) error {
	o := &server.Options{
		ServerName: p.Name, JetStream: true, StoreDir: p.Dir, SyncAlways: !p.Fast, JetStreamMaxStore: 1 << 40,
		Host: "127.0.0.1", Port: server.RANDOM_PORT, NoSigs: true, NoLog: true,
	}
	if p.Cluster != "" {
		if _, err := fmt.Sscanf(strings.Replace(p.Cluster, ":", " ", 1), "%s %d", &o.Cluster.Host, &o.Cluster.Port); err != nil {
			return err
		}
		o.Cluster.Name = "bench"
		for _, r := range p.Routes {
			o.Routes = append(o.Routes, &url.URL{Scheme: "nats", Host: r})
		}
	}
	n, err := server.NewServer(o)
	if err != nil {
		return err
	}
	n.Start()
	defer n.WaitForShutdown()
	defer n.Shutdown()
	if !n.ReadyForConnections(30 * time.Second) {
		return errors.New("the server did not become ready")
	}
	fmt.Fprintln(s.out, n.ClientURL())
	<-ctx.Done()
	return nil
}

// copyPart runs the stages.
type copyPart struct {
	URL      string `required:""`
	Stages   int    `required:""`
	Replicas int    `required:""`
}

// Run works until the context ends.
func (p *copyPart) Run(ctx context.Context, s streams) error {
	h := house{load: load.New(load.Options{})} // what it counts is read from the log elsewhere
	set := settings()
	set.Replicas = p.Replicas
	if err := h.join(ctx, remote(p.URL), set, h.chain(p.Stages)); err != nil {
		return err
	}
	fmt.Fprintln(s.out, "works")
	return h.work(ctx)
}

// spreadPart measures servers and copies in processes of their own.
type spreadPart struct {
	load.Options
	Dir     string `required:""`
	Servers int    `default:"1" help:"More than one: a cluster, each stream on min(3, servers) of them."`
	Copies  int    `default:"1"`
}

// Run starts them, measures, and stops them.
func (p *spreadPart) Run(ctx context.Context, s streams) (err error) {
	var members []*member
	defer func() {
		for i := len(members) - 1; i >= 0; i-- { // the copies first
			err = errors.Join(err, members[i].stop())
		}
	}()
	urls, err := p.servers(ctx, &members)
	if err != nil {
		return err
	}
	set := settings()
	if set.Replicas = 1; p.Servers > 1 {
		set.Replicas = 3
	}
	h := house{}
	consumers := h.chain(p.Stages)
	connect := kept(remote(urls))
	if err := retry(ctx, 200*time.Millisecond, 30*time.Second, func() error { return h.join(ctx, connect, set, consumers) }); err != nil { // a cluster elects its leader first
		return err
	}
	for range p.Copies {
		m, _, err := startMember(ctx, "copy", "--url="+urls, fmt.Sprintf("--stages=%d", p.Stages), fmt.Sprintf("--replicas=%d", set.Replicas))
		if err != nil {
			return err
		}
		members = append(members, m)
	}
	nc, err := remote(urls)("reader")
	if err != nil {
		return err
	}
	defer nc.Close()
	r, err := h.measureElsewhere(ctx, nc, p.Options)
	if err != nil {
		return err
	}
	return partResult{Result: r}.print(s)
}

// servers starts them and returns their URLs, separated by commas.
func (p *spreadPart) servers(ctx context.Context, members *[]*member) (string, error) {
	routes, err := freePorts(p.Servers)
	if err != nil {
		return "", err
	}
	var urls []string
	for n := range p.Servers {
		name := fmt.Sprintf("n%d", n+1)
		args := []string{"server", "--name=" + name, "--dir=" + filepath.Join(p.Dir, name)}
		if p.Durability == load.Fast {
			args = append(args, "--fast")
		}
		if p.Servers > 1 {
			args = append(args, "--cluster="+routes[n], "--routes="+strings.Join(routes, ","))
		}
		m, url, err := startMember(ctx, args...)
		if err != nil {
			return "", err
		}
		*members, urls = append(*members, m), append(urls, url)
	}
	return strings.Join(urls, ","), nil
}
