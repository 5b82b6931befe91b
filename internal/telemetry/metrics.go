// Package telemetry is what operators see: metrics, log lines and build information. Labels are bounded: never an id, an
// address or a user.
package telemetry

import (
	"context"
	"slices"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"autointel.example/internal/consume"
	"autointel.example/internal/workflow"
)

// Metrics holds every metric. It is what the packages that do the work call their observer.
type Metrics struct {
	Registry *prometheus.Registry
	names    []string

	sessionClosed   *prometheus.CounterVec
	persisted       *prometheus.CounterVec
	retrieved       *prometheus.CounterVec
	workflows       *prometheus.CounterVec
	workflowSeconds *prometheus.HistogramVec
	stageSeconds    *prometheus.HistogramVec
	running         prometheus.Gauge
	appended        *prometheus.CounterVec
	appendSeconds   prometheus.Histogram
	appendErrors    *prometheus.CounterVec
	age             *prometheus.HistogramVec
	redeliveries    *prometheus.CounterVec
	deadLetters     *prometheus.CounterVec
	watchdog        *prometheus.CounterVec
	inFlight        *prometheus.GaugeVec
	deliveries      *prometheus.CounterVec
	sessionCheck    prometheus.Histogram
	discordRequests *prometheus.CounterVec
	discordWait     atomic.Int64 // nanoseconds
	archived        prometheus.Gauge
	connected       atomic.Pointer[func() bool]
	durability      *prometheus.GaugeVec
}

// latency are buckets from 50 us to 20 s; patience goes on to half an hour, for what includes the work of a stage; hours are those
// of workflows, from 1 s to 6 h.
var (
	latency  = []float64{.00005, .0001, .00025, .0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 20}
	patience = append(slices.Clone(latency), 60, 180, 600, 1800)
	hours    = []float64{1, 5, 15, 30, 60, 180, 480, 900, 1500, 3600, 7200, 21600}
)

// NewMetrics returns the metrics, registered.
func NewMetrics() *Metrics {
	r := prometheus.NewRegistry()
	m := &Metrics{Registry: r}
	counter := func(name, help string, labels ...string) *prometheus.CounterVec {
		c := prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, labels)
		r.MustRegister(c)
		m.names = append(m.names, name)
		return c
	}
	gauge := func(name, help string, labels ...string) *prometheus.GaugeVec {
		g := prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: name, Help: help}, labels)
		r.MustRegister(g)
		m.names = append(m.names, name)
		return g
	}
	histogram := func(name, help string, buckets []float64, labels ...string) *prometheus.HistogramVec {
		h := prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: name, Help: help, Buckets: buckets}, labels)
		r.MustRegister(h)
		m.names = append(m.names, name)
		return h
	}
	m.sessionClosed = counter("discord_session_closed_total", "Sessions found closed when something was to be shown.", "stage", "depth")
	m.persisted = counter("workflow_results_persisted_total", "Undelivered results that were kept.", "reason", "depth")
	m.retrieved = counter("orphaned_results_retrieved_total", "Requests for a kept result.", "success")
	m.workflows = counter("autointel_workflows_total", "Workflows that ended.", "depth", "outcome")
	m.workflowSeconds = histogram("autointel_workflow_duration_seconds", "From the command to the end of the workflow.", hours, "depth")
	m.stageSeconds = histogram("autointel_stage_duration_seconds", "From the start of a stage to its settlement.", patience, "stage", "outcome")
	m.running = gauge("autointel_workflows_running", "Leases of running workflows.").WithLabelValues()
	m.appended = counter("autointel_events_appended_total", "Events appended to the log.", "type")
	m.appendSeconds = histogram("autointel_append_duration_seconds", "One append, with its retries.", latency).WithLabelValues().(prometheus.Histogram)
	m.appendErrors = counter("autointel_append_errors_total", "Appends that came to nothing; reason: full (the log is), unreachable (the broker is), refused.", "reason")
	m.age = histogram("autointel_event_age_seconds", "From append to handled, the work of a stage included.", patience, "consumer")
	m.redeliveries = counter("autointel_redeliveries_total", "Deliveries after the first.", "consumer")
	m.deadLetters = counter("autointel_dead_letters_total", "Messages that cannot be handled.", "consumer")
	m.watchdog = counter("autointel_watchdog_triggers_total", "Stages that were asked for again; should stay 0.", "stage")
	m.inFlight = gauge("autointel_inflight", "Messages being handled.", "consumer")
	m.deliveries = counter("autointel_deliveries_total", "What was shown to users, or could not be.", "kind", "route", "outcome")
	m.sessionCheck = histogram("autointel_session_check_seconds", "Is the interaction still valid, with its read.", latency).WithLabelValues().(prometheus.Histogram)
	m.discordRequests = counter("autointel_discord_requests_total", "Requests to Discord; code 0: no answer.", "route", "code")
	// It only grows, but its name is not a counter's: in OpenMetrics a counter's would get _total at its end.
	r.MustRegister(prometheus.NewUntypedFunc(prometheus.UntypedOpts{Name: nameWait, Help: "Time waited for rate limits."}, func() float64 {
		return time.Duration(m.discordWait.Load()).Seconds()
	}))
	m.names = append(m.names, nameWait)
	m.archived = gauge("autointel_archive_records", "Records in the archive.").WithLabelValues()
	m.durability = gauge("autointel_durability", "1 for the mode the log is written in.", "mode")
	r.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: nameConnected, Help: "1 while the broker is reached."}, func() float64 {
		if is := m.connected.Load(); is != nil && (*is)() {
			return 1
		}
		return 0
	}))
	m.names = append(m.names, nameConnected)
	build := gauge("autointel_build_info", "Always 1.", "version", "go")
	version, goVersion := Version()
	build.WithLabelValues(version, goVersion).Set(1)
	m.begin()
	r.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

