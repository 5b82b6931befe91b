package article

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"autointel.example/services/ingest/cues"
)

// longParagraph is how many words a block has that is an article's text and no label.
const longParagraph = 20

// sponsoredBy returns the words or markup by which a page says that it is advertising; empty: it does not. Labels of
// banners and of teasers beside an article say nothing of it, so a label counts only between five blocks before the
// main heading and the first long paragraph after it.
func (s *surveyed) sponsoredBy(doc *html.Node, about thing, paragraphs []string) string {
	if about.is("AdvertiserContentArticle") {
		return "schema.org: AdvertiserContentArticle"
	}
	if about["sponsor"] != nil {
		if names := s.things.names(about["sponsor"]); len(names) > 0 {
			return "schema.org: sponsor " + strings.Join(names, ", ")
		}
	}
	if label := labelOf(doc); label != "" {
		return label
	}
	for i, p := range paragraphs {
		if i > 2 && i < len(paragraphs)-2 {
			continue
		}
		if _, ok := cues.Begins(strings.ToLower(p[:min(len(p), 100)]), cues.Disclosure); ok {
			return cut(p, 200)
		}
	}
	return ""
}

// aside are elements that hold other things than the article.
var aside = map[atom.Atom]bool{atom.Nav: true, atom.Aside: true, atom.Footer: true, atom.Li: true, atom.Form: true}

// labelOf looks for a label around the main heading of a page.
func labelOf(doc *html.Node) string {
	var recent []string // labels of the last blocks before the heading
	var b strings.Builder
	var found string
	afterHeading, done := false, false
	flush := func() {
		block := Line(b.String())
		b.Reset()
		if block == "" || done {
			return
		}
		label := ""
		if lower := strings.ToLower(strings.Trim(block, " :*•[]()|")); cues.Is(lower, cues.Label) {
			label = block
		} else if _, ok := cues.Begins(lower, cues.Disclosure); ok && len(block) < 100 {
			label = block
		}
		switch {
		case afterHeading && label != "":
			found, done = label, true
		case afterHeading:
			done = Words(block) >= longParagraph
		default:
			recent = append(recent, label)
			recent = recent[max(0, len(recent)-5):]
		}
	}
	walkInto(doc, func(n *html.Node) bool {
		switch {
		case done || n.Type == html.ElementNode && (unread[n.DataAtom] || aside[n.DataAtom]):
			flush()
			return false
		case n.Type == html.TextNode && b.Len() < 2000:
			b.WriteString(n.Data)
		case n.Type == html.ElementNode && n.DataAtom == atom.H1:
			flush()
			if !afterHeading {
				afterHeading = true
				for _, label := range recent {
					found = firstOf(found, label)
				}
				done = found != ""
			}
		case n.Type == html.ElementNode && (blockElements[n.DataAtom] || n.DataAtom == atom.Span):
			flush()
		}
		return true
	})
	flush()
	if !afterHeading {
		return ""
	}
	return found
}
