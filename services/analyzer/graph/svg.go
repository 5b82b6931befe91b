package graph

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"autointel.example/schemas"
)

// Size of the drawing, in its own units.
const (
	width, height = 960, 640
	margin        = 70
	legend        = 40 // height of the line below
	labelLength   = 26 // characters
	edgeLabels    = 24 // relations that are written out
	rounds        = 300
)

// style has the colours for light and for dark pages. All stand out against white and against near-black.
const style = `text{font:13px system-ui,sans-serif;fill:#1f2328;paint-order:stroke;stroke:#fff;stroke-width:3px}` +
	`.e{stroke:#8c959f;stroke-opacity:.6;fill:none}.v{stroke:#57606a;stroke-opacity:.9}.l{font-size:11px;font-style:italic;fill:#57606a}` +
	`.person{fill:#3b82d0}.organization{fill:#d08a1e}.place{fill:#2f9e63}.other{fill:#8c959f}.document{fill:#9a6dd7}` +
	`@media(prefers-color-scheme:dark){text{fill:#e6edf3;stroke:#0d1117}.e{stroke:#7d8590}.v{stroke:#b1bac4}.l{fill:#b1bac4}}`

type point struct{ x, y float64 }

// Draw makes an SVG of a graph: the same for the same graph, without scripts. Of at most 40 nodes and 80 edges it has some 30 kB. A graph without nodes has no drawing.
func Draw(g schemas.Graph) string {
	nodes := drawn(g)
	if len(nodes) == 0 {
		return ""
	}
	at := layout(nodes, g.Edges)
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" role="img"><title>Who and what the text relates</title><style>%s</style>`, width, height, style)
	b.WriteString(`<defs><marker id="a" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0 8 4 0 8z" fill="#7d8590"/></marker></defs>`)
	labelled := 0
	for _, e := range g.Edges {
		from, okFrom := at[e.From]
		to, okTo := at[e.To]
		if !okFrom || !okTo {
			continue
		}
		drawEdge(&b, e, from, to, radiusOf(nodes, e.From), radiusOf(nodes, e.To), labelled < edgeLabels)
		if e.Relation != MentionedWith {
			labelled++
		}
	}
	for _, n := range nodes {
		drawNode(&b, n, at[n.ID])
	}
	drawLegend(&b, nodes)
	b.WriteString("</svg>")
	return b.String()
}

// relationWord is a relation as it is read between two names.
func relationWord(relation string) string {
	if relation == Says {
		return "speaks of"
	}
	return relation
}

// drawn returns the nodes that have a relation, or all of them where there is none.
func drawn(g schemas.Graph) []schemas.GraphNode {
	related := slices.DeleteFunc(slices.Clone(g.Nodes), func(n schemas.GraphNode) bool {
		return !slices.ContainsFunc(g.Edges, func(e schemas.GraphEdge) bool { return e.From == n.ID || e.To == n.ID })
	})
	if len(related) == 0 {
		return g.Nodes
	}
	return related
}

func radiusOf(nodes []schemas.GraphNode, id string) float64 {
	for _, n := range nodes {
		if n.ID == id {
			return radius(n)
		}
	}
	return 0
}

func radius(n schemas.GraphNode) float64 { return math.Min(18, 5+2*math.Sqrt(float64(n.Weight))) }

func drawEdge(b *strings.Builder, e schemas.GraphEdge, from, to point, fromRadius, toRadius float64, label bool) {
	dx, dy := to.x-from.x, to.y-from.y
	length := math.Max(1, math.Hypot(dx, dy))
	x1, y1 := from.x+dx/length*fromRadius, from.y+dy/length*fromRadius
	x2, y2 := to.x-dx/length*(toRadius+2), to.y-dy/length*(toRadius+2)
	class, arrow := "e", ""
	if e.Relation != MentionedWith {
		class, arrow = "e v", ` marker-end="url(#a)"`
	}
	fmt.Fprintf(b, `<path class="%s" stroke-width="%.1f" d="M%.0f %.0fL%.0f %.0f"%s/>`, class, math.Min(5, 0.8+0.5*float64(e.Weight)), x1, y1, x2, y2, arrow)
	if label && e.Relation != MentionedWith {
		fmt.Fprintf(b, `<text class="l" text-anchor="middle" x="%.0f" y="%.0f">%s</text>`, (x1+x2)/2, (y1+y2)/2-3, escape(relationWord(e.Relation)))
	}
}

