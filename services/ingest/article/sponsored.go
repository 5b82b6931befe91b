package article

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"autointel.example/services/ingest/cues"
)

// longParagraph is how many words a block has that is an article's text and no label.
const longParagraph = 20

// maxLabel is how many words a label has at most.
const maxLabel = 10

// labelled is what a page says of who had a part in it, each in its own words or markup.
type labelled struct {
	sponsor string // it is advertising
	partner string // it was made with others, who may have paid or not
}

// sponsoredBy returns what a page says of who paid for it or had a part in it. Labels of banners and of teasers beside an article
// say nothing of it, so a label counts only between five blocks before the main heading and the first long paragraph after it.
func (s *surveyed) sponsoredBy(doc *html.Node, about thing, paragraphs []string) labelled {
	found := labelOf(doc)
	if about.is("AdvertiserContentArticle") {
		found.sponsor = "schema.org: AdvertiserContentArticle"
	} else if about["sponsor"] != nil {
		if names := s.things.names(about["sponsor"]); len(names) > 0 {
			found.sponsor = "schema.org: sponsor " + strings.Join(names, ", ")
		}
	}
	for i, p := range paragraphs {
		if i > 2 && i < len(paragraphs)-2 {
			continue
		}
		var label labelled
		if !cues.Is(strings.ToLower(p), cues.Label) { // by itself it may be the heading of what comes next
			label = labelIn(p)
		}
		if _, ok := cues.Begins(strings.ToLower(p[:min(len(p), 100)]), cues.Disclosure); ok {
			label.sponsor = cut(p, 200)
		}
		found.sponsor, found.partner = firstOf(found.sponsor, label.sponsor), firstOf(found.partner, label.partner)
	}
	return found
}

// labelIn reads a block as a label. What begins like one and goes on as a sentence is none: Sponsored by a bank, the festival ...
func labelIn(block string) labelled {
	lower := strings.ToLower(strings.Trim(block, " :*•[]()|."))
	if cues.Is(lower, cues.Label) {
		return labelled{sponsor: block}
	}
	if len(block) >= 100 || Words(lower) > maxLabel || strings.ContainsAny(lower, ",;?!") {
		return labelled{}
	}
	if _, ok := cues.Begins(lower, cues.Sponsor); ok {
		return labelled{sponsor: block}
	}
	if _, ok := cues.Begins(lower, cues.Partner); ok {
		return labelled{partner: block}
	}
	return labelled{}
}

// aside are elements that hold other things than the article.
var aside = map[atom.Atom]bool{atom.Nav: true, atom.Aside: true, atom.Footer: true, atom.Li: true, atom.Form: true}

// labelOf looks for a label around the main heading of a page.
func labelOf(doc *html.Node) labelled {
	var recent []labelled // of the last blocks before the heading
	var b strings.Builder
	var found labelled
	afterHeading, done := false, false
	flush := func() {
		block := Line(b.String())
		b.Reset()
		if block == "" || done {
			return
		}
		label := labelIn(block)
		if _, ok := cues.Begins(strings.ToLower(block), cues.Disclosure); ok && len(block) < 100 {
			label.sponsor = block
		}
		if !afterHeading {
			recent = append(recent, label)
			recent = recent[max(0, len(recent)-5):]
			return
		}
		found.sponsor, found.partner = firstOf(found.sponsor, label.sponsor), firstOf(found.partner, label.partner)
		done = Words(block) >= longParagraph
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
					found.sponsor, found.partner = firstOf(found.sponsor, label.sponsor), firstOf(found.partner, label.partner)
				}
			}
		case n.Type == html.ElementNode && (blockElements[n.DataAtom] || n.DataAtom == atom.Span):
			flush()
		}
		return true
	})
	flush()
	if !afterHeading {
		return labelled{}
	}
	return found
}
