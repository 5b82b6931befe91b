package terminal

import (
	"strings"
)

// gap stands between the columns of a table.
const gap = "  "

// sideBySide is the width from which columns stand beside each other; below it, every row is a paragraph.
const sideBySide = 60

// table draws a table with its columns side by side, each wrapped within its own width.
func (p *painter) table(lines []string) {
	var rows [][]string
	for i, l := range lines {
		if i != 1 { // the line under the head only says how columns are aligned
			rows = append(rows, cells(l))
		}
	}
	if p.width < sideBySide {
		for _, row := range rows[1:] {
			p.wrap("• ", "  ", strings.Join(row, " – "), 0)
		}
		return
	}
	widths := p.fit(rows)
	for i, row := range rows {
		base := style(0)
		if i == 0 {
			base = dim
		}
		columns := make([][][]word, len(widths))
		high := 1
		for j := range widths {
			if j < len(row) {
				columns[j] = wrapped(inline(row[j], base|verdictStyle(row[j])), widths[j])
				high = max(high, len(columns[j]))
			}
		}
		for k := range high {
			var b strings.Builder
			for j, column := range columns {
				if j > 0 {
					b.WriteString(gap)
				}
				text := 0
				if k < len(column) {
					b.WriteString(p.spans(column[k]))
					text = lineWidth(column[k])
				}
				if j < len(columns)-1 {
					b.WriteString(strings.Repeat(" ", max(0, widths[j]-text)))
				}
			}
			p.out.WriteString(strings.TrimRight(b.String(), " ") + "\n")
		}
	}
}

// verdictStyle colours evidence.
func verdictStyle(cell string) style {
	switch {
	case strings.HasPrefix(cell, "**against**"):
		return red
	case strings.HasPrefix(cell, "**for**"):
		return green
	}
	return 0
}

func lineWidth(line []word) int {
	n := 0
	for i, w := range line {
		if i > 0 && w.spaced {
			n++
		}
		n += width(w.text)
	}
	return n
}

// cells splits a row; a bar that is escaped is part of its cell.
func cells(line string) []string {
	line = strings.Trim(line, " ")
	var out []string
	var b strings.Builder
	for i := 1; i < len(line); i++ {
		switch {
		case line[i] == '\\' && i+1 < len(line):
			b.WriteString(line[i : i+2])
			i++
		case line[i] == '|':
			out = append(out, strings.TrimSpace(b.String()))
			b.Reset()
		default:
			b.WriteByte(line[i])
		}
	}
	return out
}

// fit gives every column what it needs, and takes from the widest until all fit.
func (p *painter) fit(rows [][]string) []int {
	var widths []int
	for _, row := range rows {
		for j, cell := range row {
			if j == len(widths) {
				widths = append(widths, 1)
			}
			widths[j] = max(widths[j], lineWidth(inline(cell, 0)))
		}
	}
	room := p.width - len(gap)*(len(widths)-1)
	for {
		total, widest := 0, 0
		for j, w := range widths {
			total += w
			if w > widths[widest] {
				widest = j
			}
		}
		if total <= room || len(widths) == 0 || widths[widest] <= 8 {
			return widths
		}
		widths[widest] -= min(total-room, max(1, widths[widest]/8))
	}
}
