package archtest

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write what is generated")

// generated are the files of the Kubernetes component that say what stands in deploy/monitoring, by their name.
func generated(t *testing.T) map[string]string {
	t.Helper()
	read := func(name string) string {
		content, err := os.ReadFile(filepath.Join(root, "deploy/monitoring", name))
		if err != nil {
			t.Fatal(err)
		}
		return string(content)
	}
	const from = "# Generated: cd internal && go test ./archtest -run TestTheClusterIsWatched -update\n"
	return map[string]string{
		"rules.yaml": from + "apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nmetadata:\n  name: autointel\nspec:\n" +
			indent(withoutComments(read("rules/autointel.yaml")), "  "),
		// Grafana's sidecar, as its Helm chart and kube-prometheus-stack have it, loads what carries this label.
		"dashboard.yaml": from + "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: autointel-dashboard\n  labels: {grafana_dashboard: \"1\", autointel.example/step: prepare}\ndata:\n  autointel.json: |\n" +
			indent(read("dashboards/autointel.json"), "    "),
	}
}

// withoutComments leaves out the lines that are comments as a whole.
func withoutComments(content string) string {
	var b strings.Builder
	for line := range strings.Lines(content) {
		if !strings.HasPrefix(strings.TrimSpace(line), "#") {
			b.WriteString(line)
		}
	}
	return b.String()
}

func indent(content, by string) string {
	var b strings.Builder
	for line := range strings.Lines(content) {
		if strings.TrimSpace(line) != "" {
			b.WriteString(by)
		}
		b.WriteString(line)
	}
	return b.String()
}

// TestTheClusterIsWatchedByTheSameRulesAndDashboard: kustomize takes no file from outside the component, so the component has copies.
func TestTheClusterIsWatchedByTheSameRulesAndDashboard(t *testing.T) {
	for name, want := range generated(t) {
		path := filepath.Join(root, "deploy/kubernetes/components/monitoring", name)
		if *update {
			if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		got, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if string(got) != want {
			t.Errorf("%s is not what deploy/monitoring has; run this test with -update", name)
		}
	}
}
