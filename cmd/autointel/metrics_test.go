package main

import (
	"bufio"
	"context"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"autointel.example/cmd/autointel/demo/source"
	"autointel.example/internal/sandbox"
	"autointel.example/internal/telemetry"
	"autointel.example/schemas"
)

// TestEveryMetricHasAValueAfterAWorkflow lets a workflow outlive its session and have its result retrieved, and reads the metrics as
// Prometheus does.
func TestEveryMetricHasAValueAfterAWorkflow(t *testing.T) {
	box, err := sandbox.Start(sandbox.Options{TokenLifetime: 4 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = box.Close() }()
	article, err := source.Start(6 * time.Second)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = article.Close() }()
	p := newProcess(t, box, article)
	p.env = append(p.env, "AUTOINTEL_SESSION_LIFETIME=4s")
	health := p.start()
	defer p.stop()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	i, err := box.Command(ctx, ann, "autointel", map[string]any{"url": article.URL(), "depth": "standard"})
	if err != nil {
		t.Fatal(err)
	}
	id, err := schemas.WorkflowID(i.ID)
	if err != nil {
		t.Fatal(err)
	}
	if _, err = box.WaitMessage(ctx, func(m sandbox.Message) bool { return has(m, "retrieve:"+id) }); err != nil {
		t.Fatalf("%v\n%v", err, p.events(id))
	}
	i, err = box.Command(ctx, ann, "retrieve_results", map[string]any{"workflow_id": id})
	if err == nil {
		_, err = box.WaitMessage(ctx, func(m sandbox.Message) bool { return m.Interaction == i.ID && titled(m, id) })
	}
	if err != nil {
		t.Fatal(err)
	}
	url := strings.Replace(health, "readyz", "metrics", 1)
	is := func(values map[string]float64, series string, want float64) bool { return values[series] == want }
	var values map[string]float64
	for ctx.Err() == nil { // what is counted after an answer was shown is counted soon
		values = scrape(t, url)
		if is(values, `orphaned_results_retrieved_total{success="true"}`, 1) {
			break
		}
	}
	for series, want := range map[string]float64{
		"autointel_nats_connected":                                                      1,
		`autointel_durability{mode="durable"}`:                                          1,
		"autointel_archive_records":                                                     1,
		`autointel_workflows_total{depth="standard",outcome="completed"}`:               1,
		`autointel_workflow_duration_seconds_count{depth="standard"}`:                   1,
		`autointel_stage_duration_seconds_count{outcome="completed",stage="analyze"}`:   1,
		`workflow_results_persisted_total{depth="standard",reason="session_closed"}`:    1,
		`autointel_events_appended_total{type="autointel.workflow.requested.v1"}`:       1,
		`autointel_deliveries_total{kind="notice",outcome="succeeded",route="channel"}`: 1,
		`autointel_dead_letters_total{consumer="notifier-ended"}`:                       0,
		`autointel_append_errors_total{reason="refused"}`:                               0,
		`autointel_watchdog_triggers_total{stage="acquire"}`:                            0,
	} {
		if got, there := values[series]; !there || got != want {
			t.Errorf("%s is %v, not %v (there: %v)", series, got, want, there)
		}
	}
	for _, name := range telemetry.NewMetrics().Names() {
		if _, there := values[name]; !there {
			t.Errorf("%s is registered and has no value", name)
		}
	}
	for _, name := range []string{
		"autointel_append_duration_seconds_count", "autointel_event_age_seconds_count", "autointel_session_check_seconds_count",
		"autointel_discord_requests_total", "discord_session_closed_total", "autointel_events_appended_total",
	} {
		if values[name] <= 0 {
			t.Errorf("%s is %v after a workflow", name, values[name])
		}
	}
}

// scrape reads metrics by their series, and their sums by the names of the metrics.
func scrape(t *testing.T, url string) map[string]float64 {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	resp, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	values := map[string]float64{}
	lines := bufio.NewScanner(resp.Body)
	for lines.Scan() {
		line := lines.Text()
		if typ, ok := strings.CutPrefix(line, "# TYPE "); ok {
			name, _, _ := strings.Cut(typ, " ")
			values[name] += 0
			continue
		}
		at := strings.LastIndexByte(line, ' ')
		if strings.HasPrefix(line, "#") || at < 0 {
			continue
		}
		value, err := strconv.ParseFloat(line[at+1:], 64)
		if err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		series := line[:at]
		name, _, labelled := strings.Cut(series, "{")
		values[name] += value
		if labelled {
			values[series] = value
		}
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return values
}
