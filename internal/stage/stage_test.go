package stage

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"

	"autointel.example/internal/workflow"
	"autointel.example/schemas"
)

func TestHowAStageComesOut(t *testing.T) {
	broken, skip, fail := errors.New("broken"), Skip("nothing", "Nothing to do."), Fail("not_found", "It is gone.")
	for _, c := range []struct {
		name    string
		fatal   bool
		attempt int
		err     error
		want    schemas.Data // nil: it is tried again
	}{
		{"an error is tried again", false, schemas.MaxDeliver - 1, broken, nil},
		{"but not for ever", false, schemas.MaxDeliver, broken, schemas.StageFailed{
			Stage: "verify", Reason: ReasonGaveUp, Message: "The step “checking claims” did not succeed in 10 attempts.", Attempts: 10,
		}},
		{"which ends a workflow that cannot go on without it", true, schemas.MaxDeliver, broken, schemas.WorkflowFailed{
			Stage: "verify", Reason: ReasonGaveUp, Message: "The step “checking claims” did not succeed in 10 attempts.",
		}},
		{"a stage with nothing to do is skipped", false, 2, skip, schemas.StageSkipped{Stage: "verify", Reason: "nothing", Message: "Nothing to do.", Attempts: 2}},
		{"whatever stands around that", false, 1, fmt.Errorf("more: %w", skip), schemas.StageSkipped{Stage: "verify", Reason: "nothing", Message: "Nothing to do.", Attempts: 1}},
		{"a fatal one cannot be skipped", true, 1, skip, schemas.WorkflowFailed{Stage: "verify", Reason: "nothing", Message: "Nothing to do."}},
		{"a stage that cannot do its work fails", false, 1, fail, schemas.StageFailed{Stage: "verify", Reason: "not_found", Message: "It is gone.", Attempts: 1}},
		{"a fatal one fails its workflow", true, 1, fail, schemas.WorkflowFailed{Stage: "verify", Reason: "not_found", Message: "It is gone."}},
	} {
		if got := settlement("verify", c.fatal, c.attempt, c.err); got != c.want {
			t.Errorf("%s: %+v", c.name, got)
		}
		if got, want := Settles(c.err), !errors.Is(c.err, broken); got != want {
			t.Errorf("%s: settles at once: %v", c.name, got)
		}
	}
	if got := skip.Error() + "; " + fail.Error(); got != "skipped: nothing: Nothing to do.; failed: not_found: It is gone." {
		t.Errorf("a log line says %q", got)
	}
}

func TestWhatStartsAStageIsTheTablesUnlessItIsOverridden(t *testing.T) {
	got := Stage{Name: "words", After: []string{"transcribe", schemas.OnRequest}}.consumers()
	if want := []string{"stage-words-after-transcribe", "stage-words-after-request", "stage-words-after-repeated"}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	var table []string
	for _, c := range workflow.ConsumersOf(workflow.Verify) {
		table = append(table, c.Name)
	}
	if got := (Stage{Name: workflow.Verify}).consumers(); !slices.Equal(got, table) || len(got) == 0 {
		t.Errorf("%v, want %v", got, table)
	}
}

func TestWhatCanStartAStageOfAPlan(t *testing.T) {
	plan := schemas.Plan{{Stage: "acquire"}, {Stage: "analyze", After: []string{"acquire"}}, {Stage: "verify", After: []string{"analyze"}, Given: true}}
	for _, c := range []struct {
		stage, subject string
		want           bool
	}{
		{"analyze", "autointel.wf_1.stage.completed.acquire", true},
		{"analyze", "autointel.wf_1.stage.completed.transcribe", false}, // no dependency in this plan
		{"acquire", "autointel.wf_1.workflow.requested", true},
		{"analyze", "autointel.wf_1.trigger.repeated.analyze", true},
		{"verify", "autointel.wf_1.stage.completed.analyze", false}, // given
		{"graph", "autointel.wf_1.trigger.repeated.graph", false},   // not planned
		{"analyze", "elsewhere", false},
	} {
		if got := starts(plan, c.stage, c.subject); got != c.want {
			t.Errorf("%s starts %s: %v", c.subject, c.stage, got)
		}
	}
}

// past is what a log says of the stages before.
type past struct {
	settled func(stage string) (schemas.Data, error)
	content error
}

