package render

import (
	"fmt"
	"html"
	"math"
	"strings"
)

// style is that of every chart. The colours follow the reader's choice of light or dark.
const style = `<style>
svg{font:13px system-ui,-apple-system,"Segoe UI",sans-serif}
.bg{fill:#fff}text{fill:#1f2328}.dim{fill:#59636e}.title{font-size:16px;font-weight:600}.group{font-weight:600}
.bar{fill:#8c959f}.ours{fill:#0969da}.grid{stroke:#d1d9e0}.whisker{stroke:#1f2328}
.s0{stroke:#0969da;fill:#0969da}.s1{stroke:#bf8700;fill:#bf8700}.s2{stroke:#1a7f37;fill:#1a7f37}.s3{stroke:#8250df;fill:#8250df}
.line{fill:none;stroke-width:2}
@media(prefers-color-scheme:dark){
.bg{fill:#0d1117}text{fill:#e6edf3}.dim{fill:#9198a1}.bar{fill:#656c76}.ours{fill:#4493f8}.grid{stroke:#3d444d}.whisker{stroke:#e6edf3}
.s0{stroke:#4493f8;fill:#4493f8}.s1{stroke:#d29922;fill:#d29922}.s2{stroke:#3fb950;fill:#3fb950}.s3{stroke:#ab7df8;fill:#ab7df8}
.line{fill:none}
}
</style>
`

// Bars is a chart of horizontal bars in groups, all of one scale.
type Bars struct {
	Title  string
	Note   string // a line below the title
	Groups []Group
}

// Group is a heading and its bars.
type Group struct {
	Name string
	Bars []Bar
}

// Bar is one bar; its whisker reaches from the smallest to the largest value.
type Bar struct {
	Name    string
	Value   Spread
	Ours    bool   // stands out
	Missing string // instead of a value: why there is none
}

// The measures of a chart of bars, in pixels.
const (
	chartWidth = 860
	margin     = 20
	nameWidth  = 150
	rowHeight  = 26
	valueWidth = 170
	headHeight = 64
)

// SVG draws the chart.
func (c Bars) SVG() string {
	longest, height := 0.0, headHeight
	for _, g := range c.Groups {
		height += 30 + len(g.Bars)*rowHeight
		for _, bar := range g.Bars {
			longest = math.Max(longest, bar.Value.Max)
		}
	}
	var b strings.Builder
	open(&b, height+margin, c.Title, c.Note)
	y := headHeight
	left, room := float64(margin+nameWidth), float64(chartWidth-2*margin-nameWidth-valueWidth)
	for _, g := range c.Groups {
		fmt.Fprintf(&b, `<text class="group" x="%d" y="%d">%s</text>`+"\n", margin, y+18, html.EscapeString(g.Name))
		y += 30
		for _, bar := range g.Bars {
			drawBar(&b, bar, y, left, func(v float64) float64 { return room * v / math.Max(longest, math.SmallestNonzeroFloat64) })
			y += rowHeight
		}
	}
	b.WriteString("</svg>\n")
	return b.String()
}

func drawBar(b *strings.Builder, bar Bar, y int, left float64, scale func(float64) float64) {
	fmt.Fprintf(b, `<text x="%.0f" y="%d" text-anchor="end">%s</text>`, left-10, y+15, html.EscapeString(bar.Name))
	if bar.Missing != "" {
		fmt.Fprintf(b, `<text class="dim" x="%.0f" y="%d">not measured: %s</text>`+"\n", left+6, y+15, html.EscapeString(shorten(bar.Missing, 90)))
		return
	}
	class := "bar"
	if bar.Ours {
		class = "ours"
	}
	end := scale(bar.Value.Max)
	fmt.Fprintf(b, `<rect class="%s" x="%.1f" y="%d" width="%.1f" height="18" rx="2"/>`, class, left, y+1, math.Max(1, scale(bar.Value.Median)))
	if bar.Value.Max > bar.Value.Min {
		from, to := left+scale(bar.Value.Min), left+end
		fmt.Fprintf(b, `<path class="whisker" d="M%.1f %dH%.1fM%.1f %dv8M%.1f %dv8"/>`, from, y+10, to, from, y+6, to, y+6)
	}
	fmt.Fprintf(b, `<text class="dim" x="%.1f" y="%d">%s</text>`+"\n", left+end+8, y+15, html.EscapeString(bar.Value.String()))
}

// open begins a chart: its size, its style, its title for eyes and for screen readers.
func open(b *strings.Builder, height int, title, note string) {
	fmt.Fprintf(b, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d" role="img" aria-label="%s">`+"\n",
		chartWidth, height, chartWidth, height, html.EscapeString(title))
	b.WriteString(style)
	fmt.Fprintf(b, `<rect class="bg" width="%d" height="%d" rx="6"/><text class="title" x="%d" y="30">%s</text><text class="dim" x="%d" y="50">%s</text>`+"\n",
		chartWidth, height, margin, html.EscapeString(title), margin, html.EscapeString(note))
}

func shorten(text string, runes int) string {
	all := []rune(text)
	if len(all) <= runes {
		return text
	}
	return string(all[:runes-1]) + "…"
}
