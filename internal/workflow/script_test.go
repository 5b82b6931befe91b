package workflow

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"

	"autointel.example/schemas"
)

var update = flag.Bool("update", false, "write what was got into the scripts")

// base is when the scripts' workflows are requested; an event's number is also its second.
var base = time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)

// A script of testdata/trigger holds "given" (depth, stage and delivery, one "key value" a line, then what the
// log holds as "seq stage") and "then": each step with its reason.
func TestTriggerScripts(t *testing.T) {
	eachScript(t, "testdata/trigger", func(t *testing.T, given string) string {
		var stage string
		var plan schemas.Plan
		trigger, replicated, lag := Trigger{}, true, uint64(99)
		log := map[string]uint64{}
		for line := range strings.Lines(given) {
			f := strings.Fields(line)
			switch f[0] {
			case "depth":
				plan, _ = PlanFor(f[1])
			case "stage":
				stage = f[1]
			case "delivered":
				trigger.Seq = number(t, f[1])
				trigger.Repeated = f[2] == RepeatedKey
				if !trigger.Repeated && f[2] != "workflow.requested" {
					trigger.Dependency = f[2]
				}
				trigger.Doubtful = slices.Contains(f, "doubtful")
			case "one-server":
				replicated = false
			case "points-reach", "proof-reaches":
				lag = number(t, f[1])
			default:
				log[f[1]] = number(t, f[0])
			}
		}
		return steps(plan, stage, trigger, log, lag, replicated)
	})
}

func number(t *testing.T, s string) uint64 {
	t.Helper()
	n, err := strconv.ParseUint(s, 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// steps asks the rule until it decides. Point reads reach as far as lag; proofs see everything.
func steps(plan schemas.Plan, stage string, t Trigger, log map[string]uint64, lag uint64, replicated bool) string {
	var out strings.Builder
	var k Known
	for range 5 {
		d := Next(plan, stage, t, k, replicated)
		fmt.Fprintf(&out, "%s because %s\n", d.Verb, d.Reason)
		switch d.Verb {
		case ReadOver:
			k.OverAsked, k.Over = true, log[stage] != 0 || log["ended"] != 0
		case ReadPoints:
			k.Points = map[string]uint64{}
			for name, seq := range log {
				if seq <= lag {
					k.Points[name] = seq
				}
			}
		case ReadProof:
			k.Proof = log
		default:
			return out.String()
		}
	}
	return out.String() + "no decision\n"
}

// A script of testdata/state holds "given", one event a line as "<type without version> <data as JSON>", and "then":
// the state as JSON.
func TestStateScripts(t *testing.T) {
	eachScript(t, "testdata/state", func(t *testing.T, given string) string {
		plan, err := PlanFor(Standard)
		if err != nil {
			t.Fatal(err)
		}
		context, err := json.Marshal(schemas.Context{URL: "https://example.org/a", Depth: Standard, Plan: plan, SessionID: "1"})
		if err != nil {
			t.Fatal(err)
		}
		var events []schemas.Event
		for line := range strings.Lines(given) {
			typ, data, _ := strings.Cut(strings.TrimSpace(line), " ")
			seq := uint64(len(events) + 1)
			events = append(events, event(t, "autointel."+typ+".v1", data, context, seq))
		}
		return describe(t, Fold(events))
	})
}

// event makes an event from the JSON of its data, by the way every event comes in: through Decode.
func event(t *testing.T, typ, data string, context []byte, seq uint64) schemas.Event {
	t.Helper()
	zero, ok := schemas.Zero(typ)
	if !ok {
		t.Fatalf("no event %s", typ)
	}
	var names struct{ Stage, Kind string }
	if err := json.Unmarshal([]byte(data), &names); err != nil {
		t.Fatal(err)
	}
	subject := schemas.SubjectOf("wf_0123456789abcdef0123456789abcdef", zero)
	if strings.Contains(subject, ".stage.") || strings.Contains(subject, ".delivery.") || strings.Contains(subject, ".trigger.") {
		subject += "." + names.Stage + names.Kind
	}
	e, err := schemas.Decode(schemas.Message{
		Subject: subject,
		Header: map[string][]string{
			schemas.HeaderType: {typ}, schemas.HeaderID: {fmt.Sprint(seq)},
			schemas.HeaderTime: {base.Add(time.Duration(seq) * time.Second).Format(time.RFC3339Nano)},
		},
		Body: fmt.Appendf(nil, `{"context":%s,"data":%s}`, context, data),
	})
	if err != nil {
		t.Fatal(err)
	}
	e.Seq = seq
	return e
}

// describe shows what the scripts look at.
func describe(t *testing.T, s State) string {
	t.Helper()
	stages := map[string]string{}
	for name, v := range s.Stages {
		stages[name] = fmt.Sprintf("%s at %d %s", v.Status, v.Seq, v.Reason)
	}
	deliveries := map[string]string{}
	for kind, d := range s.Deliveries {
		deliveries[kind] = fmt.Sprintf("succeeded=%v %s%s", d.Succeeded, d.Route, d.Reason)
	}
	var ended *schemas.Ended
	if s.Ended != nil {
		q := s.Ended.Quote()
		ended = &q
	}
	text, err := json.MarshalIndent(map[string]any{
		"seq": s.Seq, "stages": stages, "ended": ended, "session_closed": s.Session.ClosedReason, "deliveries": deliveries,
		"ready": s.Ready(), "archived": s.Archived != nil, "repeated": s.Repeated,
	}, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	return string(text) + "\n"
}

func eachScript(t *testing.T, dir string, run func(t *testing.T, given string) string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.txtar"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no scripts in %s: %v", dir, err)
	}
	for _, path := range files {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) {
			a, err := txtar.ParseFile(path)
			if err != nil {
				t.Fatal(err)
			}
			got := run(t, string(a.Files[0].Data))
			if *update {
				a.Files = []txtar.File{a.Files[0], {Name: "then", Data: []byte(got)}}
				if err := os.WriteFile(path, txtar.Format(a), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if want := string(a.Files[1].Data); got != want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
}

func TestApplyLeavesItsArgumentAlone(t *testing.T) {
	settle := func(stage string, seq uint64) schemas.Event {
		return schemas.Event{Workflow: "wf", Seq: seq, Data: schemas.StageSkipped{Stage: stage, Reason: "r"}}
	}
	one := Apply(State{}, settle(Acquire, 1))
	two := Apply(one, settle(Analyze, 2))
	if len(one.Stages) != 1 || len(two.Stages) != 2 {
		t.Errorf("%d and %d stages, want 1 and 2", len(one.Stages), len(two.Stages))
	}
	if again := Apply(two, settle(Acquire, 3)); again.Stages[Acquire].Seq != 1 {
		t.Error("a second settlement replaced the first")
	}
}
