package text

import (
	"slices"
	"strings"

	"autointel.example/schemas"
)

// remembered is for how many sentences he or she stands for who was quoted last.
const remembered = 3

// listener knows whom a pronoun that speaks stands for.
type listener struct {
	people  map[int][]string // by sentence, who is named in it
	persons map[string]bool
	last    string
	at      int
}

// listener returns one that has heard nothing yet.
func (x *nameIndex) listener(target map[*form]*form) *listener {
	l := &listener{people: x.people(target), persons: map[string]bool{}, at: -remembered - 1}
	for _, names := range l.people {
		for _, n := range names {
			l.persons[n] = true
		}
	}
	return l
}

// hears takes in who is quoted up to a sentence.
func (l *listener) hears(speaker string, to int) {
	switch {
	case speaker == "":
	case l.persons[speaker]:
		l.last, l.at = speaker, to
	default:
		l.last, l.at = "", -remembered-1
	}
}

// standsFor returns the one person that the sentence before names, or else who was quoted last, unless that are many or no person. Of
// two persons it says nothing: a word in the wrong mouth is worse than one in nobody's.
func (l *listener) standsFor(sentence int) string {
	here, before := l.people[sentence], l.people[sentence-1]
	switch {
	case len(here) > 0:
		return "" // he may be who is named beside
	case len(before) == 1 && (l.at < sentence-1 || before[0] == l.last):
		return before[0]
	case len(before) > 0 && !slices.Contains(before, l.last) || sentence-l.at > remembered:
		return ""
	}
	return l.last
}

// people are the persons of the text by the sentences that name them, each by the fullest name.
func (x *nameIndex) people(target map[*form]*form) map[int][]string {
	found := map[int][]string{}
	for _, f := range x.order {
		full := fullest(target, f)
		if full.kind() != schemas.EntityPerson && f.kind() != schemas.EntityPerson {
			continue
		}
		for _, i := range f.sentences {
			if !slices.Contains(found[i], full.name) {
				found[i] = append(found[i], full.name)
			}
		}
	}
	return found
}

// pronounSays reports whether he or she speaks: "he said", "sagte sie", "a-t-elle dit".
func (x *nameIndex) pronounSays(r reading) bool {
	for i := range r.tokens {
		if !x.saysAt(r, i) || r.Code == "de" && strings.HasSuffix(r.low(i), "en") {
			continue // "sagten sie": of many
		}
		if r.pronouns[r.low(i-1)] || r.pronouns[r.low(i+1)] {
			return true
		}
		if _, behind, ok := strings.Cut(r.low(i), "-"); ok && r.pronouns[strings.TrimPrefix(behind, "t-")] {
			return true
		}
		if before := r.low(i - 1); strings.HasPrefix(before, "a-t-") && r.pronouns[strings.TrimPrefix(before, "a-t-")] || before == "a" && r.pronouns[r.low(i-2)] {
			return true
		}
	}
	return false
}

// unquoted is a text without what stands in quotation marks.
func unquoted(s string) string {
	var b strings.Builder
	var open rune
	for _, r := range s {
		switch {
		case open == 0 && closers[r] != "":
			open = r
		case open != 0 && strings.ContainsRune(closers[open], r):
			open = 0
		case open == 0:
			b.WriteRune(r)
		}
	}
	return b.String()
}
