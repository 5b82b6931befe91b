package render

import (
	"strings"
	"unicode/utf8"
)

// Table is a Markdown table whose columns stand in line in the source as well. The first column is aligned to the left,
// the others to the right.
func Table(head []string, rows [][]string) string {
	widths := make([]int, len(head))
	for _, row := range append([][]string{head}, rows...) {
		for i, cell := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(escape(cell)), 3)
		}
	}
	var b strings.Builder
	line := func(row []string) {
		for i, width := range widths {
			cell := ""
			if i < len(row) {
				cell = escape(row[i])
			}
			pad := strings.Repeat(" ", width-utf8.RuneCountInString(cell))
			if i == 0 {
				b.WriteString("| " + cell + pad)
			} else {
				b.WriteString(" | " + pad + cell)
			}
		}
		b.WriteString(" |\n")
	}
	line(head)
	for i, width := range widths {
		if i == 0 {
			b.WriteString("|-" + strings.Repeat("-", width) + "-")
		} else {
			b.WriteString("|-" + strings.Repeat("-", width) + ":")
		}
	}
	b.WriteString("|\n")
	for _, row := range rows {
		line(row)
	}
	return b.String()
}

// escape keeps a cell in its column and on its line.
func escape(cell string) string {
	return strings.NewReplacer("|", `\|`, "\n", " ").Replace(cell)
}
