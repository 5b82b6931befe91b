package jetstream

import (
	"time"

	js "github.com/nats-io/nats.go/jetstream"

	"autointel.example/schemas"
)

// Declared is what an installation has on its broker, as the broker is told. Provision makes it; in a cluster a controller may.
type Declared struct {
	Streams   []js.StreamConfig // in the order of schemas.Streams
	Consumers []DeclaredConsumer
	Buckets   []js.KeyValueConfig
	Artifacts js.ObjectStoreConfig
}

// DeclaredConsumer is a durable consumer and the stream it is of.
type DeclaredConsumer struct {
	Stream string
	Config js.ConsumerConfig
}

// Declare says what an installation with these settings has.
func Declare(s Settings, consumers []schemas.Consumer) Declared {
	s.Replicas = max(s.Replicas, 1)
	if s.MaxBytes == 0 {
		s.MaxBytes = 8 << 30
	}
	var d Declared
	for _, stream := range schemas.Streams(s.Retention) {
		d.Streams = append(d.Streams, streamConfig(stream, s))
	}
	for _, c := range consumers {
		d.Consumers = append(d.Consumers, DeclaredConsumer{c.Stream, js.ConsumerConfig{
			Durable: c.Name, FilterSubject: c.Filter, AckPolicy: js.AckExplicitPolicy, DeliverPolicy: js.DeliverAllPolicy,
			AckWait: c.AckWait, MaxDeliver: c.MaxDeliver, MaxAckPending: c.MaxPending,
		}})
	}
	d.Buckets = []js.KeyValueConfig{
		// The TTL is the bucket's, not the key's: an update of a key would drop its own.
		{Bucket: schemas.BucketSessions, Description: "interaction tokens of open sessions", TTL: s.SessionLifetime, Replicas: s.Replicas},
		{Bucket: schemas.BucketRunning, Description: "leases of running workflows", TTL: s.Deadline, LimitMarkerTTL: time.Minute, Replicas: s.Replicas},
		{Bucket: schemas.BucketBegun, Description: "messages that came again, and how often they were begun and never answered", TTL: schemas.BegunFor, Replicas: s.Replicas},
	}
	d.Artifacts = js.ObjectStoreConfig{
		Bucket: schemas.BucketArtifacts, Description: "outputs and reports", TTL: s.Retention + 24*time.Hour, Replicas: s.Replicas,
	}
	return d
}

// leastDuplicates is the shortest time that the server (2.15.2) takes to look for messages of the same Nats-Msg-Id in. Nothing of ours
// has one, and a server that starts reads every message of that time to find out; of the usual two minutes they may be a hundred thousand.
const leastDuplicates = 100 * time.Millisecond

func streamConfig(d schemas.Stream, s Settings) js.StreamConfig {
	c := js.StreamConfig{
		Name: d.Name, Description: d.Description, Subjects: d.Subjects, Replicas: s.Replicas, MaxAge: d.MaxAge,
		MaxMsgsPerSubject: d.PerSubject, AllowDirect: true, AllowMsgSchedules: d.Schedules, AllowMsgTTL: d.MessageTTL,
		Duplicates: leastDuplicates,
	}
	if d.PerSubject == 0 {
		c.MaxMsgsPerSubject = -1
	}
	switch {
	case d.Volatile && s.Replicas > 1:
		c.Storage = js.MemoryStorage // a cluster keeps the stream itself and its consumers among its own data
	case d.Volatile:
		// One server forgets a stream in memory, and its consumers with it, when it is started again; nobody would make them
		// anew. In a file that is never waited for, both stay, and a publish costs what it does in memory.
		c.PersistMode = js.AsyncPersistMode
	}
	if d.Limited {
		c.Discard, c.MaxBytes, c.AllowAtomicPublish = js.DiscardNew, s.MaxBytes, true
	}
	if d.Schedules {
		c.AllowRollup = true // the server insists
	}
	return c
}
