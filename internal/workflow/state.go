package workflow

import (
	"maps"
	"time"

	"autointel.example/schemas"
)

// State is what a workflow's events amount to.
type State struct {
	ID          string
	Context     schemas.Context
	RawContext  schemas.RawJSON // as the events carry it, to be forwarded
	RequestedAt time.Time       // zero: not requested, or the request is older than the log's retention
	Stages      map[string]Settled
	Ended       *Ended
	Session     Session
	Deliveries  map[string]Delivery // by kind
	Archived    *schemas.ResultArchived
	Repeated    map[string]int // how often the watchdog asked for a stage
	Seq         uint64         // of the last event applied
}

// Settled is how a stage came out.
type Settled struct {
	Status   string // completed, skipped or failed
	Seq      uint64
	At       time.Time
	Started  time.Time // completed only
	Output   schemas.Output
	Reason   string // skipped and failed
	Message  string
	Attempts int
}

// Statuses of a stage.
const (
	Completed = "completed"
	Skipped   = "skipped"
	Failed    = "failed"
	Cancelled = "cancelled" // of a workflow only
)

// Ended is how a workflow came out.
type Ended struct {
	Outcome   string // completed, failed or cancelled
	Seq       uint64
	At        time.Time
	Completed schemas.WorkflowCompleted
	Failed    schemas.WorkflowFailed
	Cancelled schemas.WorkflowCancelled
}

// Quote returns the ending as other events quote it.
func (e Ended) Quote() schemas.Ended {
	q := schemas.Ended{Outcome: e.Outcome, At: e.At}
	switch e.Outcome {
	case Completed:
		q.Title = e.Completed.Title
	case Failed:
		q.Stage, q.Reason, q.Message = e.Failed.Stage, e.Failed.Reason, e.Failed.Message
	case Cancelled:
		q.Reason, q.Message = "cancelled", e.Cancelled.Why
	}
	return q
}

// Session is what the log says about the interaction.
type Session struct {
	Acknowledged *schemas.SessionAcknowledged
	ExpiringAt   time.Time // zero: not yet said
	ClosedReason string    // empty: open, as far as the log says
}

// Delivery is what became of one kind of delivery.
type Delivery struct {
	Succeeded bool
	Route     string
	MessageID string
	Reason    string
	At        time.Time
}

// EndedOf reads an ending from an event of the kind workflow.ended.
func EndedOf(e schemas.Event) (Ended, bool) {
	end := Ended{Seq: e.Seq, At: e.Time}
	switch d := e.Data.(type) {
	case schemas.WorkflowCompleted:
		end.Outcome, end.Completed = Completed, d
	case schemas.WorkflowFailed:
		end.Outcome, end.Failed = Failed, d
	case schemas.WorkflowCancelled:
		end.Outcome, end.Cancelled = Cancelled, d
	default:
		return Ended{}, false
	}
	return end, true
}

// SettledOf reads a settlement from an event of the kind stage.
func SettledOf(e schemas.Event) (stage string, settled Settled, ok bool) {
	settled = Settled{Seq: e.Seq, At: e.Time}
	switch d := e.Data.(type) {
	case schemas.StageCompleted:
		settled.Status, settled.Started, settled.Output, settled.Attempts = Completed, d.StartedAt, d.Output, d.Attempt
		return d.Stage, settled, true
	case schemas.StageSkipped:
		settled.Status, settled.Reason, settled.Message, settled.Attempts = Skipped, d.Reason, d.Message, d.Attempts
		return d.Stage, settled, true
	case schemas.StageFailed:
		settled.Status, settled.Reason, settled.Message, settled.Attempts = Failed, d.Reason, d.Message, d.Attempts
		return d.Stage, settled, true
	}
	return "", Settled{}, false
}

// Apply returns the state after one more event. It is total: events it does not know change nothing but Seq, and
// the state it is given is left as it was. Of events that may happen once, the first counts.
func Apply(s State, e schemas.Event) State {
	s.Seq = max(s.Seq, e.Seq)
	if s.ID == "" {
		s.ID = e.Workflow
	}
	if s.RawContext == nil && len(e.Context) > 0 {
		if c, err := e.ParseContext(); err == nil {
			s.Context, s.RawContext = c, e.Context
		}
	}
	if name, settled, ok := SettledOf(e); ok {
		if _, before := s.Stages[name]; !before {
			s.Stages = with(s.Stages, name, settled)
		}
		return s
	}
	if end, ok := EndedOf(e); ok {
		if s.Ended == nil {
			s.Ended = &end
		}
		return s
	}
	switch d := e.Data.(type) {
	case schemas.WorkflowRequested:
		s.RequestedAt = d.RequestedAt
	case schemas.SessionAcknowledged:
		s.Session.Acknowledged = &d
	case schemas.SessionExpiring:
		s.Session.ExpiringAt = d.ExpiresAt
	case schemas.SessionClosed:
		if s.Session.ClosedReason == "" {
			s.Session.ClosedReason = d.Reason
		}
	case schemas.DeliverySucceeded:
		s.Deliveries = with(s.Deliveries, d.Kind, Delivery{Succeeded: true, Route: d.Route, MessageID: d.MessageID, At: e.Time})
	case schemas.DeliveryFailed:
		s.Deliveries = with(s.Deliveries, d.Kind, Delivery{Reason: d.Reason, At: e.Time})
	case schemas.ResultArchived:
		s.Archived = &d
	case schemas.TriggerRepeated:
		s.Repeated = with(s.Repeated, d.Stage, s.Repeated[d.Stage]+1)
	}
	return s
}

// Fold applies events in their order.
func Fold(events []schemas.Event) State {
	var s State
	for _, e := range events {
		s = Apply(s, e)
	}
	return s
}

// Ready lists the planned stages that could run now: every dependency settled, themselves not. Since is when the
// last of the dependencies settled; for a root, when the workflow was requested.
func (s State) Ready() []Ready {
	if s.Ended != nil {
		return nil
	}
	var ready []Ready
stages:
	for _, p := range s.Context.Plan {
		if _, done := s.Stages[p.Stage]; done || p.Given {
			continue
		}
		since := s.RequestedAt
		for _, d := range p.After {
			settled, ok := s.Stages[d]
			if !ok {
				continue stages
			}
			if settled.At.After(since) {
				since = settled.At
			}
		}
		ready = append(ready, Ready{p.Stage, since})
	}
	return ready
}

// Ready is a stage that could run, and since when.
type Ready struct {
	Stage string
	Since time.Time
}

// with returns a copy of m with one more entry.
func with[V any](m map[string]V, key string, v V) map[string]V {
	c := maps.Clone(m)
	if c == nil {
		c = map[string]V{}
	}
	c[key] = v
	return c
}
