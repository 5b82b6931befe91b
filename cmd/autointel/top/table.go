package top

import (
	"slices"
	"strings"

	"charm.land/lipgloss/v2"
)

// cell is a text in one style.
type cell struct {
	text  string
	style lipgloss.Style
}

// table is a table of as many of its columns as fit.
type table struct {
	columns  int // of the terminal
	heads    []string
	wanted   []string // the columns, the most needed first
	flex     []string // columns that may be cut, and take what is free
	least    []int    // how narrow each of them is made before another column is left out
	right    int      // from this column on, texts stand at the right; 0: none
	rows     [][]cell
	selected int
}

// between stands between columns.
const between = "  "

func (t *table) head(names ...string) { t.heads, t.selected = names, -1 }
func (t *table) keep(names ...string) { t.wanted = names }
func (t *table) flexible(name string, least int) {
	t.flex, t.least = append(t.flex, name), append(t.least, least)
}
func (t *table) rightFrom(column int) { t.right = column }

func (t *table) row(selected bool, cells ...cell) {
	if selected {
		t.selected = len(t.rows)
	}
	t.rows = append(t.rows, cells)
}

// widths returns how wide each column is; 0: it is left out.
func (t *table) widths() []int {
	need := make([]int, len(t.heads))
	for i, h := range t.heads {
		need[i] = width(h)
		for _, r := range t.rows {
			need[i] = max(need[i], width(r[i].text))
		}
	}
	shown := make([]int, len(t.heads))
	used := 0
	for _, name := range t.wanted {
		i := slices.Index(t.heads, name)
		w := need[i]
		if k := slices.Index(t.flex, name); k >= 0 {
			w = min(w, t.least[k])
		}
		gap := 0
		if used > 0 {
			gap = len(between)
		}
		if used+gap+w > t.columns && used > 0 {
			continue
		}
		shown[i] = w
		used += gap + w
	}
	for k, name := range t.flex { // what is free goes to those that were cut, in even parts
		i := slices.Index(t.heads, name)
		if shown[i] == 0 {
			continue
		}
		more := min(need[i]-shown[i], max(0, t.columns-used)/(len(t.flex)-k))
		shown[i] += more
		used += more
	}
	for _, name := range t.flex { // and what one does not need, to the others
		if i := slices.Index(t.heads, name); shown[i] > 0 {
			more := min(need[i]-shown[i], max(0, t.columns-used))
			shown[i] += more
			used += more
		}
	}
	return shown
}

func (t *table) lines() []string {
	widths := t.widths()
	heads := make([]cell, len(t.heads))
	for i, h := range t.heads {
		heads[i] = cell{h, dim}
		if h == strings.ToUpper(h) {
			heads[i].style = bold
		}
	}
	out := []string{t.line(heads, widths, false)}
	for i, r := range t.rows {
		out = append(out, t.line(r, widths, i == t.selected))
	}
	return out
}

func (t *table) line(cells []cell, widths []int, selected bool) string {
	var b strings.Builder
	first := true
	for i, c := range cells {
		if widths[i] == 0 {
			continue
		}
		text := fit(c.text, widths[i])
		space := strings.Repeat(" ", max(0, widths[i]-width(text)))
		if !first {
			b.WriteString(between)
		}
		first = false
		if selected {
			c.style = bar
		}
		if t.right > 0 && i >= t.right {
			b.WriteString(space + c.style.Render(text))
		} else {
			b.WriteString(c.style.Render(text) + space)
		}
	}
	return strings.TrimRight(b.String(), " ")
}
