// Command scaling shows on a real control plane that the services are scaled by the lag of their consumers: it builds and starts etcd, the
// Kubernetes API server and controllers, and KEDA; applies the production overlay; and lets work pile up in a real NATS
// server. There are no nodes: a pod is a process of the service's program. It prints what happened as a table.
package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/alecthomas/kong"
	"golang.org/x/sync/errgroup"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

type command struct {
	Bin    string `help:"Where the programs are built, and found again the next time: the control plane takes long." default:"../../bin/scaling" type:"path"`
	Source string `help:"The directory deploy/scaling of the repository." default:"." type:"path"`
	Keep   bool   `help:"Keep the logs of all programs."`
}

func main() {
	c := command{}
	kong.Parse(&c, kong.Name("scaling"), kong.Description("Autoscaling by lag, recorded on a real control plane with KEDA and without nodes. Needs Debian's postgresql."))
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := c.run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "scaling:", err)
		os.Exit(1)
	}
}

func say(format string, args ...any) { fmt.Fprintf(os.Stderr, format+"\n", args...) }

func (c *command) run(ctx context.Context) (err error) {
	if err := os.MkdirAll(c.Bin, 0o755); err != nil { //nolint:gosec // programs
		return err
	}
	if err := build(ctx, c.Source, c.Bin, say); err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "scaling-")
	if err != nil {
		return err
	}
	defer func() {
		if c.Keep || err != nil {
			say("logs are in %s", dir)
			return
		}
		err = os.RemoveAll(dir)
	}()
	address, err := ownAddress()
	if err != nil {
		return err
	}
	p := &plane{dir: dir, bin: c.Bin, address: address}
	defer p.stop()
	say("starting the control plane")
	config, err := p.control(ctx)
	if err != nil {
		return err
	}
	cl, err := newCluster(config)
	if err != nil {
		return err
	}
	definitions, err := kedaObjects(ctx, c.Source, address)
	if err != nil {
		return err
	}
	if err := cl.apply(ctx, definitions...); err != nil {
		return err
	}
	if err := p.keda(); err != nil {
		return err
	}
	if err := ready(ctx, config, "/apis/external.metrics.k8s.io/v1beta1"); err != nil {
		return fmt.Errorf("KEDA's metrics cannot be asked for (%s): %w", filepath.Join(dir, "keda-adapter.log"), err)
	}
	return c.show(ctx, cl, dir)
}

// show applies the overlay, makes work, and prints the record.
func (c *command) show(ctx context.Context, cl *cluster, dir string) error {
	b, err := startBroker(ctx, dir, strings.Repeat("The tide rose by 3.2 metres on Monday, and the harbour master said that the wall would hold. ", 60))
	if b != nil {
		defer b.server.Shutdown()
	}
	if err != nil {
		return err
	}
	database, stopDatabase, err := startPostgres(ctx, dir)
	if err != nil {
		return err
	}
	defer stopDatabase()
	objects, err := overlay(c.Source, []string{"analyzer", "archiver"}, monitoring)
	if err != nil {
		return err
	}
	secrets, err := decode(fmt.Appendf(nil, brought, database))
	if err != nil {
		return err
	}
	objects = slices.Insert(objects, slices.IndexFunc(objects, func(o *unstructured.Unstructured) bool { return o.GetKind() == "Namespace" })+1, secrets...)
	if err := cl.apply(ctx, objects...); err != nil {
		return err
	}
	common := []string{"NATS_URL=" + brokerURL, "GOMAXPROCS=1"}
	n := &node{
		cluster: cl, namespace: "autointel", bin: c.Bin, dir: dir, say: say,
		env: map[string][]string{"analyzer": common, "archiver": append(slices.Clone(common), "DATABASE_URL="+database, "AUTOINTEL_DATA_DIR="+filepath.Join(dir, "archive"))},
	}
	group, ctx := errgroup.WithContext(ctx)
	nodeCtx, stopNode := context.WithCancel(ctx)
	group.Go(func() error { return n.run(nodeCtx) })
	group.Go(func() error {
		defer stopNode()
		r := &record{cluster: cl, namespace: "autointel", broker: b, services: watched(), began: time.Now(), say: say}
		err := r.story(ctx)
		r.markdown(os.Stdout)
		return err
	})
	return group.Wait()
}

// story makes work and waits for the replicas that it calls for.
func (r *record) story(ctx context.Context) error {
	analyzer, archiver := r.service("analyzer"), r.service("archiver")
	keep := func(s *scaled, lag int, one func(context.Context) error) func() error {
		return func() error {
			for range max(0, lag-s.lag) {
				if err := one(ctx); err != nil {
					return err
				}
			}
			return nil
		}
	}
	is := func(s *scaled, at func(int) bool) func() bool {
		return func() bool { return at(s.replicas) && s.ready == s.replicas }
	}
	one := func(n int) bool { return n == 1 }
	for _, step := range []struct {
		what  string
		topUp func() error
		holds func() bool
	}{
		{"one of each, with nothing to do", nil, func() bool { return is(analyzer, one)() && is(archiver, one)() }},
		{"about 350 workflows wait to be analysed", keep(analyzer, 350, r.broker.analysis), is(analyzer, func(n int) bool { return n >= 4 })},
		{"about 1,500 wait", keep(analyzer, 1500, r.broker.analysis), is(analyzer, func(n int) bool { return n == 12 })},
		{"no more come", nil, is(analyzer, one)},
		{"results that could not be delivered wait to be kept", keep(archiver, 280, r.broker.undelivered), is(archiver, func(n int) bool { return n >= 3 })},
		{"no more come", nil, is(archiver, one)},
	} {
		r.say("%s", step.what)
		r.what = step.what
		if err := r.until(ctx, 10*time.Minute, step.topUp, step.holds); err != nil {
			return fmt.Errorf("%s: %w", step.what, err)
		}
	}
	return nil
}

// ownAddress is an address of this machine that is no loopback.
func ownAddress() (net.IP, error) {
	addresses, err := net.InterfaceAddrs()
	if err != nil {
		return nil, err
	}
	for _, a := range addresses {
		if n, ok := a.(*net.IPNet); ok && !n.IP.IsLoopback() && n.IP.To4() != nil {
			return n.IP.To4(), nil
		}
	}
	return nil, errors.New("this machine has no address but the loopback's: the API server cannot reach KEDA's adapter")
}
