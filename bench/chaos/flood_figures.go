package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"autointel.example/bench/chaos/judge"
	"autointel.example/bench/chaos/sight"
	"autointel.example/internal/sandbox"
	"autointel.example/internal/workflow"
	"autointel.example/schemas"
)

// answerWithin is how soon each command is to be answered.
const answerWithin = time.Second

// floodFigures are what came of a flood.
type floodFigures struct {
	Rate   float64           `json:"workflows_per_second"` // what the machine can do
	Times  float64           `json:"times"`
	Guilds int               `json:"guilds"`
	Phases []phaseFigures    `json:"phases"`
	Quiet  quietFigures      `json:"quiet"`
	RSS    map[string]weight `json:"rss"`
}

// phaseFigures are those of one phase; times are in seconds.
type phaseFigures struct {
	Name       string  `json:"name"`
	Asked      int     `json:"asked"`
	Accepted   int     `json:"accepted"`
	Refused    int     `json:"refused"`    // a card says that the guild is at its limit
	Otherwise  int     `json:"otherwise"`  // a card says something else than that, as that it is not available now
	Unanswered int     `json:"unanswered"` // their users see that the application did not respond
	Late       int     `json:"late"`       // accepted, and told so after answerWithin
	LateNo     int     `json:"late_no"`    // not accepted, and told so after answerWithin
	AnswerP50  float64 `json:"answer_p50_seconds"`
	AnswerP99  float64 `json:"answer_p99_seconds"`
	AnswerMax  float64 `json:"answer_max_seconds"`
	ResultP50  float64 `json:"result_p50_seconds"`
	ResultP99  float64 `json:"result_p99_seconds"`
	Finished   int     `json:"finished"`
	Edits      float64 `json:"edits_per_workflow"`           // versions of its answer that show progress
	Rate       float64 `json:"edits_per_second_of_workflow"` // the same by how long it was shown
}

// quietFigures are of the single commands of a guild that does not flood, in seconds.
type quietFigures struct {
	Asked, Accepted int
	AnswerMax       float64 `json:"answer_max_seconds"`
	StartP50        float64 `json:"start_p50_seconds"` // from the command to the begin of its first step
	StartMax        float64 `json:"start_max_seconds"`
	ResultP50       float64 `json:"result_p50_seconds"`
	ResultMax       float64 `json:"result_max_seconds"`
	AheadMax        int     `json:"ahead_max"`             // the flood's workflows that ran when it was used
	LongestRun      float64 `json:"flood_run_max_seconds"` // how long one of those took at most
}

// figures are drawn from what was asked, what could be seen, and the log.
func figures(all []asked, messages []sandbox.Message, events []schemas.Event) *floodFigures {
	answers := map[string]sandbox.Message{}
	for _, m := range messages {
		if m.Interaction != "" {
			answers[m.Interaction] = m
		}
	}
	log := livesOf(events)
	f := &floodFigures{}
	for _, phase := range []string{"calibration", "half", "flood"} {
		of := slices.DeleteFunc(slices.Clone(all), func(a asked) bool { return a.phase != phase || a.quiet })
		f.Phases = append(f.Phases, phaseOf(phase, of, answers))
	}
	f.Quiet = quietOf(slices.DeleteFunc(slices.Clone(all), func(a asked) bool { return !a.quiet }), answers, log)
	return f
}

// life is when a workflow was asked for, began its first step, and ended.
type life struct{ asked, began, ended time.Time }

func livesOf(events []schemas.Event) map[string]life {
	all := map[string]life{}
	for _, e := range events {
		l := all[e.Workflow]
		switch d := e.Data.(type) {
		case schemas.WorkflowRequested:
			l.asked = e.Time
		case schemas.StageCompleted:
			if d.Stage == workflow.Acquire {
				l.began = d.StartedAt
			}
		}
		if schemas.Ends(e.Data) {
			l.ended = e.Time
		}
		all[e.Workflow] = l
	}
	return all
}

func phaseOf(name string, of []asked, answers map[string]sandbox.Message) phaseFigures {
	p := phaseFigures{Name: name, Asked: len(of)}
	var first, results []time.Duration
	var edits, shown float64
	for _, a := range of {
		m, ok := answers[a.interaction]
		if !ok {
			p.Unanswered++
			continue
		}
		first = append(first, m.Timestamp.Sub(a.at))
		late := 0
		if m.Timestamp.Sub(a.at) > answerWithin {
			late = 1
		}
		switch {
		case strings.HasPrefix(titleOfCard(m), "This server has as many"):
			p.Refused++
			p.LateNo += late
			continue
		case !accepted(m):
			p.Otherwise++
			p.LateNo += late
			continue
		}
		p.Accepted++
		p.Late += late
		progress, lasted, done := progressOf(m)
		if done {
			p.Finished++
			edits, shown = edits+float64(progress), shown+lasted.Seconds()
			results = append(results, m.Timestamp.Add(lasted).Sub(a.at))
		}
	}
	slices.Sort(first)
	slices.Sort(results)
	p.AnswerP50, p.AnswerP99, p.AnswerMax = seconds(first, 0.5), seconds(first, 0.99), seconds(first, 1)
	p.ResultP50, p.ResultP99 = seconds(results, 0.5), seconds(results, 0.99)
	if p.Finished > 0 && shown > 0 {
		p.Edits, p.Rate = edits/float64(p.Finished), edits/shown
	}
	return p
}

