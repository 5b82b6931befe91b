package stage

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"autointel.example/internal/consume"
	"autointel.example/internal/jetstream"
	"autointel.example/internal/workflow"
	"autointel.example/schemas"
)

// unreadable handles a delivery that cannot be read. As long as it is waited for, nothing; after that the stage that it would
// have started settles as failed, so that its workflow goes on and its requester hears of it, and the error makes it a dead
// letter. A crash between the two: it comes again, finds the stage settled, and becomes the letter.
func (w *worker) unreadable(ctx context.Context, d consume.Delivery, err error) error {
	if consume.Of(err, d.Attempt).Kind != consume.Dead && d.Attempt < schemas.MaxDeliver {
		return err
	}
	w.Logger.Error("a stage cannot read what starts it", "stage", w.stage.Name, "subject", d.Subject, "error", err)
	message := fmt.Sprintf("The step %s could not read what the step before it wrote.", w.stage.Name)
	if failed := w.fail(ctx, w.stage.Name, d, ReasonUnreadable, message); failed != nil {
		return failed
	}
	return consume.Terminal(err)
}

// gaveUp handles the server's word that a stage's message was delivered too often without an answer: its handler kills
// its process. The message becomes a dead letter and the stage settles as failed, so the workflow goes on. A crash between the
// two repeats both: the letter is the same one, and the stage settles once.
func (r *Runner) gaveUp(ctx context.Context, d consume.Delivery) error {
	a, err := jetstream.ReadAdvisory(d)
	if err != nil {
		return err
	}
	name, ok := schemas.StageOfConsumer(a.Consumer)
	if !ok || !slices.Contains(workflow.StagesOf(r.Service), name) {
		return nil // another service's
	}
	given, found, err := r.Log.GaveUp(ctx, a, fmt.Errorf("delivered %d times without an answer: the step %s may end its process", a.Deliveries, name))
	if err != nil || !found {
		return err
	}
	r.Logger.Error("a stage was tried too often without an answer", "stage", name, "subject", given.Subject, "deliveries", a.Deliveries)
	return r.fail(ctx, name, given, ReasonGaveUp, fmt.Sprintf("The step “%s” ended its worker %d times.", schemas.StageWord(name), a.Deliveries))
}

// fail settles a stage as failed whose trigger cannot be handled. That it is settled already is as good, and so is that the
// message does not say of which workflow it is, or starts nothing in that one's plan.
func (r *Runner) fail(ctx context.Context, name string, d consume.Delivery, reason, message string) error {
	id, raw, found, err := r.Log.ContextFor(ctx, d)
	if err != nil || !found {
		return err
	}
	var wc schemas.Context
	if err := json.Unmarshal(raw, &wc); err != nil || !starts(wc.Plan, name, d.Subject) {
		return nil
	}
	var trace string
	if t := d.Header[schemas.HeaderTrace]; len(t) > 0 {
		trace = t[0]
	}
	_, err = r.Log.Append(ctx, schemas.Event{Workflow: id, Trace: trace, Context: raw, Data: failure(name, workflow.Fatal(name), reason, message, d.Attempt)})
	if _, taken := jetstream.Taken(err); taken {
		return nil
	}
	if err != nil {
		return err
	}
	r.Observer.StageSettled(ctx, name, workflow.Failed, 0)
	return nil
}

// starts reports whether what stands on a subject can start a stage of a plan.
func starts(plan schemas.Plan, name, subject string) bool {
	planned, ok := plan.Find(name)
	s, err := schemas.ParseSubject(subject)
	if !ok || planned.Given || err != nil {
		return false
	}
	return s.Noun != "stage" || slices.Contains(planned.After, s.Qualifier)
}
