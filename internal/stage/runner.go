package stage

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"runtime/debug"
	"time"

	"golang.org/x/sync/errgroup"

	"autointel.example/internal/consume"
	"autointel.example/internal/jetstream"
	"autointel.example/internal/pause"
	"autointel.example/internal/workflow"
	"autointel.example/schemas"
)

// Log is what the runner needs of the log and its buckets; *jetstream.Client is one.
type Log interface {
	Outputs
	Replicated() bool
	LastSeq(ctx context.Context, filter string) (uint64, error)
	Snapshot(ctx context.Context, filters []string) (map[string]uint64, error)
	Append(ctx context.Context, e schemas.Event) (schemas.Event, error)
	PutOutput(ctx context.Context, id string, content []byte) (schemas.Output, error)
	PutReport(ctx context.Context, id string, report []byte) (schemas.Artifact, schemas.RawJSON, error)
	PublishProgress(p schemas.Progress) error
	GaveUp(ctx context.Context, a jetstream.Advisory, reason error) (consume.Delivery, bool, error)
	ContextFor(ctx context.Context, d consume.Delivery) (id string, raw schemas.RawJSON, found bool, err error)
	Consume(ctx context.Context, o jetstream.Consumption) error
	Follow(ctx context.Context, filters []string, fromStart bool, each func(schemas.Event)) error
}

// Observer is told how stages come out, for metrics. The context is in the trace of the workflow, if there is one.
type Observer interface {
	StageSettled(ctx context.Context, stage, outcome string, took time.Duration)
}

// Runner runs the stages of one service.
type Runner struct {
	Log      Log
	Service  string // of internal/workflow
	Stages   []Stage
	Worker   string // who we are, for the settlements
	Now      func() time.Time
	Logger   *slog.Logger
	Observer Observer
	Drain    time.Duration // how long stages at work may go on after the context has ended
	// Processors is how many stages that do not wait for others run side by side; zero: as many as the program has. Were it more, whoever
	// answers a command, a heartbeat or the broker in the same process would stand in line behind all of them, at every step.
	Processors int
}

// Run works until the context ends, and returns when every stage at work has come to its end.
func (r *Runner) Run(ctx context.Context) error {
	ended, contexts, progress := newEndings(), newContexts(), newSpool()
	processors := make(chan struct{}, cmp.Or(r.Processors, runtime.GOMAXPROCS(0)))
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error {
		return r.Log.Follow(ctx, schemas.Broken("*"), false, ended.note)
	})
	group.Go(func() error {
		progress.run(ctx, r.Log.PublishProgress)
		return nil
	})
	take := func(o jetstream.Consumption) {
		o.Drain = r.Drain
		group.Go(func() error { return r.Log.Consume(ctx, o) })
	}
	take(jetstream.Consumption{
		Stream: schemas.StreamDead, Consumers: []string{schemas.DeadConsumerName(r.Service)}, Workers: 2, Handler: r.gaveUp, GivenUp: consume.Bury,
	})
	for _, s := range r.Stages {
		w := &worker{Runner: r, stage: s, ended: ended, contexts: contexts, progress: progress}
		if !s.Waits {
			w.processors = processors
		}
		take(jetstream.Consumption{Stream: schemas.StreamLog, Consumers: s.consumers(), Workers: cmp.Or(s.Workers, 4), Handler: w.handle})
	}
	return group.Wait()
}

// worker handles the deliveries of one stage.
type worker struct {
	*Runner
	stage    Stage
	ended    *endings
	contexts *contexts
	progress *spool

	processors chan struct{} // has a place for each that may be at work; nil: the stage needs none
}

// handle is the order of work of the package's introduction.
func (w *worker) handle(ctx context.Context, d consume.Delivery) error {
	v, err := d.Open(w.Now())
	if err != nil {
		return w.unreadable(ctx, d, err)
	}
	wc, err := w.contexts.of(v)
	if err != nil {
		return w.unreadable(ctx, d, consume.Terminal(err))
	}
	id := v.Subject.ID
	// read, decide
	decision, err := w.decide(ctx, wc.Plan, v, d)
	if err != nil {
		return err
	}
	if decision.Verb == workflow.Drop {
		w.Logger.Debug("a delivery starts nothing", "stage", w.stage.Name, "workflow", id, "reason", decision.Reason)
		return nil // a crash before the ack: it comes again, doubtful, and is decided again
	}
	// act
	processor, err := w.processor(ctx)
	if err != nil {
		return consume.RetryAfter(err, 0)
	}
	defer processor.free()
	within := cmp.Or(w.stage.Deadline, 10*time.Minute)
	watched, release, running := w.ended.watch(ctx, id, within)
	defer release()
	if !running {
		return nil
	}
	started := w.Now()
	data, err := w.run(watched, v, wc, d, started, within, &processor)
	if errors.Is(context.Cause(watched), errEnded) {
		return nil // cancelled: no settlement, the ending says it all
	}
	if err != nil {
		return err
	}
	// record; a crash before it: the stage runs again. After it: the settlement is found and the delivery dropped
	return w.record(ctx, v, data, started) // ack
}

