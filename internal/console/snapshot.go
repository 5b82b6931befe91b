package console

import (
	"maps"
	"slices"
	"strings"
	"time"

	"autointel.example/internal/workflow"
	"autointel.example/schemas"
)

// Snapshot is how things are at one moment.
type Snapshot struct {
	At         time.Time       `json:"at"`
	Since      time.Time       `json:"since,omitzero"` // from when on events were read
	Trouble    string          `json:"trouble,omitempty"`
	Running    int             `json:"running"` // workflows, whether they are listed or not
	Known      int             `json:"known"`   // workflows that were searched
	Matching   int             `json:"matching"`
	Log        Log             `json:"log"`
	Dead       uint64          `json:"dead_letters"`
	Hour       Hour            `json:"last_hour"`
	Workflows  []Workflow      `json:"workflows"` // that match: the running first, then the newest
	Stages     []Stage         `json:"stages"`
	Consumers  []Consumer      `json:"consumers"`
	Counted    []DeliveryCount `json:"deliveries"` // of the last hour
	Deliveries []Delivery      `json:"recent_deliveries"`
	Problems   []Problem       `json:"problems"` // newest first
}

// Log is how the log is.
type Log struct {
	Events   uint64 `json:"events"`
	Bytes    uint64 `json:"bytes"`
	Last     uint64 `json:"last_seq"`
	Replicas int    `json:"replicas"`
}

// Hour is what happened within the last hour, minute by minute, this one last. What happened before Since is not in it.
type Hour struct {
	Events    []int `json:"events"`
	Requested []int `json:"requested"`
	Completed []int `json:"completed"`
	Failed    []int `json:"failed"` // cancelled ones are in neither
}

// Consumer is how far a durable consumer is. What waits and what is at work is its lag.
type Consumer struct {
	Name        string `json:"name"`
	Stream      string `json:"stream"`
	Stage       string `json:"stage,omitempty"` // that it starts
	Waiting     int    `json:"waiting"`
	AtWork      int    `json:"at_work"`
	Redelivered int    `json:"redelivered"`
}

// Stage is how a stage does, over the workflows that are known.
type Stage struct {
	Name        string        `json:"name"`
	Working     int           `json:"working"` // workflows in which it could run, or runs
	Waiting     int           `json:"waiting"` // messages of its consumers
	AtWork      int           `json:"at_work"`
	Redelivered int           `json:"redelivered"`
	Completed   int           `json:"completed"`
	Skipped     int           `json:"skipped"`
	Failed      int           `json:"failed"`
	Retried     int           `json:"retried"`
	Median      time.Duration `json:"median_ns"`
	Slowest     time.Duration `json:"slowest_ns"`
}

// Delivery is something that was shown to a requester, or could not be.
type Delivery struct {
	At       time.Time `json:"at"`
	Workflow string    `json:"workflow"`
	DeliveryKey
}

// DeliveryCount is how many deliveries there were of a kind.
type DeliveryCount struct {
	DeliveryKey
	Count int `json:"count"`
}

// Problem is something that went wrong.
type Problem struct {
	At       time.Time `json:"at"`
	Workflow string    `json:"workflow"`
	What     string    `json:"what"`
	Why      string    `json:"why,omitempty"`
}

// Snapshot returns how things are. Now must not be earlier than what was heard; where it is, as on another machine's clock, the
// newest event's time counts.
func (v *View) Snapshot(now time.Time, q Query) Snapshot {
	now = v.now(now)
	s := Snapshot{
		At: now, Since: v.since, Trouble: v.look.Trouble, Running: v.unlisted, Known: len(v.order), Log: v.look.Log, Dead: v.look.Dead,
		Consumers: slices.Clone(v.look.Consumers), Deliveries: newestFirst(v.deliveries), Problems: newestFirst(v.problems), Workflows: []Workflow{},
	}
	for _, id := range slices.Backward(v.order) {
		w := v.workflows[id].row(now)
		if w.State == Running {
			s.Running++
		}
		if q.matches(w) {
			s.Workflows = append(s.Workflows, w)
		}
	}
	slices.SortStableFunc(s.Workflows, func(a, b Workflow) int { return later(a.State == Running) - later(b.State == Running) })
	s.Matching = len(s.Workflows)
	if q.Limit > 0 && s.Matching > q.Limit {
		s.Workflows = s.Workflows[:q.Limit]
	}
	s.Stages = v.stages()
	s.Hour, s.Counted = v.hour(now)
	return s
}

