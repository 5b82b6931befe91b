package check

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/rulefmt"
	"github.com/prometheus/prometheus/promql/parser"

	"autointel.example/internal/telemetry"
)

const (
	rulesFile  = "../rules/autointel.yaml"
	rulesTest  = "../rules/autointel_test.yaml"
	dashboards = "../dashboards/*.json"
	runbooks   = "../../../docs/runbooks/"
	document   = "../../../docs/monitoring.md"
	runbookURL = "https://autointel.example/docs/runbooks/"
)

var promql = parser.NewParser(parser.Options{})

// foreign are the metrics of others that rules and dashboards use: of NATS' exporter under either prefix, of Kubernetes and KEDA, and
// of the Go runtime and the process, which every program of ours has.
var foreign = regexp.MustCompile(`^((jetstream|nats|\(jetstream\|nats\))_(consumer_num_pending|consumer_num_ack_pending|consumer_num_redelivered|consumer_num_waiting|` +
	`stream_total_bytes|stream_limit_bytes|stream_total_messages|stream_last_seq|server_total_message_bytes|server_max_storage)|` +
	`kube_horizontalpodautoscaler_(status_desired_replicas|status_current_replicas|spec_max_replicas)|keda_scaler_detail_errors_total|` +
	`kubelet_volume_stats_(used|capacity)_bytes|up|go_goroutines|go_memstats_heap_inuse_bytes|go_gc_duration_seconds(_count|_sum)?|` +
	`process_(cpu_seconds_total|resident_memory_bytes|open_fds|max_fds))$`)

// rules reads the rules.
func rules(t *testing.T) []rulefmt.Rule {
	t.Helper()
	groups, errs := rulefmt.ParseFile(rulesFile, false, model.UTF8Validation, promql, slog.New(slog.DiscardHandler))
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	var all []rulefmt.Rule
	for _, g := range groups.Groups {
		all = append(all, g.Rules...)
	}
	return all
}

// known are the names that an expression may use: ours with what a histogram makes of its name, and those that rules record.
func known(t *testing.T) map[string]bool {
	t.Helper()
	names := map[string]bool{}
	for _, name := range telemetry.NewMetrics().Names() {
		for _, suffix := range []string{"", "_bucket", "_count", "_sum"} {
			names[name+suffix] = true
		}
	}
	for _, r := range rules(t) {
		if r.Record != "" {
			names[r.Record] = true
		}
	}
	return names
}

// metrics parses an expression and returns the names it selects; of a choice by a pattern, the pattern.
func metrics(expression string) (names []string, err error) {
	e, err := promql.ParseExpr(expression)
	if err != nil {
		return nil, err
	}
	parser.Inspect(e, func(n parser.Node, _ []parser.Node) error {
		if v, ok := n.(*parser.VectorSelector); ok {
			for _, m := range v.LabelMatchers {
				if m.Name == model.MetricNameLabel {
					names = append(names, m.Value)
				}
			}
		}
		return nil
	})
	if len(names) == 0 {
		return nil, fmt.Errorf("%s selects nothing", expression)
	}
	return names, nil
}

// usable checks that an expression parses and selects what there is.
func usable(t *testing.T, where, expression string, known map[string]bool) {
	t.Helper()
	names, err := metrics(expression)
	if err != nil {
		t.Errorf("%s: %v", where, err)
	}
	for _, name := range names {
		if !known[name] && !foreign.MatchString(name) {
			t.Errorf("%s: there is no metric %s", where, name)
		}
	}
}

func TestEveryRuleUsesMetricsThatThereAre(t *testing.T) {
	all := known(t)
	for _, r := range rules(t) {
		usable(t, r.Record+r.Alert, r.Expr, all)
	}
}