// processor is the right to compute.
type processor struct{ of chan struct{} }

func (p *processor) free() {
	if p.of != nil {
		<-p.of
		p.of = nil
	}
}

// processor waits for a free processor, unless the stage needs none. The stage's deadline has not begun.
func (w *worker) processor(ctx context.Context) (processor, error) {
	if w.processors == nil {
		return processor{}, nil
	}
	select {
	case w.processors <- struct{}{}:
		return processor{w.processors}, nil
	case <-ctx.Done():
		return processor{}, ctx.Err()
	}
}

// decide carries out the reads that the trigger rule asks for until it has decided.
func (w *worker) decide(ctx context.Context, plan schemas.Plan, v schemas.Envelope, d consume.Delivery) (workflow.Decision, error) {
	t := workflow.TriggerOf(v.Subject)
	t.Seq, t.Doubtful = d.Seq, d.Attempt > 1 || w.Now().Sub(d.Stored) > workflow.Fresh
	var known workflow.Known
	for {
		decision := workflow.Next(plan, w.stage.Name, t, known, w.Log.Replicated())
		var err error
		switch decision.Verb {
		case workflow.ReadOver:
			known.OverAsked = true
			known.Over, err = w.over(ctx, v.Subject.ID)
		case workflow.ReadPoints:
			known.Points, err = w.points(ctx, plan, v.Subject.ID, t)
		case workflow.ReadProof:
			known.Proof, err = w.proof(ctx, plan, v.Subject.ID, t)
		case workflow.Again:
			// The delivery is kept meanwhile: giving it back would count as an attempt, and the message has done nothing wrong.
			known.Points, known.Proof = nil, nil
			err = pause.For(ctx, workflow.LagDelay)
		default:
			return decision, nil
		}
		if err != nil {
			return decision, err
		}
	}
}

// over reads whether the stage is settled or its workflow has ended.
func (w *worker) over(ctx context.Context, id string) (bool, error) {
	for _, filter := range []string{schemas.Settlement(id, w.stage.Name), schemas.Ending(id)} {
		if seq, err := w.Log.LastSeq(ctx, filter); err != nil || seq > 0 {
			return seq > 0, err
		}
	}
	return false, nil
}

// points reads every other dependency, one by one.
func (w *worker) points(ctx context.Context, plan schemas.Plan, id string, t workflow.Trigger) (map[string]uint64, error) {
	found := map[string]uint64{}
	planned, _ := plan.Find(w.stage.Name)
	for _, dependency := range planned.After {
		if dependency == t.Dependency {
			continue
		}
		seq, err := w.Log.LastSeq(ctx, schemas.Settlement(id, dependency))
		if err != nil {
			return nil, err
		}
		if seq > 0 {
			found[dependency] = seq
		}
	}
	return found, nil
}

// proof reads all dependencies from one snapshot, and the repeated trigger if that is what was delivered.
func (w *worker) proof(ctx context.Context, plan schemas.Plan, id string, t workflow.Trigger) (map[string]uint64, error) {
	planned, _ := plan.Find(w.stage.Name)
	var filters []string
	for _, dependency := range planned.After {
		filters = append(filters, schemas.Settlement(id, dependency))
	}
	if t.Repeated {
		filters = append(filters, schemas.Repeated(id, w.stage.Name))
	}
	bySubject, err := w.Log.Snapshot(ctx, filters)
	if err != nil {
		return nil, err
	}
	found := map[string]uint64{}
	for subject, seq := range bySubject {
		s, err := schemas.ParseSubject(subject)
		if err != nil {
			continue
		}
		key := s.Qualifier
		if s.Noun == "trigger" {
			key = workflow.RepeatedKey
		}
		found[key] = max(found[key], seq)
	}
	return found, nil
}

