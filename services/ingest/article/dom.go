package article

import (
	"net/url"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"autointel.example/schemas"
	"autointel.example/services/ingest/captions"
)

// walk visits every node, without recursion: a page decides how deep it is.
func walk(root *html.Node, visit func(*html.Node)) {
	for n := root; n != nil; {
		visit(n)
		switch {
		case n.FirstChild != nil:
			n = n.FirstChild
		default:
			for n != root && n.NextSibling == nil {
				n = n.Parent
			}
			if n == root {
				return
			}
			n = n.NextSibling
		}
	}
}

func countNodes(root *html.Node) int {
	n := 0
	walk(root, func(*html.Node) { n++ })
	return n
}

func attribute(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

// surveyed is what a page names outside its text.
type surveyed struct {
	captions  []schemas.CaptionTrack
	canonical string
}

// survey finds caption files and the canonical address of a page.
func survey(doc *html.Node, page *url.URL) surveyed {
	var s surveyed
	seen := map[string]bool{}
	add := func(ref, language, label, kind string) {
		u := absolute(page, ref)
		if u == "" || seen[u] || len(s.captions) == maxLinks {
			return
		}
		seen[u] = true
		s.captions = append(s.captions, schemas.CaptionTrack{URL: u, Language: language, Label: label, Kind: kind})
	}
	walk(doc, func(n *html.Node) {
		if n.Type != html.ElementNode {
			return
		}
		switch n.DataAtom {
		case atom.Track:
			kind := attribute(n, "kind")
			if kind == "" {
				kind = "subtitles" // the default of HTML
			}
			if kind == "subtitles" || kind == "captions" {
				add(attribute(n, "src"), attribute(n, "srclang"), attribute(n, "label"), kind)
			}
		case atom.A:
			if u, err := url.Parse(attribute(n, "href")); err == nil && captions.Format("", u.Path) != "" {
				add(attribute(n, "href"), attribute(n, "hreflang"), "", "captions")
			}
		case atom.Link:
			switch rel := attribute(n, "rel"); {
			case rel == "canonical":
				s.canonical = absolute(page, attribute(n, "href"))
			case rel == "alternate" && captions.Format(attribute(n, "type"), "") != "":
				add(attribute(n, "href"), attribute(n, "hreflang"), attribute(n, "title"), "captions")
			}
		}
	})
	return s
}

// absolute resolves a reference to an http or https address; else it is empty.
func absolute(page *url.URL, ref string) string {
	if ref == "" {
		return ""
	}
	u, err := page.Parse(strings.TrimSpace(ref))
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return ""
	}
	return u.String()
}

func linksOf(root *html.Node, page *url.URL) []schemas.Link {
	var links []schemas.Link
	seen := map[string]bool{}
	walk(root, func(n *html.Node) {
		if n.Type != html.ElementNode || n.DataAtom != atom.A || len(links) == maxLinks {
			return
		}
		u := absolute(page, attribute(n, "href"))
		if u == "" || seen[u] {
			return
		}
		seen[u] = true
		var text strings.Builder
		walk(n, func(c *html.Node) {
			if c.Type == html.TextNode {
				text.WriteString(c.Data)
			}
		})
		links = append(links, schemas.Link{URL: u, Text: strings.Join(strings.Fields(text.String()), " ")})
	})
	return links
}

// blockElements begin a paragraph of their own.
var blockElements = map[atom.Atom]bool{
	atom.P: true, atom.H1: true, atom.H2: true, atom.H3: true, atom.H4: true, atom.H5: true, atom.H6: true, atom.Li: true,
	atom.Blockquote: true, atom.Pre: true, atom.Td: true, atom.Th: true, atom.Dt: true, atom.Dd: true, atom.Figcaption: true,
	atom.Div: true, atom.Section: true, atom.Article: true, atom.Br: true, atom.Tr: true,
}

// textBlocks collects the text of a tree, a block for each paragraph.
func textBlocks(root *html.Node, blocks []string) []string {
	var b strings.Builder
	var owner *html.Node
	flush := func() {
		blocks = append(blocks, b.String())
		b.Reset()
	}
	walk(root, func(n *html.Node) {
		switch n.Type {
		case html.ElementNode:
			if blockElements[n.DataAtom] {
				flush()
			}
		case html.TextNode:
			if o := blockOf(n, root); o != owner {
				flush()
				owner = o
			}
			b.WriteString(n.Data)
		}
	})
	flush()
	return blocks
}

// blockOf returns the nearest block element around a node.
func blockOf(n, root *html.Node) *html.Node {
	for n != root && (n.Type != html.ElementNode || !blockElements[n.DataAtom]) {
		n = n.Parent
	}
	return n
}