func (v *View) now(now time.Time) time.Time {
	if v.newest.After(now) {
		now = v.newest
	}
	return now.UTC()
}

// later puts what is so before what is not.
func later(so bool) int {
	if so {
		return 0
	}
	return 1
}

func newestFirst[T any](list []T) []T {
	c := slices.Clone(list)
	slices.Reverse(c)
	if c == nil {
		c = []T{}
	}
	return c
}

func (v *View) stages() []Stage {
	names := workflow.Stages()
	all := make([]Stage, len(names))
	took := make([][]time.Duration, len(names))
	for i, name := range names {
		all[i].Name = name
	}
	at := func(name string) int { return slices.Index(names, name) }
	for _, c := range v.look.Consumers {
		if i := at(c.Stage); i >= 0 {
			all[i].Waiting += c.Waiting
			all[i].AtWork += c.AtWork
			all[i].Redelivered += c.Redelivered
		}
	}
	for _, r := range v.workflows {
		for _, name := range r.working() {
			if i := at(name); i >= 0 {
				all[i].Working++
			}
		}
		for name, settled := range r.state.Stages {
			i := at(name)
			if p, _ := r.state.Context.Plan.Find(name); i < 0 || p.Given {
				continue
			}
			all[i].settled(settled)
			if !settled.Started.IsZero() && !settled.At.Before(settled.Started) {
				took[i] = append(took[i], settled.At.Sub(settled.Started))
			}
		}
		if end, i := r.state.Ended, at(workflow.Briefing); end != nil && end.Outcome == workflow.Completed {
			all[i].Completed++
			if d := end.Completed; !d.StartedAt.IsZero() && !d.FinishedAt.Before(d.StartedAt) {
				took[i] = append(took[i], d.FinishedAt.Sub(d.StartedAt))
			}
		}
	}
	for i := range all {
		if slices.Sort(took[i]); len(took[i]) > 0 {
			all[i].Median, all[i].Slowest = took[i][len(took[i])/2], took[i][len(took[i])-1]
		}
	}
	return all
}

func (s *Stage) settled(settled workflow.Settled) {
	switch settled.Status {
	case workflow.Completed:
		s.Completed++
	case workflow.Skipped:
		s.Skipped++
	case workflow.Failed:
		s.Failed++
	}
	if settled.Attempts > 1 {
		s.Retried++
	}
}

// hour sums up the minutes.
func (v *View) hour(now time.Time) (Hour, []DeliveryCount) {
	h := Hour{make([]int, minutes), make([]int, minutes), make([]int, minutes), make([]int, minutes)}
	sums := map[DeliveryKey]int{}
	first := now.Unix()/60 - minutes + 1
	for _, m := range v.minutes {
		i := int(m.unix - first)
		if i < 0 || i >= minutes {
			continue
		}
		h.Events[i], h.Requested[i] = m.events, m.requested
		h.Completed[i], h.Failed[i] = m.ended[workflow.Completed], m.ended[workflow.Failed]
		for key, n := range m.deliveries {
			sums[key] += n
		}
	}
	counts := []DeliveryCount{}
	for _, key := range slices.SortedFunc(maps.Keys(sums), func(a, b DeliveryKey) int {
		return strings.Compare(a.Kind+" "+a.Route+" "+a.Reason, b.Kind+" "+b.Route+" "+b.Reason)
	}) {
		counts = append(counts, DeliveryCount{key, sums[key]})
	}
	return h, counts
}

// StageOf returns the stage that a consumer starts; empty: it starts none.
func StageOf(consumer string) string {
	stage, _ := schemas.StageOfConsumer(consumer)
	if !slices.Contains(workflow.Stages(), stage) {
		return ""
	}
	return stage
}
