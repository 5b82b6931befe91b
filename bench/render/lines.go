package render

import (
	"fmt"
	"html"
	"math"
	"strings"
)

// Lines is a chart of panels, one below the other, that share a horizontal axis.
type Lines struct {
	Title  string
	Note   string // a line below the title
	X      string // what the horizontal axis counts; it is logarithmic
	Panels []Panel
}

// Panel is one vertical axis and the lines that belong to it. It begins at 0.
type Panel struct {
	Label  string
	Series []Series
}

// Series is one line.
type Series struct {
	Name   string
	Points []Point
}

// Point is one value.
type Point struct{ X, Y float64 } // X is a whole number above 0

// The measures of a panel, in pixels.
const (
	panelHeight = 190
	plotHeight  = 130
	axisWidth   = 70
)

// SVG draws the chart.
func (c Lines) SVG() string {
	var b strings.Builder
	open(&b, headHeight+len(c.Panels)*panelHeight+36, c.Title, c.Note)
	ticks := c.ticks()
	for i, p := range c.Panels {
		p.draw(&b, headHeight+i*panelHeight, ticks)
	}
	fmt.Fprintf(&b, `<text class="dim" x="%d" y="%d" text-anchor="middle">%s</text>`+"\n</svg>\n", chartWidth/2, headHeight+len(c.Panels)*panelHeight+16, html.EscapeString(c.X))
	return b.String()
}

// ticks are the values that occur on the horizontal axis, each once.
func (c Lines) ticks() []float64 {
	var all []float64
	seen := map[float64]bool{}
	for _, p := range c.Panels {
		for _, s := range p.Series {
			for _, point := range s.Points {
				if !seen[point.X] {
					seen[point.X] = true
					all = append(all, point.X)
				}
			}
		}
	}
	return all
}

func (p Panel) draw(b *strings.Builder, top int, ticks []float64) {
	low, high, ceiling := math.Inf(1), math.Inf(-1), 0.0
	for _, x := range ticks {
		low, high = math.Min(low, x), math.Max(high, x)
	}
	for _, s := range p.Series {
		for _, point := range s.Points {
			ceiling = math.Max(ceiling, point.Y)
		}
	}
	ceiling = niceAbove(ceiling)
	left, right := float64(margin+axisWidth), float64(chartWidth-margin-20)
	floor := float64(top + 24 + plotHeight)
	x := func(v float64) float64 {
		if high <= low {
			return (left + right) / 2
		}
		return left + (right-left)*math.Log(v/low)/math.Log(high/low)
	}
	y := func(v float64) float64 { return floor - plotHeight*v/ceiling }
	fmt.Fprintf(b, `<text class="group" x="%d" y="%d">%s</text>`, margin, top+12, html.EscapeString(p.Label))
	for i := range 3 {
		v := ceiling * float64(i) / 2
		fmt.Fprintf(b, `<path class="grid" d="M%.1f %.1fH%.1f"/><text class="dim" x="%.1f" y="%.1f" text-anchor="end">%s</text>`, left, y(v), right, left-8, y(v)+4, Figure(v))
	}
	for _, v := range ticks {
		fmt.Fprintf(b, `<text class="dim" x="%.1f" y="%.1f" text-anchor="middle">%s</text>`, x(v), floor+18, Count(int(v)))
	}
	b.WriteString("\n")
	for i, s := range p.Series {
		s.draw(b, i, top, x, y)
	}
}

func (s Series) draw(b *strings.Builder, i, top int, x, y func(float64) float64) {
	class := fmt.Sprintf("s%d", i%4)
	var path strings.Builder
	for n, point := range s.Points {
		command := 'L'
		if n == 0 {
			command = 'M'
		}
		fmt.Fprintf(&path, "%c%.1f %.1f", command, x(point.X), y(point.Y))
		fmt.Fprintf(b, `<circle class="%s" cx="%.1f" cy="%.1f" r="3.5"><title>%s: %s</title></circle>`, class, x(point.X), y(point.Y), Count(int(point.X)), Figure(point.Y))
	}
	fmt.Fprintf(b, `<path class="%s line" d="%s"/>`, class, path.String())
	if s.Name != "" {
		at := margin + 300 + i*150
		fmt.Fprintf(b, `<circle class="%s" cx="%d" cy="%d" r="4"/><text class="dim" x="%d" y="%d">%s</text>`, class, at, top+8, at+10, top+12, html.EscapeString(s.Name))
	}
	b.WriteString("\n")
}

// niceAbove is the smallest of 1, 2, 4, 5, 8 times a power of ten that is not below a value.
func niceAbove(v float64) float64 {
	if v <= 0 {
		return 1
	}
	unit := math.Pow(10, math.Floor(math.Log10(v)))
	for _, step := range []float64{1, 2, 4, 5, 8} {
		if v <= step*unit*(1+1e-9) {
			return step * unit
		}
	}
	return 10 * unit
}
