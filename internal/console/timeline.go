package console

import (
	"cmp"
	"slices"
	"time"

	"autointel.example/internal/workflow"
	"autointel.example/schemas"
)

// Timeline is one workflow over time.
type Timeline struct {
	Workflow Workflow  `json:"workflow"`
	From     time.Time `json:"from"` // it was asked for
	To       time.Time `json:"to"`   // its last event, or now while it runs
	Lanes    []Lane    `json:"lanes"`
	Gaps     []Span    `json:"gaps,omitempty"` // in which no stage was at work although the workflow ran
	Events   []Moment  `json:"events"`
}

// Lane is a row of the waterfall.
type Lane struct {
	Kind     string    `json:"kind"` // LaneSession, LaneStage or LaneAnswer
	Name     string    `json:"name"`
	Status   string    `json:"status"` // of a stage: planned, waiting, working, given, or how it came out
	Says     string    `json:"says,omitempty"`
	Attempts int       `json:"attempts,omitempty"`
	After    []string  `json:"after,omitempty"`
	Spans    []Span    `json:"spans,omitempty"`
	Marks    []Mark    `json:"marks,omitempty"`
	Progress *Progress `json:"progress,omitempty"`
}

// Kinds of lanes.
const (
	LaneSession = "session"
	LaneStage   = "stage"
	LaneAnswer  = "answer"
)

// Statuses of a stage that has not settled, and of one that another workflow has settled.
const (
	Planned = "planned" // it waits for others
	Ready   = "ready"   // it could run; nobody has said yet that it does
	AtWork  = "working"
	Given   = "given"
	Dropped = "dropped" // the workflow ended before it
)

// Span is a time that something took.
type Span struct {
	Kind string    `json:"kind"`
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
}

// Kinds of spans.
const (
	Waited   = "waited"   // from when it could run until it did
	Tried    = "tried"    // earlier attempts, with the waits between them
	Worked   = "worked"   // the attempt that counts
	Open     = "open"     // of a session
	Expiring = "expiring" // of a session, after the warning
	Idle     = "idle"     // a gap
)

// Mark is a moment in a lane.
type Mark struct {
	At   time.Time `json:"at"`
	Name string    `json:"name"`
	Bad  bool      `json:"bad,omitempty"`
	Says string    `json:"says,omitempty"`
}

// Moment is an event in the list below the waterfall.
type Moment struct {
	Seq  uint64    `json:"seq"`
	At   time.Time `json:"at"`
	Name string    `json:"name"` // its subject after the id
	Says string    `json:"says,omitempty"`
	Bad  bool      `json:"bad,omitempty"`
}

// Duration is how long a span is.
func (s Span) Duration() time.Duration { return s.To.Sub(s.From) }

// Length is how much time the timeline shows.
func (t Timeline) Length() time.Duration { return t.To.Sub(t.From) }

// At is where a moment stands: 0 at the beginning, 1 at the end.
func (t Timeline) At(at time.Time) float64 {
	if t.Length() <= 0 {
		return 0
	}
	return min(1, max(0, at.Sub(t.From).Seconds()/t.Length().Seconds()))
}

// smallestGap is the shortest time that is shown as a gap, beside a fiftieth of all.
const smallestGap = 250 * time.Millisecond

// NewTimeline draws a workflow or a retrieval from all its events, in their order, and from what its stages say of themselves.
func NewTimeline(events []schemas.Event, progress map[string]Progress, now time.Time) Timeline {
	if len(events) == 0 {
		return Timeline{}
	}
	r := record{began: schemas.IDTime(events[0].Workflow)}
	for _, e := range events {
		r.apply(e)
		if e.Time.After(now) {
			now = e.Time
		}
	}
	r.progress = progress
	t := Timeline{Workflow: r.row(now), To: events[len(events)-1].Time}
	t.From = t.Workflow.RequestedAt
	for _, e := range events {
		t.Events = append(t.Events, momentOf(e, t.Workflow.Private))
		if e.Time.After(t.To) {
			t.To = e.Time
		}
	}
	if r.state.Ended == nil && schemas.ValidWorkflow(r.state.ID) {
		t.To = now
	}
	t.Lanes = append(t.Lanes, t.session(events))
	for _, p := range r.state.Context.Plan {
		t.Lanes = append(t.Lanes, t.stage(r, p, now))
	}
	if answer := answerLane(events); len(answer.Marks) > 0 {
		t.Lanes = append(t.Lanes, answer)
	}
	t.Gaps = t.gaps(r.state)
	return t
}

