package load

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestLatenciesBecomeFigures(t *testing.T) {
	var latencies []time.Duration
	for i := 100; i >= 1; i-- {
		latencies = append(latencies, time.Duration(i)*time.Millisecond)
	}
	got := figures(latencies, 2*time.Second, 5*time.Second)
	if want := (Figures{Completed: 100, WorkflowsPerSecond: 50, P50MS: 50, P99MS: 99, CPUSecondsPer1000: 50}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	if got := figures(nil, time.Second, time.Second); got != (Figures{}) {
		t.Errorf("nothing completed: %+v", got)
	}
	if got := percentile([]time.Duration{7}, 99); got != 7 {
		t.Errorf("of one value: %d", got)
	}
}

// options of a load that, in a bubble, takes no time.
var options = Options{Stages: 1, InFlight: 4, Durability: Fast, Warmup: time.Second, For: 10 * time.Second, One: 2 * time.Second}

// after completes a workflow a while after its start.
func after(l *Load, d time.Duration, id int) { time.AfterFunc(d, func() { l.Done(id) }) }

func TestAClosedLoopKeepsAsManyInFlightAsAsked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := New(options)
		r, err := l.Measure(t.Context(), func(_ context.Context, id int) error { after(l, 100*time.Millisecond, id); return nil })
		if err != nil {
			t.Fatal(err)
		}
		if r.WorkflowsPerSecond < 39.5 || r.WorkflowsPerSecond > 40.5 || r.P50MS != 100 || r.P99MS != 100 { // 4 in flight, 0.1 s each
			t.Errorf("%+v", r.Figures)
		}
		if r.One == nil || r.One.WorkflowsPerSecond < 9.5 || r.One.WorkflowsPerSecond > 10.5 {
			t.Errorf("one in flight: %+v", r.One)
		}
		if r.Lost != 0 || r.Doubled != 0 {
			t.Errorf("%d lost, %d doubled", r.Lost, r.Doubled)
		}
	})
}

func TestALostWorkflowIsReported(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := New(options)
		r, err := l.Measure(t.Context(), func(_ context.Context, id int) error {
			if id != 7 {
				after(l, 100*time.Millisecond, id)
			}
			return nil
		})
		if err != nil || r.Lost != 1 || r.Doubled != 0 {
			t.Errorf("%d lost, %d doubled, %v", r.Lost, r.Doubled, err)
		}
	})
}

func TestADoubledWorkflowIsReported(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := New(options)
		r, err := l.Measure(t.Context(), func(_ context.Context, id int) error {
			after(l, 100*time.Millisecond, id)
			if id == 7 {
				after(l, 200*time.Millisecond, id)
				after(l, 200*time.Millisecond, -1) // of nobody
			}
			return nil
		})
		if err != nil || r.Lost != 0 || r.Doubled != 2 {
			t.Errorf("%d lost, %d doubled, %v", r.Lost, r.Doubled, err)
		}
	})
}

func TestAFailedStartEndsTheMeasurement(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := New(options)
		broken := errors.New("broken")
		if _, err := l.Measure(t.Context(), func(context.Context, int) error { return broken }); !errors.Is(err, broken) {
			t.Error(err)
		}
	})
}

func TestOptionsSayAllThatIsWrong(t *testing.T) {
	err := Options{}.Validate()
	for _, flag := range []string{"--stages", "--inflight", "--durability", "--for"} {
		if err == nil || !strings.Contains(err.Error(), flag) {
			t.Errorf("%s is missing: %v", flag, err)
		}
	}
}

func TestAResultIsTheLastLine(t *testing.T) {
	var out strings.Builder
	out.WriteString("starting\n")
	if err := (Result{System: "raw", Lost: 2}).Print(&out); err != nil {
		t.Fatal(err)
	}
	if r, err := Read([]byte(out.String() + "\n")); err != nil || r.System != "raw" || r.Lost != 2 {
		t.Errorf("%+v, %v", r, err)
	}
	for _, bad := range []string{"", "no result"} {
		if _, err := Read([]byte(bad)); err == nil {
			t.Errorf("%q is no result", bad)
		}
	}
}

func TestAProcessIsReadFromItsStat(t *testing.T) {
	pid, p, err := parseStat([]byte("42 (a) b (c) S 7 1 1 0 -1 0 0 0 0 0 100 50 20 30 20 0 1 0"))
	if err != nil || pid != 42 || p.parent != 7 || p.cpu != 2*time.Second {
		t.Errorf("%d %+v %v", pid, p, err)
	}
	family := map[int]process{1: {0, 1}, 2: {1, 10}, 3: {2, 100}, 4: {9, 1000}}
	if got := descendants(family, 1); got != 110 {
		t.Errorf("below 1: %d", got)
	}
}
