package console

import (
	"slices"
	"time"

	"autointel.example/internal/workflow"
	"autointel.example/schemas"
)

// Bounds of what a view holds.
const (
	Keep     = 500 // workflows
	recent   = 40  // deliveries, and things that went wrong
	minutes  = 60  // for which there are counts
	maxHeard = 32  // stages of one workflow that say how far they are
)

// View is what was heard so far. It holds the newest workflows, those that have ended making room first, and is not safe for
// concurrent use.
type View struct {
	keep       int
	workflows  map[string]*record
	order      []string // by when they were asked for, oldest first
	minutes    [minutes]minute
	deliveries []Delivery // oldest first
	problems   []Problem
	look       Look
	unlisted   int       // workflows that run and are not held
	since      time.Time // of the first event heard
	newest     time.Time // of the last
	seq        uint64    // of the last
}

// record is a workflow, without its outputs and its report.
type record struct {
	state    workflow.State
	began    time.Time
	closedAt time.Time
	progress map[string]Progress
	version  uint64 // it changes with everything that is heard
}

// Progress is how far a stage at work is.
type Progress struct {
	Done  int64     `json:"done,omitempty"`
	Total int64     `json:"total,omitempty"` // 0: not known
	Unit  string    `json:"unit,omitempty"`
	At    time.Time `json:"at"`
}

// minute counts what happened within one.
type minute struct {
	unix       int64 // which one
	events     int
	requested  int
	ended      map[string]int // by outcome
	deliveries map[DeliveryKey]int
}

// DeliveryKey tells deliveries apart that are counted.
type DeliveryKey struct {
	Kind      string `json:"kind"`
	Route     string `json:"route,omitempty"`  // of one that succeeded
	Reason    string `json:"reason,omitempty"` // of one that did not
	Succeeded bool   `json:"succeeded"`
}

// NewView returns an empty view that holds so many workflows.
func NewView(keep int) *View {
	return &View{keep: keep, workflows: map[string]*record{}}
}

// Look is how the log and its consumers are, as the server says.
type Look struct {
	At        time.Time
	Log       Log
	Dead      uint64   // dead letters, and the server's advisories
	Running   []string // workflows that run, by their leases; some have just ended
	Consumers []Consumer
	Trouble   string // why it could not be looked; empty: it could
}

// Looked takes in how the log is. Where there was trouble, what was seen before stays.
func (v *View) Looked(l Look) {
	if l.Trouble != "" {
		v.look.Trouble = l.Trouble
		return
	}
	v.look, v.unlisted = l, 0
	for _, id := range l.Running {
		if v.workflows[id] == nil {
			v.unlisted++
		}
	}
}

// Apply takes in an event, in the order of the log. One that was heard before changes nothing.
func (v *View) Apply(e schemas.Event) {
	if e.Seq <= v.seq {
		return
	}
	v.seq = e.Seq
	if v.since.IsZero() {
		v.since = e.Time
	}
	if e.Time.After(v.newest) {
		v.newest = e.Time
	}
	v.count(e)
	v.note(e)
	if r := v.recordOf(e.Workflow, false); r != nil {
		r.apply(e)
		r.version++
	}
}

// Version changes with everything that is heard of a workflow; 0: it is not among those that are held.
func (v *View) Version(id string) uint64 {
	if r := v.workflows[id]; r != nil {
		return r.version
	}
	return 0
}

// recordOf returns the record of a workflow, a new one if need be. Nil: it is a retrieval, or older than what would have to make
// room for it, unless it is wanted all the same.
func (v *View) recordOf(id string, wanted bool) *record {
	if r := v.workflows[id]; r != nil {
		return r
	}
	began := schemas.IDTime(id)
	if !schemas.ValidID(id) || !schemas.ValidWorkflow(id) {
		return nil
	}
	if len(v.order) >= v.keep {
		oldest := v.dispensable()
		if !wanted && began.Before(v.workflows[v.order[oldest]].began) {
			return nil
		}
		delete(v.workflows, v.order[oldest])
		v.order = slices.Delete(v.order, oldest, oldest+1)
	}
	r := &record{began: began}
	v.workflows[id] = r
	at, _ := slices.BinarySearchFunc(v.order, began, func(other string, t time.Time) int { return v.workflows[other].began.Compare(t) })
	v.order = slices.Insert(v.order, at, id)
	return r
}

// dispensable is where the oldest workflow that has ended stands; when all of them run, the oldest.
func (v *View) dispensable() int {
	return max(0, slices.IndexFunc(v.order, func(id string) bool { return v.workflows[id].state.Ended != nil }))
}

func (r *record) apply(e schemas.Event) {
	r.state = workflow.Apply(r.state, lean(e))
	if r.state.RawContext != nil {
		r.state.RawContext = noContext // it has been read; the bytes would keep the whole message
	}
	switch d := e.Data.(type) {
	case schemas.SessionClosed:
		if r.closedAt.IsZero() {
			r.closedAt = e.Time
		}
	case schemas.StageCompleted:
		delete(r.progress, d.Stage)
	case schemas.StageSkipped:
		delete(r.progress, d.Stage)
	case schemas.StageFailed:
		delete(r.progress, d.Stage)
	case schemas.WorkflowCompleted, schemas.WorkflowFailed, schemas.WorkflowCancelled:
		r.progress = nil
	}
}

