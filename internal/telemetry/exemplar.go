package telemetry

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"go.opentelemetry.io/otel/trace"
)

// exemplar names the trace that a context is in; nil outside of one. It is no label of the series: each bucket keeps its newest alone.
func exemplar(ctx context.Context) prometheus.Labels {
	span := trace.SpanContextFromContext(ctx)
	if !span.IsSampled() {
		return nil
	}
	return prometheus.Labels{"trace_id": span.TraceID().String()}
}

// observe notes a duration, and of which trace it is.
func observe(ctx context.Context, h prometheus.Observer, took time.Duration) {
	if labels := exemplar(ctx); labels != nil {
		h.(prometheus.ExemplarObserver).ObserveWithExemplar(took.Seconds(), labels)
		return
	}
	h.Observe(took.Seconds())
}

// count counts one, and of which trace it is.
func count(ctx context.Context, c prometheus.Counter) {
	if labels := exemplar(ctx); labels != nil {
		c.(prometheus.ExemplarAdder).AddWithExemplar(1, labels)
		return
	}
	c.Inc()
}
