package text

import (
	"strings"
	"unicode/utf8"
)

// arabic reports whether a word is a name behind its Arabic article: "al-Bashir".
func arabic(word string) bool {
	article, rest, ok := strings.Cut(word, "-")
	if !ok || !capitalised(rest) {
		return false
	}
	switch article {
	case "al", "el", "ul", "as", "ash", "ar", "an", "at", "ad", "az":
		return true
	}
	return false
}

// ministry reports whether a capital only names what a minister or ministry is for, which no name is.
func (r reading) ministry(i int) bool {
	if r.Code != "fr" && r.Code != "es" && r.Code != "it" {
		return false
	}
	i--
	between := 0
	for ; between < 2 && i > 0 && r.is(i, wordToken) && !capitalised(r.at(i)) && r.Stopwords[r.low(i)]; between++ {
		i--
	}
	return between > 0 && strings.HasPrefix(r.at(i), "minist") && r.is(i, wordToken)
}

// elided reports whether a word is a name behind an elided preposition that may go on a name: "Quai d'Orsay", "Côte d'Ivoire".
func (r reading) elided(i int) bool {
	before, rest, ok := strings.Cut(strings.ReplaceAll(r.at(i), "’", "'"), "'")
	return ok && before == "d" && capitalised(rest) && r.is(i, wordToken) && (r.Code == "fr" || r.Code == "it") && (r.places[normal(r.bare(i-1))] || r.organization(i-1))
}

// honours reports whether what a title is part of may be called after somebody, or after what is general.
func honours(title string) bool {
	switch title {
	case "general", "king", "queen", "prince", "princess", "lord", "lady", "pope", "father", "sister", "roi", "reine", "rey", "reina", "papa", "könig", "königin", "général", "generale":
		return true
	}
	return false
}

// titleWithin returns where the name behind the title begins that stands within a run of capitals; else i. No first name stands
// before it, as in "Martin Luther King", and what follows names a person, as "Queen Elizabeth Hospital" does not.
func (r reading) titleWithin(i, to int) int {
	for k := to - 2; k > i; k-- {
		if !r.titles[r.low(k)] || !r.is(k, wordToken) || !capitalised(r.at(k)) {
			continue
		}
		if r.low(k-1) == "and" || r.firstNames[r.low(k-1)] || r.firstNames[r.low(i)] {
			return i
		}
		for n := i; n < to; n++ {
			if n > k && (r.organization(n) || r.places[r.low(n)] || r.particles[r.at(n)] && r.at(n) == "of" || r.low(n) == "general") {
				return i
			}
		}
		return k + 1
	}
	return i
}

// demonym reports whether a word says of whom or where something is, and so names nobody by itself.
func (r reading) demonym(i int) bool {
	return r.adjectives[normal(r.bare(i))]
}

// capitals reports whether three words or more in capitals, with one that carries a sentence among them, only speak loudly: "SIGN UP NOW FOR IT".
func (r reading) capitals(i, to int) bool {
	function := false
	for k := i; k < to; k++ {
		if r.is(k, wordToken) && strings.ToUpper(r.at(k)) != r.at(k) {
			return false
		}
		function = function || r.Stopwords[r.low(k)]
	}
	return function && to-i >= 3
}

// dateline returns the place in capitals that a report begins with, as it is written elsewhere: "CAIRO — ".
func (r reading) dateline(i, to int) (string, bool) {
	if i != 0 || to-i > 3 || to >= len(r.tokens) || !strings.ContainsAny(r.at(to), "—–(,") {
		return "", false
	}
	var words []string
	for k := i; k < to; k++ {
		word := r.at(k)
		if !r.is(k, wordToken) || len(word) < 4 || strings.ToUpper(word) != word {
			return "", false
		}
		first, size := utf8.DecodeRuneInString(word)
		words = append(words, string(first)+strings.ToLower(word[size:]))
	}
	if r.at(to) == "," {
		for k := to; ; k++ { // a date or a country may stand between
			if k >= len(r.tokens) || k > to+6 {
				return "", false
			}
			if strings.ContainsAny(r.at(k), "—–(") {
				break
			}
		}
	}
	return strings.Join(words, " "), true
}

