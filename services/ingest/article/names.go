package article

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"autointel.example/services/ingest/cues"
)

// maxAuthors of a page.
const maxAuthors = 20

func (s *surveyed) authorsOf(about thing, site string) []string {
	for _, names := range [][]string{
		s.things.names(about["author"]), s.things.names(about["creator"]), s.every("author", "article:author", "og:article:author", "parsely-author", "byl"), turned(s.every("dc.creator", "dcterms.creator", "citation_author")),
		s.every("sailthru.author"), s.authors,
	} {
		if authors := cleanNames(names, site); len(authors) > 0 {
			return authors
		}
	}
	return nil
}

// Names takes a list of people's names apart, as documents word it.
func Names(raw string) []string { return cleanNames([]string{raw}, "") }

// dated is a date after a name, as bylines have it.
var dated = regexp.MustCompile(`(?i)[\s,|·–—-]*(?:\d{1,2}\.?\s*)?(?:jan|feb|fév|mar|mär|apr|avr|abr|may|mai|mag|jun|juin|giu|jul|juil|lug|aug|aoû|ago|sep|set|oct|okt|ott|nov|dec|déc|dez|dic|ene|gen)\p{L}*\.?\s[^\n]*\d{4}.*$`)

// besides stands between who wrote something and who had another part in it, and helpers between who did it and who helped.
var (
	besides = regexp.MustCompile(`(?i)\s[(,]?\s*(?:edited|reviewed|photographs|photos|illustrations?|translated) by\s.*$`)
	helpers = regexp.MustCompile(`(?i)\s\((?:avec|with|mit|con)\s`)
)

// noNames are the beginnings of links beside a name that are none.
var noNames = regexp.MustCompile(`(?i)^(?:view (?:my|all|full|profile)|more (?:from|by|about|posts)|all posts|see (?:all|more)|about the author|follow|contact|alle (?:artikel|beiträge)|mehr (?:von|über)|tous (?:les|ses) articles|voir (?:tous|le profil)|ver (?:más|todo|perfil)|más de|tutti gli articoli|vedi (?:tutti|profilo))(?:\s|$)`)

// isNoName reports whether a text that stands where a name should is a date's label or a link's text.
func isNoName(name string) bool {
	lower := strings.ToLower(name)
	return noNames.MatchString(name) || cues.Is(lower, cues.Updated) || cues.Is(lower, cues.Published) || cues.Is(lower, cues.Chore)
}

// cleanNames takes lists of names apart and drops what is no name: addresses, the site itself, doubles.
func cleanNames(raw []string, site string) []string {
	var names []string
	seen := map[string]bool{}
	for _, r := range raw {
		r = Line(r)
		r, _ = withoutByline(r)
		r, _, _ = strings.Cut(r, " » ") // a forum's, before the date
		if a, b, ok := strings.Cut(r, " & "); ok && strings.Contains(a, " ") && strings.Contains(b, " ") {
			r = a + "\n" + b
		}
		r = helpers.ReplaceAllString(besides.ReplaceAllString(dated.ReplaceAllString(r, ""), ""), "\n")
		for _, sep := range []string{" and ", " und ", " et ", " y ", ";", " | "} {
			r = strings.ReplaceAll(r, sep, "\n")
		}
		if a, b, _ := strings.Cut(r, ", "); strings.Count(r, ",") > 1 || strings.Contains(r, "\n") || isName(a) && isName(b) {
			r = strings.ReplaceAll(r, ",", "\n")
		}
		for name := range strings.SplitSeq(r, "\n") {
			name = strings.Trim(Line(name), " ,;|@–—-·•:")
			if !strings.Contains(name, "(") {
				name = strings.TrimSuffix(name, ")")
			}
			key := strings.ToLower(name)
			if name == "" || utf8.RuneCountInString(name) > 80 || strings.Contains(name, "://") || strings.EqualFold(name, site) || seen[key] || isNoName(name) || len(names) == maxAuthors {
				continue
			}
			seen[key] = true
			names = append(names, name)
		}
	}
	return names
}

// withoutByline takes off the words that stand before a name in a byline, and reports whether there were any. The
// "von" of a family is none.
func withoutByline(s string) (string, bool) {
	lower := strings.ToLower(s)
	word, ok := cues.Begins(lower, cues.Byline)
	if !ok || len(lower) != len(s) {
		return s, false
	}
	rest := strings.TrimLeft(s[len(word):], " :")
	if words := strings.Fields(rest); len(words) == 0 || word == "von" && (len(words) == 1 || slices.Contains(particles, words[0])) {
		return s, false
	}
	return rest, true
}

// particles are words in lower case that names have.
var particles = []string{"von", "van", "vom", "zu", "zur", "de", "del", "della", "der", "den", "di", "da", "dos", "das", "du", "la", "le", "y", "e", "af", "av", "el", "al", "bin", "ibn"}

// isName reports whether a text looks like a person's first and last name: of two to five words, each with a capital.
func isName(s string) bool {
	words := strings.Fields(s)
	if len(words) < 2 || len(words) > 5 || utf8.RuneCountInString(s) > 60 || slices.Contains(particles, words[len(words)-1]) {
		return false
	}
	for _, w := range words {
		first, _ := utf8.DecodeRuneInString(w)
		if !unicode.IsUpper(first) && !slices.Contains(particles, w) || strings.ContainsAny(w, "0123456789:;?!()\"") {
			return false
		}
	}
	return true
}

// suffixes stand after a name and a comma, and are no first name.
var suffixes = []string{"jr", "jr.", "sr", "sr.", "ii", "iii", "iv", "phd", "ph.d.", "md", "m.d.", "mba", "esq", "esq.", "dr.", "inc.", "inc", "ltd", "ltd.", "llc", "gmbh"}

// turned are the names of a catalogue, that has the last name first: Writer, Ann.
func turned(names []string) []string {
	var all []string
	for _, n := range names {
		last, first, ok := strings.Cut(Line(n), ", ")
		if ok && !strings.ContainsAny(first, ",;") && len(strings.Fields(last)) < 4 && len(strings.Fields(first)) < 4 && !slices.Contains(suffixes, strings.ToLower(first)) {
			n = first + " " + last
		}
		all = append(all, n)
	}
	return all
}
