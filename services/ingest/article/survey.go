package article

import (
	"net/url"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"autointel.example/schemas"
	"autointel.example/services/ingest/captions"
)

// Bounds of what a page names.
const (
	maxMeta    = 1000
	maxContent = 20_000 // bytes of one value
	maxScripts = 100
)

// surveyed is what a page says of itself outside its text.
type surveyed struct {
	base     *url.URL            // what its links are relative to
	meta     map[string][]string // <meta>, by name, property or itemprop in lower case
	language string              // of <html>
	title    string              // of <title>
	heading  string              // the first <h1>
	links    map[string][]string // <link> and <a rel>, by each rel in lower case
	authors  []string            // elements that name an author
	things   things
	captions []schemas.CaptionTrack
	media    []schemas.Media
	scripts  int
	states   []script // that may hold data
	markers  []string // class names and ids, lower case, of elements that may be a wall
	noscript string   // what is said to who has no JavaScript

	published, modified []string // dates that elements mark as such
}

// survey looks through a page once.
func survey(doc *html.Node, page *url.URL) surveyed {
	s := surveyed{base: page, meta: map[string][]string{}, links: map[string][]string{}}
	var blocks []string
	walk(doc, func(n *html.Node) { // the base comes first: it holds for what stands before it too
		if n.Type == html.ElementNode && n.DataAtom == atom.Base && s.base == page {
			if u, err := url.Parse(absolute(page, attribute(n, "href"))); err == nil && u.Host != "" {
				s.base = u
			}
		}
	})
	walk(doc, func(n *html.Node) {
		if n.Type != html.ElementNode {
			return
		}
		s.marker(n)
		switch n.DataAtom {
		case atom.Html:
			s.language = attribute(n, "lang")
			if s.language == "" {
				s.language = attribute(n, "xml:lang")
			}
		case atom.Title:
			if s.title == "" && n.Parent != nil && n.Parent.DataAtom == atom.Head {
				s.title = Line(content(n))
			}
		case atom.H1:
			if s.heading == "" {
				s.heading = short(n)
			}
		case atom.Meta:
			s.addMeta(n)
		case atom.Script:
			kind, _, _ := strings.Cut(attribute(n, "type"), ";")
			if !strings.EqualFold(strings.TrimSpace(kind), "application/ld+json") {
				s.scripts++
				s.state(n, kind)
			} else if len(blocks) < maxScripts {
				blocks = append(blocks, content(n))
			}
		case atom.Noscript:
			if len(s.noscript) < maxContent {
				s.noscript += " " + withoutTags(content(n))
			}
		case atom.Link, atom.A:
			s.addLink(n)
		case atom.Track, atom.Video, atom.Audio, atom.Source, atom.Iframe:
			s.recording(n)
		}
		s.addDate(n)
		if len(s.authors) < maxAuthors && (has(n, "rel", "author") || has(n, "itemprop", "author") || has(n, "class", "p-author") || has(n, "class", "author") && has(n, "class", "vcard")) {
			s.authors = append(s.authors, short(n)) // an empty one counts too: each look costs
		}
	})
	s.things = readThings(blocks)
	s.described()
	return s
}

// state keeps a script that may be data.
func (s *surveyed) state(n *html.Node, kind string) {
	if n.FirstChild == nil || len(n.FirstChild.Data) < leastData || len(s.states) == maxStates {
		return
	}
	switch kind = strings.ToLower(strings.TrimSpace(kind)); {
	case strings.HasSuffix(kind, "json"):
		s.states = append(s.states, script{true, n.FirstChild.Data})
	case kind == "" || strings.HasSuffix(kind, "javascript"):
		s.states = append(s.states, script{false, n.FirstChild.Data})
	}
}

func (s *surveyed) addMeta(n *html.Node) {
	value := strings.TrimSpace(attribute(n, "content"))
	if value == "" || len(value) > maxContent || len(s.meta) >= maxMeta {
		return
	}
	for _, key := range []string{"property", "name", "itemprop", "http-equiv"} {
		for k := range strings.FieldsSeq(strings.ToLower(attribute(n, key))) {
			if len(s.meta[k]) < 50 {
				s.meta[k] = append(s.meta[k], value)
			}
		}
	}
}

