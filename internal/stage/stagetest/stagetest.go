// Package stagetest is what every stage must pass: the same output for the same input, an end within a second of its
// context's, bounded memory, and an output that its schema allows.
package stagetest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"runtime"
	"runtime/metrics"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"autointel.example/internal/stage"
	"autointel.example/internal/testtime"
	"autointel.example/internal/workflow"
	"autointel.example/schemas"
)

// At is the time of every stage under test.
var At = time.Date(2026, 3, 14, 9, 26, 53, 0, time.UTC)

// Workflow is the id of every workflow under test.
const Workflow = "wf_019ceb8ac4c87d3f9a1b2c3d4e5f6071"

// Outputs are what the stages before the one under test yielded, by their names. A nil output: the stage was skipped. It is a
// stage.Outputs.
type Outputs map[string]any

// Settled implements stage.Outputs.
func (o Outputs) Settled(_ context.Context, id, name string) (schemas.Event, bool, error) {
	v, ok := o[name]
	if !ok || id != Workflow {
		return schemas.Event{}, false, nil
	}
	if v == nil {
		return schemas.Event{Workflow: id, Data: schemas.StageSkipped{Stage: name, Reason: "nothing_to_do", Message: "There was nothing to do.", Attempts: 1}}, true, nil
	}
	raw, err := json.Marshal(v)
	return schemas.Event{Workflow: id, Data: schemas.StageCompleted{Stage: name, Output: schemas.Output{Inline: raw}}}, true, err
}

// Output implements stage.Outputs.
func (o Outputs) Output(_ context.Context, out schemas.Output) ([]byte, error) {
	return out.Inline, nil
}

// Input returns an input of a depth with what the stages before yielded. Stages of the plan without an output count as skipped.
func Input(t testing.TB, depth string, before Outputs) stage.Input {
	t.Helper()
	plan, err := workflow.PlanFor(depth)
	if err != nil {
		t.Fatal(err)
	}
	all := Outputs{}
	for _, p := range plan {
		all[p.Stage] = before[p.Stage]
	}
	return stage.Input{
		Workflow: Workflow, Attempt: 1, RequestedAt: At.Add(-time.Minute), Now: func() time.Time { return At }, Outputs: all,
		Context:  schemas.Context{URL: "https://example.org/article", Depth: depth, Plan: plan, Requester: schemas.Requester{UserID: "10", GuildID: "11"}, SessionID: "1400000000000000000"},
		Progress: func(int64, int64, string) {},
	}
}

// maxHeap is how much a stage may hold at once, in bytes, for whatever input.
const maxHeap = 512 << 20

// Run checks a stage against everything it must keep to, once for each input. Inputs have names, as "an article".
func Run(t *testing.T, s stage.Stage, inputs map[string]stage.Input) {
	t.Helper()
	for name, in := range inputs {
		t.Run(name, func(t *testing.T) {
			first := settle(t, s, in)
			if second := settle(t, s, in); !bytes.Equal(first, second) {
				t.Errorf("the same input settles differently:\n%s\n%s", clip(first), clip(second))
			}
			if _, final := schemas.ZeroOutput(s.Name); final && len(first) > 0 && s.Name != workflow.Briefing {
				Valid(t, s.Name, first)
			}
			cancelled(t, s, in)
		})
	}
}

// settle runs the stage and returns its output; of a stage that is skipped or fails for good, nothing.
func settle(t *testing.T, s stage.Stage, in stage.Input) []byte {
	t.Helper()
	runtime.GC()
	before, most := heap(), watched()
	out, err := s.Run(t.Context(), in)
	if held := most() - before; held > maxHeap {
		t.Errorf("%d MB are held", held>>20)
	}
	if err != nil {
		if !stage.Settles(err) {
			t.Fatalf("an error that is neither Skip nor Fail: %v", err)
		}
		return nil
	}
	if f, ok := out.(stage.Final); ok {
		return f.Report
	}
	raw, err := json.Marshal(out)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// heap returns the bytes of the objects on the heap, those among them that nothing refers to any more.
func heap() int64 {
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(sample)
	return int64(sample[0].Value.Uint64())
}

// watched looks at the heap every few milliseconds until it is asked for the most that it has seen.
func watched() (most func() int64) {
	const every = 5 * time.Millisecond
	end, seen := make(chan struct{}), make(chan int64)
	go func() {
		ticks := time.NewTicker(every)
		defer ticks.Stop()
		highest := heap()
		for {
			select {
			case <-ticks.C:
				highest = max(highest, heap())
			case <-end:
				seen <- max(highest, heap())
				return
			}
		}
	}()
	return func() int64 { close(end); return <-seen }
}

// Valid checks an output of a stage against its schema.
func Valid(t testing.TB, name string, output []byte) {
	t.Helper()
	raw, err := schemas.OutputSchema(name)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("output.json", doc); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile("output.json")
	if err != nil {
		t.Fatal(err)
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(output))
	if err != nil {
		t.Fatal(err)
	}
	if err := schema.Validate(value); err != nil {
		t.Errorf("the output is not what its schema says: %v\n%s", err, clip(output))
	}
}

// cancelled checks that a stage whose workflow ends comes to its own end: one that ended before, and one that ends in the midst of it.
func cancelled(t *testing.T, s stage.Stage, in stage.Input) {
	t.Helper()
	const midst = 20 * time.Millisecond // a stage that is done by then was not cancelled
	for _, after := range []time.Duration{0, midst} {
		ends(t, s, in, after)
	}
}

func ends(t *testing.T, s stage.Stage, in stage.Input, after time.Duration) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	ended := make(chan time.Time, 1)
	end := func() { ended <- time.Now(); cancel() }
	if after == 0 {
		end()
	} else {
		defer time.AfterFunc(after, end).Stop()
	}
	_, err := s.Run(ctx, in)
	select {
	case at := <-ended:
		if took := time.Since(at); took > testtime.Limit(time.Second) {
			t.Errorf("it went on for %s after its context had ended, %s after it began", took, after)
		}
	default: // it was done before
	}
	if err != nil && !stage.Settles(err) && !errors.Is(err, context.Canceled) {
		t.Errorf("after its context had ended: %v", err)
	}
}

func clip(b []byte) []byte { return b[:min(len(b), 2000)] }
