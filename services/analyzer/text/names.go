package text

import (
	"strings"
	"unicode"
)

// maxNameTokens is the longest name, with its initials and their full stops.
const maxNameTokens = 14

// Signs of what a name is, from the words around it and in it.
type signs uint16

const (
	signTitle signs = 1 << iota // "Dr.", "Mayor", "engineer" stands before it, or a role behind it
	signFirstName
	signSpeaks // "said" stands beside it
	signOrganization
	signPlaceWord   // "River", "straße"
	signPlaceBefore // "in", "near"
	signAcronym
	signAlone // at the start of a sentence: something that a common noun without an article does not do
	signWorld // a country or a large town
	signBody  // an organization that everybody calls so
)

// mention is a name in a sentence.
type mention struct {
	name     string // without titles and possessive endings
	titled   string // with the titles before it; equal to name: there are none
	from, to int    // tokens
	initial  bool   // a single word at the start of a sentence, which is capitalised anyway
	doubtful bool   // a German noun that nothing but its place makes a name
	signs    signs
}

// names returns the names of a sentence. One in capitals, or in title case, tells nothing by them and has none.
func (r reading) names() []mention {
	if r.shouts() {
		return nil
	}
	return r.sequences()
}

// sequences returns the capitalised sequences that can be names.
func (r reading) sequences() []mention {
	var out []mention
	for i := 0; i < len(r.tokens); {
		if !r.nameWord(i) {
			i++
			continue
		}
		to := r.nameEnd(i)
		if m, ok := r.mention(i, to); ok {
			// "in Kiel und Bremen": what holds for the one place holds for the other.
			if n := len(out); n > 0 && out[n-1].signs&signPlaceBefore != 0 && out[n-1].to == m.from-1 && r.conjunction(m.from-1) {
				m.signs |= signPlaceBefore
			}
			out = append(out, m)
		}
		i = to
	}
	return out
}

func (r reading) conjunction(i int) bool {
	switch r.low(i) {
	case "and", "und", "et", "y", "e", "en":
		return true
	}
	return r.at(i) == ","
}

// shouts reports whether most words of a sentence are capitalised that need not be.
func (r reading) shouts() bool {
	long, capital, upper := 0, 0, 0
	for i, t := range r.tokens {
		if t.kind != wordToken || t.end-t.start < 4 {
			continue
		}
		long++
		if word := r.at(i); capitalised(word) {
			capital++
			if strings.ToUpper(word) == word {
				upper++
			}
		}
	}
	return long >= 3 && upper == long || long >= 4 && (upper*10 >= long*7 || r.Code != "de" && capital*10 >= long*8)
}

// nameWord reports whether a token can be part of a name.
func (r reading) nameWord(i int) bool {
	if !r.is(i, wordToken) || r.is(i-1, numberToken) && !r.tokens[i].spaced {
		return false // "4K TV"
	}
	word := r.bare(i)
	low := normal(word)
	if before, rest, ok := strings.Cut(strings.ReplaceAll(r.at(i), "’", "'"), "'"); ok && r.Stopwords[strings.ToLower(before)+"'"] && !capitalised(rest) {
		return false // "D'après", "L'anno"
	}
	if r.nobiliary(i) || arabic(word) {
		return true
	}
	if r.ministry(i) {
		return false // "le ministre des Transports"
	}
	if (r.openers[low] || r.placeBefore[low] || r.numerals[low] > 0) && r.starts(i) {
		return false // "Meanwhile Northpoint"
	}
	if r.Code == "de" && r.low(i-1) == "von" && r.low(i+1) == "wegen" {
		return false // "von Amtes wegen", "von Staats wegen"
	}
	if !capitalised(word) || r.notNames[low] || r.months[low] > 0 && r.Code != "fr" || r.units[low] != "" && len(low) > 2 {
		return false
	}
	return !r.Stopwords[low] || strings.ToUpper(word) == word && len(word) > 1 && !r.starts(i)
}

