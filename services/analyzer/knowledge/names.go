package knowledge

import (
	"embed"
	"io/fs"
	"net/url"
	"slices"
	"strings"
	"unicode"

	"autointel.example/schemas"
)

// nameFiles hold the words by which names are told, a line each: for each language those before an author's name, and the names
// that stand for nobody in particular, agencies, desks and roles. That two texts carry one of them says nothing.
//
//go:embed names/*.txt
var nameFiles embed.FS

var (
	anonymous = setOf(entries("anonymous."))
	bylines   = entries("bylines.")
)

// entries are the lines of the files of a kind, in lower case, the longest first.
func entries(kind string) []string {
	files, err := fs.Glob(nameFiles, "names/"+kind+"*.txt")
	if err != nil {
		panic(err) // the pattern is ours
	}
	var out []string
	for _, name := range files {
		content, err := nameFiles.ReadFile(name)
		if err != nil {
			panic(err) // it is compiled in
		}
		for line := range strings.SplitSeq(string(content), "\n") {
			if line = strings.ToLower(strings.TrimSpace(line)); line != "" && !strings.HasPrefix(line, "#") {
				out = append(out, line)
			}
		}
	}
	slices.SortStableFunc(out, func(a, b string) int { return len(b) - len(a) })
	return out
}

func setOf(names []string) map[string]bool {
	set := map[string]bool{}
	for _, n := range names {
		set[fold(n)] = true
	}
	return set
}

// fold makes names equal that differ in case, spaces and punctuation alone.
func fold(name string) string {
	words := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) && r != '#'
	})
	return strings.Join(words, " ")
}

// named reports whether a name can be looked for in other texts: one of two letters or less is in all of them.
func named(name string) bool {
	letters := 0
	for _, r := range name {
		if unicode.IsLetter(r) {
			letters++
		}
	}
	return letters > 2
}

// separators stand between the names of several authors.
var separators = strings.NewReplacer(" and ", "\n", " und ", "\n", " et ", "\n", " y ", "\n", " e ", "\n", " & ", "\n", ", ", "\n", "; ", "\n", " / ", "\n", " | ", "\n")

// authors are the persons among the names of authors, as they are compared.
func authors(names []string, site string) map[string]bool {
	set := map[string]bool{}
	for _, line := range names {
		for name := range strings.SplitSeq(separators.Replace(line), "\n") {
			lower := strings.ToLower(strings.TrimSpace(name))
			for _, b := range bylines {
				if rest, ok := strings.CutPrefix(lower, b+" "); ok {
					lower = rest
					break
				}
			}
			key := fold(lower)
			if key != "" && named(key) && !anonymous[key] && key != fold(site) && !strings.Contains(lower, "@") {
				set[key] = true
			}
		}
	}
	return set
}

// host is the site of an address, without www; empty: it is none.
func host(raw string) string {
	u, err := url.Parse(raw)
	if err != nil {
		return ""
	}
	return strings.TrimPrefix(strings.ToLower(u.Hostname()), "www.")
}

// ours is what of a subject is looked for in other reports.
type ours struct {
	host, siteName string
	authors        map[string]bool
	entities       map[string]bool
}

func subjectNames(s Subject) ours {
	o := ours{host: host(s.URL), entities: map[string]bool{}}
	if s.Source != nil {
		if h := host(s.Source.FinalURL); h != "" {
			o.host = h
		}
		o.siteName, o.authors = fold(s.Source.SiteName), authors(s.Source.Authors, s.Source.SiteName)
	}
	for _, n := range s.Names() {
		o.entities[fold(n)] = true
	}
	return o
}

// site reports whether a report is of the same site: of its host, or of one by the same name.
func (o ours) site(r schemas.KnownReport) bool {
	from := r.SourceURL
	if from == "" {
		from = r.URL
	}
	return o.host != "" && host(from) == o.host || o.siteName != "" && fold(r.SiteName) == o.siteName
}

// author reports whether a report has an author of ours.
func (o ours) author(r schemas.KnownReport) bool {
	for a := range authors(r.Authors, r.SiteName) {
		if o.authors[a] {
			return true
		}
	}
	return false
}
