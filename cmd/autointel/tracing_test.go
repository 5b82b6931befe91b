package main

import (
	"context"
	"encoding/hex"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	collector "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	otlp "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"

	"autointel.example/cmd/autointel/demo/source"
	"autointel.example/internal/sandbox"
	"autointel.example/schemas"
)

// receiver takes spans as a collector does: OTLP over HTTP.
type receiver struct {
	*httptest.Server
	mu    sync.Mutex
	spans map[string][]*otlp.Span // by trace
}

func startReceiver(t *testing.T) *receiver {
	t.Helper()
	r := &receiver{spans: map[string][]*otlp.Span{}}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		body, err := io.ReadAll(req.Body)
		var sent collector.ExportTraceServiceRequest
		if err == nil {
			err = proto.Unmarshal(body, &sent)
		}
		if err != nil || req.URL.Path != "/v1/traces" {
			http.Error(w, "no traces", http.StatusBadRequest)
			t.Errorf("%s: %v", req.URL.Path, err)
			return
		}
		r.mu.Lock()
		defer r.mu.Unlock()
		for _, resource := range sent.ResourceSpans {
			for _, scope := range resource.ScopeSpans {
				for _, span := range scope.Spans {
					id := hex.EncodeToString(span.TraceId)
					r.spans[id] = append(r.spans[id], span)
				}
			}
		}
	}))
	t.Cleanup(r.Close)
	return r
}

// TestAWorkflowIsOneTraceFromItsCommandToItsDelivery runs workflows in a process of its own, one answered within its session and one
// that outlives it, and looks at what a collector was sent.
func TestAWorkflowIsOneTraceFromItsCommandToItsDelivery(t *testing.T) {
	for _, c := range []struct {
		name             string
		session, article time.Duration
		ends             string // what the trace must lead to
	}{
		{"answered within its session", 15 * time.Minute, 0, schemas.TypeDeliverySucceeded},
		{"announced after its session has closed", 4 * time.Second, 6 * time.Second, schemas.TypeResultArchived},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			spans := startReceiver(t)
			box, err := sandbox.Start(sandbox.Options{TokenLifetime: c.session})
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = box.Close() }()
			article, err := source.Start(c.article)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = article.Close() }()
			p := newProcess(t, box, article)
			p.env = append(p.env, "AUTOINTEL_SESSION_LIFETIME="+c.session.String(), "OTEL_EXPORTER_OTLP_ENDPOINT="+spans.URL)
			health := p.start()
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			i, err := box.Command(ctx, ann, "autointel", map[string]any{"url": article.URL(), "depth": "deep"})
			if err != nil {
				t.Fatal(err)
			}
			id, err := schemas.WorkflowID(i.ID)
			if err != nil {
				t.Fatal(err)
			}
			_, err = box.WaitMessage(ctx, func(m sandbox.Message) bool { return m.Interaction == i.ID && titled(m, id) || has(m, "retrieve:"+id) })
			if err != nil {
				t.Fatalf("%v\n%v", err, p.events(id))
			}
			for p.events(id)["delivery.succeeded.results"]+p.events(id)["delivery.succeeded.notice"] == 0 && ctx.Err() == nil {
			} // it is recorded soon after it was shown
			events := p.events(id)
			figuresLeadTo(t, health, strings.TrimPrefix(id, "wf_"))
			p.stop() // sends what is left
			oneTree(t, spans, strings.TrimPrefix(id, "wf_"), events, c.ends)
		})
	}
}

// figuresLeadTo reads the metrics as Prometheus does, and looks for the exemplars of a trace: on each hop from the command to the end.
func figuresLeadTo(t *testing.T, health, traceID string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, strings.TrimSuffix(health, "/readyz")+"/metrics", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Accept", "application/openmetrics-text;version=1.0.0;q=0.9,text/plain;version=0.0.4;q=0.5")
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]bool{}
	for line := range strings.Lines(string(body)) {
		if name, _, ok := strings.Cut(line, "{"); ok && strings.Contains(line, `# {trace_id="`+traceID+`"}`) {
			found[name] = true
		}
	}
	for _, name := range []string{
		"autointel_append_duration_seconds_bucket", "autointel_event_age_seconds_bucket", "autointel_stage_duration_seconds_bucket",
		"autointel_workflow_duration_seconds_bucket", "autointel_session_check_seconds_bucket", "autointel_workflows_total", "autointel_deliveries_total",
	} {
		if !found[name] {
			t.Errorf("no figure of %s leads to the trace", name)
		}
	}
}

// oneTree checks that a trace is a tree whose root is the command, and that it holds an append for each event.
func oneTree(t *testing.T, r *receiver, traceID string, events map[string]int, ends string) {
	t.Helper()
	r.mu.Lock()
	defer r.mu.Unlock()
	byID := map[string]*otlp.Span{}
	for _, s := range r.spans[traceID] {
		byID[string(s.SpanId)] = s
	}
	if len(byID) != len(r.spans[traceID]) || len(r.spans) != 1 {
		t.Fatalf("%d spans with %d ids, in %d traces", len(r.spans[traceID]), len(byID), len(r.spans))
	}
	appended, named := 0, map[string]int{}
	for _, s := range byID {
		named[s.Name]++
		if s.Kind == otlp.Span_SPAN_KIND_PRODUCER {
			appended++
		}
		parent := byID[string(s.ParentSpanId)]
		switch {
		case s.Name == "/autointel":
			if len(s.ParentSpanId) != 0 {
				t.Error("the command has a parent")
			}
		case parent == nil:
			t.Errorf("the parent of %s was not sent", s.Name)
		case parent.StartTimeUnixNano > s.StartTimeUnixNano:
			t.Errorf("%s began before its parent %s", s.Name, parent.Name)
		case s.Kind == otlp.Span_SPAN_KIND_CONSUMER && parent.Kind != otlp.Span_SPAN_KIND_PRODUCER && s.Name != schemas.ConsumerWatch:
			t.Errorf("%s came of %s, which is no event; timers alone do", s.Name, parent.Name)
		case s.Name == schemas.TypeStageCompleted && parent.Kind != otlp.Span_SPAN_KIND_CONSUMER:
			t.Errorf("a stage settled under %s, not under what started it", parent.Name)
		}
	}
	if named["/autointel"] != 1 || named["stage-analyze-after-transcribe"] == 0 || named["notifier-ended"] == 0 || named["archiver-ended"] == 0 || named[ends] == 0 {
		t.Errorf("a hop is missing: %v", named)
	}
	total := 0
	for _, n := range events {
		total += n
	}
	if appended < total || total < 8 {
		t.Errorf("%d appends in the trace, %d events in the log: %v", appended, total, events)
	}
}
