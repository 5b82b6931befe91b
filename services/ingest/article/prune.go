package article

import (
	"net/url"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// pruned are elements that are no text of a page wherever they stand: what its author struck out, how a word is pronounced,
// and what AMP pages show beside their text.
var pruned = map[string]bool{
	"del": true, "s": true, "strike": true, "rt": true, "rp": true,
	"amp-ad": true, "amp-embed": true, "amp-consent": true, "amp-sticky-ad": true, "amp-auto-ads": true, "amp-sidebar": true,
}

// prunedClasses are classes of what is for editors, or for who hears a page instead of seeing it.
var prunedClasses = []string{
	"mw-editsection", "mw-jump-link", "noprint", "vector-page-toolbar", "hatnote", "sr-only", "visually-hidden", "visuallyhidden", "screen-reader-text", "u-visually-hidden",
}

// widgetMark is an attribute of what is left out only once the readable part of a page is known: what stands beside a text helps
// to tell where the text is.
const widgetMark = "data-autointel-widget"

// widgetClasses begin the classes of what players and other tools put beside a text, whatever the page: their controls, what to read
// next, buttons for sharing, and forms for comments.
var widgetClasses = []string{
	"vjs-", "jw-", "mejs-", "plyr__", "jp-relatedposts", "yarpp", "sharedaddy", "a2a_kit", "addtoany", "addthis", "taboola", "trc_related", "outbrain", "zergnet", "mc_embed", "comment-respond", "comments-area",
}

// mark is the text of a reference to a footnote, as [1], a or *.
var mark = regexp.MustCompile(`^\[?\s*(?:\d{1,3}|\p{Ll}|[*†‡]+|note \d{1,3})\s*\]?$`)

// prune takes off a page what would stand among its text and is none of it. A reference to a footnote becomes a link to what
// the footnote links to, at the place where it is cited.
func prune(doc *html.Node) {
	var gone []*html.Node
	notes := map[*html.Node]string{}
	walkInto(doc, func(n *html.Node) bool {
		switch {
		case n.Type != html.ElementNode:
			return true
		case isWidget(n):
			n.Attr = append(n.Attr, html.Attribute{Key: widgetMark})
		case pruned[n.Data], isBeside(n):
			gone = append(gone, n)
			return false
		case n.DataAtom == atom.Sup:
			if id, ok := footnote(n); ok {
				notes[n] = id
				return false
			}
		}
		return true
	})
	cited := citations(doc, notes)
	for n, id := range notes {
		if to := cited[id]; to != "" {
			n.Parent.InsertBefore(&html.Node{
				Type: html.ElementNode, Data: "a", DataAtom: atom.A, Attr: []html.Attribute{{Key: "href", Val: to}, {Key: "rel", Val: noteRel}},
			}, n)
		}
		gone = append(gone, n)
	}
	for _, n := range gone {
		n.Parent.RemoveChild(n)
	}
}

// noteRel marks a link that stands for a footnote: it has no text of its own.
const noteRel = "autointel-note"

// isBeside reports whether an element is for others than readers. A heading is never: some pages hide their title so.
func isBeside(n *html.Node) bool {
	class := attribute(n, "class")
	if class == "" || len(class) > 1000 || headings[n.DataAtom] > 0 {
		return false
	}
	for c := range strings.FieldsSeq(class) {
		if slices.Contains(prunedClasses, c) {
			return short(n) != ""
		}
	}
	return false
}

// isWidget reports whether an element is one of a tool beside the text.
func isWidget(n *html.Node) bool {
	class := attribute(n, "class")
	if class == "" || len(class) > 1000 {
		return false
	}
	for c := range strings.FieldsSeq(strings.ToLower(class)) {
		for _, prefix := range widgetClasses {
			if strings.HasPrefix(c, prefix) {
				return true
			}
		}
	}
	return false
}

// footnote returns the id of the footnote that an element refers to.
func footnote(n *html.Node) (id string, ok bool) {
	if !mark.MatchString(short(n)) {
		return "", false
	}
	walk(n, func(c *html.Node) {
		if _, fragment, found := strings.Cut(attribute(c, "href"), "#"); found && c.DataAtom == atom.A && id == "" {
			id = fragment
			if plain, err := url.PathUnescape(fragment); err == nil {
				id = plain
			}
		}
	})
	return id, id != ""
}

// citations returns, of the footnotes that are referred to, the first address outside the page that each names.
func citations(doc *html.Node, notes map[*html.Node]string) map[string]string {
	cited := map[string]string{}
	if len(notes) == 0 {
		return cited
	}
	wanted := map[string]bool{}
	for _, id := range notes {
		wanted[id] = true
	}
	walk(doc, func(n *html.Node) {
		id := attribute(n, "id")
		if n.Type != html.ElementNode || !wanted[id] {
			return
		}
		delete(wanted, id) // the first that is called so
		walk(n, func(c *html.Node) {
			if href := attribute(c, "href"); c.DataAtom == atom.A && cited[id] == "" && strings.Contains(href, "//") {
				cited[id] = href
			}
		})
	})
	return cited
}