// run runs the stage's function and returns the event that settles it. An error is to be tried again.
func (w *worker) run(ctx context.Context, v schemas.Envelope, wc schemas.Context, d consume.Delivery, started time.Time, within time.Duration, p *processor) (schemas.Data, error) {
	name, id, attempt, fatal := w.stage.Name, v.Subject.ID, d.Attempt, workflow.Fatal(w.stage.Name)
	in := Input{
		Workflow: id, Context: wc, RequestedAt: schemas.IDTime(id), Attempt: attempt, Now: w.Now, Outputs: delivered{w.Log, v, d.Seq},
		Progress: func(done, total int64, unit string) {
			w.progress.put(schemas.Progress{
				Workflow: id, Stage: name, State: "running", Done: done, Total: total, Unit: unit, At: w.Now(), Context: v.Context,
			})
		},
	}
	in.Progress(0, 0, "")
	out, err := w.call(ctx, in)
	p.free() // what is left is waiting for the log
	if err == nil {
		err = ctx.Err() // a function that did not notice its deadline has not kept it either
	}
	switch {
	case errors.Is(context.Cause(ctx), errTimedOut):
		message := fmt.Sprintf("The step “%s” took longer than %s.", schemas.StageWord(name), within)
		return failure(name, fatal, ReasonTimedOut, message, attempt), nil
	case ctx.Err() != nil: // the process stops, or the workflow has ended
		return nil, consume.RetryAfter(context.Cause(ctx), 0)
	case err == nil:
		return w.settled(ctx, id, out, attempt, started)
	case consume.Of(err, attempt).Kind == consume.Hold:
		return nil, err
	}
	if data := settlement(name, fatal, attempt, err); data != nil {
		w.Logger.Info("a stage came out without an output", "stage", name, "workflow", id, "error", err)
		return data, nil
	}
	w.Logger.Warn("a stage failed and will be tried again", "stage", name, "workflow", id, "attempt", attempt, "error", err)
	return nil, consume.RetryAfter(err, consume.Backoff(attempt, time.Second, time.Minute))
}

var errTimedOut = errors.New("the stage's deadline has passed")

// call keeps a panic of a stage from taking the process, and its other stages, with it.
func (w *worker) call(ctx context.Context, in Input) (out any, err error) {
	defer func() {
		if p := recover(); p != nil {
			w.Logger.Error("a stage panicked", "stage", w.stage.Name, "workflow", in.Workflow, "panic", p, "stack", string(debug.Stack()))
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	return w.stage.Run(ctx, in)
}

// settled stores an output and returns its event. The content is stored under its digest before the event that
// refers to it: a crash in between leaves content that nothing refers to, which its retention removes.
func (w *worker) settled(ctx context.Context, id string, out any, attempt int, started time.Time) (schemas.Data, error) {
	if final, ok := out.(Final); ok {
		reference, report, err := w.Log.PutReport(ctx, id, final.Report)
		return schemas.WorkflowCompleted{
			Result: reference, Report: report, Headline: final.Headline, Title: final.Title, Words: final.Words,
			Completed: final.Completed, Skipped: final.Skipped, Failed: final.Failed, StartedAt: started, FinishedAt: w.Now(),
		}, err
	}
	content, err := json.Marshal(out)
	if err != nil {
		return nil, consume.Terminal(fmt.Errorf("output of %s: %w", w.stage.Name, err))
	}
	output, err := w.Log.PutOutput(ctx, id, content)
	return schemas.StageCompleted{
		Stage: w.stage.Name, Output: output, StartedAt: started, FinishedAt: w.Now(), Attempt: attempt, Worker: w.Worker,
	}, err
}

// record appends the settlement. That another runner was first is as good.
func (w *worker) record(ctx context.Context, v schemas.Envelope, data schemas.Data, started time.Time) error {
	id := v.Subject.ID
	_, err := w.Log.Append(ctx, schemas.Event{Workflow: id, Trace: v.Trace, Context: v.Context, Data: data})
	if _, taken := jetstream.Taken(err); taken {
		return nil
	}
	if err != nil {
		return err
	}
	outcome := outcomeOf(data)
	now := w.Now()
	w.Observer.StageSettled(ctx, w.stage.Name, outcome, now.Sub(started))
	if w.Logger.Enabled(ctx, slog.LevelInfo) {
		w.Logger.Info("stage settled", "stage", w.stage.Name, "workflow", id, "outcome", outcome, "took", now.Sub(started).Round(time.Millisecond))
	}
	if schemas.Ends(data) {
		w.progress.ended(id)
	} else {
		w.progress.put(schemas.Progress{Workflow: id, Stage: w.stage.Name, State: outcome, At: now, Context: v.Context})
	}
	return nil
}

func outcomeOf(data schemas.Data) string {
	switch data.(type) {
	case schemas.StageSkipped:
		return workflow.Skipped
	case schemas.StageFailed, schemas.WorkflowFailed:
		return workflow.Failed
	}
	return workflow.Completed
}
