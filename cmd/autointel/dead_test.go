package main

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"autointel.example/cmd/autointel/demo/source"
	"autointel.example/internal/jetstream"
	"autointel.example/internal/lifecycle"
	"autointel.example/internal/natstest"
	"autointel.example/internal/program"
	"autointel.example/internal/sandbox"
	"autointel.example/internal/stage"
	"autointel.example/internal/telemetry"
	"autointel.example/internal/workflow"
	"autointel.example/schemas"
)

// dyingStage makes a process of this test an analyzer that dies of one stage: its name stands in this variable.
const dyingStage = "TEST_DYING_STAGE"

// died is how such a process ends.
const died = 86

// die is the analyzer that dies. Of its other stages it has none. It returns only if it cannot even begin.
func die(name, url string) {
	conn, err := jetstream.Connect(jetstream.ConnectOptions{URL: url, Name: "dying"})
	if err != nil {
		return
	}
	client, err := jetstream.Bind(context.Background(), conn, jetstream.Options{Source: "autointel/dying"})
	if err != nil {
		return
	}
	r := &stage.Runner{
		Log: client, Service: workflow.ServiceAnalyzer, Worker: "dying", Now: time.Now, Logger: slog.New(slog.DiscardHandler), Observer: telemetry.NewMetrics(),
	}
	for _, s := range workflow.StagesOf(workflow.ServiceAnalyzer) {
		f := notAsked
		if s == name {
			f = func(context.Context, stage.Input) (any, error) { os.Exit(died); return nil, nil }
		}
		r.Stages = append(r.Stages, stage.Stage{Name: s, Run: f})
	}
	_ = r.Run(context.Background())
}

// killers is a broker that soon delivers again what was not answered, and the services without one, which dies.
type killers struct {
	t     *testing.T
	url   string
	admin *program.Runtime
	box   *sandbox.Sandbox
	page  *source.Server
	group *errgroup.Group
	ctx   context.Context // of the services
	last  program.Service // the one that is not there
}

// tries is how often the stage is delivered.
const tries = 3

// startKillers starts them without the service, and changes the consumers before they are made.
func startKillers(t *testing.T, ctx context.Context, without string, lifetime time.Duration, change func(*schemas.Consumer)) *killers {
	t.Helper()
	embedded, err := jetstream.StartEmbedded(jetstream.EmbeddedOptions{Dir: t.TempDir(), Listen: freeAddr(t), Fast: true})
	if err != nil {
		t.Fatal(err)
	}
	k := &killers{t: t, url: embedded.URL()}
	k.box = must[*sandbox.Sandbox](t)(sandbox.Start(sandbox.Options{TokenLifetime: lifetime}))
	k.page = must[*source.Server](t)(source.Start(0))
	stack := &lifecycle.Stack{}
	stack.Defer("broker", embedded.Close)
	stack.Defer("sandbox", k.box.Close)
	stack.Defer("page", k.page.Close)
	runtime := func(user string) *program.Runtime {
		return runtimeOn(t, jetstream.ConnectOptions{URL: k.url, Name: user}, stack)
	}
	k.admin = runtime("admin")
	consumers := workflow.Consumers()
	for i := range consumers {
		change(&consumers[i])
	}
	k.provision(consumers)
	services := servicesOf(ctx, t, k.box, k.page, lifetime, runtime)
	running, stop := context.WithCancel(ctx)
	k.group, k.ctx = errgroup.WithContext(running)
	for _, s := range services {
		if s.Name == without {
			k.last = s
			continue
		}
		k.group.Go(func() error { return s.Run(k.ctx) })
	}
	t.Cleanup(func() {
		stop()
		if err := errors.Join(k.group.Wait(), stack.Close()); err != nil {
			t.Error(err)
		}
	})
	return k
}

func (k *killers) provision(consumers []schemas.Consumer) {
	k.t.Helper()
	if err := jetstream.Provision(k.t.Context(), k.admin.Conn, natstest.Settings(), consumers); err != nil {
		k.t.Fatal(err)
	}
}

