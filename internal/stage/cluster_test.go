package stage_test

import (
	"context"
	"errors"
	"flag"
	"log/slog"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"autointel.example/internal/consume"
	"autointel.example/internal/jetstream"
	"autointel.example/internal/natstest"
	"autointel.example/internal/stage"
	"autointel.example/internal/workflow"
	"autointel.example/schemas"
)

// forgetful is a log whose user forgets: now and then before the append, now and then after it, and so gives the
// delivery back although the settlement stands.
type forgetful struct {
	*jetstream.Client
	before, after *atomic.Int64
}

var errForgotten = errors.New("forgotten")

func (f forgetful) Append(ctx context.Context, e schemas.Event) (schemas.Event, error) {
	switch rand.IntN(30) {
	case 0:
		f.before.Add(1)
		return e, consume.RetryAfter(errForgotten, time.Duration(rand.IntN(100))*time.Millisecond)
	case 1:
		_, err := f.Client.Append(ctx, e)
		f.after.Add(1)
		return e, consume.RetryAfter(errors.Join(errForgotten, err), time.Duration(rand.IntN(100))*time.Millisecond)
	}
	return f.Client.Append(ctx, e)
}

// clustered is how many workflows run on three nodes: as many as take seconds. `go test ./stage -run Cluster -args -clustered 2000`
// takes minutes.
var clustered = flag.Int("clustered", 200, "workflows of TestJoinsOnAClusterUnderFaults")

// TestJoinsOnAClusterUnderFaults runs workflows of the depth deep, which has three joins, on three nodes with every
// stream replicated. Two runners a stage forget before and after their appends, the log's leader steps down every
// 0.7 s, a node restarts every 5 s at most. No watchdog runs. Each workflow must end once, with each stage settled once.
func TestJoinsOnAClusterUnderFaults(t *testing.T) {
	workflows := *clustered
	cluster := natstest.StartCluster(t)
	ctx, stop := context.WithCancel(context.Background())
	var group sync.WaitGroup
	defer group.Wait()
	defer stop()

	var before, after atomic.Int64
	for range 2 {
		startRunners(t, ctx, &group, cluster, &before, &after)
	}
	judge := newJudge(t, cluster, workflows)
	group.Go(func() { judge.follow(ctx) })
	var stepDowns, restarts int
	group.Go(func() { stepDowns, restarts = disturb(ctx, cluster, judge.settlements) })

	nc := cluster.Connect("requests")
	defer nc.Close()
	client := natstest.Bind(t, nc, jetstream.Options{})
	for n := range uint64(workflows) {
		id, e := requested(t, n, workflow.Deep)
		for {
			_, err := client.Append(ctx, e)
			if _, taken := jetstream.Taken(err); err == nil || taken {
				break
			}
			if t.Context().Err() != nil {
				t.Fatalf("request %s: %v", id, err)
			}
		}
	}
	select {
	case <-judge.done:
	case <-time.After(8 * time.Minute):
	}
	stop()
	group.Wait()
	stuck, doubled := judge.verdict()
	t.Logf("%d workflows: %d stuck, %d doubled, %d stages failed; %d step-downs, %d restarts, forgotten before %d and after %d appends",
		workflows, stuck, doubled, judge.failed, stepDowns, restarts, before.Load(), after.Load())
	if stuck != 0 || doubled != 0 || judge.failed != 0 || stepDowns == 0 || restarts == 0 || after.Load() == 0 {
		t.Fail()
	}
}

func startRunners(t *testing.T, ctx context.Context, group *sync.WaitGroup, cluster *natstest.Cluster, before, after *atomic.Int64) {
	t.Helper()
	nc := cluster.Connect("runners")
	client := natstest.Bind(t, nc, jetstream.Options{})
	var runners sync.WaitGroup
	for _, service := range []string{workflow.ServiceIngest, workflow.ServiceAnalyzer} {
		r := &stage.Runner{
			Log: forgetful{client, before, after}, Service: service, Now: time.Now,
			Logger: slog.New(slog.DiscardHandler), Observer: silent{}, Drain: time.Second,
		}
		for _, name := range workflow.StagesOf(service) {
			f := stage.Func(ok)
			if name == workflow.Briefing {
				f = final
			}
			r.Stages = append(r.Stages, stage.Stage{Name: name, Run: f, Workers: 16})
		}
		runners.Go(func() { _ = r.Run(ctx) })
	}
	group.Go(func() { runners.Wait(); nc.Close() })
}

