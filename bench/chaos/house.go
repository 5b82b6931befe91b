package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/nats-io/nats.go"

	"autointel.example/internal/jetstream"
	"autointel.example/internal/pause"
	"autointel.example/internal/program"
	"autointel.example/internal/sandbox"
	"autointel.example/internal/workflow"
	"autointel.example/services/archiver"
)

// house is a whole installation in processes of its own: brokers, services, and what stands for the rest of the world.
type house struct {
	options
	dir      string
	brokers  []*replica
	services []*replica
	health   []string // where each service says how it is
	box      *sandbox.Sandbox
	clock    *sandbox.Clock // Discord's
	front    *front
	site     *site
	conn     *nats.Conn // ours
	client   *jetstream.Client
	archive  archiver.Database

	mounted map[string]string // disks that can be full, by the name of whose they are
	leftOut map[string]string // faults that cannot be had here, and why
}

// options are what a run is asked for.
type options struct {
	Workflows int
	Faults    []string
	Seed      uint64
	Duration  time.Duration
	Nodes     int
	Lifetime  time.Duration

	Durability string // durable or fast
	Rolling    bool
	Mixed      bool   // each restart of a rolling one is into the other of two minor versions
	Database   string // of the archive; empty: a file of SQLite

	PerGuild int   // how many workflows may run in a guild at once; zero: any number
	LogSize  int64 // of the log, in bytes; zero: as provisioned by default
	Overload *overload
}

func (o options) wants(fault string) bool { return slices.Contains(o.Faults, fault) }

func (h *house) logs() string { return filepath.Join(h.dir, "logs") }

// services are the programs of an installation.
var services = []string{workflow.ServiceIngest, workflow.ServiceAnalyzer, "notifier", "archiver"}

// replicas is how many there are of a service. An archive that is a file of SQLite has one archiver.
func (o options) replicas(service string) int {
	if service == "archiver" && o.Database == "" {
		return 1
	}
	return 2
}

// open starts everything, with the programs of a directory, and waits until it is ready.
func open(ctx context.Context, o options, programs, dir string) (h *house, err error) {
	h = &house{options: o, dir: dir, clock: &sandbox.Clock{}, mounted: map[string]string{}, leftOut: map[string]string{}}
	defer func() {
		if err != nil {
			err = errors.Join(err, h.close(false))
		}
	}()
	if err := os.MkdirAll(h.logs(), 0o700); err != nil {
		return h, err
	}
	h.leftOut["clock of the services"] = "a process cannot be given a time of its own here; Discord's clock steps instead"
	if h.box, err = sandbox.Start(sandbox.Options{TokenLifetime: o.Lifetime, Clock: h.clock}); err != nil {
		return h, err
	}
	h.site = newSite(o.Lifetime + 2*time.Second)
	url, err := h.newBrokers(filepath.Join(programs, "nats-server"), o.Nodes)
	if err != nil {
		return h, err
	}
	for _, b := range h.brokers {
		b.run()
	}
	if err := h.provision(ctx, url); err != nil {
		return h, err
	}
	return h, h.serve(ctx, programs, url)
}

// provision waits for the broker and makes what the services bind to.
func (h *house) provision(ctx context.Context, url string) error {
	session := program.Session{Lifetime: h.Lifetime, Deadline: time.Hour, Retention: 24 * time.Hour}
	settings := jetstream.Settings{Retention: session.Retention, SessionLifetime: h.Lifetime, Deadline: session.Deadline, Replicas: h.Nodes, MaxBytes: h.LogSize}
	return patiently(ctx, time.Minute, func() (err error) {
		if h.conn == nil {
			if h.conn, err = jetstream.Connect(jetstream.ConnectOptions{URL: url, Name: "chaos"}); err != nil {
				return err
			}
		}
		within, cancel := context.WithTimeout(ctx, 10*time.Second)
		defer cancel()
		if err := jetstream.Provision(within, h.conn, settings, workflow.Consumers()); err != nil {
			return err
		}
		h.client, err = jetstream.Bind(within, h.conn, jetstream.Options{Source: "autointel/chaos"})
		return err
	})
}

