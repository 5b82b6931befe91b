package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"autointel.example/bench/load"
	"autointel.example/internal/program"
	"autointel.example/schemas"
)

// asProgram makes the test's program the program that it tests: commands start themselves for their parts.
const asProgram = "BENCH_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		ctx, cancel := program.Signals()
		defer cancel()
		os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
	}
	if err := os.Setenv(asProgram, "1"); err != nil {
		panic(err)
	}
	os.Exit(m.Run())
}

// command runs a command line in this process; its parts are processes.
func command(t *testing.T, args ...string) (out, errs string, code int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	var stdout, stderr bytes.Buffer
	code = run(ctx, args, &stdout, &stderr)
	return stdout.String(), stderr.String(), code
}

func TestAutointelAndRawAreComparedInTurns(t *testing.T) {
	dir := t.TempDir()
	section := filepath.Join(dir, "figures.md")
	if err := os.WriteFile(section, []byte("before\n<!-- begin orchestrate -->\n<!-- end orchestrate -->\nafter\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	out, errs, code := command(t, "orchestrate", "--peers=raw", "--durability=fast", "--rounds=1", "--for=700ms", "--warmup=200ms", "--one=1s", "--out="+dir, "--section="+section)
	if code != 0 {
		t.Fatalf("exit code %d: %s", code, errs)
	}
	var c comparison
	if err := json.Unmarshal([]byte(out), &c); err != nil {
		t.Fatal(err)
	}
	if len(c.Systems) != 2 {
		t.Fatalf("%d systems", len(c.Systems))
	}
	for _, s := range c.Systems {
		if s.WorkflowsPerSecond <= 0 || s.P50MS <= 0 || s.OneInFlightP50MS <= 0 || s.CPUSecondsPer1000 <= 0 || s.Lost+s.Doubled > 0 || s.OfRaw == nil {
			t.Errorf("%+v", s)
		}
	}
	for _, name := range []string{"orchestrate.json", "orchestrate.md", "orchestrate.svg"} {
		if info, err := os.Stat(filepath.Join(dir, name)); err != nil || info.Size() == 0 {
			t.Errorf("%s: %v", name, err)
		}
	}
	text, err := os.ReadFile(section)
	if err != nil || !strings.HasPrefix(string(text), "before\n") || !strings.Contains(string(text), "| autointel ") || !strings.Contains(string(text), "](orchestrate.svg)") {
		t.Errorf("%v: %s", err, text)
	}
}

func TestOneServerAndAClusterServeTheSameWorkflows(t *testing.T) {
	out, errs, code := command(t, "curve", "cluster", "--at=1,3", "--stages=2", "--for=300ms", "--warmup=100ms")
	if code != 0 {
		t.Fatalf("exit code %d: %s", code, errs)
	}
	var c curve
	if err := json.Unmarshal([]byte(out), &c); err != nil {
		t.Fatal(err)
	}
	for _, p := range c.Points {
		if p.Values["workflows_per_second"] <= 0 || p.Missing != "" || p.Lost+p.Doubled > 0 {
			t.Errorf("%+v", p)
		}
	}
	if len(c.Points) != 2 {
		t.Errorf("%d points", len(c.Points))
	}
}

func TestAFilledLogSlowsNothingDownAndLosesNothing(t *testing.T) {
	out, errs, code := command(t, "curve", "log", "--at=2000", "--stages=2", "--for=300ms", "--warmup=100ms")
	if code != 0 {
		t.Fatalf("exit code %d: %s", code, errs)
	}
	var c curve
	if err := json.Unmarshal([]byte(out), &c); err != nil {
		t.Fatal(err)
	}
	p := c.Points[0]
	if p.Values["workflows_per_second"] <= 0 || p.Values["heap_mb"] <= 0 || p.Values["rss_mb"] <= 0 || p.Values["ready_ms"] <= 0 || p.Lost+p.Doubled > 0 {
		t.Errorf("%+v", p)
	}
}

func TestACopyOfASpecimenIsAnotherFinishedWorkflow(t *testing.T) {
	s, err := takeSpecimen(t.Context(), 3, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	var types []string
	ids := map[string]bool{}
	for n := range 2 {
		copied, err := s.copyOf(n)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range copied {
			e, err := schemas.Decode(schemas.Message{Subject: m.Subject, Header: m.Header, Body: m.Data})
			if err != nil {
				t.Fatal(err)
			}
			if e.Workflow == s.workflow || ids[e.ID] {
				t.Errorf("%s of %s is no other", e.ID, e.Workflow)
			}
			ids[e.ID] = true
			if wc, err := e.ParseContext(); err != nil || wc.SessionID == s.session {
				t.Errorf("%v: %+v", err, wc)
			}
			if n == 0 {
				types = append(types, e.Data.EventType())
			}
		}
	}
	if first, last := types[0], types[len(types)-1]; !strings.Contains(first, "workflow.requested") || !strings.Contains(last, "delivery.succeeded") {
		t.Errorf("not a whole workflow: %v", types)
	}
}

func TestWrongUseSaysWhatToDo(t *testing.T) {
	for _, c := range []struct {
		args []string
		said string
	}{
		{[]string{"orchestrate", "--peers=rivers"}, `no system "rivers"; there are: autointel, `},
		{[]string{"orchestrate", "--rounds=0"}, "--rounds is 0: choose 1 to 1000"},
		{[]string{"orchestrate", "--inflight=0"}, "--inflight is 0: choose 1 to 100000"},
		{[]string{"curve", "cluster", "--at=2"}, "choose 1, or 3 and more"},
		{[]string{"curve", "inflight", "--systems=nobody"}, `no system "nobody" here`},
		{[]string{"system", "nobody"}, `no system "nobody" here; there are: autointel`},
	} {
		if _, errs, code := command(t, c.args...); code != 2 || !strings.Contains(errs, c.said) {
			t.Errorf("%v: exit code %d: %s", c.args, code, errs)
		}
	}
}

func TestAComplaintIsTheLastLineOrThePanic(t *testing.T) {
	for text, want := range map[string]string{"": "", "a\nb\n": "b", "panic: no luck\n\ngoroutine 1 [running]:\nx()\n": "panic: no luck"} {
		if got := lastLine(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestFlagsCarryAllOptions(t *testing.T) {
	want := load.Options{Stages: 3, InFlight: 7, Durability: load.Durable, Warmup: time.Second, For: time.Minute, One: time.Millisecond}
	got := strings.Join(flagsOf(want), " ")
	if got != "--stages=3 --inflight=7 --durability=durable --warmup=1s --for=1m0s --one=1ms" {
		t.Error(got)
	}
}