const (
	nameConnected = "autointel_nats_connected"
	nameWait      = "autointel_discord_rate_limit_wait_seconds"
)

// begin makes the series whose first increase must be seen: one that appears with its first count has not increased. What depends on
// a consumer or a route begins when that is first used.
func (m *Metrics) begin() {
	for _, stage := range workflow.Stages() {
		m.watchdog.WithLabelValues(stage)
	}
	for _, reason := range []string{"full", "unreachable", "refused"} {
		m.appendErrors.WithLabelValues(reason)
	}
	for _, depth := range workflow.Plans() {
		m.sessionClosed.WithLabelValues("results", depth)
		m.persisted.WithLabelValues("session_closed", depth)
		for _, outcome := range []string{workflow.Completed, workflow.Failed, workflow.Cancelled} {
			m.workflows.WithLabelValues(depth, outcome)
		}
	}
	m.retrieved.WithLabelValues("true")
	m.retrieved.WithLabelValues("false")
}

// Names are the names of every metric of ours, sorted, whether or not it has a value yet.
func (m *Metrics) Names() []string { return slices.Sorted(slices.Values(m.names)) }

// Appended implements jetstream.Observer.
func (m *Metrics) Appended(ctx context.Context, eventType string, took time.Duration) {
	m.appended.WithLabelValues(eventType).Inc()
	observe(ctx, m.appendSeconds, took)
}

// AppendFailed implements jetstream.Observer.
func (m *Metrics) AppendFailed(reason string) { m.appendErrors.WithLabelValues(reason).Inc() }

// InFlight implements jetstream.Observer. A consumer that is about to be listened to is told with a delta of 0.
func (m *Metrics) InFlight(consumer string, delta int) {
	if delta == 0 {
		m.redeliveries.WithLabelValues(consumer)
		m.deadLetters.WithLabelValues(consumer)
	}
	m.inFlight.WithLabelValues(consumer).Add(float64(delta))
}

// Handled implements jetstream.Observer.
func (m *Metrics) Handled(ctx context.Context, consumer string, age time.Duration, attempt int, kind consume.Kind) {
	if kind == consume.Ack {
		observe(ctx, m.age.WithLabelValues(consumer), age)
	}
	if attempt > 1 {
		m.redeliveries.WithLabelValues(consumer).Inc()
	}
	if kind == consume.Dead {
		m.deadLetters.WithLabelValues(consumer).Inc()
	}
}

// StageSettled implements stage.Observer.
func (m *Metrics) StageSettled(ctx context.Context, stage, outcome string, took time.Duration) {
	observe(ctx, m.stageSeconds.WithLabelValues(stage, outcome), took)
}

// StageRepeated counts a stage that the watchdog asked for again.
func (m *Metrics) StageRepeated(stage string) { m.watchdog.WithLabelValues(stage).Inc() }

// DiscordRequest implements discord.Observer.
func (m *Metrics) DiscordRequest(route string, code int) {
	m.discordRequests.WithLabelValues(route, "401")
	m.discordRequests.WithLabelValues(route, "429")
	m.discordRequests.WithLabelValues(route, strconv.Itoa(code)).Inc()
}

// DiscordWaited implements discord.Observer.
func (m *Metrics) DiscordWaited(d time.Duration) { m.discordWait.Add(int64(d)) }

// SessionChecked notes how long the question took whether an interaction is still valid.
func (m *Metrics) SessionChecked(ctx context.Context, took time.Duration) {
	observe(ctx, m.sessionCheck, took)
}

// SessionClosed counts a session that was found closed when something was to be shown.
func (m *Metrics) SessionClosed(stage, depth string) {
	m.sessionClosed.WithLabelValues(stage, depth).Inc()
}

// Delivered counts something shown, or not.
func (m *Metrics) Delivered(ctx context.Context, kind, route, outcome string) {
	count(ctx, m.deliveries.WithLabelValues(kind, route, outcome))
}

// WorkflowEnded counts an ended workflow.
func (m *Metrics) WorkflowEnded(ctx context.Context, depth, outcome string, took time.Duration) {
	count(ctx, m.workflows.WithLabelValues(depth, outcome))
	observe(ctx, m.workflowSeconds.WithLabelValues(depth), took)
}

// Persisted counts an undelivered result that was kept.
func (m *Metrics) Persisted(reason, depth string) { m.persisted.WithLabelValues(reason, depth).Inc() }

// Retrieved counts a request for a kept result.
func (m *Metrics) Retrieved(success bool) {
	m.retrieved.WithLabelValues(strconv.FormatBool(success)).Inc()
}

// Archived says how many records the archive holds.
func (m *Metrics) Archived(n int) { m.archived.Set(float64(n)) }

// Running says how many workflows run.
func (m *Metrics) Running(n int) { m.running.Set(float64(n)) }

// Connected says how to ask whether the broker is reached; it is asked when the metrics are read.
func (m *Metrics) Connected(is func() bool) { m.connected.Store(&is) }

// Durability says which mode the log is written in: durable, fast or unknown.
func (m *Metrics) Durability(mode string) { m.durability.WithLabelValues(mode).Set(1) }