// accepted reports whether an answer began with what is shown of a workflow.
func accepted(m sandbox.Message) bool {
	first := sight.Seen(m).Kind
	if len(m.History) > 0 {
		first = sight.Was(m.History[0]).Kind
	}
	return first == judge.Progress || final(first)
}

func titleOfCard(m sandbox.Message) string {
	if len(m.History) > 0 && len(m.History[0].Embeds) > 0 {
		return m.History[0].Embeds[0].Title
	}
	if len(m.Embeds) > 0 {
		return m.Embeds[0].Title
	}
	return ""
}

// progressOf counts the versions of an answer that show progress, and says how long it was until the final one.
func progressOf(m sandbox.Message) (progress int, lasted time.Duration, done bool) {
	for _, v := range m.History {
		if sight.Was(v).Kind == judge.Progress {
			progress++
			lasted = v.Until.Sub(m.Timestamp)
		}
	}
	return progress, lasted, final(sight.Seen(m).Kind)
}

func quietOf(of []asked, answers map[string]sandbox.Message, log map[string]life) quietFigures {
	q := quietFigures{Asked: len(of)}
	var first, starts, results []time.Duration
	for _, a := range of {
		m, ok := answers[a.interaction]
		l := log[a.id]
		if !ok || l.began.IsZero() {
			continue
		}
		q.Accepted++
		first, starts = append(first, m.Timestamp.Sub(a.at)), append(starts, l.began.Sub(a.at))
		if _, lasted, done := progressOf(m); done {
			results = append(results, m.Timestamp.Add(lasted).Sub(a.at))
		}
		ahead := 0
		for id, other := range log {
			if id != a.id && !other.asked.IsZero() && other.asked.Before(a.at) && (other.ended.IsZero() || other.ended.After(a.at)) {
				ahead++
				if !other.ended.IsZero() {
					q.LongestRun = max(q.LongestRun, other.ended.Sub(other.asked).Seconds())
				}
			}
		}
		q.AheadMax = max(q.AheadMax, ahead)
	}
	for _, list := range [][]time.Duration{first, starts, results} {
		slices.Sort(list)
	}
	q.AnswerMax, q.StartP50, q.StartMax = seconds(first, 1), seconds(starts, 0.5), seconds(starts, 1)
	q.ResultP50, q.ResultMax = seconds(results, 0.5), seconds(results, 1)
	return q
}

// seconds is a share of sorted times, rounded to milliseconds.
func seconds(sorted []time.Duration, of float64) float64 {
	return share(sorted, of).Round(time.Millisecond).Seconds()
}

// print shows them as rows of a table.
func (f *floodFigures) print(w io.Writer) {
	fmt.Fprintf(w, "\t\t\nthe machine can do\t%.1f\tworkflows a second; the flood is %g times that, from %d guilds\n\t\t\n", f.Rate, f.Times, f.Guilds)
	fmt.Fprint(w, "phase\tasked\taccepted\trefused\tunavailable\tno answer\taccepted after 1 s\tothers after 1 s\tanswer p50\tp99\tlast\tresult p50\tp99\tedits each\ta second\n")
	for _, p := range f.Phases {
		fmt.Fprintf(w, "%s\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%.3fs\t%.3fs\t%.3fs\t%.2fs\t%.2fs\t%.2f\t%.2f\n", p.Name, p.Asked, p.Accepted, p.Refused, p.Otherwise, p.Unanswered, p.Late, p.LateNo,
			p.AnswerP50, p.AnswerP99, p.AnswerMax, p.ResultP50, p.ResultP99, p.Edits, p.Rate)
	}
	q := f.Quiet
	fmt.Fprintf(w, "\t\t\nquiet guild\t%d\tsingle commands during the flood, %d accepted: answered after %.3fs at most, begun after p50 %.2fs, at most %.2fs, result p50 %.2fs, at most %.2fs\n",
		q.Asked, q.Accepted, q.AnswerMax, q.StartP50, q.StartMax, q.ResultP50, q.ResultMax)
	fmt.Fprintf(w, "ahead of it\t%d\tworkflows of the flood at most, the longest of which took %.2fs\n\t\t\n", q.AheadMax, q.LongestRun)
	for _, name := range slices.Sorted(maps.Keys(f.RSS)) {
		fmt.Fprintf(w, "memory of %s\t%.0f\tMiB at most, %.0f at the end\n", name, f.RSS[name].Most, f.RSS[name].Last)
	}
}
