package schemas

import (
	"strings"
	"time"
)

// Names of the streams and buckets.
const (
	StreamLog      = "AUTOINTEL"          // the log: every event of every workflow
	StreamTimers   = "AUTOINTEL_TIMERS"   // one timer per workflow
	StreamProgress = "AUTOINTEL_PROGRESS" // the newest word of each running stage
	StreamDead     = "AUTOINTEL_DEAD"     // dead letters, and the server's advisories of the log's consumers

	BucketSessions  = "sessions"  // interaction tokens; the only place that holds them
	BucketRunning   = "running"   // leases of running workflows
	BucketArtifacts = "artifacts" // outputs and reports too big for an event
)

// Stream declares a stream. It says what must hold; sizes and replicas are the installation's.
type Stream struct {
	Name        string
	Description string
	Subjects    []string
	Memory      bool          // kept in memory, lost with the server
	MaxAge      time.Duration // zero: for ever
	PerSubject  int64         // messages kept per subject; zero: all
	Limited     bool          // refuses new messages at the installation's size limit
	Schedules   bool          // carries scheduled messages (and therefore allows roll-ups)
	MessageTTL  bool
}

// Streams declares every stream for a retention.
func Streams(retention time.Duration) []Stream {
	return []Stream{
		{Name: StreamLog, Description: "every event of every workflow: the log and the queue", Subjects: []string{Root + ".>"}, MaxAge: retention, Limited: true},
		{Name: StreamTimers, Description: "one timer per workflow, for the next thing due", Subjects: []string{"autointel-timer.*", "autointel-due.*"}, PerSubject: 1, MaxAge: retention, Schedules: true, MessageTTL: true},
		{Name: StreamProgress, Description: "the newest word of each running stage", Subjects: []string{"autointel-progress.*.*"}, Memory: true, PerSubject: 1, MaxAge: 15 * time.Minute},
		{Name: StreamDead, Description: "dead letters", Subjects: []string{
			"autointel-dead.>", advisories + "*",
		}, MaxAge: retention},
	}
}

// Consumer declares a durable pull consumer with explicit acknowledgement.
type Consumer struct {
	Name       string
	Stream     string
	Filters    []string
	AckWait    time.Duration // three heartbeats
	MaxDeliver int           // -1: without limit
	MaxPending int           // unacknowledged messages, delayed ones included
}

// Heartbeat is how often a handler at work says so. AckWait is three of them: after that another replica takes over.
const Heartbeat = 10 * time.Second

// MaxDeliver is how often a stage is tried.
const MaxDeliver = 10

// StageConsumerName is the durable consumer of a stage.
func StageConsumerName(stage string) string { return "stage-" + stage }

// StageOfConsumer is the inverse of StageConsumerName.
func StageOfConsumer(consumer string) (stage string, ok bool) {
	return strings.CutPrefix(consumer, "stage-")
}

// advisories is where the server says that a consumer of the log gave up on a message.
const advisories = "$JS.EVENT.ADVISORY.CONSUMER.MAX_DELIVERIES." + StreamLog + "."

// DeadConsumerName is the durable consumer on which a service hears that one of its stages was given up.
func DeadConsumerName(service string) string { return "dead-" + service }

// DeadConsumer declares it, for the stages that a service runs.
func DeadConsumer(service string, stages []string) Consumer {
	var filters []string
	for _, s := range stages {
		filters = append(filters, advisories+StageConsumerName(s))
	}
	return Consumer{DeadConsumerName(service), StreamDead, filters, 3 * Heartbeat, -1, 4096}
}

// StageConsumer declares the consumer of a stage: the settlements of every stage that it can depend on in any plan
// (the union, so a delivery that is no dependency in a workflow's own plan is acknowledged), and the watchdog's word.
// A stage that can be a root also takes workflow.requested.
func StageConsumer(stage string, dependencies []string, root bool) Consumer {
	filters := []string{Root + ".*.trigger.repeated." + stage}
	if root {
		filters = append(filters, Root+".*.workflow.requested")
	}
	for _, d := range dependencies {
		filters = append(filters, Root+".*.stage.*."+d)
	}
	return Consumer{StageConsumerName(stage), StreamLog, filters, 3 * Heartbeat, MaxDeliver, 4096}
}

// Names of the consumers that are no stage's.
const (
	ConsumerNotifier = "notifier"
	ConsumerProgress = "notifier-progress"
	ConsumerWatch    = "watch"
	ConsumerArchiver = "archiver"
)

// ServiceConsumers declares the consumers that are no stage's. They never give up: whether an event is poison is
// decided by the class of the error, so an outage of a disk or of Discord dead-letters nothing.
func ServiceConsumers() []Consumer {
	all := Root + ".*."
	return []Consumer{
		{ConsumerNotifier, StreamLog, []string{
			all + "workflow.ended.*", all + "session.expiring", all + "session.closed",
			all + "result.archived", all + "result.expiring", all + "retrieval.completed", all + "retrieval.refused",
		}, 3 * Heartbeat, -1, 4096},
		{ConsumerProgress, StreamProgress, []string{"autointel-progress.>"}, 3 * Heartbeat, -1, 65536},
		{ConsumerWatch, StreamTimers, []string{"autointel-due.*"}, 3 * Heartbeat, -1, 4096},
		{ConsumerArchiver, StreamLog, []string{
			all + "workflow.ended.*", all + "delivery.*.*", all + "retrieval.requested",
		}, 3 * Heartbeat, -1, 4096},
	}
}
