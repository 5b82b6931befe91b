package console

import (
	"slices"
	"strings"
	"time"

	"autointel.example/internal/workflow"
	"autointel.example/schemas"
)

// Running is the state of a workflow that has not ended; the others are its outcomes.
const Running = "running"

// States of a session.
const (
	SessionOpen     = "open"
	SessionExpiring = "expiring"
	SessionClosed   = "closed"
)

// What became of an answer.
const (
	Delivered   = "delivered"
	Undelivered = "undelivered"
	Kept        = "kept" // not delivered, and in the archive
)

// Workflow is one as a list shows it.
type Workflow struct {
	ID          string    `json:"id"`
	Address     string    `json:"address,omitempty"` // what may be seen of it
	Depth       string    `json:"depth,omitempty"`
	Private     bool      `json:"private,omitempty"`
	DerivedFrom string    `json:"derived_from,omitempty"`
	State       string    `json:"state"` // running, or how it ended
	Reason      string    `json:"reason,omitempty"`
	RequestedAt time.Time `json:"requested_at"`
	EndedAt     time.Time `json:"ended_at,omitzero"`
	Working     []Working `json:"working,omitempty"` // stages that could run, or run
	Planned     int       `json:"planned"`
	Settled     int       `json:"settled"`
	Skipped     int       `json:"skipped,omitempty"`
	Failed      int       `json:"failed,omitempty"`
	Retries     int       `json:"retries,omitempty"` // attempts of stages after their first
	Session     string    `json:"session"`
	Answer      string    `json:"answer,omitempty"`
	Route       string    `json:"route,omitempty"`
	Noticed     string    `json:"noticed,omitempty"` // the route by which its requester was told that it is kept
	Partial     bool      `json:"partial,omitempty"` // its beginning was not read
	Seconds     float64   `json:"took_s"`            // or has taken so far
}

// Working is a stage that could run, or runs.
type Working struct {
	Stage string    `json:"stage"`
	Since time.Time `json:"since"`
	Progress
}

// Took is how long it took, or has taken so far.
func (w Workflow) Took() time.Duration { return time.Duration(w.Seconds * float64(time.Second)) }

// working lists the stages that could run, or run.
func (r *record) working() []string {
	var names []string
	for _, ready := range r.state.Ready() {
		names = append(names, ready.Stage)
	}
	return names
}

func (r *record) row(now time.Time) Workflow {
	s := r.state
	w := Workflow{
		ID: s.ID, Address: Address(s.Context.URL, s.Context.Requester.Private), Depth: s.Context.Depth, Private: s.Context.Requester.Private,
		DerivedFrom: s.Context.DerivedFrom, State: Running, RequestedAt: r.began, Partial: s.RequestedAt.IsZero(), Session: SessionOpen,
	}
	if !s.RequestedAt.IsZero() {
		w.RequestedAt = s.RequestedAt
	}
	for _, p := range s.Context.Plan {
		if p.Given {
			continue
		}
		w.Planned++
		settled, done := s.Stages[p.Stage]
		if !done {
			continue
		}
		w.Settled++
		w.Retries += max(0, settled.Attempts-1)
		switch settled.Status {
		case workflow.Skipped:
			w.Skipped++
		case workflow.Failed:
			w.Failed++
		}
	}
	for _, ready := range s.Ready() {
		w.Working = append(w.Working, Working{ready.Stage, ready.Since, r.progress[ready.Stage]})
	}
	until := now
	if s.Ended != nil {
		w.State, w.EndedAt, until = s.Ended.Outcome, s.Ended.At, s.Ended.At
		switch s.Ended.Outcome {
		case workflow.Completed:
			w.Settled = w.Planned
		case workflow.Failed:
			w.Reason = because(s.Ended.Failed.Reason, s.Ended.Failed.Message, w.Private)
		}
	}
	w.Seconds = max(0, until.Sub(w.RequestedAt).Seconds())
	switch {
	case s.Session.ClosedReason != "":
		w.Session = SessionClosed
	case !s.Session.ExpiringAt.IsZero():
		w.Session = SessionExpiring
	}
	w.answer(s)
	return w
}

// answer says what became of the report, or of the word that there is none.
func (w *Workflow) answer(s workflow.State) {
	for _, kind := range []string{schemas.KindResults, schemas.KindError} {
		if d, ok := s.Deliveries[kind]; ok && d.Succeeded {
			w.Answer, w.Route = Delivered, d.Route
		} else if ok {
			w.Answer = Undelivered
		}
	}
	if w.Answer == Undelivered && s.Archived != nil {
		w.Answer = Kept
	}
	if d, ok := s.Deliveries[schemas.KindNotice]; ok && d.Succeeded {
		w.Noticed = d.Route
	}
}

// Query says which workflows are asked for. The empty one asks for all.
type Query struct {
	Words string // each must occur: in the id, the address as it is shown, the depth, a stage at work, or a state
	State string // running, completed, failed, cancelled, undelivered (kept ones too), retried; empty: any
	Limit int    // 0: none
}

// States are what a query can ask for, beside any.
var States = []string{Running, workflow.Completed, workflow.Failed, workflow.Cancelled, Undelivered, Retried}

// Retried is the state of a workflow one of whose stages was tried more than once.
const Retried = "retried"

func (q Query) matches(w Workflow) bool {
	switch q.State {
	case "":
	case Undelivered:
		if w.Answer != Undelivered && w.Answer != Kept {
			return false
		}
	case Retried:
		if w.Retries == 0 {
			return false
		}
	default:
		if w.State != q.State {
			return false
		}
	}
	words := strings.Fields(strings.ToLower(q.Words))
	if len(words) == 0 {
		return true
	}
	parts := []string{w.ID, w.Address, w.Depth, w.State, "session:" + w.Session, w.Answer, w.Route, w.Reason}
	for _, working := range w.Working {
		parts = append(parts, working.Stage)
	}
	if w.Private {
		parts = append(parts, "private")
	}
	text := strings.ToLower(strings.Join(parts, "\n"))
	return !slices.ContainsFunc(words, func(word string) bool { return !strings.Contains(text, word) })
}
