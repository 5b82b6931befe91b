package main

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"autointel.example/internal/console"
	"autointel.example/internal/workflow"
	"autointel.example/schemas"
)

func TestTopSaysWhatRunsAndWhatWentWrong(t *testing.T) {
	h, client := running(t)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	i, err := h.sandbox.Command(ctx, ann, "autointel", map[string]any{"url": "http://10.0.0.1/harbour?key=secret", "depth": workflow.Deep})
	if err != nil {
		t.Fatal(err)
	}
	id, err := schemas.WorkflowID(i.ID)
	if err != nil {
		t.Fatal(err)
	}
	for s, err := client.State(ctx, id); s.Ended == nil || len(s.Deliveries) == 0; s, err = client.State(ctx, id) {
		if err != nil {
			t.Fatal(err)
		}
	}
	nats := h.embedded.URL()
	code, stdout, stderr := call(ctx, "top", "--json", "--nats-url", nats)
	var s console.Snapshot
	if err := json.Unmarshal([]byte(stdout), &s); err != nil || code != 0 || stderr != "" {
		t.Fatalf("exit %d, %v, %s", code, err, stderr)
	}
	if len(s.Workflows) != 1 || s.Workflows[0].ID != id || s.Workflows[0].State != workflow.Failed || s.Log.Events == 0 || len(s.Consumers) != len(workflow.Consumers()) || len(s.Problems) != 1 {
		t.Errorf("%+v", s)
	}
	code, stdout, _ = call(ctx, "top", "--nats-url", nats, "--state", "failed", "-q", "harbour")
	for _, want := range []string{nats, "WORKFLOWS 1 of 1 that match failed harbour", "http://10.0.0.1/harbour?…", "workflow failed in acquire", "STAGES", "notifier-ended"} {
		if code != 0 || !strings.Contains(stdout, want) {
			t.Errorf("exit %d, %q is missing in\n%s", code, want, stdout)
		}
	}
	if strings.Contains(stdout, "\x1b") || strings.Contains(stdout, "secret") {
		t.Errorf("colour where there is no terminal, or a secret: %q", stdout)
	}
	if code, stdout, _ := call(ctx, "top", "--once", "--nats-url", nats, "--state", "running"); code != 0 || !strings.Contains(stdout, "none") {
		t.Errorf("exit %d\n%s", code, stdout)
	}
	if code, _, stderr := call(ctx, "top", "--nats-url", "nats://127.0.0.1:1"); code != 1 || !strings.Contains(stderr, "autointel up") {
		t.Errorf("without a broker: exit %d, %s", code, stderr)
	}
	if code, _, stderr := call(ctx, "top", "--state", "asleep"); code != 2 || !strings.Contains(stderr, "undelivered") {
		t.Errorf("an unknown state: exit %d, %s", code, stderr)
	}
}

func TestTheConsoleIsOffBeyondThisMachineUnlessThereIsAToken(t *testing.T) {
	for _, c := range []struct {
		flags consoleFlags
		addr  string
		on    bool
		bad   bool
	}{
		{consoleFlags{Mode: "auto"}, "127.0.0.1:0", true, false},
		{consoleFlags{Mode: "auto"}, "0.0.0.0:0", false, false},
		{consoleFlags{Mode: "auto", Token: "0123456789abcdef"}, "0.0.0.0:0", true, false},
		{consoleFlags{Mode: "off", Token: "0123456789abcdef"}, "127.0.0.1:0", false, false},
		{consoleFlags{Mode: "auto", Token: "short"}, "127.0.0.1:0", false, true},
		{consoleFlags{Mode: "auto", TokenFile: "/nowhere"}, "127.0.0.1:0", false, true},
	} {
		if err := c.flags.resolve(); err != nil != c.bad {
			t.Errorf("%+v: %v", c.flags, err)
		}
		if got := c.flags.on(c.addr); !c.bad && got != c.on {
			t.Errorf("%+v on %s: %v", c.flags, c.addr, got)
		}
	}
	if got := consoleURL("[::]:9464"); got != "http://localhost:9464/console" {
		t.Error(got)
	}
}