// kill lets as many processes die of the stage as its message may be delivered.
func (k *killers) kill(name string) {
	k.t.Helper()
	for range tries {
		child := exec.CommandContext(k.ctx, os.Args[0])
		child.Env = append(os.Environ(), dyingStage+"="+name, "NATS_URL="+k.url)
		var exit *exec.ExitError
		if err := child.Run(); !errors.As(err, &exit) || exit.ExitCode() != died {
			k.t.Fatalf("the process did not die of its stage: %v", err)
		}
	}
}

// closed waits until a session has closed.
func (k *killers) closed(ctx context.Context) {
	k.t.Helper()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	client := must[*jetstream.Client](k.t)(k.admin.Client(ctx, "test"))
	seen := false
	if err := client.Follow(ctx, []string{schemas.Root + ".*.session.closed"}, true, func(schemas.Event) { seen = true; cancel() }); err != nil || !seen {
		k.t.Fatalf("the session did not close: %v", err)
	}
}

// letters are the dead letters as the command lists them.
func (k *killers) letters() []deadLetter {
	k.t.Helper()
	code, stdout, stderr := call(k.t.Context(), "dead", "list", "--json", "--nats-url", k.url)
	var letters []deadLetter
	if err := json.Unmarshal([]byte(stdout), &letters); code != 0 || err != nil {
		k.t.Fatalf("exit %d: %v %s", code, err, stderr)
	}
	return letters
}

func TestAStageThatKillsItsProcessIsFailedByAnotherAndItsUserIsTold(t *testing.T) {
	for _, c := range []struct {
		name, stage string
		lifetime    time.Duration
		want        func(m sandbox.Message, i sandbox.Interaction, id string) bool
	}{
		{"the report says that the step failed", workflow.Analyze, 15 * time.Minute, func(m sandbox.Message, i sandbox.Interaction, id string) bool {
			return m.Interaction == i.ID && titled(m, id) && !strings.Contains(m.Embeds[0].Title, "Working")
		}},
		{"of the last step the answer says that there is no report", workflow.Briefing, 15 * time.Minute, func(m sandbox.Message, i sandbox.Interaction, _ string) bool {
			return m.Interaction == i.ID && len(m.Embeds) > 0 && m.Embeds[0].Title == "No report" && strings.Contains(m.Embeds[0].Description, "ended its worker 3 times")
		}},
		{"after the session has closed a notice does", workflow.Briefing, 2 * time.Second, func(m sandbox.Message, _ sandbox.Interaction, id string) bool {
			return has(m, "retrieve:"+id) && strings.Contains(m.Content, "ended without a report")
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), 90*time.Second)
			defer cancel()
			k := startKillers(t, ctx, schemas.ServiceAnalyzer, c.lifetime, func(d *schemas.Consumer) {
				if s, _ := schemas.StageOfConsumer(d.Name); s == c.stage {
					d.AckWait, d.MaxDeliver = 300*time.Millisecond, tries
				}
			})
			i := must[sandbox.Interaction](t)(k.box.Command(ctx, visitor, "autointel", map[string]any{"url": k.page.URL(), "depth": "standard"}))
			id := must[string](t)(schemas.WorkflowID(i.ID))
			k.kill(c.stage)
			if c.lifetime < time.Minute {
				k.closed(ctx)
			}
			k.group.Go(func() error { return k.last.Run(k.ctx) })
			if _, err := k.box.WaitMessage(ctx, func(m sandbox.Message) bool { return c.want(m, i, id) }); err != nil {
				t.Fatalf("the user was not told: %v", err)
			}
			letters := k.letters()
			// Both deliveries of a join are unanswered by a process that dies of one of them.
			if len(letters) == 0 || letters[0].Workflow != id || letters[0].Stage != c.stage || !strings.Contains(letters[0].Reason, "3 times without an answer") {
				t.Fatalf("%+v", letters)
			}
			k.retried(ctx, id, letters[0])
		})
	}
}

