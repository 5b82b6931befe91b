package text

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"autointel.example/schemas"
)

// Bounds of the entities.
const (
	maxEntities = 60
	maxForms    = 20_000 // different names that are kept apart
	maxMentions = 20
)

const entityMethod = "capitalised words; the kind only where the text gives a sign of it: a title, a role, a first name, a verb of speech, a word that names organizations or places, a preposition of place, or a list of countries and large towns"

// form is one way in which a name is written, with all its mentions.
type form struct {
	name      string
	words     []string
	count     int
	initial   int // of these: single words at the start of a sentence
	doubtful  int
	placed    int // behind a preposition of place
	signs     signs
	sentences []int
	titled    []string
	first     int // place of its first mention among all
}

// nameIndex collects the names of a text, sentence by sentence.
type nameIndex struct {
	lexicon *Lexicon
	forms   map[string]*form
	order   []*form
	article map[string]bool // German nouns that stand behind an article
	small   map[string]bool // words that stand in lower case
}

func newNameIndex(language string) *nameIndex {
	return &nameIndex{lexicon: LexiconOf(language), forms: map[string]*form{}, article: map[string]bool{}, small: map[string]bool{}}
}

// add takes in the names of a sentence.
func (x *nameIndex) add(sentence int, r reading) []mention {
	names := r.names()
	for i, t := range r.tokens {
		if t.kind == wordToken && len(x.small) < maxForms && !capitalised(r.at(i)) {
			x.small[r.at(i)] = true
		}
	}
	for _, m := range names {
		f := x.forms[m.name]
		if f == nil {
			if len(x.forms) >= maxForms {
				continue
			}
			f = &form{name: m.name, words: strings.Fields(m.name), first: len(x.order)}
			x.forms[m.name] = f
			x.order = append(x.order, f)
		}
		f.count++
		f.signs |= m.signs
		if m.initial {
			f.initial++
		}
		if m.doubtful {
			f.doubtful++
			if before := r.low(m.from - 1); r.is(m.from-1, wordToken) && m.signs&signPlaceBefore == 0 && !r.Said[before] && !r.titles[before] && before != "so" && !slices.Contains(r.According, before) {
				x.article[m.name] = true
			}
		}
		if m.signs&signPlaceBefore != 0 {
			f.placed++
		}
		if m.titled != m.name && !slices.Contains(f.titled, m.titled) && len(f.titled) < 4 {
			f.titled = append(f.titled, m.titled)
		}
		if n := len(f.sentences); n < maxMentions && (n == 0 || f.sentences[n-1] != sentence) {
			f.sentences = append(f.sentences, sentence)
		}
	}
	return names
}

// entities puts the forms together that name the same, and drops those that are names only by their place.
func (x *nameIndex) entities() []schemas.Entity {
	target := x.aliases()
	merged := map[*form][]*form{}
	for _, f := range x.order {
		if t := fullest(target, f); t != f {
			merged[t] = append(merged[t], f)
		}
	}
	var out []schemas.Entity
	first := map[string]int{}
	for _, f := range x.order {
		if target[f] != nil || !x.accepted(f) {
			continue
		}
		e := schemas.Entity{Name: f.name, Kind: f.kind(), Count: f.count, Aliases: slices.Clone(f.titled), Mentions: slices.Clone(f.sentences), Method: entityMethod}
		for _, other := range merged[f] {
			e.Count += other.count
			e.Aliases = append(append(e.Aliases, other.name), other.titled...)
			e.Mentions = append(e.Mentions, other.sentences...)
			if e.Kind == schemas.EntityOther {
				e.Kind = other.kind()
			}
		}
		slices.Sort(e.Aliases)
		e.Aliases = slices.Compact(e.Aliases)
		slices.Sort(e.Mentions)
		e.Mentions = slices.Compact(e.Mentions)
		e.Mentions = e.Mentions[:min(len(e.Mentions), maxMentions)]
		first[e.Name] = f.first
		out = append(out, e)
	}
	slices.SortFunc(out, func(a, b schemas.Entity) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(first[a.Name], first[b.Name]))
	})
	return out[:min(len(out), maxEntities)]
}

// accepted reports whether a form is a name for more than its place in the sentence.
func (x *nameIndex) accepted(f *form) bool {
	if f.signs&(signWorld|signBody) != 0 {
		return true
	}
	if len(f.words) > 1 {
		// German nouns stand side by side without being names: "waren an drei Trägern Risse gefunden worden".
		return x.lexicon.Code != "de" || f.signs&^signPlaceBefore != 0 || f.count > 1
	}
	if x.lexicon.organizations[normal(f.name)] && f.signs&signAcronym == 0 {
		return false // "the Institute"
	}
	if x.lexicon.Code == "de" && f.doubtful == f.count {
		// A German noun without any sign but "in" and "aus" before it, never behind an article, is a place.
		if f.signs&signOrganization != 0 {
			return true // "Umweltministerium"
		}
		if f.signs&signAlone != 0 && !x.article[f.name] && f.signs&signPlaceWord == 0 {
			return true // "Voss sagte"
		}
		return f.placed >= 1 && !x.article[f.name] && f.signs&(signOrganization|signPlaceWord) == 0 && f.initial == 0
	}
	if f.signs&(signTitle|signAcronym) != 0 {
		return true
	}
	if f.initial < f.count {
		return true
	}
	low := normal(f.name)
	if x.small[low] || x.lexicon.commons[low] {
		return false
	}
	return f.signs&signAlone != 0 || f.count > 1 && x.lexicon.Code != "" && !abstract(low)
}