func drawNode(b *strings.Builder, n schemas.GraphNode, p point) {
	r := radius(n)
	if n.Kind == KindDocument {
		fmt.Fprintf(b, `<rect class="document" x="%.0f" y="%.0f" width="%.0f" height="%.0f" rx="2"/>`, p.x-r, p.y-r, 2*r, 2*r)
	} else {
		fmt.Fprintf(b, `<circle class="%s" cx="%.0f" cy="%.0f" r="%.1f"/>`, class(n.Kind), p.x, p.y, r)
	}
	fmt.Fprintf(b, `<text text-anchor="middle" x="%.0f" y="%.0f">%s</text>`, p.x, p.y+r+13, escape(n.Name))
}

// kinds are those that have a colour, in the order of the legend.
var kinds = []string{schemas.EntityPerson, schemas.EntityOrganization, schemas.EntityPlace, schemas.EntityOther, KindDocument}

func class(kind string) string {
	if slices.Contains(kinds, kind) {
		return kind
	}
	return schemas.EntityOther
}

func drawLegend(b *strings.Builder, nodes []schemas.GraphNode) {
	x := 20
	for _, kind := range kinds {
		if !slices.ContainsFunc(nodes, func(n schemas.GraphNode) bool { return class(n.Kind) == kind }) {
			continue
		}
		fmt.Fprintf(b, `<circle class="%s" cx="%d" cy="%d" r="6"/><text x="%d" y="%d">%s</text>`, kind, x, height-16, x+12, height-12, kind)
		x += 40 + 8*len(kind)
	}
}

// escape shortens a label and makes it safe to stand in XML.
func escape(s string) string {
	s = strings.ToValidUTF8(s, "")
	if utf8.RuneCountInString(s) > labelLength {
		s = string([]rune(s)[:labelLength-1]) + "…"
	}
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == '\uFFFE' || r == '\uFFFF' {
			return ' '
		}
		return r
	}, s)
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;").Replace(s)
}

// layout places the nodes: from a circle, in the order of their weight, related ones are drawn together and all are pushed apart, a little less each round.
func layout(nodes []schemas.GraphNode, edges []schemas.GraphEdge) map[string]point {
	n := len(nodes)
	at := make([]point, n)
	index := map[string]int{}
	for i, node := range nodes {
		angle := 2.4 * float64(i) // the golden angle: neighbours in weight are not neighbours in place
		r := math.Sqrt(float64(i)+0.5) / math.Sqrt(float64(n))
		at[i] = point{width / 2 * (1 + 0.8*r*math.Cos(angle)), height / 2 * (1 + 0.8*r*math.Sin(angle))}
		index[node.ID] = i
	}
	ideal := 0.75 * math.Sqrt(float64((width-2*margin)*(height-2*margin))/float64(n))
	for round := range rounds {
		heat := 40 * (1 - float64(round)/rounds)
		move := forces(at, index, edges, ideal)
		for i := range at {
			length := math.Max(0.01, math.Hypot(move[i].x, move[i].y))
			step := math.Min(length, heat)
			at[i].x = math.Min(width-margin, math.Max(margin, at[i].x+move[i].x/length*step))
			at[i].y = math.Min(height-legend-35, math.Max(25, at[i].y+move[i].y/length*step))
		}
	}
	placed := map[string]point{}
	for i, node := range nodes {
		placed[node.ID] = point{math.Round(at[i].x), math.Round(at[i].y)}
	}
	return placed
}

// forces returns where each node is pushed and drawn. Labels are wide, so nodes side by side are pushed apart more than those one above the other.
func forces(at []point, index map[string]int, edges []schemas.GraphEdge, ideal float64) []point {
	const wide = 0.55 // how much a distance to the side counts
	move := make([]point, len(at))
	for i := range at {
		for j := range i {
			dx, dy := wide*(at[i].x-at[j].x), at[i].y-at[j].y
			d := math.Max(1, math.Hypot(dx, dy))
			push := ideal * ideal / d
			move[i].x, move[i].y = move[i].x+dx/d*push/wide, move[i].y+dy/d*push
			move[j].x, move[j].y = move[j].x-dx/d*push/wide, move[j].y-dy/d*push
		}
		move[i].x += 0.05 * (width/2 - at[i].x)
		move[i].y += 0.05 * (height/2 - at[i].y)
	}
	for _, e := range edges {
		i, okFrom := index[e.From]
		j, okTo := index[e.To]
		if !okFrom || !okTo || i == j {
			continue
		}
		dx, dy := wide*(at[i].x-at[j].x), at[i].y-at[j].y
		d := math.Max(1, math.Hypot(dx, dy))
		pull := d * d / ideal * math.Min(1, 0.3+0.1*float64(e.Weight))
		move[i].x, move[i].y = move[i].x-dx/d*pull/wide, move[i].y-dy/d*pull
		move[j].x, move[j].y = move[j].x+dx/d*pull/wide, move[j].y+dy/d*pull
	}
	return move
}