// How much work lies between two faults at least. On a slow machine a cluster that is disturbed by the clock alone would do
// nothing but elect leaders.
const (
	settledPerStepDown = 50
	settledPerRestart  = 250
)

// disturb makes leaders step down and restarts nodes, as the work goes on, until the context ends.
func disturb(ctx context.Context, cluster *natstest.Cluster, settled func() int) (stepDowns, restarts int) {
	nc := cluster.Connect("disturb")
	defer nc.Close()
	stepDown, look := time.NewTicker(700*time.Millisecond), time.NewTicker(50*time.Millisecond)
	defer stepDown.Stop()
	defer look.Stop()
	var restarted time.Time // the first comes as soon as there is work: a fast machine is done within seconds
	for {
		select {
		case <-ctx.Done():
			return stepDowns, restarts
		case <-stepDown.C:
			if settled() >= (stepDowns+1)*settledPerStepDown {
				cluster.StepDown(nc)
				stepDowns++
			}
		case <-look.C:
			if settled() >= (restarts+1)*settledPerRestart && time.Since(restarted) >= 5*time.Second {
				restarted = time.Now()
				cluster.Restart(restarts % 3)
				restarts++
			}
		}
	}
}

// judge counts what stands in the log.
type judge struct {
	client  *jetstream.Client
	close   func()
	want    int
	mu      sync.Mutex
	ended   map[string]map[uint64]bool // by workflow, the sequences of its endings
	settled map[string]map[uint64]bool // by workflow and stage
	failed  int                        // stages that gave up, though nothing was wrong with them
	done    chan struct{}
}

func newJudge(t *testing.T, cluster *natstest.Cluster, want int) *judge {
	t.Helper()
	nc := cluster.Connect("judge")
	return &judge{
		client: natstest.Bind(t, nc, jetstream.Options{}), close: nc.Close, want: want, done: make(chan struct{}),
		ended: map[string]map[uint64]bool{}, settled: map[string]map[uint64]bool{},
	}
}

func (j *judge) follow(ctx context.Context) {
	defer j.close()
	for ctx.Err() == nil {
		_ = j.client.Follow(ctx, []string{schemas.Everything("*")}, true, j.see)
	}
}

func (j *judge) see(e schemas.Event) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if name, how, ok := workflow.SettledOf(e); ok {
		if how.Status == workflow.Failed {
			j.failed++
		}
		note(j.settled, e.Workflow+" "+name, e.Seq)
	}
	if _, ok := workflow.EndedOf(e); ok {
		note(j.ended, e.Workflow, e.Seq)
		if len(j.ended) == j.want && len(j.ended[e.Workflow]) == 1 {
			close(j.done)
			j.want = -1
		}
	}
}

// settlements is how many stages have settled.
func (j *judge) settlements() int {
	j.mu.Lock()
	defer j.mu.Unlock()
	return len(j.settled)
}

func note(m map[string]map[uint64]bool, key string, seq uint64) {
	if m[key] == nil {
		m[key] = map[uint64]bool{}
	}
	m[key][seq] = true
}

// verdict: a workflow is stuck if it has not ended, or lacks the settlement of a stage.
func (j *judge) verdict() (stuck, doubled int) {
	j.mu.Lock()
	defer j.mu.Unlock()
	plan, _ := workflow.PlanFor(workflow.Deep)
	for n := range uint64(*clustered) {
		id, _ := schemas.WorkflowID(snowflake(n))
		missing := len(j.ended[id]) == 0
		twice := len(j.ended[id]) > 1
		for _, p := range plan[:len(plan)-1] {
			missing = missing || len(j.settled[id+" "+p.Stage]) == 0
			twice = twice || len(j.settled[id+" "+p.Stage]) > 1
		}
		if missing {
			stuck++
		}
		if twice {
			doubled++
		}
	}
	return stuck, doubled
}
