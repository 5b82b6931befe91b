package article

import (
	"net/url"
	"slices"
	"strings"
	"unicode"

	"autointel.example/services/ingest/cues"
)

// Bounds of what leads to other articles.
const (
	ownProse    = 3  // long paragraphs of a text among which a lone link is a teaser
	teaserLead  = 4  // words of a link that is one, at least
	teaserWords = 30 // and at most
	labelWords  = 6  // of what stands over a list of them, at most
	shortRun    = 3  // links one after the other that are teasers within a text
	aboutAuthor = 60 // words that an article says of its author at its end, at most
)

// anchored says how much of a paragraph is a link, and where it stands.
type anchored struct {
	letters int    // bytes of it that are
	url     string // where the first leads
	item    bool   // it is an item of a list
	row     bool   // it is a row of a table
}

// linkOnly reports whether a paragraph is a link and nothing else. A row of a table is not.
func (r *reading) linkOnly(i int) bool {
	return !r.anchors[i].row && r.anchors[i].url != "" && r.anchors[i].letters*10 >= len(r.paragraphs[i])*8
}

// withoutTeasers drops what leads to other articles and says nothing itself: “Read also” and what follows it, links between the
// paragraphs of a text or behind its last that lead to the same site, the page's own table of contents, and lines without a
// letter. Links in lists under a heading of their own stay, for they may be the sources. addresses are the page's.
func (r *reading) withoutTeasers(authors []string, addresses ...string) {
	gone := make([]bool, len(r.paragraphs))
	headed, prose := map[int]string{}, 0
	titles := map[string]bool{}
	for _, h := range r.outline {
		headed[h.Paragraph] = strings.ToLower(h.Text)
		titles[strings.ToLower(h.Text)] = true
	}
	for i, p := range r.paragraphs {
		gone[i] = !strings.ContainsFunc(p, isLetterOrDigit) ||
			r.linkOnly(i) && titles[strings.ToLower(p)] && slices.ContainsFunc(addresses, func(a string) bool { return SamePage(r.anchors[i].url, a) })
		if Words(p) >= longParagraph && !r.linkOnly(i) {
			prose++
		}
	}
	for from := 0; from < len(gone); {
		to := from
		for to < len(gone) && r.linkOnly(to) && (to == from || headed[to] == "") {
			to++
		}
		if to == from {
			gone[from] = gone[from] || r.leadsOn(from, addresses)
			from++
			continue
		}
		r.run(gone, from, to, headed, prose, addresses)
		from = to
	}
	if prose >= ownProse {
		r.ofAuthors(gone, authors)
	}
	if slices.Contains(gone, true) {
		r.without(gone)
	}
}

func isLetterOrDigit(c rune) bool { return unicode.IsLetter(c) || unicode.IsNumber(c) }

// run marks what are teasers of the links, one after the other, between two paragraphs.
func (r *reading) run(gone []bool, from, to int, headed map[int]string, prose int, addresses []string) {
	label := from - 1
	switch {
	case headed[from] != "":
		if isRelated(headed[from]) {
			r.dropHeading(from)
			fill(gone[from:to])
		}
		return
	case label >= 0 && isRelated(strings.ToLower(r.paragraphs[label])):
		fill(gone[label:to])
		return
	}
	introduced := label >= 0 && strings.HasSuffix(r.paragraphs[label], ":")
	last, between := to == len(gone), label >= 0 && to < len(gone) && headed[to] == ""
	elsewhere := between && to-from >= shortRun // so many are no sources of one sentence
	for i := from; i < to; i++ {
		p := r.paragraphs[i]
		same := onSite(r.anchors[i].url, addresses)
		placed := !r.anchors[i].item && (last || to-from <= shortRun || elsewhere) || r.anchors[i].item && last && to-from > 1
		switch {
		case r.leadsOn(i, addresses):
			gone[i] = true
		case prose < ownProse || introduced || !placed || label < 0 || Words(p) < teaserLead || Words(p) > teaserWords || strings.HasSuffix(p, "."):
		case same || elsewhere && !r.anchors[i].item:
			gone[i] = true
		}
	}
}

func fill(marks []bool) {
	for i := range marks {
		marks[i] = true
	}
}

// isRelated reports whether a heading or label, in lower case, stands over links to other articles.
func isRelated(lower string) bool {
	if strings.HasSuffix(lower, ".") { // More than forty people came.
		return false
	}
	lower = strings.Trim(lower, " :.…»›>-–—")
	_, ok := cues.Begins(lower, cues.Related)
	return ok && Words(lower) <= labelWords
}

// leadsOn reports whether a paragraph begins as a teaser does (Read also: ...) and is a link for the most part.
func (r *reading) leadsOn(i int, addresses []string) bool {
	p, a := r.paragraphs[i], r.anchors[i]
	if a.url == "" || a.letters*2 < len(p) || len(p) > 1000 || Words(p) > teaserWords {
		return false
	}
	lower := strings.TrimLeft(strings.ToLower(p), "[(•>»›→*-–— ")
	word, ok := cues.Begins(lower, cues.Related)
	if !ok {
		return false
	}
	rest := strings.TrimLeft(lower[len(word):], " ")
	return strings.HasPrefix(rest, ":") || strings.HasPrefix(rest, "–") || strings.HasPrefix(rest, "|") || r.linkOnly(i) && !strings.HasSuffix(p, ".") && onSite(a.url, addresses)
}

// ofAuthors marks what the end of a text says of who wrote it: Ann Writer is a reporter in ...
func (r *reading) ofAuthors(gone []bool, authors []string) {
	left := trailing
	for i := len(gone) - 1; i > 0 && left > 0; i-- {
		if gone[i] {
			continue
		}
		left--
		p := r.paragraphs[i]
		if len(p) > 1000 || Words(p) > aboutAuthor {
			continue
		}
		for _, name := range authors {
			rest, ok := strings.CutPrefix(p, name+" ")
			if !ok || !isName(name) {
				continue
			}
			_, gone[i] = cues.Begins(strings.ToLower(rest), cues.Biography)
		}
	}
}

// dropHeading takes the heading before a paragraph out of the outline.
func (r *reading) dropHeading(paragraph int) {
	for i := len(r.outline) - 1; i >= 0; i-- {
		if r.outline[i].Paragraph == paragraph {
			r.outline = slices.Delete(r.outline, i, i+1)
			return
		}
	}
}

// onSite reports whether an address is of the site of one of others.
func onSite(address string, others []string) bool {
	host := hostOf(address)
	for _, o := range others {
		if other := hostOf(o); host != "" && other != "" && (host == other || strings.HasSuffix(host, "."+other) || strings.HasSuffix(other, "."+host)) {
			return true
		}
	}
	return false
}

func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return strings.TrimPrefix(strings.ToLower(u.Hostname()), "www.")
}