// addDate takes in a date that an element is marked as: by schema.org's microdata, or by the classes of blogs.
func (s *surveyed) addDate(n *html.Node) {
	if len(n.Attr) == 0 || n.DataAtom == atom.Meta || len(s.published)+len(s.modified) >= maxDates {
		return
	}
	value := firstOf(attribute(n, "datetime"), attribute(n, "content"))
	dated := n.DataAtom == atom.Time || n.DataAtom == atom.Abbr
	switch {
	case has(n, "itemprop", "datePublished") || n.DataAtom == atom.Time && attributeIs(n, "pubdate"), dated && (has(n, "class", "published") || has(n, "class", "entry-date") || has(n, "class", "dt-published")):
		s.published = append(s.published, firstOf(value, attribute(n, "title"), short(n)))
	case has(n, "itemprop", "dateModified"), dated && (has(n, "class", "updated") || has(n, "class", "dt-updated")):
		s.modified = append(s.modified, firstOf(value, attribute(n, "title"), short(n)))
	}
}

// maxDates of a page that are looked at.
const maxDates = 20

func (s *surveyed) addLink(n *html.Node) {
	u := absolute(s.base, attribute(n, "href"))
	if u == "" {
		return
	}
	for rel := range strings.FieldsSeq(strings.ToLower(attribute(n, "rel"))) {
		if len(s.links[rel]) < 20 && (n.DataAtom == atom.Link || rel == "canonical") {
			s.links[rel] = append(s.links[rel], u)
		}
	}
	format := ""
	if parsed, err := url.Parse(u); err == nil && n.DataAtom == atom.A {
		format = captions.Format("", strings.ToLower(parsed.Path))
	} else if n.DataAtom == atom.Link && has(n, "rel", "alternate") {
		format = captions.Format(attribute(n, "type"), "")
	}
	if format != "" {
		s.caption(schemas.CaptionTrack{URL: u, Language: attribute(n, "hreflang"), Label: attribute(n, "title"), Kind: "captions"})
	}
}

// first returns the first value of the first of some <meta> that has one.
func (s *surveyed) first(keys ...string) string {
	for _, k := range keys {
		for _, v := range s.meta[k] {
			if v = Line(v); v != "" {
				return v
			}
		}
	}
	return ""
}

// every returns all values of some <meta>, those of the first key first.
func (s *surveyed) every(keys ...string) []string {
	var all []string
	for _, k := range keys {
		all = append(all, s.meta[k]...)
	}
	return all
}

func (s *surveyed) caption(t schemas.CaptionTrack) {
	if t.URL == "" || len(s.captions) == maxLinks {
		return
	}
	for _, c := range s.captions {
		if c.URL == t.URL {
			return
		}
	}
	s.captions = append(s.captions, t)
}

func (s *surveyed) medium(m schemas.Media) {
	if m.URL == "" || len(s.media) == maxMedia {
		return
	}
	for i, known := range s.media {
		if known.URL == m.URL {
			merge(&s.media[i], m)
			return
		}
	}
	s.media = append(s.media, m)
}

// has reports whether an attribute holds a word.
func has(n *html.Node, key, word string) bool {
	for _, a := range n.Attr {
		if a.Key == key {
			for w := range strings.FieldsSeq(a.Val) {
				if strings.EqualFold(w, word) {
					return true
				}
			}
		}
	}
	return false
}

// attributeIs reports whether an element has an attribute, whatever its value.
func attributeIs(n *html.Node, key string) bool {
	for _, a := range n.Attr {
		if a.Key == key {
			return true
		}
	}
	return false
}

// content returns the text of a node, at most maxScript bytes of it.
func content(n *html.Node) string {
	var b strings.Builder
	walk(n, func(c *html.Node) {
		if c.Type == html.TextNode && b.Len() <= maxScript {
			b.WriteString(c.Data)
		}
	})
	return b.String()
}

// short returns the text of a node as one line; of more than 300 bytes, nothing.
func short(n *html.Node) string {
	var b strings.Builder
	walk(n, func(c *html.Node) {
		if c.Type == html.TextNode && b.Len() <= 300 {
			b.WriteString(c.Data)
		}
	})
	if s := Line(b.String()); len(s) <= 300 {
		return s
	}
	return ""
}

// withoutTags returns the text of what the parser left as text with tags in it, as in <noscript>.
func withoutTags(s string) string {
	var b strings.Builder
	z := html.NewTokenizer(strings.NewReader(s[:min(len(s), maxContent)]))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return b.String()
		case html.TextToken:
			b.Write(z.Text())
			b.WriteByte(' ')
		}
	}
}