func momentOf(e schemas.Event, private bool) Moment {
	m := Moment{Seq: e.Seq, At: e.Time, Says: Describe(e.Data, private)}
	if s, err := schemas.ParseSubject(e.Subject()); err == nil {
		m.Name = s.Noun + "." + s.Verb
		if s.Qualifier != "" {
			m.Name += "." + s.Qualifier
		}
	}
	switch e.Data.(type) {
	case schemas.StageFailed, schemas.WorkflowFailed, schemas.DeliveryFailed, schemas.SessionClosed, schemas.TriggerRepeated, schemas.RetrievalRefused:
		m.Bad = true
	}
	return m
}

// session is the lane of the interaction.
func (t Timeline) session(events []schemas.Event) Lane {
	l := Lane{Kind: LaneSession, Name: "session", Status: SessionOpen}
	from, kind := t.From, Open
	until := func(to time.Time) {
		if to.After(from) {
			l.Spans = append(l.Spans, Span{kind, from, to})
			from = to
		}
	}
	for _, e := range events {
		switch d := e.Data.(type) {
		case schemas.SessionAcknowledged:
			l.Marks = append(l.Marks, Mark{At: e.Time, Name: "acknowledged"})
		case schemas.SessionExpiring:
			if l.Status == SessionOpen {
				until(e.Time)
				kind, l.Status = Expiring, SessionExpiring
				l.Marks = append(l.Marks, Mark{At: e.Time, Name: "warned", Says: Describe(d, false)})
			}
		case schemas.SessionClosed:
			if l.Status != SessionClosed {
				until(e.Time)
				l.Status, l.Says = SessionClosed, d.Reason
				l.Marks = append(l.Marks, Mark{At: e.Time, Name: "closed", Bad: true, Says: d.Reason})
			}
		}
	}
	if l.Status != SessionClosed {
		until(t.To)
	}
	return l
}

// stage is the lane of a stage.
func (t Timeline) stage(r record, p schemas.PlannedStage, now time.Time) Lane {
	s := r.state
	l := Lane{Kind: LaneStage, Name: p.Stage, After: p.After, Status: Planned}
	if p.Given {
		l.Status, l.Says = Given, "from "+s.Context.DerivedFrom
		return l
	}
	settled, done := s.Stages[p.Stage]
	if p.Stage == workflow.Briefing && s.Ended != nil && s.Ended.Outcome == workflow.Completed {
		settled, done = workflow.Settled{Status: workflow.Completed, At: s.Ended.At, Started: s.Ended.Completed.StartedAt}, true
	}
	ready, known := readySince(s, p)
	if !done {
		switch _, heard := r.progress[p.Stage]; {
		case s.Ended != nil:
			l.Status = Dropped
			if s.Ended.Outcome == workflow.Failed && s.Ended.Failed.Stage == p.Stage {
				l.Status, l.Says = workflow.Failed, because(s.Ended.Failed.Reason, s.Ended.Failed.Message, t.Workflow.Private)
				if known {
					l.Spans = between(nil, Worked, ready, s.Ended.At)
				}
			}
		case known && heard:
			progress := r.progress[p.Stage]
			l.Status, l.Progress, l.Spans = AtWork, &progress, between(nil, Worked, ready, now)
		case known:
			l.Status, l.Spans = Ready, between(nil, Waited, ready, now)
		}
		l.Marks = t.repeated(s, p.Stage)
		return l
	}
	l.Status, l.Attempts = settled.Status, settled.Attempts
	if settled.Status != workflow.Completed {
		l.Says = because(settled.Reason, settled.Message, t.Workflow.Private)
	}
	last := Worked
	if settled.Started.IsZero() && settled.Attempts > 1 {
		last = Tried // when the last attempt began is not known
	}
	started := settled.Started
	if started.IsZero() || started.Before(t.From) {
		started = cmp.Or(ready, settled.At)
	}
	if known {
		before := Waited
		if settled.Attempts > 1 {
			before = Tried
		}
		l.Spans = between(l.Spans, before, ready, started)
	}
	l.Spans = between(l.Spans, last, started, settled.At)
	l.Marks = t.repeated(s, p.Stage)
	return l
}

