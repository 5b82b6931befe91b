package check

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var deploy = filepath.Join(root, "deploy")

// environment is what the two .env files hold.
var environment = []string{
	"DISCORD_APPLICATION_ID=1", "OPERATOR_NKEY=U1", "INGEST_NKEY=U2", "ANALYZER_NKEY=U3", "NOTIFIER_NKEY=U4", "ARCHIVER_NKEY=U5",
}

// judgeCompose says all that is wrong with a compose file that stands where ours does.
func judgeCompose(t *testing.T, content []byte) []string {
	t.Helper()
	settings, err := Settings(root)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	copied := filepath.Join(dir, "compose", "compose.yaml")
	if err := os.CopyFS(dir, os.DirFS(deploy)); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(copied, content, 0o600); err != nil {
		t.Fatal(err)
	}
	p, err := Compose(t.Context(), copied, environment)
	if err != nil {
		return []string{err.Error()}
	}
	return ComposeProblems(p, dir, settings)
}

func TestTheComposeFileHolds(t *testing.T) {
	content, err := os.ReadFile(filepath.Join(deploy, "compose", "compose.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	for _, problem := range judgeCompose(t, content) {
		t.Error(problem)
	}
	for _, c := range []struct{ name, right, wrong, says string }{
		{"a key", "stop_grace_period: 45s", "stop_grace: 45s", "stop_grace"},
		{"a setting", "AUTOINTEL_LLM_MODEL:", "AUTOINTEL_LLM_MODELL:", "reads no setting"},
		{"a secret", "secrets: [ca.crt, archiver.nk, pgpass]", "secrets: [ca.crt, archiver.nk]", "is not given"},
		{"a target", "target: analyzer", "target: analyser", "builds no"},
		{"a condition", "provision: {condition: service_completed_successfully}", "provision: {condition: service_started}", "starts before provision"},
		{"an open port", "127.0.0.1:3000:3000", "3000:3000", "open to the network"},
		{"a user of the broker", "      ARCHIVER_NKEY: ${ARCHIVER_NKEY:?}\n", "", "ARCHIVER_NKEY is not set"},
		{"a file of Prometheus'", "prometheus.yml, target: /etc/prometheus/prometheus.yml", "prometheus.yml, target: /etc/prometheus/prometheus.yaml", "no /etc/prometheus/prometheus.yml"},
		{"a rule file", "target: /etc/prometheus/autointel.yaml", "target: /etc/prometheus/rules.yaml", "no /etc/prometheus/autointel.yaml"},
		{"who is scraped", "  nats-exporter:", "  nats-exporters:", "there is no service nats-exporter"},
		{"where traces are", "  jaeger:", "  jager:", "there is no service jaeger"},
		{"a dashboard's directory", "target: /etc/grafana/dashboards/", "target: /etc/grafana/dashboard/", "no dashboard"},
		{"a grace period", "stop_grace_period: 45s", "stop_grace_period: 10s", "before it has drained"},
	} {
		t.Run("mistyped: "+c.name, func(t *testing.T) {
			planted := bytes.ReplaceAll(content, []byte(c.right), []byte(c.wrong))
			if bytes.Equal(planted, content) {
				t.Fatalf("%q is not in the file", c.right)
			}
			if problems := strings.Join(judgeCompose(t, planted), "\n"); !strings.Contains(problems, c.says) {
				t.Errorf("not found; what was: %q", problems)
			}
		})
	}
}

func TestEveryImageIsNobodysAndAsksItself(t *testing.T) {
	content, err := os.ReadFile(filepath.Join(deploy, "Dockerfile"))
	if err != nil {
		t.Fatal(err)
	}
	_, images, _ := strings.Cut(string(content), "FROM scratch AS runtime")
	shared, images, _ := strings.Cut(images, "\nFROM ")
	if !strings.Contains(shared, "USER 65532:65532") {
		t.Error("the images run as root")
	}
	count := 0
	for part := range strings.SplitSeq(images, "\nFROM ") {
		name, _, _ := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(part, "FROM "), "runtime AS "), "\n")
		count++
		for _, want := range []string{"COPY --from=build /out/" + name + " /" + name + "\n", `CMD ["/` + name + `", "`, `ENTRYPOINT ["/` + name + `"]`} {
			if !strings.Contains(part, want) {
				t.Errorf("the image %s lacks %q", name, want)
			}
		}
	}
	if count != 5 {
		t.Errorf("%d images", count)
	}
}
