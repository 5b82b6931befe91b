package top

import (
	"fmt"
	"strings"
	"time"

	"charm.land/lipgloss/v2"

	"autointel.example/internal/console"
	"autointel.example/internal/workflow"
)

// glyphs are what spans are drawn with.
var glyphs = map[string]string{console.Waited: "·", console.Tried: "▒", console.Worked: "█", console.Open: "─", console.Expiring: "═"}

// nameWidth is that of the lanes' names.
const nameWidth = 11

// DrawTimeline returns one workflow over time, in lines none wider than so many columns and no more than fit; height 0: all.
func DrawTimeline(t console.Timeline, columns, height int) string {
	columns = max(MinWidth, columns)
	w := t.Workflow
	facts := []fact{{"state", w.State, stateStyle(w.State)}, {"took", console.Took(w.Took()), plain}, {"depth", w.Depth, plain}, {"session", w.Session, when(w.Session == console.SessionClosed, amber)}, {"answer", answer(w), plain}}
	out := []string{bold.Render(fit(w.ID, columns)), fit(w.Address, columns), factLine(facts, columns)}
	if w.Reason != "" {
		out = append(out, red.Render(fit(w.Reason, columns)))
	}
	out = append(out, "")
	picture := max(16, (columns-nameWidth)*3/5)
	out = append(out, dim.Render(axis(t, picture, columns)))
	for _, l := range t.Lanes {
		name := fit(l.Name, nameWidth-1)
		text := fit(l.Words(), columns-nameWidth-picture-1)
		out = append(out, name+strings.Repeat(" ", nameWidth-width(name))+lane(t, l, picture)+" "+says(l).Render(text))
	}
	for _, g := range t.Gaps {
		out = append(out, dim.Render(fit(fmt.Sprintf("%sno stage at work for %s, from %s", strings.Repeat(" ", nameWidth), console.Took(g.Duration()), console.Took(g.From.Sub(t.From))), columns)))
	}
	out = append(out, dim.Render(fit(strings.Repeat(" ", nameWidth)+"█ worked  · waited  ▒ earlier attempts  ─ session open  ● happened  ✖ went wrong", columns)), "", bold.Render("EVENTS"))
	events := t.Events
	if height > 0 {
		height = max(MinHeight, height)
		events = events[max(0, len(events)-max(0, height-len(out)-1)):]
	}
	for _, e := range events {
		style := plain
		if e.Bad {
			style = red
		}
		out = append(out, fmt.Sprintf("  %9s  ", console.Offset(e.At.Sub(t.From)))+style.Render(fit(fmt.Sprintf("%-30s %s", e.Name, e.Says), columns-13)))
	}
	if height > 0 {
		for len(out) < height-1 {
			out = append(out, "")
		}
		out = append(out[:height-1], dim.Render("Esc back   q quit"))
	}
	return strings.Join(out, "\n")
}

func says(l console.Lane) lipgloss.Style {
	switch l.Status {
	case workflow.Failed:
		return red
	case console.AtWork, console.Ready:
		return blue
	}
	return dim
}

// axis names the beginning, the middle and the end of what is shown.
func axis(t console.Timeline, picture, columns int) string {
	line := []rune(strings.Repeat(" ", nameWidth+picture))
	put := func(at int, text string) {
		for i, r := range []rune(text) {
			if at+i < len(line) {
				line[at+i] = r
			}
		}
	}
	middle, end := console.Took((t.Length() / 2).Round(time.Millisecond)), console.Took(t.Length())
	put(nameWidth, "0")
	put(nameWidth+picture/2, middle)
	put(nameWidth+picture-len([]rune(end)), end)
	return fit(strings.TrimRight(string(line), " "), columns)
}

// lane draws a lane's spans and marks in so many columns.
func lane(t console.Timeline, l console.Lane, columns int) string {
	cells := make([]cell, columns)
	for i := range cells {
		cells[i] = cell{" ", plain}
	}
	place := func(share float64) int { return min(columns-1, int(share*float64(columns))) }
	for _, s := range l.Spans {
		for i := place(t.At(s.From)); i <= place(t.At(s.To)); i++ {
			if s.Kind != console.Worked && cells[i].text == glyphs[console.Worked] {
				continue // short work is not hidden by a wait
			}
			cells[i] = cell{glyphs[s.Kind], spanStyle(l, s.Kind)}
		}
	}
	for _, m := range l.Marks {
		c := cell{"●", green}
		if m.Bad {
			c = cell{"✖", red}
		}
		cells[place(t.At(m.At))] = c
	}
	var b strings.Builder
	for i := 0; i < len(cells); {
		from := i
		for i++; i < len(cells) && cells[i].style.GetForeground() == cells[from].style.GetForeground() && cells[i].style.GetFaint() == cells[from].style.GetFaint(); i++ {
		}
		var run strings.Builder
		for _, c := range cells[from:i] {
			run.WriteString(c.text)
		}
		b.WriteString(cells[from].style.Render(run.String()))
	}
	return b.String()
}

func spanStyle(l console.Lane, kind string) lipgloss.Style {
	switch {
	case kind == console.Tried, kind == console.Expiring:
		return amber
	case kind == console.Waited, kind == console.Open:
		return dim
	case l.Status == console.AtWork:
		return blue
	case l.Status == workflow.Failed:
		return red
	}
	return green
}
