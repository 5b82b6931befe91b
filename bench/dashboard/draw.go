package main

import (
	"fmt"
	"html"
	"math"
	"strings"
	"time"
)

// The measures of the picture, in pixels: a board is 24 columns wide.
const (
	column = 60
	row    = 30
	gap    = 8
	head   = 56
	keys   = 5 // lines of a legend
)

const style = `<style>
svg{font:12px system-ui,-apple-system,"Segoe UI",sans-serif;background:#f4f5f5}
text{fill:#24292e}.dim{fill:#6e7781}.board{font-size:20px;font-weight:600}.row{font-size:15px;font-weight:600}.title{font-weight:600}
.panel{fill:#fff;stroke:#d8dadd}.grid{stroke:#e7e9eb}.line{fill:none;stroke-width:1.5}.big{font-size:34px;font-weight:600;fill:#1f7a3d}
</style>
`

var colours = []string{"#3274d9", "#e0752d", "#37872d", "#b877d9", "#c4162a", "#8f7b00", "#0a9ba4", "#705da0", "#584477", "#b7410e"}

// draw lays the panels out as Grafana does.
func (b board) draw(from, to time.Time) string {
	height := 0
	for _, p := range b.Panels {
		height = max(height, p.Grid.Y+p.Grid.H)
	}
	var w strings.Builder
	fmt.Fprintf(&w, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" role="img" aria-label="%s">`+"\n", 24*column+2*gap, head+height*row+gap, html.EscapeString(b.Title))
	w.WriteString(style)
	fmt.Fprintf(&w, `<text class="board" x="%d" y="34">%s</text><text class="dim" x="%d" y="34" text-anchor="end">%s to %s UTC</text>`+"\n",
		2*gap, html.EscapeString(b.Title), 24*column, from.UTC().Format("2006-01-02 15:04:05"), to.UTC().Format("15:04:05"))
	for _, p := range b.Panels {
		x, y := gap+p.Grid.X*column, head+p.Grid.Y*row
		fmt.Fprintf(&w, `<g transform="translate(%d,%d)">`, x, y)
		p.draw(&w, p.Grid.W*column-gap, p.Grid.H*row-gap, from, to)
		w.WriteString("</g>\n")
	}
	w.WriteString("</svg>\n")
	return w.String()
}

func (p panel) draw(w *strings.Builder, width, height int, from, to time.Time) {
	if p.Type == "row" {
		fmt.Fprintf(w, `<text class="row" x="%d" y="18">%s</text>`, gap, html.EscapeString(p.Title))
		return
	}
	fmt.Fprintf(w, `<rect class="panel" width="%d" height="%d" rx="3"/><text class="title" x="10" y="19">%s</text>`, width, height, html.EscapeString(p.Title))
	switch {
	case len(p.series) == 0:
		fmt.Fprintf(w, `<text class="dim" x="%d" y="%d" text-anchor="middle">No data</text>`, width/2, height/2+6)
	case p.Type == "stat":
		p.stat(w, width, height)
	default:
		p.lines(w, width, height, from, to)
	}
}

// stat shows the newest values.
func (p panel) stat(w *strings.Builder, width, height int) {
	if p.Options.TextMode == "name" {
		var names []string
		for _, s := range p.series {
			if s.last() != 0 {
				names = append(names, s.name)
			}
		}
		fmt.Fprintf(w, `<text class="big" x="%d" y="%d" text-anchor="middle">%s</text>`, width/2, height/2+18, html.EscapeString(strings.Join(names, ", ")))
		return
	}
	for i, s := range p.series {
		y := height/2 + 18 + (2*i-len(p.series)+1)*22
		fmt.Fprintf(w, `<text class="big" x="%d" y="%d" text-anchor="middle">%s</text>`, width/2, y, figure(s.last(), p.Field.Defaults.Unit))
		if len(p.series) > 1 {
			fmt.Fprintf(w, `<text class="dim" x="%d" y="%d" text-anchor="middle">%s</text>`, width/2, y+14, html.EscapeString(s.name))
		}
	}
}

// lines draws the series over time, and under them what they are and how they end.
func (p panel) lines(w *strings.Builder, width, height int, from, to time.Time) {
	const left, top = 62, 32
	low, high := 0.0, 0.0
	for _, s := range p.series {
		for _, v := range s.values {
			if !math.IsNaN(v) && !math.IsInf(v, 0) {
				low, high = math.Min(low, v), math.Max(high, v)
			}
		}
	}
	if high == low {
		high = low + 1
	}
	bottom := height - 24 - 15*min(keys, len(p.series))
	y := func(v float64) float64 { return float64(bottom) - (v-low)/(high-low)*float64(bottom-top) }
	for i := range 4 {
		v := low + (high-low)*float64(i)/3
		fmt.Fprintf(w, `<path class="grid" d="M%d %.1fH%d"/><text class="dim" x="%d" y="%.1f" text-anchor="end">%s</text>`, left, y(v), width-10, left-6, y(v)+4, figure(v, p.Field.Defaults.Unit))
	}
	for i := range 4 {
		x := left + (width-10-left)*i/3
		anchor := []string{"start", "middle", "middle", "end"}[i]
		fmt.Fprintf(w, `<text class="dim" x="%d" y="%d" text-anchor="%s">%s</text>`, x, bottom+14, anchor, from.Add(to.Sub(from)*time.Duration(i)/3).UTC().Format("15:04:05"))
	}
	for i, s := range p.series {
		fmt.Fprintf(w, `<path class="line" stroke="%s" d="%s"/>`, colours[i%len(colours)], path(s.values, left, width-10, y))
		switch at := bottom + 30 + 15*i; {
		case i < keys-1 || i == keys-1 && len(p.series) == keys:
			fmt.Fprintf(w, `<rect x="12" y="%d" width="12" height="3" fill="%s"/><text x="30" y="%d">%s</text><text x="%d" y="%d" text-anchor="end">%s</text>`,
				at-5, colours[i%len(colours)], at, html.EscapeString(s.name), width-12, at, figure(s.last(), p.Field.Defaults.Unit))
		case i == keys-1:
			fmt.Fprintf(w, `<text class="dim" x="30" y="%d">and %d more</text>`, at, len(p.series)-i)
		}
	}
}

// path draws the values that there are; a gap stays one.
func path(values []float64, left, right int, y func(float64) float64) string {
	var d strings.Builder
	pen := "M"
	for i, v := range values {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			pen = "M"
			continue
		}
		x := float64(left) + float64(right-left)*float64(i)/float64(len(values)-1)
		fmt.Fprintf(&d, "%s%.1f %.1f", pen, x, y(v))
		if pen == "M" {
			d.WriteString("h.8") // one value alone is seen as well
		}
		pen = "L"
	}
	return d.String()
}

// figure is a value in its unit, short.
func figure(v float64, unit string) string {
	switch {
	case math.IsNaN(v):
		return "–"
	case unit == "percentunit":
		return fmt.Sprintf("%.3g %%", 100*v)
	case unit == "bool_on_off" && v == 1:
		return "on"
	case unit == "bool_on_off" && v == 0:
		return "off"
	case unit == "s" && math.Abs(v) < 1:
		return fmt.Sprintf("%.3g ms", 1000*v)
	case unit == "s":
		return fmt.Sprintf("%.3g s", v)
	case unit == "bytes":
		return scaled(v, 1024, []string{"B", "KiB", "MiB", "GiB", "TiB"})
	case unit == "ops":
		return fmt.Sprintf("%.3g/s", v)
	}
	return strings.TrimSpace(scaled(v, 1000, []string{"", "k", "M", "G"}))
}

func scaled(v, base float64, units []string) string {
	i := 0
	for math.Abs(v) >= base && i < len(units)-1 {
		v, i = v/base, i+1
	}
	return fmt.Sprintf("%.3g %s", v, units[i])
}