// nobiliary reports whether a capitalised article or preposition is part of a surname: "Antoine Le Goff", "Mme De Vries".
func (r reading) nobiliary(i int) bool {
	switch r.at(i) {
	case "Le", "La", "De", "Du", "Des", "Di", "Da", "Del", "Della", "Van", "Von", "Der", "Den":
	default:
		return false
	}
	before := i - 1
	if r.at(before) == "." {
		before--
	}
	return r.is(before, wordToken) && (r.firstNames[r.low(before)] || r.titles[r.low(before)] || r.nobiliary(before)) && r.is(i+1, wordToken) && capitalised(r.at(i+1))
}

// bare returns a word without an elided article before it and a possessive ending behind it.
func (r reading) bare(i int) string {
	word := strings.ReplaceAll(r.at(i), "’", "'")
	if before, rest, ok := strings.Cut(word, "'"); ok && rest != "" {
		switch {
		case rest == "s" || rest == "S":
			word = before
		case capitalised(rest) && len(before) <= 5 && (r.Code == "fr" || r.Code == "it") && (r.Stopwords[strings.ToLower(before)+"'"] || !capitalised(before)):
			word = rest
		}
	}
	return strings.Trim(word, "'-.")
}

// starts reports whether token i is the first word of its sentence, of a quotation in it, or behind a colon.
func (r reading) starts(i int) bool {
	for i--; i >= 0; i-- {
		if r.is(i, wordToken) || r.is(i, numberToken) || strings.ContainsAny(r.at(i), ",;&") {
			return false
		}
		if strings.ContainsAny(r.at(i), ":\"“„«»‘") {
			return true
		}
	}
	return true
}

// nameEnd returns the token behind the name that begins at i.
func (r reading) nameEnd(i int) int {
	to, organization, person := i+1, r.organization(i), r.titles[r.low(i-1)] && r.is(i-1, wordToken)
	for to < len(r.tokens) && to-i < maxNameTokens {
		next := to
		if r.at(next) == "." && (len(r.at(next-1)) <= 2 || r.titles[r.low(next-1)]) {
			next++ // an initial, or "Dr."
		}
		if r.at(next) == "&" && r.tokens[next].spaced {
			next++
		}
		person = person || r.titles[r.low(to-1)] || r.firstNames[normal(r.bare(to-1))]
		particles := 0
		for ; particles < 2 && r.particle(next, organization, person); particles++ {
			next++
		}
		if !r.nameWord(next) || next < len(r.tokens) && !capitalised(r.at(next)) && !arabic(r.at(next)) && !r.elided(next) || !r.tokens[next].spaced && particles == 0 && next == to || strings.HasSuffix(strings.ReplaceAll(r.at(to-1), "’", "'"), "'s") {
			break
		}
		if person && particles > 0 && (r.organization(next) || r.nameWord(next+1) && r.organization(next+1)) {
			break // Jörg Stamm | von der Freien Liste
		}
		organization = organization || r.organization(next)
		to = next + 1
	}
	return to
}

// particle reports whether a word joins the parts of a name: those of noble names always, the others behind a word that
// only an organization has, and in English "of".
func (r reading) particle(i int, organization, person bool) bool {
	word := r.at(i)
	if !r.is(i, wordToken) || capitalised(word) || !r.particles[word] {
		return false
	}
	switch word {
	case "di", "von":
		return !r.many(i - 1)
	case "van", "den", "da", "della", "bin", "ibn", "du", "del":
		return true
	case "de", "do", "dos":
		return r.Code != "nl" && !r.many(i-1)
	case "of":
		return !person && !r.roles[r.low(i-1)] && !r.many(i-1)
	case "der", "la", "le", "the":
		return organization || r.particles[r.at(i-1)] && r.is(i-1, wordToken)
	}
	switch word {
	case "and", "y", "e", "et", "und":
		// "the Union and the Harbour Board" are two, "Department of Health and Human Services" is one.
		next := i + 1
		for r.article(next) || r.is(next, wordToken) && !capitalised(r.at(next)) && r.particles[r.at(next)] {
			next++
		}
		return organization && !r.organization(i-1) && (next == i+1 || !r.organization(next) && !r.places[r.low(next)])
	}
	return organization
}

