package check

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
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

// operated is the overlay production with the components that a cluster may have beside: two lines more in it.
func operated(t *testing.T) []byte {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(filepath.Join(root, "deploy", "kubernetes"))); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "overlays", "production", "kustomization.yaml")
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	const after = "  - ../../components/network-policy\n"
	content = bytes.Replace(content, []byte(after), []byte(after+"  - ../../components/nack\n  - ../../components/external-secrets\n"), 1)
	if err := os.WriteFile(file, content, 0o600); err != nil {
		t.Fatal(err)
	}
	manifests, err := Render(filepath.Dir(file))
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
	return Problems(objects, root, settings)
}

func TestTheManifestsHold(t *testing.T) {
	for _, name := range []string{"dev", "production"} {
		for _, problem := range judge(t, overlay(t, name)) {
			t.Errorf("%s: %s", name, problem)
		}
	}
	for _, problem := range judge(t, operated(t)) {
		t.Errorf("production with NACK and External Secrets: %s", problem)
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
		t.Run(c.name, func(t *testing.T) { planted(t, manifests, c.right, c.wrong, c.says) })
	}
}

// planted looks whether something wrong is found.
func planted(t *testing.T, manifests []byte, right, wrong, says string) {
	t.Helper()
	changed := bytes.ReplaceAll(manifests, []byte(right), []byte(wrong))
	if bytes.Equal(changed, manifests) {
		t.Fatalf("%q is not in the manifests", right)
	}
	if problems := strings.Join(judge(t, changed), "\n"); !strings.Contains(problems, says) {
		t.Errorf("not found; what was: %q", problems)
	}
}

func TestWhatIsMistypedOfNACKAndExternalSecretsIsFound(t *testing.T) {
	manifests := operated(t)
	both := slices.Concat(manifests, []byte("\n---\n"), overlay(t, "production"))
	if problems := strings.Join(judge(t, both), "\n"); !strings.Contains(problems, "would both own") {
		t.Errorf("two owners of the streams were not found; what was: %q", problems)
	}
	for _, c := range []struct{ name, right, wrong, says string }{
		{"a field of a stream", "allowMsgSchedules: true", "allowMessageSchedules: true", "allowMessageSchedules"},
		{"a field of a consumer", "maxAckPending: 4096", "maxAcksPending: 4096", "maxAcksPending"},
		{"a word", "discard: new", "discard: newest", "must be one of"},
		{"a duration", "ackWait: 30s", "ackWait: 30 s", "unknown unit"},
		{"a filter", "filterSubject: autointel.*.workflow.ended.*", "filterSubject: autointel.*.workflow.end.*", "and declared is"},
		{"a size", "maxBytes: 8589934592", "maxBytes: 8589934593", "and declared is"},
		{"storage", "storage: memory", "storage: file", "and declared is"},
		{"a stream's name", "  name: AUTOINTEL_TIMERS\n", "  name: AUTOINTEL_TIMER\n", "NACK makes no stream AUTOINTEL_TIMERS"},
		{"a consumer's stream", "streamName: AUTOINTEL_DEAD", "streamName: AUTOINTEL_DEATH", "there is no Stream AUTOINTEL_DEATH"},
		{"a bucket", "bucket: sessions", "bucket: session", "NACK makes no bucket sessions"},
		{"a time to live", "ttl: 15m0s", "ttl: 15m1s", "and declared is"},
		{"what deletes the log", "preventDelete: true", "preventDelete: false", "would delete what is on the broker"},
		{"an account", "  account: autointel\n", "  account: autointell\n", "there is no Account"},
		{"a field of an ExternalSecret", "secretStoreRef:", "secretStore:", "secretStore"},
		{"a field within", "secretKey: nats.nk", "secretkey: nats.nk", "secretkey"},
		{"its version", "external-secrets.io/v1\n", "external-secrets.io/v2\n", "no kind"},
		{"a kind of store", "kind: SecretStore", "kind: SecretsStore", "must be one of"},
		{"a key", "secretKey: discord-token", "secretKey: discord-tokens", "reads discord-token of the Secret autointel-notifier"},
		{"a Secret", "  target:\n    name: autointel-archiver\n", "  target:\n    name: autointel-archive\n", "reads database-url of the Secret autointel-archiver"},
		{"a Secret of the broker's", "  target:\n    name: nats-ca\n", "  target:\n    name: nats-cas\n", "reads the Secret nats-ca"},
		{"the account's key", "seed: nats.nk", "seed: nats.seed", "reads nats.seed"},
	} {
		t.Run(c.name, func(t *testing.T) { planted(t, manifests, c.right, c.wrong, c.says) })
	}
}
