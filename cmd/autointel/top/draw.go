// Package top draws the console in a terminal: at any size, and with colour where the terminal has any.
package top

import (
	"fmt"
	"strings"

	"charm.land/lipgloss/v2"
	"github.com/clipperhouse/displaywidth"

	"autointel.example/internal/console"
	"autointel.example/internal/workflow"
	"autointel.example/schemas"
)

// View is what is drawn of a snapshot.
type View struct {
	console.Snapshot
	Where    string // the broker
	Width    int    // columns
	Height   int    // lines; 0: as many as there are
	Selected int    // a workflow; -1: none
	Query    console.Query
	Typing   bool // the query

	short bool // stages are named in a line
}

// The smallest terminal that is drawn for; a smaller one shows a part.
const (
	MinWidth  = 40
	MinHeight = 8
)

var (
	bold  = lipgloss.NewStyle().Bold(true)
	dim   = lipgloss.NewStyle().Faint(true)
	red   = lipgloss.NewStyle().Foreground(lipgloss.Red)
	green = lipgloss.NewStyle().Foreground(lipgloss.Green)
	amber = lipgloss.NewStyle().Foreground(lipgloss.Yellow)
	blue  = lipgloss.NewStyle().Foreground(lipgloss.Cyan)
	plain = lipgloss.NewStyle()
	bar   = lipgloss.NewStyle().Reverse(true)
)

// Draw returns the lines of a view, none wider than it, and no more than fit.
func Draw(v View) string {
	v.Width = max(MinWidth, v.Width)
	head := v.head()
	var foot []string
	if v.Height > 0 {
		foot = []string{v.foot()}
	}
	below := v.below()
	room := len(v.Workflows) + 2
	if v.Height > 0 {
		v.Height = max(MinHeight, v.Height)
		free := v.Height - len(head) - len(foot)
		below = v.fitting(free - min(room, max(5, free/3))) // a third at least is the list's
		room = free - lines(below)
	}
	all := append(head, v.list(room)...)
	for _, section := range below {
		all = append(all, section...)
	}
	if v.Height > 0 {
		for len(all) < v.Height-len(foot) {
			all = append(all, "")
		}
		all = all[:v.Height-len(foot)]
	}
	return strings.Join(append(all, foot...), "\n")
}

// fitting are the sections below the list that fit into so many lines. The last are left out first; where there is no room for a table
// of the stages, a line names those that have something to do.
func (v View) fitting(room int) [][]string {
	for _, v.short = range []bool{false, true} {
		sections := v.below()
		least := len(sections) - 2 // with the stages
		for len(sections) > 0 && lines(sections) > room {
			sections = sections[:len(sections)-1]
		}
		if v.short || len(sections) >= least {
			return sections
		}
	}
	return nil
}

func lines(sections [][]string) (n int) {
	for _, s := range sections {
		n += len(s)
	}
	return n
}

// head is what holds for all.
func (v View) head() []string {
	clock := v.At.UTC().Format("15:04:05") + " UTC"
	title := "autointel top"
	where := fit(v.Where, v.Width-len(title)-len(clock)-4)
	space := strings.Repeat(" ", max(1, v.Width-len(title)-2-width(where)-len(clock)))
	lines := []string{bold.Render(title) + "  " + dim.Render(where) + space + clock}
	if v.Trouble != "" {
		lines = append(lines, red.Render(fit("What is below may be old: "+v.Trouble, v.Width)))
	}
	completed, failed := total(v.Hour.Completed), total(v.Hour.Failed)
	lag := 0
	for _, c := range v.Consumers {
		lag += c.Waiting + c.AtWork
	}
	facts := []fact{
		{"running", number(v.Running), when(v.Running > 0, blue)},
		{"completed/h", number(completed), when(completed > 0, green)},
		{"failed/h", number(failed), when(failed > 0, red)},
		{"lag", number(lag), when(lag > 100, amber)},
		{"dead letters", number(int(v.Dead)), when(v.Dead > 0, red)},
		{"events/h", number(total(v.Hour.Events)), plain},
		{"log", console.Count(v.Log.Events) + " events, " + console.Size(v.Log.Bytes), plain},
	}
	return append(lines, factLine(facts, v.Width), "")
}