// repeated marks a stage that the watchdog asked for. When it did stands in the list of events.
func (t Timeline) repeated(s workflow.State, stage string) []Mark {
	var marks []Mark
	if s.Repeated[stage] > 0 {
		for _, e := range t.Events {
			if e.Name == "trigger.repeated."+stage {
				marks = append(marks, Mark{At: e.At, Name: "asked for again", Bad: true, Says: e.Says})
			}
		}
	}
	return marks
}

// readySince is when the last of a stage's dependencies settled; of a root, when it was asked for.
func readySince(s workflow.State, p schemas.PlannedStage) (since time.Time, known bool) {
	since = s.RequestedAt
	for _, d := range p.After {
		planned, _ := s.Context.Plan.Find(d)
		settled, ok := s.Stages[d]
		if !ok && !planned.Given {
			return time.Time{}, false
		}
		if settled.At.After(since) {
			since = settled.At
		}
	}
	return since, !since.IsZero()
}

func between(spans []Span, kind string, from, to time.Time) []Span {
	if !to.After(from) {
		return spans
	}
	return append(spans, Span{kind, from, to})
}

// answerLane shows what became of what was to be shown.
func answerLane(events []schemas.Event) Lane {
	l := Lane{Kind: LaneAnswer, Name: "answer"}
	for _, e := range events {
		switch d := e.Data.(type) {
		case schemas.DeliverySucceeded:
			l.Marks = append(l.Marks, Mark{At: e.Time, Name: d.Kind + " shown", Says: "by " + d.Route})
			if d.Kind == schemas.KindResults || d.Kind == schemas.KindError {
				l.Status = Delivered
			}
		case schemas.DeliveryFailed:
			l.Marks = append(l.Marks, Mark{At: e.Time, Name: d.Kind + " not shown", Bad: true, Says: d.Reason})
			if d.Kind == schemas.KindResults || d.Kind == schemas.KindError {
				l.Status = Undelivered
			}
		case schemas.ResultArchived:
			l.Marks = append(l.Marks, Mark{At: e.Time, Name: "kept in the archive", Says: d.Reason})
			l.Status = Kept
		}
	}
	return l
}

// gaps are the times in which no stage was at work although the workflow ran.
func (t Timeline) gaps(s workflow.State) []Span {
	end := t.To
	if s.Ended != nil {
		end = s.Ended.At
	}
	var worked []Span
	for _, l := range t.Lanes {
		if l.Kind != LaneStage {
			continue
		}
		for _, span := range l.Spans {
			if span.Kind != Waited {
				worked = append(worked, span)
			}
		}
	}
	slices.SortFunc(worked, func(a, b Span) int { return a.From.Compare(b.From) })
	least := max(smallestGap, t.Length()/50)
	var gaps []Span
	from := t.From
	idle := func(to time.Time) {
		if to.Sub(from) >= least {
			gaps = append(gaps, Span{Idle, from, to})
		}
	}
	for _, span := range worked {
		idle(span.From)
		if span.To.After(from) {
			from = span.To
		}
	}
	if len(s.Context.Plan) > 0 {
		idle(end)
	}
	return gaps
}