// abstract reports whether the ending of a word that begins several sentences is one of nouns that need no article.
func abstract(low string) bool {
	return slices.ContainsFunc([]string{"s", "ing", "ion", "ment", "ness", "ity", "ism", "ance", "ence", "ship", "age", "ure", "i"}, func(ending string) bool {
		return strings.HasSuffix(low, ending)
	})
}

// kind is what the signs say.
func (f *form) kind() string {
	switch {
	case f.signs&signWorld != 0:
		return schemas.EntityPlace
	case f.signs&signOrganization != 0:
		return schemas.EntityOrganization
	case f.signs&signPlaceWord != 0 && len(f.words) > 1:
		return schemas.EntityPlace
	case f.signs&(signTitle|signFirstName) != 0, f.signs&signSpeaks != 0 && len(f.words) > 1 && f.placed == 0:
		return schemas.EntityPerson
	case f.placed > 0 && 2*f.placed >= f.count-f.initial && f.signs&(signAcronym|signSpeaks) == 0:
		return schemas.EntityPlace
	}
	return schemas.EntityOther
}

// aliases says of each form that is short for another which one that is: "Voss" of "Clara Voss", "ECB" of "European Central
// Bank", "Acme" of "Acme Corp". One that could be short for several is short for none.
func (x *nameIndex) aliases() map[*form]*form {
	byWord := map[string][]*form{} // last and first words, and initials, of the longer forms
	for _, f := range x.order {
		if len(f.words) < 2 {
			continue
		}
		keys := []string{initials(f.words)}
		n := len(f.words)
		switch kind := f.kind(); {
		case kind == schemas.EntityOrganization && n == 2 && x.distinct(f.words[0]):
			keys = append(keys, f.words[0]) // "Acme" of "Acme Corp"
		case kind == schemas.EntityOther && !x.distinct(f.words[0]):
		case kind == schemas.EntityPerson || kind == schemas.EntityOther && capitalised(f.words[n-2]):
			keys = append(keys, f.words[0], f.words[n-1])
			if n > 2 {
				keys = append(keys, strings.Join(f.words[n-2:], " "), strings.Join(f.words[1:], " "))
			}
		}
		if middle := f.words[n-2]; middle == "bin" || middle == "van" || middle == "von" || middle == "ibn" {
			keys = append(keys, middle+" "+f.words[n-1])
		}
		if last := f.words[n-1]; arabic(last) {
			_, bare, _ := strings.Cut(last, "-")
			keys = append(keys, bare)
		}
		for _, key := range keys {
			if r, size := utf8.DecodeRuneInString(key); unicode.IsLower(r) {
				keys = append(keys, string(unicode.ToUpper(r))+key[size:]) // "Bin Laden"
			}
		}
		slices.Sort(keys)
		for _, key := range slices.Compact(keys) {
			byWord[key] = append(byWord[key], f)
		}
	}
	target := map[*form]*form{}
	for _, f := range x.order {
		candidates := byWord[f.name]
		if s, ok := strings.CutSuffix(f.name, "s"); ok && len(candidates) == 0 && x.lexicon.Code == "de" { // the genitive
			if base := x.forms[s]; base != nil {
				candidates = append(candidates, base)
			} else {
				candidates = byWord[s]
			}
		}
		t := only(candidates, f)
		if t != nil && t.kind() != schemas.EntityPerson && (f.signs&(signWorld|signBody) != 0 || f.count > t.count && t.words[0] == f.name || f.signs&signAcronym != 0 && slices.Contains(t.words, f.name)) {
			continue // "Acme" is not short for "Acme Phone", nor "US" for "US Congress"
		}
		if f.signs&signWorld != 0 && (f.placed > 0 || t != nil && t.words[len(t.words)-1] != f.name) {
			continue
		}
		if t != nil && (f.placed == 0 || t.kind() == schemas.EntityPerson) && !x.lexicon.organizations[normal(f.name)] && !x.lexicon.places[normal(f.name)] {
			target[f] = t
		}
	}
	return target
}

// distinct reports whether a word can name by itself what a longer name begins with: no adjective, country, or word that the text
// writes small elsewhere.
func (x *nameIndex) distinct(word string) bool {
	low := normal(word)
	return !x.lexicon.adjectives[low] && !x.lexicon.world[low] && !x.lexicon.commons[low] && !x.small[low]
}

// fullest follows aliases to their end: "Voss" of "Clara Voss" of "Clara Maria Voss".
func fullest(target map[*form]*form, f *form) *form {
	for range 4 {
		if target[f] == nil {
			break
		}
		f = target[f]
	}
	return f
}

// only returns the one candidate there is; of several, the one that the others are part of.
func only(candidates []*form, f *form) *form {
	var longest *form
	for _, c := range candidates {
		if c != f && (longest == nil || len(c.name) > len(longest.name)) {
			longest = c
		}
	}
	for _, c := range candidates {
		if c != f && !strings.HasSuffix(longest.name, c.name) && !strings.HasPrefix(longest.name, c.name) {
			return nil
		}
	}
	return longest
}

// initials are the first letters of the capitalised words, from three words on; of fewer, they would be anybody's.
func initials(words []string) string {
	var b strings.Builder
	for _, w := range words {
		if capitalised(w) {
			b.WriteString(string([]rune(w)[:1]))
		}
	}
	if s := b.String(); len(s) >= 2 {
		return s
	}
	return "\x00"
}