// fact is a number with its name.
type fact struct {
	name, value string
	style       lipgloss.Style
}

// factLine puts as many facts into a line as fit.
func factLine(facts []fact, columns int) string {
	var b strings.Builder
	used := 0
	for _, f := range facts {
		w := len(f.name) + 1 + width(f.value)
		if used > 0 {
			w += 3
		}
		if used+w > columns {
			break
		}
		if used > 0 {
			b.WriteString("   ")
		}
		b.WriteString(dim.Render(f.name) + " " + f.style.Render(f.value))
		used += w
	}
	return b.String()
}

func when(so bool, s lipgloss.Style) lipgloss.Style {
	if so {
		return s
	}
	return plain
}

func total(list []int) (n int) {
	for _, v := range list {
		n += v
	}
	return n
}

func number(n int) string { return console.Count(uint64(max(0, n))) }

// list are the workflows, in so many lines at most, with the selected one among them.
func (v View) list(room int) []string {
	title := "WORKFLOWS " + number(v.Matching)
	if v.Query.Words != "" || v.Query.State != "" {
		title += " of " + number(v.Known) + " that match " + strings.TrimSpace(v.Query.State+" "+v.Query.Words)
	}
	out := []string{bold.Render(fit(title, v.Width))}
	if len(v.Workflows) == 0 {
		return append(out, dim.Render("  none"))
	}
	rows := max(1, room-2) // under the title and the names of the columns
	from := max(0, v.Selected-rows+1)
	t := table{columns: v.Width}
	t.head("  id", "state", "took", "stages", "now", "depth", "answer", "address")
	t.keep("  id", "state", "took", "stages", "now", "address", "answer", "depth")
	t.flexible("now", 12)
	t.flexible("address", 32)
	for i, w := range v.Workflows[from:min(len(v.Workflows), from+rows)] {
		t.row(i+from == v.Selected,
			cell{mark(i+from == v.Selected) + Brief(w.ID), plain}, cell{w.State, stateStyle(w.State)}, cell{console.Took(w.Took()), plain}, cell{stages(w), plain},
			cell{Doing(w), plain}, cell{w.Depth, dim}, cell{answer(w), when(w.Answer == console.Kept || w.Answer == console.Undelivered, amber)}, cell{w.Address, plain})
	}
	return append(out, t.lines()...)
}

func mark(selected bool) string {
	if selected {
		return "▸ "
	}
	return "  "
}

func stateStyle(state string) lipgloss.Style {
	switch state {
	case console.Running:
		return blue
	case workflow.Completed:
		return green
	case workflow.Failed:
		return red
	}
	return dim
}

// stages is a bar of what is settled.
func stages(w console.Workflow) string {
	const long = 8
	if w.Planned == 0 {
		return ""
	}
	full := w.Settled * long / w.Planned
	return strings.Repeat("█", full) + strings.Repeat("░", long-full) + fmt.Sprintf(" %d/%d", w.Settled, w.Planned)
}

// Doing says what a workflow does, or why it does nothing more.
func Doing(w console.Workflow) string {
	if w.Reason != "" {
		return w.Reason
	}
	parts := make([]string, 0, len(w.Working))
	for _, s := range w.Working {
		text := schemas.StageWord(s.Stage)
		if far := console.Far(s.Progress); far != "" {
			text += " " + far
		}
		parts = append(parts, text)
	}
	if w.State == console.Running && w.Session == console.SessionClosed {
		parts = append(parts, "session closed")
	}
	if w.Retries > 0 {
		parts = append(parts, fmt.Sprintf("%d retried", w.Retries))
	}
	return strings.Join(parts, ", ")
}

func answer(w console.Workflow) string {
	switch w.Answer {
	case console.Delivered:
		return w.Route
	case console.Kept:
		if w.Noticed != "" {
			return "kept, " + w.Noticed
		}
	}
	return w.Answer
}

// below are the sections under the list, the most needed first: where there is no room the last are left out.
func (v View) below() [][]string {
	var sections [][]string
	if problems := v.problems(); len(problems) > 0 {
		sections = append(sections, problems)
	}
	if v.short {
		sections = append(sections, []string{"", v.stageLine()})
	} else {
		sections = append(sections, v.stageTable())
	}
	return append(sections, v.deliveries(), v.consumerTable())
}