func TestEveryAlertHasItsRunbookAndEveryRunbookItsAlert(t *testing.T) {
	alerts := map[string]bool{}
	for _, r := range rules(t) {
		if r.Alert == "" {
			continue
		}
		alerts[r.Alert] = true
		if want := runbookURL + r.Alert + ".md"; r.Annotations["runbook_url"] != want || r.Annotations["summary"] == "" || r.Labels["severity"] == "" {
			t.Errorf("%s: runbook_url %q, not %q; summary %q, severity %q", r.Alert, r.Annotations["runbook_url"], want, r.Annotations["summary"], r.Labels["severity"])
		}
		content, err := os.ReadFile(runbooks + r.Alert + ".md")
		if err != nil {
			t.Error(err)
			continue
		}
		for _, part := range []string{"# " + r.Alert, "**Means.**", "**Users see.**", "**First look.**\n```sh", "**Causes and cures.**", "**Wake somebody**"} {
			if !strings.Contains(string(content), part) {
				t.Errorf("the runbook of %s has no %q", r.Alert, part)
			}
		}
	}
	files, err := filepath.Glob(runbooks + "*.md")
	if err != nil || len(files) == 0 {
		t.Fatalf("no runbooks: %v", err)
	}
	for _, file := range files {
		if !alerts[strings.TrimSuffix(filepath.Base(file), ".md")] {
			t.Errorf("%s is no alert's", file)
		}
	}
}

// panel is what is checked of a dashboard's panel.
type panel struct {
	ID          int
	Title, Type string
	GridPos     struct{ X, Y, W, H int }
	Targets     []struct{ Expr, RefID string }
}

func TestEveryPanelShowsMetricsThatThereAre(t *testing.T) {
	all := known(t)
	files, err := filepath.Glob(dashboards)
	if err != nil || len(files) == 0 {
		t.Fatalf("no dashboards: %v", err)
	}
	variables := strings.NewReplacer("$__rate_interval", "5m", "$__range", "1h", "$service", ".+", "$stage", ".+")
	for _, file := range files {
		content, err := os.ReadFile(file)
		var d struct {
			UID, Title string
			Panels     []panel
		}
		if err == nil {
			err = json.Unmarshal(content, &d)
		}
		if err != nil || d.UID == "" || len(d.Panels) == 0 {
			t.Fatalf("%s: %v, uid %q, %d panels", file, err, d.UID, len(d.Panels))
		}
		taken := map[[2]int]string{}
		ids := map[int]bool{}
		for _, p := range d.Panels {
			where := filepath.Base(file) + ", " + p.Title
			if ids[p.ID] {
				t.Errorf("%s: the id %d is another's", where, p.ID)
			}
			ids[p.ID] = true
			for x := p.GridPos.X; x < p.GridPos.X+p.GridPos.W; x++ {
				for y := p.GridPos.Y; y < p.GridPos.Y+p.GridPos.H; y++ {
					if other := taken[[2]int{x, y}]; other != "" || x >= 24 {
						t.Fatalf("%s lies over %q or beyond the right edge", where, other)
					}
					taken[[2]int{x, y}] = p.Title
				}
			}
			if p.Type != "row" && len(p.Targets) == 0 {
				t.Errorf("%s shows nothing", where)
			}
			for _, target := range p.Targets {
				usable(t, where, variables.Replace(target.Expr), all)
			}
		}
	}
}

// row is a row of the table of metrics.
var row = regexp.MustCompile("(?m)^\\| `([a-z_]+)` \\|")

func TestTheDocumentListsEveryMetric(t *testing.T) {
	content, err := os.ReadFile(document)
	if err != nil {
		t.Fatal(err)
	}
	var listed []string
	for _, m := range row.FindAllStringSubmatch(string(content), -1) {
		listed = append(listed, m[1])
	}
	slices.Sort(listed)
	if names := telemetry.NewMetrics().Names(); !slices.Equal(listed, names) {
		t.Errorf("listed:\n%s\nregistered:\n%s", strings.Join(listed, "\n"), strings.Join(names, "\n"))
	}
}

// TestEveryAlertFiresAndClears needs promtool (Debian: the package prometheus).
func TestEveryAlertFiresAndClears(t *testing.T) {
	for _, args := range [][]string{{"check", "rules", rulesFile}, {"test", "rules", rulesTest}} {
		if out, err := exec.CommandContext(t.Context(), "promtool", args...).CombinedOutput(); err != nil {
			t.Errorf("promtool %v: %v\n%s", args, err, out)
		}
	}
	tests, err := os.ReadFile(rulesTest)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rules(t) {
		if r.Alert == "" {
			continue
		}
		asked := regexp.MustCompile(`alertname: `+r.Alert+`\b`).FindAllIndex(tests, -1)
		fires := strings.Contains(string(tests), runbookURL+r.Alert+".md")
		if len(asked) < 3 || !fires {
			t.Errorf("%s: the tests ask %d times whether it fires; before, during and after are needed (during: %v)", r.Alert, len(asked), fires)
		}
	}
}
