package check

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"
)

const root = "../.."

func overlay(t *testing.T, name string) []byte {
	t.Helper()
	manifests, err := Render(filepath.Join(root, "deploy", "kubernetes", "overlays", name))
	if err != nil {
		t.Fatal(err)
	}
	return manifests
}

// judge says all that is wrong with manifests.
func judge(t *testing.T, manifests []byte) []string {
	t.Helper()
	settings, err := Settings(root)
	if err != nil {
		t.Fatal(err)
	}
	objects, err := Decode(manifests)
	if err != nil {
		return []string{err.Error()}
	}
	return Problems(objects, settings)
}

func TestTheManifestsHold(t *testing.T) {
	for _, name := range []string{"dev", "production"} {
		for _, problem := range judge(t, overlay(t, name)) {
			t.Errorf("%s: %s", name, problem)
		}
	}
}

func TestWhatIsMistypedIsFound(t *testing.T) {
	manifests := overlay(t, "production")
	for _, c := range []struct{ name, right, wrong, says string }{
		{"a field", "terminationGracePeriodSeconds: 45", "terminationGracePeriod: 45", "unknown field"},
		{"a field of KEDA", "cooldownPeriod: 120", "coolDownPeriod: 120", "unknown field"},
		{"a field of the Prometheus operator", "podMetricsEndpoints:", "podMetricEndpoints:", "unknown field"},
		{"a field twice", "  pollingInterval: 10", "  pollingInterval: 10\n  pollingInterval: 11", "already set"},
		{"a setting", "AUTOINTEL_INTERACTIONS_ADDR", "AUTOINTEL_INTERACTION_ADDR", "reads no setting"},
		{"a setting of a ConfigMap", "AUTOINTEL_DEADLINE:", "AUTOINTEL_DEADLIN:", "reads no setting"},
		{"a file that is not mounted", "/run/secrets/autointel/discord-token", "/run/secret/autointel/discord-token", "nothing is mounted"},
		{"a consumer", "consumer: stage-verify-after-analyze", "consumer: stage-verify-after-analyse", "there is no consumer"},
		{"a stream", "stream: AUTOINTEL_TIMERS", "stream: AUTOINTEL", "is of the stream"},
		{"a trigger's metadata", "natsServerMonitoringEndpoint", "natsServerMonitorEndpoint", "trigger has no"},
		{"a liveness probe that asks for the broker", "path: /healthz", "path: /readyz", "liveness probe"},
		{"a probe's port", "port: health", "port: healthy", "which the container has not"},
		{"a grace period", "terminationGracePeriodSeconds: 45", "terminationGracePeriodSeconds: 30", "before it has drained"},
		{"a listening port", "0.0.0.0:8080", "0.0.0.0:8081", "no port of the container"},
		{"a root user", "runAsNonRoot: true", "runAsNonRoot: false", "not restricted"},
		{"an added capability", "drop:\n            - ALL", "drop:\n            - NET_RAW", "not restricted"},
		{"a service account", "serviceAccountName: archiver", "serviceAccountName: archivist", "no ServiceAccount"},
		{"another's secret", "secretName: autointel-analyzer", "secretName: autointel-ingest", "not its own"},
		{"a metric", "autointel_dead_letters_total", "autointel_deadletters_total", "no metric of ours"},
		{"a number of replicas", "  selector:\n    matchLabels:\n      app.kubernetes.io/component: analyzer\n      app.kubernetes.io/name: autointel\n  strategy", "  replicas: 3\n  selector:\n    matchLabels:\n      app.kubernetes.io/component: analyzer\n      app.kubernetes.io/name: autointel\n  strategy", "autoscaler's"},
		{"an image", "autointel-notifier:v0.1.0", "autointel-notifyer:v0.1.0", "none of ours"},
		{"a scaled Deployment", "scaleTargetRef:\n    name: archiver", "scaleTargetRef:\n    name: archive", "there is no Deployment"},
		{"a policy's port", "port: 9464", "port: 9465", "no container listens"},
	} {
		t.Run(c.name, func(t *testing.T) {
			planted := bytes.ReplaceAll(manifests, []byte(c.right), []byte(c.wrong))
			if bytes.Equal(planted, manifests) {
				t.Fatalf("%q is not in the manifests", c.right)
			}
			if problems := strings.Join(judge(t, planted), "\n"); !strings.Contains(problems, c.says) {
				t.Errorf("not found; what was: %q", problems)
			}
		})
	}
}
