package check

import (
	"encoding/json"
	"slices"
	"time"

	nack "github.com/nats-io/nack/pkg/jetstream/apis/jetstream/v1beta2"
	js "github.com/nats-io/nats.go/jetstream"

	"autointel.example/internal/jetstream"
	"autointel.example/internal/workflow"
)

// Broker are the resources of NACK.
type Broker struct {
	Accounts  map[string]*nack.Account
	Streams   []*nack.Stream
	Consumers []*nack.Consumer
	Buckets   []*nack.KeyValue
	Artifacts []*nack.ObjectStore
}

// Declared says what NACK makes of its resources: what its controller does with their fields, it does here.
func (b Broker) Declared(c *complaints) jetstream.Declared {
	var d jetstream.Declared
	duration := func(where, text string) time.Duration {
		v, err := time.ParseDuration(text)
		if text != "" && err != nil {
			c.add("%s: %v", where, err)
		}
		return v
	}
	for _, r := range b.Streams {
		s, where := r.Spec, "Stream "+r.Name
		config := js.StreamConfig{
			Name: s.Name, Description: s.Description, Subjects: s.Subjects, MaxBytes: int64(s.MaxBytes), MaxMsgsPerSubject: int64(s.MaxMsgsPerSubject),
			MaxAge: duration(where, s.MaxAge), Duplicates: duration(where, s.DuplicateWindow), Replicas: s.Replicas, AllowDirect: s.AllowDirect,
			AllowRollup: s.AllowRollup, AllowMsgTTL: s.AllowMsgTTL, AllowMsgSchedules: s.AllowMsgSchedules, AllowAtomicPublish: s.AllowAtomicPublish,
		}
		spoken(c, where, s.Retention, &config.Retention)
		spoken(c, where, s.Storage, &config.Storage)
		spoken(c, where, s.Discard, &config.Discard)
		spoken(c, where, s.Compression, &config.Compression)
		spoken(c, where, s.PersistMode, &config.PersistMode)
		d.Streams = append(d.Streams, config)
	}
	for _, r := range b.Consumers {
		s, where := r.Spec, "Consumer "+r.Name
		config := js.ConsumerConfig{
			Durable: s.DurableName, FilterSubject: s.FilterSubject, AckWait: duration(where, s.AckWait), MaxDeliver: s.MaxDeliver, MaxAckPending: s.MaxAckPending,
		}
		spoken(c, where, s.AckPolicy, &config.AckPolicy)
		spoken(c, where, s.DeliverPolicy, &config.DeliverPolicy)
		spoken(c, where, s.ReplayPolicy, &config.ReplayPolicy)
		d.Consumers = append(d.Consumers, jetstream.DeclaredConsumer{Stream: s.StreamName, Config: config})
	}
	for _, r := range b.Buckets {
		s := r.Spec
		d.Buckets = append(d.Buckets, js.KeyValueConfig{
			Bucket: s.Bucket, Description: s.Description, TTL: duration("KeyValue "+r.Name, s.TTL), LimitMarkerTTL: s.LimitMarkerTTL, Replicas: s.Replicas,
		})
	}
	for _, r := range b.Artifacts {
		s := r.Spec
		d.Artifacts = js.ObjectStoreConfig{Bucket: s.Bucket, Description: s.Description, TTL: duration("ObjectStore "+r.Name, s.TTL), Replicas: s.Replicas}
	}
	return d
}

// spoken reads one of NATS' words.
func spoken(c *complaints, where, word string, to json.Unmarshaler) {
	if word == "" {
		return
	}
	if err := to.UnmarshalJSON([]byte(`"` + word + `"`)); err != nil {
		c.add("%s: %v", where, err)
	}
}

// broker checks that NACK makes what the programs of this release declare, no more and no less, and alone.
func (o *Objects) broker(c *complaints) {
	if len(o.Broker.Streams) == 0 {
		return
	}
	if o.Jobs["provision"] != nil {
		c.add("the Job provision and NACK would both own the streams")
	}
	s := jetstream.Settings{SessionLifetime: 15 * time.Minute, Replicas: o.Broker.Streams[0].Spec.Replicas}
	for setting, to := range map[string]*time.Duration{"AUTOINTEL_RETENTION": &s.Retention, "AUTOINTEL_DEADLINE": &s.Deadline} {
		for _, m := range o.ConfigMaps {
			if v, err := time.ParseDuration(m.Data[setting]); err == nil {
				*to = v
			}
		}
	}
	have, want := byName(o.Broker.Declared(c)), byName(jetstream.Declare(s, workflow.Consumers()))
	for name, config := range want {
		switch {
		case have[name] == "":
			c.add("NACK makes no %s", name)
		case have[name] != config:
			c.add("NACK makes the %s of %s, and declared is %s", name, have[name], config)
		}
	}
	for name := range have {
		if want[name] == "" {
			c.add("NACK makes the %s, which nobody declares", name)
		}
	}
	o.owned(c)
}

// byName is what is declared, each as the broker is told but for what says nothing.
func byName(d jetstream.Declared) map[string]string {
	all := map[string]string{}
	add := func(name string, config any) {
		content, err := json.Marshal(config)
		if err != nil {
			panic(err) // of plain structs
		}
		all[name] = string(content)
	}
	for _, s := range d.Streams {
		s.MaxMsgsPerSubject = max(s.MaxMsgsPerSubject, 0)
		add("stream "+s.Name, s)
	}
	for _, consumer := range d.Consumers {
		consumer.Config.MaxDeliver = max(consumer.Config.MaxDeliver, 0)
		add("consumer "+consumer.Config.Durable, consumer)
	}
	for _, b := range d.Buckets {
		add("bucket "+b.Bucket, b)
	}
	add("bucket "+d.Artifacts.Bucket, d.Artifacts)
	return all
}

// owned checks that each resource names an account that is there, deletes nothing on the broker when it goes itself, and is there before
// the workers.
func (o *Objects) owned(c *complaints) {
	check := func(where string, labels map[string]string, base nack.BaseStreamConfig) {
		if o.Broker.Accounts[base.Account] == nil {
			c.add("%s: there is no Account %q", where, base.Account)
		}
		if !base.PreventDelete {
			c.add("%s: to delete it would delete what is on the broker", where)
		}
		if labels[stepLabel] != "prepare" {
			c.add("%s: has no label %s: prepare, so it is not there before the workers", where, stepLabel)
		}
	}
	for _, r := range o.Broker.Streams {
		check("Stream "+r.Name, r.Labels, r.Spec.BaseStreamConfig)
	}
	for _, r := range o.Broker.Consumers {
		check("Consumer "+r.Name, r.Labels, r.Spec.BaseStreamConfig)
		if !slices.ContainsFunc(o.Broker.Streams, func(s *nack.Stream) bool { return s.Spec.Name == r.Spec.StreamName }) {
			c.add("Consumer %s: there is no Stream %s", r.Name, r.Spec.StreamName)
		}
	}
	for _, r := range o.Broker.Buckets {
		check("KeyValue "+r.Name, r.Labels, r.Spec.BaseStreamConfig)
	}
	for _, r := range o.Broker.Artifacts {
		check("ObjectStore "+r.Name, r.Labels, r.Spec.BaseStreamConfig)
	}
}