func (p past) Settled(_ context.Context, id, stage string) (schemas.Event, bool, error) {
	d, err := p.settled(stage)
	return schemas.Event{Workflow: id, Data: d}, d != nil, err
}

func (p past) Output(_ context.Context, o schemas.Output) ([]byte, error) { return o.Inline, p.content }

func TestAStageReadsWhatAnAncestorYielded(t *testing.T) {
	away := errors.New("the broker is away")
	yields := func(content string) func(string) (schemas.Data, error) {
		return func(string) (schemas.Data, error) {
			return schemas.StageCompleted{Output: schemas.Output{Inline: []byte(content)}}, nil
		}
	}
	for _, c := range []struct {
		name, stage string
		past        past
		found, errs bool
		want        string
	}{
		{"its output", "acquire", past{settled: yields(`"text"`)}, true, false, "text"},
		{"nothing of a stage that is not planned, which is not even asked for", "graph", past{}, false, false, "before"},
		{"nothing of one that was skipped", "acquire", past{settled: func(string) (schemas.Data, error) { return schemas.StageSkipped{}, nil }}, false, false, "before"},
		{"an error while the log cannot be read", "acquire", past{settled: func(string) (schemas.Data, error) { return nil, away }}, false, true, "before"},
		{"an error while the content cannot be had", "acquire", past{yields(`"text"`), away}, false, true, "before"},
		{"an error when it is of another form", "acquire", past{settled: yields(`7`)}, false, true, "before"},
	} {
		in := Input{Workflow: "wf_1", Context: schemas.Context{Plan: schemas.Plan{{Stage: "acquire"}}}, Outputs: c.past}
		got := "before"
		if found, err := in.Load(t.Context(), c.stage, &got); found != c.found || (err != nil) != c.errs || got != c.want {
			t.Errorf("%s: %v, %v, %q", c.name, found, err, got)
		}
	}
}

// Every ancestor is settled before a stage begins, so a server that does not show it lags behind.
func TestASettlementThatAServerDoesNotShowYetIsAskedForAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		asked := 0
		in := Input{Context: schemas.Context{Plan: schemas.Plan{{Stage: "acquire"}}}, Outputs: past{settled: func(string) (schemas.Data, error) {
			if asked++; asked < 3 {
				return nil, nil
			}
			return schemas.StageCompleted{Output: schemas.Output{Inline: []byte("7")}}, nil
		}}}
		var got int
		if found, err := in.Load(t.Context(), "acquire", &got); !found || err != nil || got != 7 || asked != 3 {
			t.Errorf("%v, %v, %d after %d answers", found, err, got, asked)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		asked = 0
		if _, err := in.Load(ctx, "acquire", &got); !errors.Is(err, context.Canceled) {
			t.Errorf("a cancelled stage goes on asking: %v", err)
		}
	})
}

func TestTheSettlementThatWasDeliveredIsNotReadFromTheLog(t *testing.T) {
	v := opened(t, "wf_1", "{}") // stage.failed.analyze
	elsewhere := false
	d := delivered{past{settled: func(string) (schemas.Data, error) { elsewhere = true; return schemas.StageSkipped{}, nil }}, v, 7}
	if e, found, err := d.Settled(t.Context(), "wf_1", "analyze"); err != nil || !found || e.Seq != 7 || elsewhere || e.Data != (schemas.StageFailed{Stage: "analyze"}) {
		t.Errorf("%+v, %v, %v, read: %v", e, found, err, elsewhere)
	}
	for _, other := range [][2]string{{"wf_1", "verify"}, {"wf_2", "analyze"}} {
		elsewhere = false
		if e, _, _ := d.Settled(t.Context(), other[0], other[1]); !elsewhere || e.Data != (schemas.StageSkipped{}) {
			t.Errorf("%v: %+v", other, e.Data)
		}
	}
}

func TestAFunctionOfOneTypeIsAStage(t *testing.T) {
	f := Of(func(_ context.Context, in Input) (schemas.Quality, error) {
		return schemas.Quality{}, errors.New(in.Workflow)
	})
	out, err := f(t.Context(), Input{Workflow: "wf_1"})
	if _, is := out.(schemas.Quality); !is || err == nil || err.Error() != "wf_1" {
		t.Errorf("%T, %v", out, err)
	}
}
