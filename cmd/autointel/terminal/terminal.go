// Package terminal shows a report in a terminal: its Markdown, wrapped to the width there is, with colour where there is any. It
// knows the Markdown that reports are written in, and no other.
package terminal

import (
	"io"
	"os"
	"strings"

	"github.com/mattn/go-isatty"
	"golang.org/x/term"
)

// Widths of a text, in columns.
const (
	MinWidth     = 40
	MaxWidth     = 110 // longer lines are hard to read
	DefaultWidth = 100 // of what is no terminal
)

// Is reports whether a person reads what is written to w.
func Is(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && isatty.IsTerminal(f.Fd())
}

// Of says how wide a text for w may be, and whether it may have colours: on a terminal only, and not with NO_COLOR.
func Of(w io.Writer) (width int, colour bool) {
	if !Is(w) {
		return DefaultWidth, false
	}
	colour = os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
	if width, _, err := term.GetSize(int(w.(*os.File).Fd())); err == nil {
		return max(MinWidth, min(MaxWidth, width)), colour
	}
	return DefaultWidth, colour
}

// Render returns a report's Markdown as lines of at most the given width; a word that is longer stands alone on its line.
func Render(markdown string, width int, colour bool) string {
	p := painter{width: max(MinWidth, width), colour: colour}
	lines := strings.Split(strings.TrimRight(markdown, "\n"), "\n")
	for i := 0; i < len(lines); i++ {
		if strings.HasPrefix(lines[i], "|") {
			from := i
			for i+1 < len(lines) && strings.HasPrefix(lines[i+1], "|") {
				i++
			}
			p.table(lines[from : i+1])
			continue
		}
		p.line(lines[i])
	}
	return p.out.String()
}

// painter writes the lines.
type painter struct {
	out    strings.Builder
	width  int
	colour bool
}

func (p *painter) line(line string) {
	rest := strings.TrimLeft(line, " ")
	indent := strings.Repeat(" ", len(line)-len(rest))
	switch {
	case rest == "":
		p.out.WriteByte('\n')
	case strings.HasPrefix(rest, "# "):
		p.wrap("", "", rest[2:], bold|cyan)
		p.rule("═")
	case strings.HasPrefix(rest, "## "):
		p.wrap("", "", rest[3:], bold|cyan)
		p.rule("─")
	case strings.HasPrefix(rest, "### "):
		p.wrap("", "", rest[4:], bold)
	case strings.HasPrefix(rest, "> "):
		p.wrap("  │ ", "  │ ", rest[2:], 0)
	case strings.HasPrefix(rest, "- "):
		p.wrap(indent+"• ", indent+"  ", rest[2:], 0)
	case rest == "---":
		p.rule("─")
	default:
		if number, text, ok := strings.Cut(rest, ". "); ok && len(number) < 4 && strings.Trim(number, "0123456789") == "" && number != "" {
			p.wrap(indent+number+". ", indent+strings.Repeat(" ", len(number)+2), text, 0)
			return
		}
		p.wrap(indent, indent, rest, 0)
	}
}

func (p *painter) rule(of string) {
	p.out.WriteString(p.paint(strings.Repeat(of, p.width), dim) + "\n")
}

// wrap writes a text after an indent; the lines that follow the first have their own.
func (p *painter) wrap(first, following, markdown string, style style) {
	for i, line := range wrapped(inline(markdown, style), p.width-width(first)) {
		lead := first
		if i > 0 {
			lead = following
		}
		p.out.WriteString(strings.TrimRight(lead+p.spans(line), " ") + "\n")
	}
}

// spans puts a line's words together; those of one style that stand beside each other are painted at once.
func (p *painter) spans(line []word) string {
	var all, run strings.Builder
	for i, w := range line {
		space := ""
		if i > 0 && w.spaced {
			space = " "
		}
		if i > 0 && w.style != line[i-1].style {
			all.WriteString(p.paint(run.String(), line[i-1].style) + space)
			run.Reset()
			space = ""
		}
		run.WriteString(space + w.text)
	}
	if len(line) > 0 {
		all.WriteString(p.paint(run.String(), line[len(line)-1].style))
	}
	return all.String()
}
