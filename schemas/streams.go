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
	BucketBegun     = "begun"     // how often a message that came again was begun and never answered
)

// Stream declares a stream. It says what must hold; sizes and replicas are the installation's.
type Stream struct {
	Name        string
	Description string
	Subjects    []string
	Volatile    bool          // its newest messages may be lost with a server, and are never waited for; the stream stays
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
		{Name: StreamProgress, Description: "the newest word of each running stage", Subjects: []string{"autointel-progress.*.*"}, Volatile: true, PerSubject: 1, MaxAge: 15 * time.Minute},
		{Name: StreamDead, Description: "dead letters", Subjects: []string{
			DeadPrefix + ">", advisories,
		}, MaxAge: retention},
	}
}

// Consumer declares a durable pull consumer with explicit acknowledgement.
//
// It has one filter. The server finds the next message of a consumer with several by walking every subject of the stream once for
// each block that it fills (nats-server 2.15.2, checkSkipFirstBlockMulti), while appends wait: on a log of 70,000 events that
// is 30 ms for each consumer after every 8 MB, and it grows with the log up to a million subjects. So who listens to several
// things has a consumer for each.
type Consumer struct {
	Name       string
	Stream     string
	Filter     string
	AckWait    time.Duration // three heartbeats
	MaxDeliver int           // -1: without limit
	MaxPending int           // unacknowledged messages, delayed ones included
}

// MaxDeliver is how often a stage is tried.
const MaxDeliver = 10

// MaxBegun is how often a message of a consumer without such a limit may be begun again and never answered, since its handler ends
// its process: an answer that asks for another try is one, so an outage of Discord or of a disk counts nothing.
const MaxBegun = 4

// BegunFor is how long that is remembered.
const BegunFor = 24 * time.Hour

// What starts a stage beside the settlement of another.
const (
	OnRequest = "request"  // a root: its workflow was requested
	OnRepeat  = "repeated" // the watchdog asks for it again
)

// StageConsumerName is the durable consumer that starts a stage after another, or after OnRequest or OnRepeat.
func StageConsumerName(stage, after string) string { return "stage-" + stage + "-after-" + after }

// StageOfConsumer returns the stage that a consumer starts.
func StageOfConsumer(consumer string) (stage string, ok bool) {
	stage, ok = strings.CutPrefix(consumer, "stage-")
	stage, _, after := strings.Cut(stage, "-after-")
	return stage, ok && after
}

// StageConsumers declares the consumers of a stage: one for the settlements of each stage that it can depend on in any plan (the
// union, so a delivery that is no dependency in a workflow's own plan is acknowledged), and one for the watchdog's word. A
// stage that can be a root also has one for the requests.
func StageConsumers(stage string, dependencies []string, root bool) []Consumer {
	var all []Consumer
	add := func(after, filter string) {
		all = append(all, Consumer{StageConsumerName(stage, after), StreamLog, filter, 3 * Heartbeat, MaxDeliver, 4096})
	}
	if root {
		add(OnRequest, Root+".*.workflow.requested")
	}
	for _, d := range dependencies {
		add(d, Root+".*.stage.*."+d)
	}
	add(OnRepeat, Root+".*.trigger.repeated."+stage)
	return all
}

// DeadPrefix is how the subjects of dead letters begin; the consumer that gave up, and the message's sequence, follow.
const DeadPrefix = "autointel-dead."

// advisories is where the server says that a consumer of the log gave up on a message.
const advisories = "$JS.EVENT.ADVISORY.CONSUMER.MAX_DELIVERIES." + StreamLog + ".*"

// DeadConsumerName is the durable consumer on which a service hears that messages of the log were given up: it looks after
// its own stages'.
func DeadConsumerName(service string) string { return "dead-" + service }

// DeadConsumer declares it.
func DeadConsumer(service string) Consumer {
	return Consumer{DeadConsumerName(service), StreamDead, advisories, 3 * Heartbeat, -1, 4096}
}

// Names of the consumers that are no stage's.
const (
	ConsumerProgress = "notifier-progress"
	ConsumerWatch    = "watch"
)

// NotifierConsumers are those on which the notifier hears of what is to be shown.
func NotifierConsumers() []string {
	return []string{"notifier-ended", "notifier-session", "notifier-result", "notifier-retrieval"}
}

// ArchiverConsumers are those on which the archiver hears of what is to be kept, and of who asks for it.
func ArchiverConsumers() []string {
	return []string{"archiver-ended", "archiver-delivery", "archiver-retrieval"}
}

// ServiceConsumers declares the consumers that are no stage's. The server never gives up for them: whether an event is poison is
// decided by the class of the error and by MaxBegun, so an outage of a disk or of Discord dead-letters nothing.
func ServiceConsumers() []Consumer {
	const log = Root + ".*."
	var all []Consumer
	add := func(name, stream, filter string, pending int) {
		all = append(all, Consumer{name, stream, filter, 3 * Heartbeat, -1, pending})
	}
	for i, filter := range []string{"workflow.ended.*", "session.*", "result.*", "retrieval.*"} {
		add(NotifierConsumers()[i], StreamLog, log+filter, 4096)
	}
	for i, filter := range []string{"workflow.ended.*", "delivery.*.*", "retrieval.requested"} {
		add(ArchiverConsumers()[i], StreamLog, log+filter, 4096)
	}
	add(ConsumerProgress, StreamProgress, "autointel-progress.>", 65536)
	add(ConsumerWatch, StreamTimers, "autointel-due.*", 4096)
	return all
}
