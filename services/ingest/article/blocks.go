package article

import (
	"net/url"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"autointel.example/schemas"
)

// Bounds of what a document names.
const (
	maxLinks    = 200
	maxHeadings = 500
	maxHeading  = 200 // characters; a longer one is text that somebody set in large type
	maxLinkText = 300 // characters
)

// reading collects a document's paragraphs with the headings before them and the links within them.
type reading struct {
	paragraphs []string
	anchors    []anchored // of each paragraph
	outline    []schemas.Heading
	links      []schemas.Link
	seen       map[string]bool // addresses of the links
}

func newReading() *reading { return &reading{seen: map[string]bool{}} }

// paragraph adds a paragraph; an empty one is none.
func (r *reading) paragraph(s string) {
	if s = Line(s); s != "" {
		r.paragraphs, r.anchors = append(r.paragraphs, s), append(r.anchors, anchored{})
	}
}

// heading adds a heading before the paragraph that comes next.
func (r *reading) heading(level int, s string) {
	s = Line(s)
	if utf8.RuneCountInString(s) > maxHeading {
		r.paragraph(s)
		return
	}
	if s != "" && len(r.outline) < maxHeadings {
		r.outline = append(r.outline, schemas.Heading{Level: level, Text: s, Paragraph: len(r.paragraphs)})
	}
}

// link adds a link of the paragraph that is being read.
func (r *reading) link(l schemas.Link) {
	if l.URL == "" || r.seen[l.URL] || len(r.links) == maxLinks {
		return
	}
	r.seen[l.URL] = true
	l.Text, l.Paragraph = cut(Line(l.Text), maxLinkText), len(r.paragraphs)
	r.links = append(r.links, l)
}

// fill puts what was read into a source. A heading or link after the last paragraph belongs to that.
func (r *reading) fill(source *schemas.Source) {
	source.Text = strings.Join(r.paragraphs, "\n\n")
	last := max(0, len(r.paragraphs)-1)
	for i := range r.links {
		r.links[i].Paragraph = min(r.links[i].Paragraph, last)
	}
	for len(r.outline) > 0 && r.outline[len(r.outline)-1].Paragraph > last {
		r.outline = r.outline[:len(r.outline)-1]
	}
	source.Outline, source.Links = r.outline, r.links
}

// cut shortens a text to a number of characters.
func cut(s string, characters int) string {
	n := 0
	for i := range s {
		if n == characters {
			return strings.TrimSpace(s[:i]) + "…"
		}
		n++
	}
	return s
}

// blockElements begin a paragraph of their own.
var blockElements = map[atom.Atom]bool{
	atom.P: true, atom.H1: true, atom.H2: true, atom.H3: true, atom.H4: true, atom.H5: true, atom.H6: true, atom.Li: true, atom.Ul: true, atom.Ol: true,
	atom.Blockquote: true, atom.Pre: true, atom.Dt: true, atom.Dd: true, atom.Figcaption: true, atom.Figure: true, atom.Address: true, atom.Hr: true, atom.Header: true, atom.Footer: true, atom.Main: true, atom.Aside: true, atom.Nav: true,
	atom.Div: true, atom.Section: true, atom.Article: true, atom.Tr: true, atom.Table: true, atom.Details: true, atom.Summary: true, atom.Form: true, atom.Fieldset: true,
}

// unread are elements whose text is not for readers.
var unread = map[atom.Atom]bool{
	atom.Script: true, atom.Style: true, atom.Noscript: true, atom.Template: true, atom.Head: true, atom.Svg: true, atom.Math: true, atom.Iframe: true, atom.Object: true, atom.Textarea: true, atom.Select: true, atom.Button: true,
}

var headings = map[atom.Atom]int{atom.H1: 1, atom.H2: 2, atom.H3: 3, atom.H4: 4, atom.H5: 5, atom.H6: 6}

// readBlocks reads the text of a tree, a paragraph for each block, a row of a table being one.
func readBlocks(root *html.Node, base *url.URL) *reading {
	r := newReading()
	var b strings.Builder
	var owner *html.Node
	breaks, anchor := 0, anchored{}
	href, linkEnd := "", (*html.Node)(nil) // of the link at hand, and what comes after it
	flush := func() {
		had := len(r.paragraphs)
		if owner != nil && headings[tag(owner)] > 0 {
			r.heading(headings[tag(owner)], b.String())
		} else {
			r.paragraph(b.String())
		}
		if len(r.paragraphs) > had {
			anchor.item = owner != nil && (tag(owner) == atom.Li || owner.Parent != nil && tag(owner.Parent) == atom.Li)
			r.anchors[had] = anchor
		}
		b.Reset()
		breaks, anchor = 0, anchored{}
	}
	walkInto(root, func(n *html.Node) bool {
		if n == linkEnd {
			href, linkEnd = "", nil
		}
		switch n.Type {
		case html.TextNode:
			if o := blockOf(n, root); o != owner {
				flush()
				owner = o
			}
			if strings.TrimSpace(n.Data) != "" {
				breaks = 0
			}
			b.WriteString(n.Data)
			if href != "" {
				anchor.letters += len(Line(n.Data))
				anchor.url = firstOf(anchor.url, href)
			}
		case html.ElementNode:
			if unread[tag(n)] || attributeIs(n, widgetMark) {
				return false
			}
			if tag(n) == atom.A && !has(n, "rel", noteRel) {
				href, linkEnd = absolute(base, attribute(n, "href")), after(n, root)
			}
			switch {
			case tag(n) == atom.Br:
				if breaks++; breaks > 1 { // one is a line of its paragraph, two are a paragraph's end
					flush()
				}
				b.WriteByte(' ')
			case tag(n) == atom.Time: // blogs put two beside each other, and hide one by its style
				b.WriteByte(' ')
			case tag(n) == atom.Td || tag(n) == atom.Th:
				if strings.TrimSpace(b.String()) != "" {
					b.WriteString(" | ")
					anchor.row = true
				}
			case blockElements[tag(n)]:
				flush()
				owner = n
			case tag(n) == atom.A && len(r.links) < maxLinks:
				r.linkOf(n, base, b.String())
			}
		}
		return true
	})
	flush()
	return r
}

// linkOf adds the link that an element is, behind what was read of its paragraph.
func (r *reading) linkOf(n *html.Node, base *url.URL, before string) {
	label := short(n)
	if has(n, "rel", noteRel) {
		label = lastWords(before)
	}
	r.link(schemas.Link{URL: absolute(base, attribute(n, "href")), Text: label, Sponsored: has(n, "rel", "sponsored")})
}

// after returns the node that comes after all that is within another; nil: none.
func after(n, root *html.Node) *html.Node {
	for n != root && n.NextSibling == nil {
		n = n.Parent
	}
	if n == root {
		return nil
	}
	return n.NextSibling
}

// lastWords returns the words that a footnote stands behind.
func lastWords(s string) string {
	words := strings.Fields(s[max(0, len(s)-maxLinkText):])
	return strings.TrimRight(Line(strings.ToValidUTF8(strings.Join(words[max(0, len(words)-5):], " "), "")), ".,;:!?")
}

// blockOf returns the nearest block element around a node.
func blockOf(n, root *html.Node) *html.Node {
	for n != root && (n.Type != html.ElementNode || !blockElements[tag(n)]) {
		n = n.Parent
	}
	return n
}

// tag returns the name of an element: nodes that readability makes have it as text alone.
func tag(n *html.Node) atom.Atom {
	if n.DataAtom != 0 {
		return n.DataAtom
	}
	return atom.Lookup([]byte(n.Data))
}
