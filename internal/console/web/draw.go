package web

import (
	"fmt"
	"html/template"
	"math"
	"slices"
	"strings"
	"time"

	"autointel.example/internal/console"
	"autointel.example/schemas"
)

// functions are what the templates draw with.
var functions = template.FuncMap{
	"took": console.Took, "ago": console.Ago, "offset": console.Offset, "size": console.Size, "count": count, "word": schemas.StageWord, "clock": clock, "moment": moment,
	"now": nowDoing, "segments": segments, "spark": spark, "sum": sum, "lag": lag, "others": others, "ticks": ticks, "bars": bars, "gaps": gapBars, "marks": marks,
	"brief": brief, "total": totalCounts, "answer": answer,
}

func clock(t time.Time) string  { return t.UTC().Format("15:04:05") }
func moment(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05.000") }

func count(n any) string {
	switch n := n.(type) {
	case int:
		return console.Count(uint64(max(0, n)))
	case uint64:
		return console.Count(n)
	}
	return fmt.Sprint(n)
}

// brief is enough of an id to tell it from its neighbours: ids of one moment begin alike.
func brief(id string) string {
	if len(id) < 20 {
		return id
	}
	return id[:3] + "…" + id[len(id)-8:]
}

// nowDoing says what a workflow does.
func nowDoing(w console.Workflow) string {
	parts := make([]string, 0, len(w.Working))
	for _, s := range w.Working {
		text := schemas.StageWord(s.Stage)
		if p := console.Far(s.Progress); p != "" {
			text += " (" + p + ")"
		}
		parts = append(parts, text)
	}
	return strings.Join(parts, ", ")
}

// answer says what became of the answer.
func answer(w console.Workflow) string {
	switch {
	case w.Answer == console.Delivered:
		return "shown by " + w.Route
	case w.Answer == console.Kept && w.Noticed != "":
		return "kept, told by " + w.Noticed
	case w.Answer == console.Kept:
		return "kept"
	case w.Answer == console.Undelivered:
		return "not shown"
	}
	return ""
}

// bar is a rectangle in a picture whose width is 100.
type bar struct {
	Class    string
	X, Width string // percent
	Title    string
}

// wide is a share as a percentage; never so little that it is not seen.
func wide(from, to float64) (x, width string) {
	const least = 0.35
	w := max(least, (to-from)*100)
	return percent(min(from*100, 100-w)), percent(w)
}

func percent(v float64) string { return fmt.Sprintf("%.3f%%", v) }

// segments are the stages of a workflow in a line, by how they came out.
func segments(w console.Workflow) []bar {
	if w.Planned == 0 {
		return nil
	}
	var all []bar
	from := 0
	add := func(class string, n int) {
		if n > 0 {
			x, width := wide(float64(from)/float64(w.Planned), float64(from+n)/float64(w.Planned))
			all = append(all, bar{Class: class, X: x, Width: width})
			from += n
		}
	}
	add("done", w.Settled-w.Skipped-w.Failed)
	add("skipped", w.Skipped)
	add("failed", w.Failed)
	add("working", len(w.Working))
	return all
}

// spark is a path of columns, one for each minute of an hour, in a box of 120 by 28.
func spark(values []int) string {
	const height = 28.0
	top := 1
	for _, v := range values {
		top = max(top, v)
	}
	var b strings.Builder
	for i, v := range values {
		if v > 0 {
			fmt.Fprintf(&b, "M%d,%.0fV%.1fh1.5V%.0fz", 2*i, height, height-2-float64(v)/float64(top)*(height-2), height)
		}
	}
	return b.String()
}

func sum(values []int) (n int) {
	for _, v := range values {
		n += v
	}
	return n
}

// lag is what waits and is at work, over all consumers of events.
func lag(all []console.Consumer) (n int) {
	for _, c := range all {
		n += c.Waiting + c.AtWork
	}
	return n
}

// others are the consumers that start no stage.
func others(all []console.Consumer) (list []console.Consumer) {
	for _, c := range all {
		if c.Stage == "" {
			list = append(list, c)
		}
	}
	return list
}

func totalCounts(counts []console.DeliveryCount, succeeded bool) (n int) {
	for _, c := range counts {
		if c.Succeeded == succeeded {
			n += c.Count
		}
	}
	return n
}

// tickMark is a time on the axis.
type tickMark struct {
	X     string
	Label string
	Last  bool // its label stands left of it
}

// steps are how far the marks of an axis stand from each other.
var steps = []time.Duration{
	10 * time.Millisecond, 50 * time.Millisecond, 100 * time.Millisecond, 250 * time.Millisecond, 500 * time.Millisecond, time.Second, 2 * time.Second, 5 * time.Second,
	10 * time.Second, 15 * time.Second, 30 * time.Second, time.Minute, 2 * time.Minute, 5 * time.Minute, 10 * time.Minute, 15 * time.Minute, 30 * time.Minute,
	time.Hour, 2 * time.Hour, 6 * time.Hour, 12 * time.Hour, 24 * time.Hour,
}

// ticks are the marks of a timeline's axis, no more than nine.
func ticks(t console.Timeline) []tickMark {
	length := t.Length()
	if length <= 0 {
		return nil
	}
	step := steps[len(steps)-1]
	for _, s := range steps {
		if length/s <= 8 {
			step = s
			break
		}
	}
	var all []tickMark
	for at := time.Duration(0); at <= length && len(all) < 40; at += step {
		share := float64(at) / float64(length)
		all = append(all, tickMark{percent(share * 100), strings.Replace(console.Took(at), ".0 s", " s", 1), share > 0.93})
	}
	return all
}

// bars are a lane's spans.
func bars(t console.Timeline, l console.Lane) []bar {
	all := make([]bar, 0, len(l.Spans))
	for _, s := range l.Spans {
		x, width := wide(t.At(s.From), t.At(s.To))
		class := s.Kind
		if s.Kind == console.Worked {
			class += " " + l.Status
		}
		all = append(all, bar{class, x, width, fmt.Sprintf("%s %s, from %s", console.SpanWord(s.Kind), console.Took(s.Duration()), console.Took(s.From.Sub(t.From)))})
	}
	return all
}

func gapBars(t console.Timeline) []bar { return bars(t, console.Lane{Spans: t.Gaps}) }

// point is a moment in a lane.
type point struct {
	X     string
	Class string
	Title string
}

func class(m console.Mark) string {
	if m.Bad {
		return "bad"
	}
	return "good"
}

// marks are a lane's moments; what went wrong is drawn over what else happened then.
func marks(t console.Timeline, l console.Lane) []point {
	all := make([]point, 0, len(l.Marks))
	sorted := slices.Clone(l.Marks)
	slices.SortStableFunc(sorted, func(a, b console.Mark) int { return strings.Compare(class(a), class(b)) * -1 })
	for _, m := range sorted {
		title := m.Name
		if m.Says != "" {
			title += ": " + m.Says
		}
		x := math.Min(99.2, math.Max(0.8, t.At(m.At)*100)) // whole, not cut by the edge
		all = append(all, point{percent(x), class(m), title + ", at " + console.Took(m.At.Sub(t.From))})
	}
	return all
}
