package article

import (
	"bytes"
	"net/url"
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"autointel.example/services/ingest/fetch"
)

// Bounds of a page that only leads on.
const (
	maxRefreshPage = 64 << 10 // bytes
	maxRefreshWait = 10       // seconds
)

// waypost reads a page that is short enough to be nothing but a way on; nil: it is longer, or no page.
func waypost(r fetch.Response) (*html.Node, *url.URL) {
	page, err := url.Parse(r.FinalURL)
	if kind, _ := KindOf(r); kind != HTML || err != nil || len(r.Body) > maxRefreshPage {
		return nil, nil
	}
	doc, err := html.Parse(bytes.NewReader(Decode(r.Body, r.ContentType)))
	if err != nil {
		return nil, nil
	}
	return doc, page
}

// Refresh returns where a page sends its readers on by itself, at once or after a few seconds; empty: nowhere.
func Refresh(r fetch.Response) string {
	doc, page := waypost(r)
	if doc == nil {
		return ""
	}
	next := ""
	walk(doc, func(n *html.Node) {
		if n.Type == html.ElementNode && n.DataAtom == atom.Meta && next == "" && strings.EqualFold(attribute(n, "http-equiv"), "refresh") {
			next = refreshed(attribute(n, "content"), page)
		}
	})
	if SamePage(next, r.FinalURL) {
		return "" // it only loads itself anew
	}
	return next
}

// refreshed reads a refresh, as: 0; url=/there.
func refreshed(content string, page *url.URL) string {
	wait, rest, ok := strings.Cut(strings.Replace(content, ",", ";", 1), ";")
	seconds, err := strconv.ParseFloat(strings.TrimSpace(wait), 64)
	rest = strings.TrimSpace(rest)
	if !ok || err != nil || seconds > maxRefreshWait || len(rest) < 4 || !strings.EqualFold(rest[:3], "url") {
		return ""
	}
	rest, ok = strings.CutPrefix(strings.TrimSpace(rest[3:]), "=")
	if !ok {
		return ""
	}
	return absolute(page, strings.Trim(strings.TrimSpace(rest), `"'`))
}
