package article

import (
	"net/url"
	"strings"

	"golang.org/x/net/html"
)

// walk visits every node, without recursion: a page decides how deep it is.
func walk(root *html.Node, visit func(*html.Node)) {
	walkInto(root, func(n *html.Node) bool {
		visit(n)
		return true
	})
}

// walkInto is walk, and leaves out what stands within a node for which visit is false.
func walkInto(root *html.Node, visit func(*html.Node) bool) {
	for n := root; n != nil; {
		if visit(n) && n.FirstChild != nil {
			n = n.FirstChild
			continue
		}
		for n != root && n.NextSibling == nil {
			n = n.Parent
		}
		if n == root {
			return
		}
		n = n.NextSibling
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

// maxAddress is the longest address that is kept, in bytes; it is the longest that is fetched.
const maxAddress = 2048

// absolute resolves a reference to an http or https address; else it is empty.
func absolute(page *url.URL, ref string) string {
	ref = strings.TrimSpace(ref)
	if ref == "" || len(ref) > maxAddress {
		return ""
	}
	u, err := page.Parse(ref)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return ""
	}
	return u.String()
}
