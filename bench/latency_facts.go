package main

import (
	"slices"
	"strings"
	"time"

	"autointel.example/schemas"
)

// What is waited for, by people: the kinds of latency.
const (
	waitAcknowledged = "command to acknowledgement"
	waitFinal        = "completion to final answer"
	waitProgress     = "settlement to progress edit"
	waitOverdue      = "the same, less the pause between edits"
	waitRetrieved    = "button to retrieved result"
)

// waits are the kinds in the order in which they are shown.
var waits = []string{waitAcknowledged, waitFinal, waitProgress, waitOverdue, waitRetrieved}

// How the product paces its edits: a stage's word waits to be published together with others, and an answer is edited no
// more often than Discord allows with room for the final one.
const (
	wordPause = 200 * time.Millisecond
	editPause = 2 * time.Second
)

// What a message shows.
const (
	showsOther    = ""
	showsProgress = "progress"
	showsResult   = "result"
)

// showing is what a message showed from a time on.
type showing struct {
	from    time.Time
	shows   string
	settled []string // of progress: the stages that it shows as settled
}

// settlement is a stage that came to its end.
type settlement struct {
	stage string
	at    time.Time
}

// facts are what is known of one workflow once it is over.
type facts struct {
	asked     time.Time // the command was used
	answer    []showing // what its answer showed, in order; the first is the acknowledgement
	settled   []settlement
	completed time.Time // zero: it did not end with a report
	lost      bool      // its session was closed, so its answer is found by another way
	pressed   time.Time // the button was pressed; zero: there was none
	retrieved []showing // what the answer to the button showed
}

// latencies are how long one workflow's user waited for what. Of a session that was closed, neither the final answer nor
// progress was to be shown by it.
func (f facts) latencies() map[string][]time.Duration {
	all := map[string][]time.Duration{}
	if len(f.answer) > 0 {
		all[waitAcknowledged] = []time.Duration{f.answer[0].from.Sub(f.asked)}
	}
	if at, shown := firstOf(f.answer, showsResult); shown && !f.lost && !f.completed.IsZero() {
		all[waitFinal] = []time.Duration{at.Sub(f.completed)}
	}
	if !f.lost {
		for _, s := range f.settled {
			if took, overdue, shown := f.shown(s); shown {
				all[waitProgress] = append(all[waitProgress], took)
				all[waitOverdue] = append(all[waitOverdue], overdue)
			}
		}
	}
	if at, shown := firstOf(f.retrieved, showsResult); shown && !f.pressed.IsZero() {
		all[waitRetrieved] = []time.Duration{at.Sub(f.pressed)}
	}
	return all
}

// shown is how long it took until an edit showed a stage as settled, and how much of that was neither the pause in which its
// word waits nor that after the edit before. One that the final answer overtook is not shown.
func (f facts) shown(s settlement) (took, overdue time.Duration, shown bool) {
	var before time.Time
	for _, v := range f.answer {
		if v.shows == showsResult {
			return 0, 0, false
		}
		if v.shows != showsProgress {
			continue
		}
		if slices.Contains(v.settled, s.stage) {
			due := s.at.Add(wordPause)
			if after := before.Add(editPause); !before.IsZero() && after.After(due) {
				due = after
			}
			return v.from.Sub(s.at), max(0, v.from.Sub(due)), true
		}
		before = v.from
	}
	return 0, 0, false
}

func firstOf(all []showing, shows string) (from time.Time, found bool) {
	i := slices.IndexFunc(all, func(v showing) bool { return v.shows == shows })
	if i < 0 {
		return time.Time{}, false
	}
	return all[i].from, true
}

// wait is how long many waited for one thing.
type wait struct {
	What  string  `json:"what"`
	Count int     `json:"count"`
	P50MS float64 `json:"p50_ms"`
	P95MS float64 `json:"p95_ms"`
	P99MS float64 `json:"p99_ms"`
}

// waitsOf puts the latencies of many workflows together, one wait for each kind.
func waitsOf(all []facts) []wait {
	took := map[string][]time.Duration{}
	for _, f := range all {
		for what, list := range f.latencies() {
			took[what] = append(took[what], list...)
		}
	}
	var list []wait
	for _, what := range waits {
		durations := took[what]
		slices.Sort(durations)
		list = append(list, wait{what, len(durations), rank(durations, 50), rank(durations, 95), rank(durations, 99)})
	}
	return list
}

// rank is the nearest-rank percentile of sorted durations in milliseconds; of none it is zero.
func rank(sorted []time.Duration, percent int) float64 {
	if len(sorted) == 0 {
		return 0
	}
	n := (len(sorted)*percent + 99) / 100
	return float64(sorted[max(0, n-1)].Nanoseconds()) / 1e6
}

// settledMarks are what stands before a stage in a progress card once it has settled: completed, skipped, failed.
var settledMarks = []string{"✅ ", "➖ ", "⚠️ "}

// settledIn are the stages of a plan that the text of a progress card shows as settled.
func settledIn(text string, stages []string) []string {
	var settled []string
	for line := range strings.Lines(text) {
		for _, mark := range settledMarks {
			words, marked := strings.CutPrefix(strings.TrimSpace(line), mark)
			if !marked {
				continue
			}
			for _, stage := range stages {
				if strings.EqualFold(words, schemas.StageWord(stage)) {
					settled = append(settled, stage)
				}
			}
		}
	}
	return settled
}
