package telemetry

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"
	"go.opentelemetry.io/otel/trace"

	"autointel.example/internal/consume"
)

const accepts = "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5"

// scrape reads metrics as Prometheus does, with an Accept header.
func scrape(t *testing.T, m *Metrics, accept string) string {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/metrics", http.NoBody)
	r.Header.Set("Accept", accept)
	w := httptest.NewRecorder()
	promhttp.HandlerFor(m.Registry, promhttp.HandlerOpts{EnableOpenMetrics: true}).ServeHTTP(w, r)
	return w.Body.String()
}

// busy returns metrics of which each has a value, observed in a context of a trace or of none.
func busy(t *testing.T, traced bool) *Metrics {
	t.Helper()
	ctx := t.Context()
	if traced {
		ctx = trace.ContextWithSpanContext(ctx, trace.NewSpanContext(trace.SpanContextConfig{
			TraceID: trace.TraceID{0x01, 0x99, 15: 0x71}, SpanID: trace.SpanID{7: 1}, TraceFlags: trace.FlagsSampled,
		}))
	}
	m := NewMetrics()
	m.Appended(ctx, "autointel.workflow.requested.v1", time.Millisecond)
	m.InFlight("watch", 1)
	m.Handled(ctx, "watch", time.Second, 1, consume.Ack)
	m.StageSettled(ctx, "verify", "completed", time.Second)
	m.WorkflowEnded(ctx, "deep", "completed", time.Minute)
	m.Delivered(ctx, "results", "interaction", "succeeded")
	m.SessionChecked(ctx, time.Microsecond)
	m.DiscordRequest("POST /x", 200)
	m.DiscordWaited(1500 * time.Millisecond)
	m.SessionClosed("results", "deep")
	m.Durability("durable")
	return m
}

func TestAFigureLeadsToItsTrace(t *testing.T) {
	const id = `# {trace_id="01990000000000000000000000000071"}`
	body := scrape(t, busy(t, true), accepts)
	for _, series := range []string{
		`autointel_append_duration_seconds_bucket{le="0.001"} 1 `, `autointel_event_age_seconds_bucket{consumer="watch",le="1.0"} 1 `,
		`autointel_stage_duration_seconds_bucket{outcome="completed",stage="verify",le="1.0"} 1 `, `autointel_workflow_duration_seconds_bucket{depth="deep",le="60.0"} 1 `,
		`autointel_session_check_seconds_bucket{le="5e-05"} 1 `, `autointel_workflows_total{depth="deep",outcome="completed"} 1.0 `,
		`autointel_deliveries_total{kind="results",outcome="succeeded",route="interaction"} 1.0 `,
	} {
		if !strings.Contains(body, series+id) {
			t.Errorf("%s leads to no trace", series)
		}
	}
	if strings.Contains(scrape(t, busy(t, true), "text/plain"), "trace_id") || strings.Contains(scrape(t, busy(t, false), accepts), "trace_id") {
		t.Error("a trace is named to who did not ask, or where there is none")
	}
}

// TestASeriesHasOneNameInBothFormats reads both: Prometheus prefers OpenMetrics, where a counter's name ends in _total whether or not
// it was given so, and rules and dashboards know one name.
func TestASeriesHasOneNameInBothFormats(t *testing.T) {
	names := func(body string) []string {
		var all []string
		for _, line := range regexp.MustCompile(`(?m)^[a-z_]+`).FindAllString(body, -1) {
			if !strings.HasSuffix(line, "_created") {
				all = append(all, line)
			}
		}
		slices.Sort(all)
		return slices.Compact(all)
	}
	m := busy(t, true)
	text, open := scrape(t, m, "text/plain"), scrape(t, m, accepts)
	if !slices.Equal(names(text), names(open)) {
		t.Errorf("as text %q\nas OpenMetrics %q", names(text), names(open))
	}
	if !strings.Contains(text, "\nautointel_discord_rate_limit_wait_seconds 1.5\n") {
		t.Error("the time waited is not there")
	}
}
