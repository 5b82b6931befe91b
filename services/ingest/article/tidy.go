package article

import (
	"regexp"
	"slices"
	"strings"

	"autointel.example/schemas"
	"autointel.example/services/ingest/cues"
)

// Where in a text stands what is no part of it.
const (
	leading       = 6   // paragraphs from its beginning in which a line says when and by whom
	longFurniture = 300 // bytes of a list of chapters, at most; the rest is shorter
	trailing      = 4   // paragraphs before its end in which a wall asks for payment, or a copyright is claimed
)

// tidy drops paragraphs that are furniture of the page: the date and the names at its beginning, which are returned, the lines
// that were found to say so around its heading, words over an advertisement, a lone button, chapter marks, and at the end
// the words of a wall or of a copyright.
func (r *reading) tidy(lines map[string]bool) dateline {
	var shown dateline
	gone := make([]bool, len(r.paragraphs))
	begun := 0 // paragraphs that stay
	for i, p := range r.paragraphs {
		if begun >= leading && len(p) > longFurniture && i < len(r.paragraphs)-trailing {
			continue
		}
		lower := strings.ToLower(p)
		switch {
		case len(p) < 50 && (cues.Is(strings.Trim(lower, " :.–—-"), cues.Banner) || cues.Is(lower, cues.Chore)), isChapters(p):
			gone[i] = true
		case i >= len(r.paragraphs)-trailing && i > 0 && Words(lower) < minWords && (strings.HasPrefix(lower, "©") || said(lower, cues.Paywall)):
			gone[i] = true
		case begun < leading && r.anchors[i].row: // its dates are of its subject
			begun++
		case begun < leading:
			d, ok := readDateline(p)
			if ok = ok || lines[p] || cues.Is(strings.TrimRight(lower, " :"), cues.Byline); ok { // the name was a link that readability took off
				shown.add(d)
			} else {
				begun++
			}
			gone[i] = ok
		}
	}
	if slices.Contains(gone, true) {
		r.without(gone)
	}
	return shown
}

// clockMark is a time of a recording or of a day before what happens then.
var clockMark = regexp.MustCompile(`(?:^|\s)[\[(]?(?:\d{1,2}:)?\d{1,2}:\d{2}[\])]?(?:\s|$)`)

// chapterWords is how many words the title of a chapter has at most, with its mark.
const chapterWords = 9

// isChapters reports whether a paragraph is a list of chapters, as the notes of a podcast have: nothing is said in it.
func isChapters(p string) bool {
	if p[0] != '(' && p[0] != '[' && (p[0] < '0' || p[0] > '9') {
		return false // no paragraph is empty
	}
	at := clockMark.FindStringIndex(p)
	if at == nil || at[0] > 0 {
		return false
	}
	return Words(p) <= chapterWords*len(clockMark.FindAllStringIndex(p, -1)) && !strings.ContainsAny(p, ".!?。")
}

// without takes out paragraphs with their links, of which those that pay stay. A heading before one moves to the next that stays.
func (r *reading) without(gone []bool) {
	var kept []string
	var anchors []anchored
	now := make([]int, len(r.paragraphs)+1) // where each paragraph is, or the next that stays
	for i, p := range r.paragraphs {
		now[i] = len(kept)
		if !gone[i] {
			kept, anchors = append(kept, p), append(anchors, r.anchors[i])
		}
	}
	now[len(r.paragraphs)] = len(kept)
	r.paragraphs, r.anchors = kept, anchors
	for i := range r.outline {
		r.outline[i].Paragraph = now[r.outline[i].Paragraph]
	}
	r.links = slices.DeleteFunc(r.links, func(l schemas.Link) bool { return l.Paragraph < len(gone) && gone[l.Paragraph] && !l.Sponsored })
	for i := range r.links {
		r.links[i].Paragraph = now[r.links[i].Paragraph]
	}
}

// dropTitle drops a heading at the beginning that only repeats the title. Before it stand at most a few short lines, as a kicker.
func (r *reading) dropTitle(titles ...string) {
	if len(r.outline) == 0 || r.outline[0].Paragraph > 2 {
		return
	}
	for _, p := range r.paragraphs[:min(r.outline[0].Paragraph, len(r.paragraphs))] {
		if Words(p) > maxLabel {
			return
		}
	}
	for _, t := range titles {
		if strings.EqualFold(r.outline[0].Text, t) {
			r.outline = r.outline[1:]
			return
		}
	}
}
