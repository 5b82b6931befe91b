package check

import (
	"testing"
	"time"

	js "github.com/nats-io/nats.go/jetstream"

	"autointel.example/internal/jetstream"
	"autointel.example/internal/natstest"
	"autointel.example/internal/workflow"
)

// TestAfterNACKThereIsNothingToProvision makes on three servers what NACK makes of its resources, and asks the program what it would
// still change: an installation may go from one owner to the other.
func TestAfterNACKThereIsNothingToProvision(t *testing.T) {
	objects, err := Decode(operated(t))
	if err != nil {
		t.Fatal(err)
	}
	var c complaints
	d := objects.Broker.Declared(&c)
	if len(c) > 0 {
		t.Fatal(c)
	}
	conn := natstest.StartCluster(t).Connect("nack")
	api, err := js.New(conn)
	if err != nil {
		t.Fatal(err)
	}
	for name := range api.StreamNames(t.Context()).Name() { // a cluster for tests comes provisioned
		if err := api.DeleteStream(t.Context(), name); err != nil {
			t.Fatal(err)
		}
	}
	for _, s := range d.Streams {
		if _, err := api.CreateStream(t.Context(), s); err != nil {
			t.Fatalf("stream %s: %v", s.Name, err)
		}
	}
	for _, consumer := range d.Consumers {
		if _, err := api.CreateConsumer(t.Context(), consumer.Stream, consumer.Config); err != nil {
			t.Fatalf("consumer %s: %v", consumer.Config.Durable, err)
		}
	}
	for _, b := range d.Buckets {
		if _, err := api.CreateKeyValue(t.Context(), b); err != nil {
			t.Fatalf("bucket %s: %v", b.Bucket, err)
		}
	}
	if _, err := api.CreateObjectStore(t.Context(), d.Artifacts); err != nil {
		t.Fatal(err)
	}
	s := jetstream.Settings{Retention: 720 * time.Hour, SessionLifetime: 15 * time.Minute, Deadline: 6 * time.Hour, Replicas: 3, MaxBytes: 8 << 30}
	changes, err := jetstream.Compare(t.Context(), conn, s, workflow.Consumers())
	if err != nil || len(changes) > 0 {
		t.Errorf("provisioning would still do %+v (%v)", changes, err)
	}
	if err := jetstream.Provision(t.Context(), conn, s, workflow.Consumers()); err != nil {
		t.Errorf("it refuses: %v", err)
	}
}
