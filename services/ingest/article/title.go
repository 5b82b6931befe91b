package article

import "strings"

// siteName is that of the page's WebSite.
func (s *surveyed) siteName() string {
	for _, o := range s.things.all {
		if o.is("WebSite") {
			return text(o["name"])
		}
	}
	return ""
}

// dashes stand between the title of a page and the name of its site. Those without spaces are of scripts that have none.
var dashes = []string{" | ", " - ", " – ", " — ", " · ", " • ", " :: ", " » ", " « ", "｜", "|", "_", "－"}

// titleOf returns the title without the name of the site after it, and that name where the page's own heading shows which of the
// two is the title.
func (s *surveyed) titleOf(about thing, site string) (title, tail string) {
	headline, name := text(about["headline"]), text(about["name"])
	if shown := strings.ToLower(s.title + "\n" + s.first("og:title") + "\n" + s.heading); name != "" && strings.Contains(shown, strings.ToLower(name)) && !strings.Contains(shown, strings.ToLower(headline)) {
		headline = name // encyclopedias put a description where the headline should be
	}
	title = firstOf(headline, s.first("og:title"), name, s.first("twitter:title", "dc.title", "dcterms.title", "citation_title"), s.title, s.heading)
	for _, dash := range dashes {
		head, tail, ok := cutLast(title, dash)
		head, tail = strings.TrimSpace(head), strings.TrimSpace(tail)
		switch {
		case !ok || head == "" || tail == "":
		case site != "" && strings.EqualFold(tail, site):
			return head, ""
		case headline == "" && strings.EqualFold(tail, s.heading): // the heading of a forum is the forum's
			return head, tail
		case headline == "" && s.heading != "" && beginsFold(head, s.heading) && len(strings.Fields(tail)) <= maxSite:
			return s.heading, tail
		}
	}
	return title, ""
}

// maxSite is how many words the name of a site has at most that stands in a title.
const maxSite = 5

// beginsFold reports whether a title is a heading, or the heading and a dash with something after it.
func beginsFold(title, heading string) bool {
	if len(title) < len(heading) || !strings.EqualFold(title[:len(heading)], heading) {
		return false
	}
	rest := title[len(heading):]
	for _, dash := range dashes {
		if rest == "" || strings.HasPrefix(rest, dash) {
			return true
		}
	}
	return false
}

// cutLast cuts a text at the last place where a separator stands.
func cutLast(s, sep string) (before, after string, found bool) {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return s, "", false
}

// withoutSlogan is the name of a site without what it says of itself after it: The Site - All that is new.
func withoutSlogan(site string) string {
	for _, dash := range []string{" - ", " – ", " — ", " | ", ": "} {
		name, slogan, ok := strings.Cut(site, dash)
		if name = strings.TrimSpace(name); ok && name != "" && len(strings.Fields(name)) <= 3 && len(strings.Fields(slogan)) >= 3 {
			return name
		}
	}
	return site
}

// withoutAuthor is a title without the author's name after it.
func withoutAuthor(title string, authors []string) string {
	for _, dash := range dashes {
		head, tail, ok := cutLast(title, dash)
		if head = strings.TrimSpace(head); !ok || head == "" {
			continue
		}
		for _, name := range authors {
			if strings.EqualFold(strings.TrimSpace(tail), name) {
				return head
			}
		}
	}
	return title
}
