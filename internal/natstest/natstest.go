// Package natstest gives tests a real JetStream: one server, or a cluster of three, in the process.
package natstest

import (
	"context"
	"fmt"
	"net"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	js "github.com/nats-io/nats.go/jetstream"

	"autointel.example/internal/jetstream"
	"autointel.example/internal/workflow"
	"autointel.example/schemas"
)

// Settings are what tests provision with.
func Settings() jetstream.Settings {
	return jetstream.Settings{Retention: 24 * time.Hour, SessionLifetime: 15 * time.Minute, Deadline: 6 * time.Hour, MaxBytes: 1 << 30}
}

// Start starts one provisioned server in a temporary directory and returns a connection to it. Both end with the test. What its
// consumers have acknowledged is kept in memory, and lost with the server: one that ends waits at least 10 ms for the file of each
// consumer, which would be half a second for every test.
func Start(t testing.TB) *nats.Conn {
	t.Helper()
	nc := StartBare(t)
	if err := jetstream.Provision(t.Context(), nc, Settings(), nil); err != nil {
		t.Fatal(err)
	}
	api, err := js.New(nc)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range jetstream.Declare(Settings(), workflow.Consumers()).Consumers {
		c.Config.MemoryStorage = true
		if _, err := api.CreateConsumer(t.Context(), c.Stream, c.Config); err != nil {
			t.Fatalf("consumer %s of %s: %v", c.Config.Durable, c.Stream, err)
		}
	}
	return nc
}

// StartBare is Start without streams.
func StartBare(t testing.TB) *nats.Conn {
	t.Helper()
	e, err := jetstream.StartEmbedded(jetstream.EmbeddedOptions{Dir: t.TempDir(), Fast: true})
	if err != nil {
		t.Fatal(err)
	}
	nc, err := e.Connect("test")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		nc.Close()
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	})
	return nc
}

// Bind binds a client to a connection.
func Bind(t testing.TB, nc *nats.Conn, o jetstream.Options) *jetstream.Client {
	t.Helper()
	if o.Source == "" {
		o.Source = "autointel/test"
	}
	c, err := jetstream.Bind(t.Context(), nc, o)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// Cluster is three servers that replicate among themselves.
type Cluster struct {
	t       testing.TB
	options []*server.Options
	nodes   []*server.Server
}

// StartCluster starts three nodes and waits until they have agreed on a leader.
func StartCluster(t testing.TB) *Cluster {
	t.Helper()
	c := &Cluster{t: t, nodes: make([]*server.Server, 3)}
	ports := freePorts(t, 6)
	var routes string
	for _, p := range ports[3:] {
		routes += fmt.Sprintf(",nats://127.0.0.1:%d", p)
	}
	for i := range c.nodes {
		c.options = append(c.options, &server.Options{
			ServerName: fmt.Sprintf("n%d", i), Host: "127.0.0.1", Port: ports[i], JetStream: true, StoreDir: t.TempDir(), NoSigs: true, NoLog: true,
			JetStreamMaxStore: 1 << 40, JetStreamMaxMemory: 1 << 30,
			Cluster: server.ClusterOpts{Name: "c", Host: "127.0.0.1", Port: ports[3+i]}, Routes: server.RoutesFromStr(routes[1:]),
		})
		c.start(i)
	}
	t.Cleanup(func() {
		for _, n := range c.nodes {
			n.Shutdown()
		}
		for _, n := range c.nodes {
			n.WaitForShutdown()
		}
	})
	c.waitReady()
	return c
}

func (c *Cluster) start(i int) {
	c.t.Helper()
	s, err := server.NewServer(c.options[i].Clone())
	if err != nil {
		c.t.Fatal(err)
	}
	s.Start()
	if !s.ReadyForConnections(30 * time.Second) {
		c.t.Fatal("a node did not become ready")
	}
	c.nodes[i] = s
}

// waitReady waits until the cluster makes streams.
func (c *Cluster) waitReady() {
	c.t.Helper()
	nc := c.Connect("wait")
	defer nc.Close()
	s := Settings()
	s.Replicas = 3
	consumers := workflow.Consumers()
	for i := range consumers { // what a restarted node forgets comes again soon
		consumers[i].AckWait = 2 * time.Second
	}
	ctx, cancel := context.WithTimeout(c.t.Context(), time.Minute)
	defer cancel()
	for {
		// A request that is sent before there is a leader is never answered.
		try, done := context.WithTimeout(ctx, 5*time.Second)
		err := jetstream.Provision(try, nc, s, consumers)
		done()
		if err == nil {
			return
		}
		if ctx.Err() != nil {
			c.t.Fatalf("the cluster did not form: %v", err)
		}
		<-time.After(100 * time.Millisecond)
	}
}

// Connect returns a connection that knows all nodes.
func (c *Cluster) Connect(name string) *nats.Conn {
	c.t.Helper()
	var urls string
	for _, o := range c.options {
		urls += fmt.Sprintf(",nats://127.0.0.1:%d", o.Port)
	}
	nc, err := jetstream.Connect(jetstream.ConnectOptions{URL: urls[1:], Name: name})
	if err != nil {
		c.t.Fatal(err)
	}
	return nc
}

// StepDown makes the leader of the log hand over to another node.
func (c *Cluster) StepDown(nc *nats.Conn) {
	_, _ = nc.Request("$JS.API.STREAM.LEADER.STEPDOWN."+schemas.StreamLog, nil, time.Second) // without a leader there is nothing to do
}

// Restart stops a node and starts it again on its store.
func (c *Cluster) Restart(i int) {
	c.nodes[i].Shutdown()
	c.nodes[i].WaitForShutdown()
	c.start(i)
}

func freePorts(t testing.TB, n int) []int {
	t.Helper()
	var ports []int
	var listeners []net.Listener
	for range n {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		listeners = append(listeners, l)
		ports = append(ports, l.Addr().(*net.TCPAddr).Port)
	}
	for _, l := range listeners {
		_ = l.Close()
	}
	return ports
}
