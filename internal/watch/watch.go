package watch

import (
	"context"
	"log/slog"
	"strings"
	"time"

	"autointel.example/internal/consume"
	"autointel.example/internal/jetstream"
	"autointel.example/schemas"
)

// Watch handles the timers of all workflows. Any number of replicas may run it.
type Watch struct {
	Client *jetstream.Client
	Times  Times
	Now    func() time.Time
	Logger *slog.Logger
	// Repeated counts the stages that were asked for again, for a metric that should stay at zero.
	Repeated func(stage string)
}

// Run works until the context ends.
func (w *Watch) Run(ctx context.Context) error {
	return w.Client.Consume(ctx, jetstream.Consumption{
		Stream: schemas.StreamTimers, Consumers: []string{schemas.ConsumerWatch}, Workers: 4, Handler: w.handle, GivenUp: consume.Bury,
		Drain: 10 * time.Second,
	})
}

func (w *Watch) handle(ctx context.Context, d consume.Delivery) error {
	id, ok := strings.CutPrefix(d.Subject, schemas.DueSubject(""))
	if !ok || !schemas.ValidID(id) {
		return nil
	}
	state, err := w.Client.State(ctx, id)
	if err != nil {
		return err
	}
	decision := Due(id, state, w.Now(), w.Times)
	for _, data := range decision.Append {
		_, err := w.Client.Append(ctx, schemas.Event{Workflow: id, Context: state.RawContext, Data: data})
		if _, taken := jetstream.Taken(err); err != nil && !taken {
			return err
		}
		switch data := data.(type) {
		case schemas.TriggerRepeated:
			w.Repeated(data.Stage)
			w.Logger.Warn("a stage was ready for long and is asked for again", "workflow", id, "stage", data.Stage, "why", data.Why)
		case schemas.SessionClosed:
			// The bucket's TTL would remove it, with up to a margin's delay.
			if err := w.Client.CloseSession(ctx, state.Context.SessionID); err != nil {
				return err
			}
		}
	}
	if decision.Next.IsZero() {
		return nil
	}
	return w.Client.SetTimer(ctx, id, decision.Next) // then ack; a crash in between: this timer arrives again
}
