package article

import (
	"net/url"
	"regexp"
	"strings"

	"golang.org/x/net/html"
)

// dataReader reads the texts of data into paragraphs: HTML, plain text, and lists of blocks as editors keep them.
type dataReader struct {
	to            *reading
	base          *url.URL
	values, texts int // values and bytes of texts that may still be read
}

// Keys of what is in a block, in lower case and without separators. The first that holds something is read.
var (
	textKeys  = []string{"html", "text", "value", "content", "body", "rendered", "paragraph", "markup"}
	childKeys = []string{"children", "content", "nodes", "blocks", "paragraphs", "items", "data", "attributes", "elements", "components", "body", "text", "value", "document", "root"}
)

var (
	// leafBlocks are the kinds of blocks whose parts are one paragraph.
	leafBlocks = regexp.MustCompile(`(?i)paragraph|^p$|head(?:er|ing)|^h[1-6]$|quote|list-?_?item|^li$|^block$`)
	// headBlocks are those that are a heading.
	headBlocks = regexp.MustCompile(`(?i)head(?:er|ing)|^h[1-6]$`)
	// otherBlocks are those that are none of the text.
	otherBlocks = regexp.MustCompile(`(?i)image|photo|picture|video|audio|embed|iframe|advert|^ads?$|newsletter|related|promo|teaser|gallery|script|recommend|caption|social|share|comment`)
)

// read reads a value: a text, a block, or a list of them.
func (d *dataReader) read(v any, level int) {
	if d.values--; d.values < 0 || level > maxStateLevels {
		return
	}
	switch v := v.(type) {
	case string:
		d.text(v)
	case []any:
		for _, e := range v {
			d.read(e, level+1)
		}
	case map[string]any:
		d.values -= len(v)
		d.block(plain(v), level)
	}
}

// block reads one block. One of no kind that is known is read by its text, else by what is in it.
func (d *dataReader) block(o thing, level int) {
	kind := o.shortOf("type", "nodetype", "typename", "blocktype", "kind", "tag", "name", "component")
	switch {
	case otherBlocks.MatchString(kind):
		return
	case leafBlocks.MatchString(kind):
		var b strings.Builder
		d.inlineOf(o, level, &b)
		if s := PlainText(b.String()); headBlocks.MatchString(kind) {
			d.to.heading(2, s)
		} else if d.spend(s) {
			d.to.paragraph(s)
		}
		return
	}
	for _, k := range textKeys {
		if s, ok := o[k].(string); ok && strings.TrimSpace(s) != "" {
			d.text(s)
			return
		}
	}
	d.read(o.inner(), level+1)
}

// inner returns what is within a block: a list or another block.
func (o thing) inner() any {
	for _, k := range childKeys {
		switch v := o[k].(type) {
		case []any:
			if len(v) > 0 {
				return v
			}
		case map[string]any:
			return v
		}
	}
	return nil
}

// inline writes down all texts within a block, in their order.
func (d *dataReader) inline(v any, level int, b *strings.Builder) {
	if d.values--; d.values < 0 || level > maxStateLevels || b.Len() > maxContent {
		return
	}
	switch v := v.(type) {
	case string:
		b.WriteString(v)
	case []any:
		for _, e := range v {
			d.inline(e, level+1, b)
		}
	case map[string]any:
		d.values -= len(v)
		d.inlineOf(plain(v), level, b)
	}
}

// inlineOf writes down the text of a block or of a part of one: its own, else those within it.
func (d *dataReader) inlineOf(o thing, level int, b *strings.Builder) {
	for _, k := range textKeys {
		if s, ok := o[k].(string); ok && s != "" {
			b.WriteString(s)
			return
		}
	}
	if b.Len() > 0 && leafBlocks.MatchString(o.shortOf("type", "nodetype", "typename")) {
		b.WriteByte(' ')
	}
	d.inline(o.inner(), level+1, b)
}

// spend takes a text off what may still be read, and reports whether it fits.
func (d *dataReader) spend(s string) bool {
	d.texts -= len(s)
	return d.texts >= 0
}

// text reads a text that is HTML or plain.
func (d *dataReader) text(s string) {
	if !d.spend(s) {
		return
	}
	if !strings.Contains(s, "</") && !strings.Contains(s, "<br") && !strings.Contains(s, "<p") {
		addText(d.to, html.UnescapeString(s))
		return
	}
	doc, err := html.Parse(strings.NewReader(s))
	if err != nil || countNodes(doc) > maxNodes {
		return
	}
	prune(doc)
	part := readBlocks(doc, d.base)
	at := len(d.to.paragraphs)
	for _, h := range part.outline {
		if len(d.to.outline) < maxHeadings {
			h.Paragraph += at
			d.to.outline = append(d.to.outline, h)
		}
	}
	for _, l := range part.links {
		if !d.to.seen[l.URL] && len(d.to.links) < maxLinks {
			d.to.seen[l.URL] = true
			l.Paragraph += at
			d.to.links = append(d.to.links, l)
		}
	}
	d.to.paragraphs = append(d.to.paragraphs, part.paragraphs...)
}