func (v View) problems() []string {
	if len(v.Problems) == 0 {
		return nil
	}
	out := []string{"", bold.Render("WENT WRONG")}
	for _, p := range v.Problems[:min(5, len(v.Problems))] {
		text := p.At.UTC().Format("15:04:05") + "  " + Brief(p.Workflow) + "  "
		rest := p.What
		if p.Why != "" {
			rest += "  " + p.Why
		}
		out = append(out, "  "+dim.Render(text)+red.Render(fit(rest, v.Width-2-width(text))))
	}
	return out
}

func (v View) stageTable() []string {
	t := table{columns: v.Width}
	t.head("STAGES", "now", "waiting", "at work", "redelivered", "median", "slowest", "failed", "retried")
	t.keep("STAGES", "now", "waiting", "at work", "median", "failed", "retried", "slowest", "redelivered")
	t.rightFrom(1)
	for _, s := range v.Stages {
		took := func(text string) string {
			if s.Completed == 0 {
				return "–"
			}
			return text
		}
		t.row(false, cell{"  " + s.Name, plain}, some(s.Working, blue), some(s.Waiting, amber), some(s.AtWork, blue), some(s.Redelivered, amber),
			cell{took(console.Took(s.Median)), plain}, cell{took(console.Took(s.Slowest)), plain}, some(s.Failed, red), some(s.Retried, amber))
	}
	return append([]string{""}, t.lines()...)
}

// stageLine names the stages that have something to do, where there is no room for all.
func (v View) stageLine() string {
	var busy []string
	for _, s := range v.Stages {
		switch {
		case s.Waiting > 0:
			busy = append(busy, fmt.Sprintf("%s %s waiting", s.Name, number(s.Waiting)))
		case s.Working > 0:
			busy = append(busy, fmt.Sprintf("%s %s", s.Name, number(s.Working)))
		}
	}
	if len(busy) == 0 {
		busy = append(busy, "nothing to do")
	}
	return bold.Render("STAGES") + "  " + fit(strings.Join(busy, " · "), v.Width-8)
}

func (v View) consumerTable() []string {
	t := table{columns: v.Width}
	t.head("OTHER CONSUMERS", "waiting", "at work", "redelivered")
	t.keep("OTHER CONSUMERS", "waiting", "at work", "redelivered")
	t.rightFrom(1)
	for _, c := range v.Consumers {
		if c.Stage == "" {
			t.row(false, cell{"  " + c.Name, plain}, some(c.Waiting, amber), some(c.AtWork, blue), some(c.Redelivered, amber))
		}
	}
	return append([]string{""}, t.lines()...)
}

// some is a number that stands out unless it is 0.
func some(n int, s lipgloss.Style) cell { return cell{number(n), when(n > 0, s)} }

func (v View) deliveries() []string {
	if len(v.Counted) == 0 {
		return nil
	}
	out := []string{"", bold.Render("DELIVERIES") + dim.Render("  last hour")}
	for _, c := range v.Counted {
		text := fmt.Sprintf("  %6s  %-10s ", number(c.Count), c.Kind)
		if c.Succeeded {
			out = append(out, text+"by "+c.Route)
		} else {
			out = append(out, text+amber.Render(fit("not shown: "+c.Reason, v.Width-width(text))))
		}
	}
	return out
}

func (v View) foot() string {
	if v.Typing {
		return fit("Search: "+v.Query.Words+"▏   Enter: done   Esc: clear", v.Width)
	}
	return dim.Render(fit("↑↓ choose   Enter timeline   / search   s state   q quit", v.Width))
}

// Brief is enough of an id to tell it from its neighbours.
func Brief(id string) string {
	if len(id) < 20 {
		return id
	}
	return id[:3] + "…" + id[len(id)-8:]
}

func width(s string) int { return displaywidth.String(s) }

// fit cuts a text to so many columns.
func fit(s string, columns int) string {
	if width(s) <= columns {
		return s
	}
	return displaywidth.TruncateString(s, max(0, columns), "…")
}
