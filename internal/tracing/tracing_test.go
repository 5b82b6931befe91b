package tracing

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	workflow = "wf_0199a1b2c3d47e5f8a1b2c3d4e5f6071"
	traceID  = "0199a1b2c3d47e5f8a1b2c3d4e5f6071"
)

// sending returns a tracer that sends to a server that takes anything.
func sending(t *testing.T) *Tracer {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { _, _ = io.Copy(io.Discard, r.Body) }))
	t.Cleanup(server.Close)
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", server.URL)
	tracer, err := New(t.Context(), func(string) string { return server.URL }, "test", "1", slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := tracer.Close(); err != nil {
			t.Error(err)
		}
		http.DefaultClient.CloseIdleConnections()
	})
	return tracer
}

func TestWithoutAnEndpointThereIsNoTracerAndNothingIsDone(t *testing.T) {
	for _, env := range []map[string]string{{}, {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:1", "OTEL_SDK_DISABLED": "true"}} {
		tracer, err := New(t.Context(), func(name string) string { return env[name] }, "test", "1", slog.New(slog.DiscardHandler))
		if tracer != nil || err != nil {
			t.Fatalf("%v: %v %v", env, tracer, err)
		}
	}
	var off *Tracer
	ctx, end := off.Command(t.Context(), workflow, "/autointel")
	end()
	ctx2, handled := off.Handling(ctx, "watch", "autointel-due."+workflow, "", 1)
	handled("ack", true)
	parent, appended := off.Appending(ctx2, workflow, "kept", "x")
	appended(true)
	if ctx2 != t.Context() || parent != "kept" || off.Close() != nil || off.Logging(slog.Default()) != slog.Default() {
		t.Error("a nil tracer did something")
	}
}

func TestATraceparentIsOfTheWorkflowsTrace(t *testing.T) {
	tracer := sending(t)
	for _, parent := range []string{"", "00-zz", strings.Repeat("0", 4096), "00-00000000000000000000000000000000-0000000000000000-01"} {
		got, end := tracer.Appending(t.Context(), workflow, parent, "event")
		end(true)
		if !strings.HasPrefix(got, "00-"+traceID+"-") || !strings.HasSuffix(got, "-01") {
			t.Errorf("after %.40q: %q", parent, got)
		}
	}
	theirs := "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
	got, end := tracer.Appending(t.Context(), workflow, theirs, "event")
	end(true)
	if !strings.HasPrefix(got, "00-4bf92f3577b34da6a3ce929d0e0e4736-") || got == theirs {
		t.Errorf("an event of another trace leads to %q", got)
	}
}

func TestWhatIsNoWorkflowsHasNoSpan(t *testing.T) {
	tracer := sending(t)
	for _, subject := range []string{
		"", "autointel", "autointel.", "autointel.wf_12", "autointel.wf_" + strings.Repeat("g", 32), "autointel.wf_" + strings.Repeat("a", 33),
		"autointel.wf_" + strings.Repeat("0", 32), "$JS.EVENT.ADVISORY.CONSUMER.MAX_DELIVERIES.AUTOINTEL.x", "autointel-progress." + workflow + ".acquire",
	} {
		ctx, end := tracer.Handling(t.Context(), "consumer", subject, "", 1)
		end("ack", true)
		if ctx != t.Context() {
			t.Errorf("%q has a span", subject)
		}
	}
	if ctx, end := tracer.Handling(t.Context(), "watch", "autointel-due."+workflow, "", 1); ctx == t.Context() {
		t.Error("a timer has no span")
	} else {
		end("ack", true)
	}
}

func TestALineAboutAWorkflowNamesItsTrace(t *testing.T) {
	var out bytes.Buffer
	logger := sending(t).Logging(slog.New(slog.NewJSONHandler(&out, nil))).With("service", "test")
	logger.InfoContext(context.Background(), "stage settled", "workflow", workflow)
	if got := out.String(); !strings.Contains(got, `"trace_id":"`+traceID+`"`) || !strings.Contains(got, `"workflow_id":"`+workflow+`"`) || !strings.Contains(got, `"service":"test"`) {
		t.Error(got)
	}
	out.Reset()
	logger.Info("ready")
	logger.Info("odd", "workflow", 7)
	if strings.Contains(out.String(), "trace_id") {
		t.Error(out.String())
	}
}