// retried retries a letter: a new workflow brings the report, and the letter is gone.
func (k *killers) retried(ctx context.Context, id string, l deadLetter) {
	k.t.Helper()
	k.provision(workflow.Consumers())
	if code, stdout, stderr := call(ctx, "dead", "show", l.Letter, "--nats-url", k.url); code != 0 || !strings.Contains(stdout, l.Consumer) || !strings.Contains(stderr, "dead retry "+l.Letter) {
		k.t.Errorf("show: exit %d\n%s%s", code, stdout, stderr)
	}
	if code, stdout, stderr := call(ctx, "dead", "retry", "--all", "--nats-url", k.url); code != 0 || !strings.Contains(stdout, id) || !strings.Contains(stderr, "--yes") {
		k.t.Errorf("retry --all without --yes: exit %d\n%s%s", code, stdout, stderr)
	}
	code, stdout, stderr := call(ctx, "dead", "retry", "--all", "--yes", "--json", "--nats-url", k.url)
	var r retriedLetter // the first; one of the same step has the same workflow
	if err := json.NewDecoder(strings.NewReader(stdout)).Decode(&r); code != 0 || err != nil || r.Derived != id || r.From != l.Stage {
		k.t.Fatalf("retry: exit %d, %+v\n%s", code, r, stderr)
	}
	if _, err := k.box.WaitMessage(ctx, func(m sandbox.Message) bool { return has(m, "retrieve:"+r.Workflow) }); err != nil {
		k.t.Errorf("the report of the new workflow was not announced: %v", err)
	}
	client := must[*jetstream.Client](k.t)(k.admin.Client(ctx, "test"))
	state, err := client.State(ctx, r.Workflow)
	if err != nil || state.Ended == nil || state.Ended.Outcome != workflow.Completed || state.Context.DerivedFrom != id {
		k.t.Errorf("%+v, %v", state.Ended, err)
	}
	if left := k.letters(); len(left) != 0 {
		k.t.Errorf("%+v", left)
	}
}

func TestDeadLettersThatBelongToNoStep(t *testing.T) {
	embedded, err := jetstream.StartEmbedded(jetstream.EmbeddedOptions{Dir: t.TempDir(), Listen: freeAddr(t), Fast: true})
	if err != nil {
		t.Fatal(err)
	}
	stack := &lifecycle.Stack{}
	stack.Defer("broker", embedded.Close)
	defer func() {
		if err := stack.Close(); err != nil {
			t.Error(err)
		}
	}()
	admin := runtimeOn(t, jetstream.ConnectOptions{URL: embedded.URL(), Name: "admin"}, stack)
	if err := jetstream.Provision(t.Context(), admin.Conn, natstest.Settings(), workflow.Consumers()); err != nil {
		t.Fatal(err)
	}
	client := must[*jetstream.Client](t)(admin.Client(t.Context(), "test"))
	// Its answer says that it is in the stream; what is only published may not yet be there to be read.
	if _, err := admin.Conn.RequestWithContext(t.Context(), "autointel-dead.archiver-retrieval.4", []byte("\x1b[31mred")); err != nil {
		t.Fatal(err)
	}
	letters := must[[]jetstream.Letter](t)(client.Letters(t.Context()))
	if len(letters) != 1 {
		t.Fatalf("%+v", letters)
	}
	url := embedded.URL()
	for _, c := range []struct {
		args []string
		code int
		says string
	}{
		{[]string{"list"}, 0, "archiver-retrieval.4"},
		{[]string{"show", "archiver-retrieval.4"}, 0, "\uFFFD[31mred"},
		{[]string{"show", "nobody.1"}, 1, "autointel dead list"},
		{[]string{"retry"}, 2, "--all"},
		{[]string{"retry", "archiver-retrieval.4"}, 1, "belongs to no step"},
		{[]string{"drop", "archiver-retrieval.4", "--all"}, 2, "--all"},
		{[]string{"drop", "--all"}, 0, "Add --yes"},
		{[]string{"drop", "--all", "--yes"}, 0, "1 letters removed"},
		{[]string{"list"}, 0, "No dead letters"},
		{[]string{"drop", "archiver-retrieval.4"}, 1, "there is no dead letter"},
	} {
		code, stdout, stderr := call(t.Context(), append(append([]string{"dead"}, c.args...), "--nats-url", url)...)
		if code != c.code || !strings.Contains(stdout+stderr, c.says) || strings.Contains(stdout, "\x1b") {
			t.Errorf("%v: exit %d\n%s%s", c.args, code, stdout, stderr)
		}
	}
}

// notAsked is the function of a stage that a test does not look at.
func notAsked(context.Context, stage.Input) (any, error) {
	return nil, stage.Skip("not_asked", "Not looked at.")
}