// join writes the words of a name with single spaces.
func (r reading) join(i, to int) string {
	var b strings.Builder
	for k := i; k < to; k++ {
		if r.tokens[k].spaced && b.Len() > 0 {
			b.WriteByte(' ')
		}
		switch {
		case r.is(k, wordToken) && (k == i || k == to-1 && !r.elided(k)):
			b.WriteString(r.bare(k))
		default:
			b.WriteString(r.at(k))
		}
	}
	name := strings.TrimRight(b.String(), ".")
	if last := r.at(to - 1); len(last) >= 3 && len(last) <= 7 && last[1] == '.' && r.at(to) == "." {
		return name + "." // "U.S."
	}
	return name
}

// nominative takes the genitive ending from a German name of an authority: "des Umweltministeriums", "des Bundesamtes".
func nominative(word string) string {
	for _, ending := range []string{"amtes", "riums", "amts", "instituts", "verbands", "vereins", "gerichts"} {
		if strings.HasSuffix(word, ending) {
			return strings.TrimSuffix(strings.TrimSuffix(word, "es"), "s")
		}
	}
	return word
}

func (r reading) organization(i int) bool {
	low := normal(r.bare(i))
	if r.organizations[low] {
		return true
	}
	if r.Code == "de" || r.Code == "nl" { // compounds: Umweltministerium, Stadtrat
		for _, head := range []string{"ministerium", "universität", "behörde", "verband", "verein", "gesellschaft", "institut", "stiftung", "kommission", "gericht", "ministerie", "universiteit", "agentur", "partei", "amt"} {
			if strings.HasSuffix(nominative(low), head) && len(low) > len(head)+2 {
				return true
			}
		}
	}
	return false
}

// common reports whether a word is a common noun: one of many in the plural, or one that needs no article.
func (r reading) common(i int) bool {
	low := r.low(i)
	if r.commons[low] {
		return true
	}
	plural := strings.HasSuffix(low, "men") && len(low) > 4 || strings.HasSuffix(low, "s") && !strings.HasSuffix(low, "ss") && !strings.HasSuffix(low, "us") && !strings.HasSuffix(low, "is") && !strings.HasSuffix(low, "'s")
	return r.Code == "en" && plural && !r.organizations[low] && !r.firstNames[low] && strings.ToUpper(r.at(i)) != r.at(i)
}

// many reports whether a word is a common noun that begins a sentence: no name goes on behind it.
func (r reading) many(i int) bool { return r.starts(i) && r.common(i) }

// alone reports whether a single word at the start of a sentence is a name by what follows it: it speaks, it owns, or what it is
// follows. A common noun would have its article, or be of a mass or many, which do not speak.
func (r reading) alone(i int) bool {
	if r.common(i) {
		return false
	}
	if verb := r.low(i + 1); r.Said[verb] && !capitalised(r.at(i+1)) {
		switch r.Code { // of many the verb says so: sagten, dicen, dicono
		case "de":
			return !strings.HasSuffix(verb, "en")
		case "es":
			return !strings.HasSuffix(verb, "n")
		case "it":
			return !strings.HasSuffix(verb, "no")
		case "fr":
			return !strings.HasSuffix(verb, "ent")
		}
		return true
	}
	if word := strings.ReplaceAll(r.at(i), "’", "'"); strings.HasSuffix(word, "'s") {
		return r.Code == "en"
	}
	if r.at(i+1) != "," || !r.Stopwords[r.low(i+2)] || r.Code == "de" {
		return false
	}
	for k := i + 3; k < i+6 && r.is(k, wordToken); k++ {
		if r.places[r.low(k)] && !capitalised(r.at(k)) {
			return true // "Northpoint, a town on the coast"
		}
	}
	return false
}
