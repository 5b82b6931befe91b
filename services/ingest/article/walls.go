package article

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"autointel.example/schemas"
	"autointel.example/services/ingest/cues"
)

// Codes of what stands between a reader and a text. They are reasons of failures where nothing can be read, and limits where
// something can.
const (
	Paywall    = "paywall"
	CookieWall = "cookie_wall"
	ScriptOnly = "script_only"
)

// teaser is how many words are what a paywall leaves to read; consent, how many a request for consent has at most.
const (
	teaser  = 250
	consent = 200
)

// wallMarkers are parts of class names and ids that mean a wall.
var wallMarkers = map[string]string{
	"paywall": Paywall, "regwall": Paywall, "subscriber-only": Paywall, "piano-offer": Paywall, "tp-modal": Paywall, "meteredcontent": Paywall, "premium-content": Paywall,
	"cookiewall": CookieWall, "cookie-wall": CookieWall, "consent-wall": CookieWall, "sp_message": CookieWall, "onetrust": CookieWall, "didomi": CookieWall, "cmp-wall": CookieWall, "usercentrics": CookieWall,
	"cf-challenge": ScriptOnly, "challenge-form": ScriptOnly,
}

// wallOrder is the order in which markers are looked for.
var wallOrder = slices.Sorted(maps.Keys(wallMarkers))

// roots are the ids of elements that scripts fill.
var roots = []string{"root", "app", "__next", "__nuxt", "svelte", "main-app", "react-root"}

// marker notes a class name or id that means a wall.
func (s *surveyed) marker(n *html.Node) {
	if len(s.markers) >= 50 || n.DataAtom == atom.Body || n.DataAtom == atom.Html {
		return
	}
	for _, a := range n.Attr {
		if a.Key != "class" && a.Key != "id" || len(a.Val) > 1000 {
			continue
		}
		lower := strings.ToLower(a.Val)
		for _, m := range wallOrder {
			if strings.Contains(lower, m) {
				s.markers = append(s.markers, wallMarkers[m])
				break
			}
		}
		if a.Key == "id" && n.FirstChild == nil && slices.Contains(roots, lower) {
			s.markers = append(s.markers, ScriptOnly)
		}
	}
}

// wall is what stands between a reader and the text of a page; Code is empty if nothing does.
func (s *surveyed) wall(about thing, readable, everything string) schemas.Limit {
	n := Words(readable)
	lower := strings.ToLower(readable[:min(len(readable), maxContent)])
	all := strings.ToLower(everything[:min(len(everything), maxContent)])
	marked := func(code string) bool { return slices.Contains(s.markers, code) }
	switch {
	case s.isPaid(about):
		return schemas.Limit{Code: Paywall, Message: fmt.Sprintf("The publisher says that this page is not free to read. The report covers the %s that could be read.", plural(n, "word"))}
	case n < consent && (cues.Count(lower, cues.Cookie) >= 2 || n < minWords && (marked(CookieWall) || cues.Count(all, cues.Cookie) >= 3)):
		return schemas.Limit{Code: CookieWall, Message: "The page asks for consent to cookies before it shows its text, and none is given here. Try an address of the same text that asks for none."}
	case n < teaser && (said(lower, cues.Paywall) || marked(Paywall) || said(all, cues.Paywall)):
		return schemas.Limit{Code: Paywall, Message: fmt.Sprintf("The page seems to want a subscription. The report covers the %s that could be read.", plural(n, "word"))}
	case n < minWords && (said(all, cues.Script) || said(strings.ToLower(s.noscript), cues.Script) || marked(ScriptOnly) || s.scripts > 0 && Words(everything) < minWords):
		return schemas.Limit{Code: ScriptOnly, Message: "The page shows its text only in a browser that runs its scripts, which is not done here. Try a print version or a feed of it."}
	}
	return schemas.Limit{}
}

// isPaid reports whether the publisher declares that the page is not free.
func (s *surveyed) isPaid(about thing) bool {
	if v := text(about["isAccessibleForFree"]); strings.EqualFold(v, "false") {
		return true
	}
	switch strings.ToLower(s.first("article:content_tier")) {
	case "locked", "metered":
		return true
	}
	return strings.EqualFold(s.first("isaccessibleforfree"), "false")
}

func said(lower, heading string) bool {
	_, ok := cues.In(lower, heading)
	return ok
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// everythingOn returns the text of a whole page, at most maxContent bytes of it.
func everythingOn(doc *html.Node) string {
	var b strings.Builder
	walkInto(doc, func(n *html.Node) bool {
		if n.Type == html.ElementNode && unread[n.DataAtom] && n.DataAtom != atom.Button {
			return false
		}
		if n.Type == html.TextNode && b.Len() < maxContent {
			b.WriteString(n.Data)
			b.WriteByte(' ')
		}
		return true
	})
	return Line(b.String())
}
