// Package watch does what is due by the clock: it says that a session is expiring or closed, asks again for a stage
// that should long have settled, and ends a workflow whose deadline has passed.
//
// A workflow has one timer, for the next thing due (schemas.TimerSubject). When it arrives, the workflow is folded from
// the log, Due decides what is due and when to look again, the events are appended, and the timer is set anew. A crash
// anywhere in between means that the timer arrives again; the events happen once whatever is repeated.
package watch

import (
	"time"

	"autointel.example/internal/workflow"
	"autointel.example/schemas"
)

// Times are an installation's.
type Times struct {
	Lifetime time.Duration // of a session, from the interaction's creation
	Warning  time.Duration // after which it is expiring
	Margin   time.Duration // before its end, from which on it is taken for closed
	Deadline time.Duration // of a workflow
	Every    time.Duration // between two looks at a running workflow
	// Patience is how long a ready stage may take until it is asked for again. It exceeds the longest deadline of a
	// stage, so that a stage at work is never taken for lost.
	Patience time.Duration
	// Lag is how long a workflow may be unknown to the log after its timer was set: ingest sets the timer first.
	Lag time.Duration
}

// The watch's own times. The session's and the deadline are configured.
const (
	Every    = 5 * time.Minute
	Patience = 15 * time.Minute
	Lag      = 30 * time.Minute
)

// ReasonDeadline is why a workflow fails that has not ended in time.
const ReasonDeadline = "deadline"

// Decision is what is due now, and when to look again.
type Decision struct {
	Append []schemas.Data
	Next   time.Time // zero: never again
}

// Due decides what is due for a workflow. The id says when it began, so a workflow the log does not show yet is waited
// for, as long as that can be lag.
func Due(id string, s workflow.State, now time.Time, t Times) Decision {
	began := schemas.IDTime(id)
	if s.RawContext == nil {
		if now.Sub(began) < t.Lag {
			return Decision{Next: now.Add(min(t.Every, t.Lag))}
		}
		return Decision{} // it was never requested: ingest ended between the timer and the request
	}
	if s.Ended != nil {
		return Decision{} // its result is on its way, or delivered
	}
	var d Decision
	d.session(began, s, now, t)
	if !now.Before(began.Add(t.Deadline)) {
		message := "The workflow did not finish within " + t.Deadline.String() + "."
		d.Append = append(d.Append, schemas.WorkflowFailed{Reason: ReasonDeadline, Message: message})
		return d
	}
	for _, r := range s.Ready() {
		if now.Sub(r.Since) >= t.Patience {
			d.Append = append(d.Append, schemas.TriggerRepeated{Stage: r.Stage, Why: "ready for " + now.Sub(r.Since).Round(time.Second).String()})
		}
	}
	d.Next = now.Add(t.Every)
	d.at(began.Add(t.Warning), now)
	d.at(began.Add(t.Lifetime-t.Margin), now)
	d.at(began.Add(t.Deadline), now)
	return d
}

// session says what has become of the interaction, once each.
func (d *Decision) session(began time.Time, s workflow.State, now time.Time, t Times) {
	if s.Session.ClosedReason != "" || s.Context.SessionID == "" { // a workflow that was run again has no interaction
		return
	}
	closes := began.Add(t.Lifetime - t.Margin)
	switch {
	case !now.Before(closes):
		d.Append = append(d.Append, schemas.SessionClosed{Reason: "expired", Stage: current(s)})
	case !now.Before(began.Add(t.Warning)) && s.Session.ExpiringAt.IsZero():
		d.Append = append(d.Append, schemas.SessionExpiring{ExpiresAt: began.Add(t.Lifetime)})
	}
}

// current names the stage that the workflow is at: the first that is ready.
func current(s workflow.State) string {
	if ready := s.Ready(); len(ready) > 0 {
		return ready[0].Stage
	}
	return ""
}

// at moves the next look forward to a time that is still to come.
func (d *Decision) at(t, now time.Time) {
	if t.After(now) && t.Before(d.Next) {
		d.Next = t
	}
}

// First is when the timer that ingest sets has to arrive.
func First(id string, t Times) time.Time { return schemas.IDTime(id).Add(min(t.Warning, t.Every)) }