// noContext stands for a context that was read.
var noContext = schemas.RawJSON("{}")

// lean is an event without what only its readers need: outputs and reports may be large, and no operator sees them here.
func lean(e schemas.Event) schemas.Event {
	switch d := e.Data.(type) {
	case schemas.StageCompleted:
		d.Output = schemas.Output{}
		e.Data = d
	case schemas.WorkflowCompleted:
		d.Report, d.Headline, d.Title = nil, "", ""
		e.Data = d
	case schemas.ResultArchived:
		d.Title = ""
		e.Data = d
	}
	return e
}

// Heard takes in how far a stage is.
func (v *View) Heard(p schemas.Progress) {
	r := v.workflows[p.Workflow]
	if r == nil || r.state.Ended != nil {
		return
	}
	r.version++
	if _, settled := r.state.Stages[p.Stage]; settled || p.State != "running" {
		delete(r.progress, p.Stage)
		return
	}
	if r.progress == nil {
		r.progress = map[string]Progress{}
	}
	if before, known := r.progress[p.Stage]; p.At.Before(before.At) || !known && len(r.progress) >= maxHeard {
		return
	}
	r.progress[p.Stage] = Progress{p.Done, p.Total, p.Unit, p.At}
}

// Partial lists the workflows of which the beginning was not heard, and of those that run the unknown; newest first, no more than n.
func (v *View) Partial(n int) []string {
	var ids []string
	for _, id := range v.look.Running {
		if v.workflows[id] == nil && schemas.ValidID(id) {
			ids = append(ids, id)
		}
	}
	for _, id := range slices.Backward(v.order) {
		if s := v.workflows[id].state; s.RequestedAt.IsZero() {
			ids = append(ids, id)
		}
	}
	return ids[:min(n, len(ids))]
}

// Fill takes in all events of a workflow whose beginning was not heard. What has been heard since they were read stays.
func (v *View) Fill(id string, events []schemas.Event) {
	if len(events) == 0 {
		return
	}
	r := v.recordOf(id, true)
	if r == nil || events[len(events)-1].Seq < r.state.Seq {
		return
	}
	full := record{began: r.began, progress: r.progress, version: r.version + 1}
	for _, e := range events {
		full.apply(e)
	}
	*r = full
}

// count counts an event in its minute.
func (v *View) count(e schemas.Event) {
	unix := e.Time.Unix() / 60
	m := &v.minutes[unix%minutes]
	if unix > m.unix {
		*m = minute{unix: unix, ended: map[string]int{}, deliveries: map[DeliveryKey]int{}}
	}
	if unix < m.unix {
		return // an hour old
	}
	m.events++
	if end, ok := workflow.EndedOf(e); ok {
		m.ended[end.Outcome]++
	}
	switch d := e.Data.(type) {
	case schemas.WorkflowRequested:
		m.requested++
	case schemas.DeliverySucceeded:
		m.deliveries[DeliveryKey{Kind: d.Kind, Route: d.Route, Succeeded: true}]++
	case schemas.DeliveryFailed:
		m.deliveries[DeliveryKey{Kind: d.Kind, Reason: d.Reason}]++
	}
}

// note keeps deliveries, and what went wrong.
func (v *View) note(e schemas.Event) {
	what := ""
	switch d := e.Data.(type) {
	case schemas.DeliverySucceeded:
		v.deliveries = pushed(v.deliveries, Delivery{At: e.Time, Workflow: e.Workflow, DeliveryKey: DeliveryKey{Kind: d.Kind, Route: d.Route, Succeeded: true}})
		return
	case schemas.DeliveryFailed:
		v.deliveries = pushed(v.deliveries, Delivery{At: e.Time, Workflow: e.Workflow, DeliveryKey: DeliveryKey{Kind: d.Kind, Reason: d.Reason}})
		if d.Kind != schemas.KindResults && d.Kind != schemas.KindError { // those are kept, which is no fault
			what = d.Kind + " not delivered"
		}
	case schemas.StageFailed:
		what = d.Stage + " failed"
	case schemas.WorkflowFailed:
		what = "workflow failed"
		if d.Stage != "" {
			what += " in " + d.Stage
		}
	case schemas.TriggerRepeated:
		what = d.Stage + " had to be asked for again"
	}
	if what == "" {
		return
	}
	private := true // until it is known not to be
	if c, err := e.ParseContext(); err == nil {
		private = c.Requester.Private
	}
	v.problems = pushed(v.problems, Problem{e.Time, e.Workflow, what, Describe(e.Data, private)})
}

// pushed is a list with one more, and without its oldest when it is long enough.
func pushed[T any](list []T, one T) []T {
	if len(list) >= recent {
		copy(list, list[1:])
		list = list[:len(list)-1]
	}
	return append(list, one)
}
