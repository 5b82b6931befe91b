package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"autointel.example/schemas"
)

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
	}
	if stage := os.Getenv(dyingStage); stage != "" {
		die(stage, os.Getenv("NATS_URL"))
		os.Exit(1)
	}
	if what := os.Getenv(dyingService); what != "" {
		dieServing(what)
		os.Exit(1)
	}
	goleak.VerifyTestMain(m)
}

// call runs a command line as main does.
func call(ctx context.Context, args ...string) (code int, stdout, stderr string) {
	var out, err bytes.Buffer
	code = run(ctx, args, &out, &err)
	return code, out.String(), err.String()
}

func TestTheDemoTellsTheWholeStory(t *testing.T) {
	file := filepath.Join(t.TempDir(), "report.json")
	code, stdout, stderr := call(t.Context(), "demo", "--json", "-o", file)
	if code != 0 {
		t.Fatalf("exit %d\n%s\n%s", code, stderr, stdout)
	}
	var v struct {
		OK          bool
		Workflow    string
		Delivered   string
		Retrieved   bool
		ReportBytes int `json:"report_bytes"`
		Events      []struct{ Type, Subject string }
	}
	if err := json.Unmarshal([]byte(stdout), &v); err != nil {
		t.Fatalf("not one JSON document: %v", err)
	}
	if !v.OK || !v.Retrieved || v.Delivered != "channel" || v.ReportBytes < 1000 {
		t.Errorf("%+v", v)
	}
	var types []string
	seen := map[string]int{}
	for _, e := range v.Events {
		types = append(types, e.Type)
		seen[e.Subject]++
	}
	inOrder(t, types, schemas.TypeWorkflowRequested, schemas.TypeSessionExpiring, schemas.TypeSessionClosed, schemas.TypeWorkflowCompleted,
		schemas.TypeDeliveryFailed, schemas.TypeResultArchived, schemas.TypeRetrievalRequested, schemas.TypeRetrievalCompleted)
	for subject, n := range seen {
		if n > 1 {
			t.Errorf("%s happened %d times", subject, n)
		}
	}
	aboutTheTown(t, read(t, file))
}

// read reads a report that the demo has written.
func read(t *testing.T, file string) schemas.Report {
	t.Helper()
	var r schemas.Report
	raw, err := os.ReadFile(file)
	if err == nil {
		err = json.Unmarshal(raw, &r)
	}
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// aboutTheTown checks that a report has seen what the invented town was made to show: a site that says otherwise, one that says the
// same, one that asks programs not to read it, and one that wants to be paid.
func aboutTheTown(t *testing.T, r schemas.Report) {
	t.Helper()
	verdicts := map[string]int{}
	for _, c := range r.Claims.Claims {
		verdicts[c.Verdict]++
	}
	if verdicts[schemas.VerdictDisputed] == 0 || verdicts[schemas.VerdictSupported] == 0 {
		t.Errorf("the town's sites bear out and contradict nothing: %v", verdicts)
	}
	if len(r.NotRead) != 1 || r.NotRead[0].Reason != "robots" || strings.Contains(r.Markdown, "did not ask") {
		t.Errorf("the page that is closed to programs: %+v", r.NotRead)
	}
	if !slices.ContainsFunc(r.Limits, func(l schemas.StageLimit) bool { return l.Code == "paywall" }) {
		t.Errorf("the page behind a paywall: %+v", r.Limits)
	}
	if len(r.Documents) != 5 || len(r.Assessment.Findings) == 0 || len(r.Profile.Voices) < 3 {
		t.Errorf("%d documents, %d signs, %d voices", len(r.Documents), len(r.Assessment.Findings), len(r.Profile.Voices))
	}
}

// inOrder checks that the wanted types occur, in their order, among others.
func inOrder(t *testing.T, types []string, wanted ...string) {
	t.Helper()
	for _, typ := range types {
		if len(wanted) > 0 && typ == wanted[0] {
			wanted = wanted[1:]
		}
	}
	if len(wanted) > 0 {
		t.Errorf("%v is missing, or out of order, in %v", wanted[0], types)
	}
}

func TestAResultWithinTheSessionIsShownThere(t *testing.T) {
	file := filepath.Join(t.TempDir(), "report.json")
	code, stdout, stderr := call(t.Context(), "demo", "--session", "10m", "--depth", "standard", "-o", file)
	if code != 0 || !strings.Contains(stdout, "answered within the session") || strings.Contains(stdout, "/retrieve_results") {
		t.Errorf("exit %d, %s\n%s", code, stdout, stderr)
	}
	report := read(t, file)
	if report.Depth != "standard" || report.Title != "The wall that ended the floods for good" || report.Transcript == nil || report.Transcript.Cues != 30 {
		t.Errorf("%+v", report)
	}
	for _, want := range []string{report.Headline[:30], "Method and limits\n───", "SHA-256 of the source"} {
		if !strings.Contains(stdout, want) {
			t.Errorf("%q is not in the terminal", want)
		}
	}
	if strings.Contains(stdout, "\x1b[") {
		t.Error("colour where there is no terminal")
	}
}

func TestWrongUses(t *testing.T) {
	for _, c := range []struct {
		args []string
		code int
		says string
	}{
		{[]string{"dance"}, 2, "dance"},
		{[]string{"demo", "--depth", "bottomless"}, 2, "standard, deep"},
		{[]string{"demo", "-o", t.TempDir()}, 2, "is a directory"},
		{[]string{"demo", "-o", "/nowhere/report.md"}, 2, "there is no directory /nowhere"},
		{[]string{"timeline", "42"}, 2, "is not an id"},
		{[]string{"timeline", "wf_0123456789abcdef0123456789abcdef", "--nats-url", "nats://127.0.0.1:1"}, 1, "autointel up"},
		{[]string{"results", "list", "--data-dir", t.TempDir()}, 1, "there is no archive"},
		{[]string{"up", "--session-warning", "20m", "--deadline", "1m", "--data-dir", t.TempDir()}, 2, "AUTOINTEL_SESSION_WARNING"},
		{[]string{"up", "--session-warning", "20m", "--deadline", "1m", "--data-dir", t.TempDir()}, 2, "AUTOINTEL_DEADLINE"},
		{[]string{"up", "--durability", "hopeful"}, 2, "durable"},
		{[]string{"up", "--webhook-url-file", "/nowhere/webhook", "--data-dir", t.TempDir()}, 2, "AUTOINTEL_WEBHOOK_URL_FILE"},
		{[]string{"up", "--data-dir", "/dev/null/x", "--nats-listen", ""}, 1, "cannot be used"},
		{[]string{"up", "--log-level", "loud", "--data-dir", t.TempDir()}, 2, "AUTOINTEL_LOG_LEVEL"},
		{[]string{"up", "--discord-public-key", "abc", "--data-dir", t.TempDir(), "--nats-listen", "", "--http-addr", "127.0.0.1:0"}, 2, "DISCORD_PUBLIC_KEY"},
	} {
		code, stdout, stderr := call(t.Context(), c.args...)
		if code != c.code || !strings.Contains(stderr, c.says) || stdout != "" {
			t.Errorf("%v: exit %d, stdout %q, stderr %q", c.args, code, stdout, stderr)
		}
	}
	if code, stdout, _ := call(t.Context(), "--help"); code != 0 || !strings.Contains(stdout, "timeline") {
		t.Errorf("--help: exit %d", code)
	}
	if code, stdout, _ := call(t.Context(), "demo", "--help"); code != 0 || !strings.Contains(stdout, "autointel demo --depth experimental") {
		t.Errorf("demo --help: exit %d, %s", code, stdout)
	}
}