// mention makes the name of the tokens from i to to, without the titles that it begins with.
func (r reading) mention(i, to int) (mention, bool) {
	first := i
	var s signs
	for i < to && (r.titles[r.low(i)] || r.at(i) == ".") {
		i++
		s |= signTitle
		for i < to && r.is(i, wordToken) && !capitalised(r.at(i)) && r.particles[r.at(i)] {
			i, s = i+1, s&^signTitle // "President of France" is no name, "France" is
		}
	}
	if i >= to {
		return mention{}, false
	}
	if k := r.titleWithin(i, to); k > i {
		i, s = k, s|signTitle // "Israeli Prime Minister | Ada Marsh"
	}
	if i == first+1 && s&signTitle != 0 && honours(r.low(first)) && (r.organization(to-1) || r.places[r.low(to-1)]) {
		i, s = first, s&^signTitle // "General Assembly", "King Street"
	}
	if to-i == 2 && r.world[r.low(i)] && r.demonym(i+1) {
		to-- // "Oklahoma Republican"
	}
	if r.Code == "de" && to-i >= 3 && r.firstNames[r.low(i+1)] && !r.firstNames[r.low(i)] {
		i, s = i+1, s|signTitle // "die Unternehmerin Ada Marsch"
		first = i
	}
	m := mention{from: i, to: to, name: r.join(i, to), titled: r.join(first, to)}
	if len([]rune(m.name)) < 2 || to-i == 1 && r.demonym(i) || r.capitals(i, to) {
		return m, false
	}
	if dateline, ok := r.dateline(i, to); ok {
		m.name, m.titled = dateline, dateline
		s |= signPlaceBefore
	}
	if m.initial = to-i == 1 && r.starts(i); to-i == 1 && r.Code == "de" && r.organization(i) {
		m.name = nominative(m.name)
		m.titled = m.name
	}
	m.signs = s | r.signsOf(i, to, first)
	if m.initial && r.alone(i) {
		m.signs |= signAlone
	}
	if r.Code == "de" && to-i == 1 {
		m.doubtful = m.signs&(signTitle|signAcronym) == 0
	}
	return m, true
}

// signsOf collects what tells the kind of the name from i to to, whose titles begin at first.
func (r reading) signsOf(i, to, first int) signs {
	var s signs
	for k := i; k < to; k++ {
		low := normal(r.bare(k))
		switch {
		case r.organization(k):
			s |= signOrganization
		case r.places[low] || r.Code == "de" && strings.HasSuffix(low, "straße"):
			s |= signPlaceWord
		case k == i && to-i > 1 && r.firstNames[low] && (to-i > 2 || !r.demonym(k+1)):
			s |= signFirstName
		}
	}
	switch whole := strings.TrimSuffix(normal(r.join(i, to)), "."); {
	case r.bodies[whole]:
		s |= signBody | signOrganization
	case r.world[whole] && (whole != "us" || r.at(i) == "US"):
		s |= signWorld
	}
	if word := r.bare(i); to-i == 1 && len(word) >= 2 && len(word) <= 6 && strings.IndexFunc(word, func(c rune) bool { return !unicode.IsUpper(c) }) < 0 {
		s |= signAcronym
	}
	before := r.low(first - 1)
	if r.titles[before] && r.is(first-1, wordToken) {
		s |= signTitle // "engineer Clara Voss"
	}
	if r.placeBefore[before] && r.is(first-1, wordToken) && r.tokens[first].spaced {
		s |= signPlaceBefore
	}
	next := to
	for r.is(next, markToken) && strings.ContainsAny(r.at(next), "),") {
		next++
	}
	if next == to && r.Said[r.low(next)] && s&signPlaceBefore == 0 || r.Said[before] && r.is(first-1, wordToken) {
		s |= signSpeaks
	}
	if next > to && r.at(to) == "," && r.roleFollows(next) {
		s |= signTitle // "Clara Voss, the director of the office"
	}
	return s
}

// roleFollows reports whether what stands behind "Clara Voss," says what she is.
func (r reading) roleFollows(i int) bool {
	for k := i; k < i+3 && r.is(k, wordToken); k++ {
		if r.roles[r.low(k)] {
			return !r.nameWord(k + 1) // "In Washington, Senator Maria Lopez"
		}
		if k > i && !r.Stopwords[r.low(k-1)] && !r.Stopwords[r.low(k)] && capitalised(r.at(k)) {
			return false
		}
	}
	return false
}