// serve starts the services and waits until each says that it is ready.
func (h *house) serve(ctx context.Context, programs, url string) error {
	data, err := h.disk("archive", h.archiveDisk())
	if err != nil {
		return err
	}
	h.archive = archiver.Database{DataDir: data, URL: h.Database}
	var interactions []string
	for _, service := range services {
		n := h.replicas(service)
		ports, err := freePorts(2 * n)
		if err != nil {
			return err
		}
		for i := range n {
			env := append(h.env(url), "AUTOINTEL_HTTP_ADDR="+ports[2*i])
			if service == workflow.ServiceIngest {
				env = append(env, "AUTOINTEL_INTERACTIONS_ADDR="+ports[2*i+1])
				interactions = append(interactions, ports[2*i+1])
			}
			r, err := newReplica(fmt.Sprintf("%s-%d", service, i+1), filepath.Join(programs, service), h.logs(), env)
			if err != nil {
				return err
			}
			h.services, h.health = append(h.services, r), append(h.health, ports[2*i])
		}
	}
	if err := h.scraped(); err != nil {
		return err
	}
	h.front = newFront(interactions)
	h.box.SetEndpoint(h.front.URL + "/interactions")
	for _, r := range h.services {
		r.run()
	}
	for i, addr := range h.health {
		if err := patiently(ctx, time.Minute, func() error { return program.Probe(ctx, addr) }); err != nil {
			return fmt.Errorf("%s did not become ready: %w", h.services[i].name, err)
		}
	}
	return nil
}

// env is the services' configuration.
func (h *house) env(url string) []string {
	ours := slices.DeleteFunc(os.Environ(), func(v string) bool {
		return strings.HasPrefix(v, "AUTOINTEL_") || strings.HasPrefix(v, "DISCORD_") || strings.HasPrefix(v, "NATS_") || strings.HasPrefix(v, "OTEL_")
	})
	return append(ours,
		"NATS_URL="+url, "AUTOINTEL_LOG_FORMAT=json", "AUTOINTEL_DATA_DIR="+h.archive.DataDir, "DATABASE_URL="+h.Database,
		"DISCORD_API_URL="+h.box.APIURL(), "DISCORD_APPLICATION_ID="+h.box.ApplicationID(), "DISCORD_PUBLIC_KEY="+h.box.PublicKey(), "DISCORD_TOKEN="+h.box.BotToken(),
		"AUTOINTEL_SESSION_LIFETIME="+h.Lifetime.String(), "AUTOINTEL_DEADLINE=1h", "AUTOINTEL_RETENTION=24h", "AUTOINTEL_FETCH_ALLOW="+h.site.hostPort(),
		"AUTOINTEL_LIMIT_PER_USER=0", fmt.Sprintf("AUTOINTEL_LIMIT_PER_GUILD=%d", h.PerGuild), "AUTOINTEL_FALLBACK=channel,dm",
	)
}

// targets are what faults can happen to.
func (h *house) targets() targets {
	at := targets{faultClock: {"Discord"}, faultDiscord: {"Discord"}}
	for _, r := range h.services {
		for _, f := range []string{faultKill, faultRestart, faultPause} {
			at[f] = append(at[f], r.name)
		}
	}
	for _, r := range h.brokers {
		for _, f := range []string{faultBroker, faultFreeze, faultSlow} {
			at[f] = append(at[f], r.name)
		}
	}
	for name := range h.mounted {
		at[faultDisk] = append(at[faultDisk], name)
	}
	slices.Sort(at[faultDisk])
	return at
}

// named is the replica of a name, or nil.
func (h *house) named(name string) *replica {
	for _, r := range slices.Concat(h.services, h.brokers) {
		if r.name == name {
			return r
		}
	}
	return nil
}

// heal ends every fault.
func (h *house) heal() {
	h.box.FailRandomly(0, 0)
	for _, r := range slices.Concat(h.services, h.brokers) {
		r.setHold(false)
		r.signal(syscall.SIGCONT)
	}
}

// stopServices has every service drain. The error names those that did not end well.
func (h *house) stopServices() error {
	var errs []error
	for _, r := range h.services {
		errs = append(errs, r.stop())
	}
	h.services = nil
	return errors.Join(errs...)
}

// close stops what still runs.
func (h *house) close(keep bool) error {
	errs := []error{h.stopServices()}
	if h.conn != nil {
		h.conn.Close()
	}
	for _, b := range h.brokers {
		_ = b.stop() // a broker's exit code says nothing
	}
	if h.front != nil {
		h.front.Close()
	}
	if h.site != nil {
		h.site.CloseClientConnections()
		h.site.Close()
	}
	if h.box != nil {
		errs = append(errs, h.box.Close())
	}
	return errors.Join(append(errs, h.unmount(keep))...)
}

// patiently does something until it succeeds, for a while.
func patiently(ctx context.Context, patience time.Duration, do func() error) error {
	within, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for {
		err := do()
		if err == nil {
			return nil
		}
		if pause.For(within, 100*time.Millisecond) != nil {
			return cmp.Or(ctx.Err(), err)
		}
	}
}

// freePorts are addresses of this machine that nobody listens on just now.
func freePorts(n int) ([]string, error) {
	var all []string
	for range n {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, err
		}
		defer l.Close() // held until all are found, so that each is another
		all = append(all, l.Addr().String())
	}
	return all, nil
}
