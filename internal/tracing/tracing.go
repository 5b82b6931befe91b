// Package tracing makes one trace of each workflow: from its slash command over every hop to what was shown. It is on when
// OTEL_EXPORTER_OTLP_ENDPOINT is set; else there is no *Tracer, and its methods on nil do nothing.
//
// The trace of a workflow has its id: wf_0199... is trace 0199..., so a log line, a message of the bot and a trace lead to one
// another, and what comes from a timer, which carries no traceparent, finds its trace all the same. The first span, the command's,
// has an id that follows from the workflow's too.
//
// A span says what was done, how often and how it came out. Errors' texts stay in the log: they may hold addresses.
package tracing

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/sdk/resource"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

// Tracer makes spans. A nil one makes none.
type Tracer struct {
	provider *sdk.TracerProvider
	tracer   trace.Tracer
}

// closeWithin is how long the last spans may take to be sent.
const closeWithin = 5 * time.Second

// New returns a tracer that sends to the endpoint of the standard OTEL_* variables, read by getenv to see whether there is one; nil
// without one. Spans that cannot be sent are dropped, and the log says so: tracing holds nothing up.
//
// Every workflow is traced. Which traces are kept is for the collector to choose: their ids are not evenly spread, so a sampler that
// goes by the id would choose wrong.
func New(ctx context.Context, getenv func(string) string, service, version string, logger *slog.Logger) (*Tracer, error) {
	if getenv("OTEL_EXPORTER_OTLP_ENDPOINT") == "" && getenv("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT") == "" || getenv("OTEL_SDK_DISABLED") == "true" {
		return nil, nil
	}
	exporter, err := otlptracehttp.New(ctx)
	if err != nil {
		return nil, fmt.Errorf("OTEL_EXPORTER_OTLP_ENDPOINT: %w", err)
	}
	about, err := resource.New(
		ctx, resource.WithAttributes(attribute.String("service.name", service), attribute.String("service.version", version)),
		resource.WithHost(), resource.WithFromEnv(), // so that OTEL_SERVICE_NAME counts more
	)
	if err != nil && !errors.Is(err, resource.ErrPartialResource) {
		return nil, errors.Join(fmt.Errorf("OTEL_RESOURCE_ATTRIBUTES: %w", err), exporter.Shutdown(ctx))
	}
	otel.SetErrorHandler(otel.ErrorHandlerFunc(func(err error) { logger.Warn("traces could not be sent", "error", err) }))
	provider := sdk.NewTracerProvider(
		sdk.WithBatcher(exporter), sdk.WithResource(about), sdk.WithIDGenerator(generator{}), sdk.WithSampler(sdk.AlwaysSample()),
	)
	return &Tracer{provider, provider.Tracer("autointel.example/internal/tracing")}, nil
}

// Close sends what is left.
func (t *Tracer) Close() error {
	if t == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), closeWithin)
	defer cancel()
	return t.provider.Shutdown(ctx)
}

// Command begins the first span of a workflow, or of a retrieval: somebody's command. End ends it.
func (t *Tracer) Command(ctx context.Context, workflow, name string) (traced context.Context, end func()) {
	if _, ok := idOf(workflow); t == nil || !ok {
		return ctx, func() {}
	}
	ctx, span := t.tracer.Start(
		context.WithValue(ctx, beginning{}, workflow), name, trace.WithNewRoot(), trace.WithSpanKind(trace.SpanKindServer), about(workflow),
	)
	return ctx, func() { span.End() }
}

// Handling begins the span of the handling of a delivery; its parent is the append it comes from, or the command if it carries no
// trace, as timers do. What belongs to no workflow has no span, nor has progress, of which only the newest counts. End ends it with
// what became of the message.
func (t *Tracer) Handling(ctx context.Context, consumer, subject, parent string, attempt int) (traced context.Context, end func(outcome string, ok bool)) {
	noun, rest, _ := strings.Cut(subject, ".")
	workflow, _, _ := strings.Cut(rest, ".")
	if _, ok := idOf(workflow); t == nil || !ok || noun == "autointel-progress" {
		return ctx, func(string, bool) {}
	}
	ctx, span := t.tracer.Start(
		within(ctx, workflow, parent), consumer, trace.WithSpanKind(trace.SpanKindConsumer), about(workflow),
		trace.WithAttributes(attribute.String("messaging.system", "nats"), attribute.Int("autointel.attempt", attempt)),
	)
	return ctx, func(outcome string, ok bool) {
		span.SetAttributes(attribute.String("autointel.outcome", outcome))
		if !ok {
			span.SetStatus(codes.Error, outcome)
		}
		span.End()
	}
}

// Appending begins the span of an append and returns the traceparent that the event is to carry. Its parent is the context's span, else
// the trace the event already has, else the command.
func (t *Tracer) Appending(ctx context.Context, workflow, parent, eventType string) (traceparent string, end func(ok bool)) {
	if _, ok := idOf(workflow); t == nil || !ok {
		return parent, func(bool) {}
	}
	if !trace.SpanContextFromContext(ctx).IsValid() {
		ctx = within(ctx, workflow, parent)
	}
	ctx, span := t.tracer.Start(ctx, eventType, trace.WithSpanKind(trace.SpanKindProducer), about(workflow))
	carrier := propagation.MapCarrier{}
	propagation.TraceContext{}.Inject(ctx, carrier)
	return carrier[header], func(ok bool) {
		if !ok {
			span.SetStatus(codes.Error, "not appended")
		}
		span.End()
	}
}

const header = "traceparent"

// within returns a context in the trace of a traceparent; without a usable one, under the workflow's command.
func within(ctx context.Context, workflow, parent string) context.Context {
	traced := propagation.TraceContext{}.Extract(ctx, propagation.MapCarrier{header: parent})
	if trace.SpanContextFromContext(traced).IsValid() {
		return traced
	}
	id, _ := idOf(workflow)
	return trace.ContextWithRemoteSpanContext(ctx, trace.NewSpanContext(trace.SpanContextConfig{
		TraceID: id, SpanID: first(id), TraceFlags: trace.FlagsSampled, Remote: true,
	}))
}

func about(workflow string) trace.SpanStartOption {
	return trace.WithAttributes(attribute.String("autointel.workflow_id", workflow))
}

// idOf returns the id of a workflow's trace: its own, which is a UUID.
func idOf(workflow string) (id trace.TraceID, ok bool) {
	_, digits, _ := strings.Cut(workflow, "_")
	n, err := hex.Decode(id[:], []byte(digits[:min(len(digits), 2*len(id))]))
	return id, err == nil && n == len(id) && len(digits) == 2*len(id) && id.IsValid()
}

// first returns the id of the first span of a trace.
func first(id trace.TraceID) (span trace.SpanID) {
	copy(span[:], id[len(id)-len(span):])
	return span
}

// beginning is the key under which a context says whose first span begins.
type beginning struct{}

// generator makes the ids of spans.
type generator struct{}

// NewIDs implements sdk.IDGenerator, for first spans.
func (g generator) NewIDs(ctx context.Context) (trace.TraceID, trace.SpanID) {
	workflow, _ := ctx.Value(beginning{}).(string)
	id, _ := idOf(workflow)
	return id, first(id)
}

// NewSpanID implements sdk.IDGenerator.
func (generator) NewSpanID(context.Context, trace.TraceID) (span trace.SpanID) {
	_, _ = rand.Read(span[:]) // never fails
	return span
}
