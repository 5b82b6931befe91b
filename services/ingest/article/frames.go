package article

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"autointel.example/services/ingest/fetch"
)

// FrameOnly is the code of the limit of a page whose text was read from one of its frames.
const FrameOnly = "frame"

// maxFrames of a page that are looked at.
const maxFrames = 20

var (
	// mainFrames are names of frames that hold a page's text.
	mainFrames = regexp.MustCompile(`(?i)main|content|body|text|article|inhalt|haupt|contenu|principal|contenido|centr|right`)
	// otherFrames are names of those that do not.
	otherFrames = regexp.MustCompile(`(?i)nav|menu|top|banner|head|left|toc|index|foot|title|logo|bottom|search|side|^ads?$`)
)

// frame is a page within a page.
type frame struct {
	url, name string
	inline    bool // an iframe
}

// framesOf returns the frames of a page, those of a frameset alone if there is one. Frames of other sites are left out: they hold
// adverts, recordings and the like.
func framesOf(doc *html.Node, base *url.URL) []frame {
	var set, inline []frame
	walk(doc, func(n *html.Node) {
		if n.DataAtom != atom.Frame && n.DataAtom != atom.Iframe || len(set)+len(inline) == maxFrames {
			return
		}
		f := frame{url: absolute(base, attribute(n, "src")), name: firstOf(attribute(n, "name"), attribute(n, "id"), attribute(n, "title")), inline: n.DataAtom == atom.Iframe}
		switch {
		case f.url == "" || !onSite(f.url, []string{base.String()}) || SamePage(f.url, base.String()):
		case f.inline:
			inline = append(inline, f)
		default:
			set = append(set, f)
		}
	})
	if len(set) > 0 {
		return set
	}
	return inline
}

// Frame returns the address of the frame that holds the text of a page which is nothing but frames; empty: there is none, or it
// cannot be told which.
func Frame(r fetch.Response) string {
	doc, page := waypost(r)
	if doc == nil {
		return ""
	}
	frames := framesOf(doc, page)
	if len(frames) == 1 {
		return frames[0].url
	}
	var called, rest []string
	for _, f := range frames {
		switch {
		case f.inline: // several, and none is the page's main one
		case mainFrames.MatchString(f.name):
			called = append(called, f.url)
		case !otherFrames.MatchString(f.name):
			rest = append(rest, f.url)
		}
	}
	switch {
	case len(called) == 1:
		return called[0]
	case len(called) == 0 && len(rest) == 1:
		return rest[0]
	}
	return ""
}

// framesMessage says what a page is that is nothing but frames; empty: it has no frameset.
func framesMessage(frames []frame) string {
	var addresses []string
	for _, f := range frames {
		if !f.inline && len(addresses) < 3 {
			addresses = append(addresses, cut(f.url, 200))
		}
	}
	if len(addresses) == 0 {
		return ""
	}
	return fmt.Sprintf("The page is nothing but frames, each of which is a page of its own. Ask for the one that holds the text: %s.", strings.Join(addresses, " or "))
}
