package text

import (
	"embed"
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// lexicons holds one file of words for each language, in sections. To support another language, add its file.
//
//go:embed lexicon/*.txt
var lexicons embed.FS

// Lexicon is what the package knows of the words of one language. It is only read.
type Lexicon struct {
	Code string
	// Stopwords carry a sentence and say nothing of its subject.
	Stopwords map[string]bool
	// Said are the forms of verbs that tell who speaks; According are the phrases before a name that do the same.
	Said      map[string]bool
	According []string

	counting      map[string]bool // count or order what stands behind them
	abbreviations map[string]bool // their full stop ends no sentence
	beforeNumbers map[string]bool // their full stop ends none when a number follows
	mayEnd        map[string]bool // their full stop ends one when a word follows that begins sentences
	months        map[string]float64
	days          map[string]float64 // relative ones, counted from the day of publication
	beforeYears   map[string]bool
	numerals      map[string]float64
	multipliers   map[string]float64
	ranges        map[string]bool // stand between the ends of a range
	between       map[string]bool // stand before one whose ends an "and" joins
	one           map[string]bool // before a multiplier: "a million"
	units         map[string]string
	people        map[string]bool // plurals without an ending
	titles        map[string]bool
	roles         map[string]bool
	organizations map[string]bool
	places        map[string]bool
	placeBefore   map[string]bool
	firstNames    map[string]bool
	notNames      map[string]bool // capitalised, and no names
	adjectives    map[string]bool // capitalised, and names only within longer ones
	particles     map[string]bool // join the parts of a name
	openers       map[string]bool // open a sentence, and are no part of the name behind them
	commons       map[string]bool // begin a sentence without an article, and are no names
	world         map[string]bool // countries and large towns
	bodies        map[string]bool // organizations known by these names
	noTerms       map[string]bool // in small letters, no part of a key term; days and months in any
	pronouns      map[string]bool // he and she, who speak
	leaning       map[string]bool // begin sentences that need the one before
}

// LexiconOf returns the lexicon of a language by its ISO 639-1 code. Of another language, and of none, it is all lexicons in
// one: a text that mixes them is common, and the few words that mean something in one and nothing in another cost little.
func LexiconOf(code string) *Lexicon {
	all := loadLexicons()
	if l, ok := all[code]; ok {
		return l
	}
	return all[""]
}

// Languages returns the codes of the languages that have a lexicon, sorted.
func Languages() []string {
	var codes []string
	for code := range loadLexicons() {
		if code != "" {
			codes = append(codes, code)
		}
	}
	slices.Sort(codes)
	return codes
}

// Supported reports whether a text of a language is read for more than its sentences; one whose language is not known is, by all
// lexicons.
func Supported(code string) bool { return loadLexicons()[code] != nil }

// loadLexicons reads the files once. A broken one is a mistake of ours, which every test finds: it panics.
var loadLexicons = sync.OnceValue(func() map[string]*Lexicon {
	files, err := lexicons.ReadDir("lexicon")
	if err != nil {
		panic(err)
	}
	all, together := map[string]*Lexicon{}, map[string][]string{}
	for _, f := range files {
		raw, err := lexicons.ReadFile(path.Join("lexicon", f.Name()))
		if err != nil {
			panic(err)
		}
		sections := map[string][]string{}
		for line := range strings.Lines(string(raw)) {
			line = strings.TrimSpace(line)
			if name, ok := strings.CutPrefix(line, "["); ok {
				sections[""] = []string{strings.TrimSuffix(name, "]")}
				continue
			}
			if line == "" || strings.HasPrefix(line, "#") || len(sections[""]) == 0 {
				continue
			}
			name := sections[""][0]
			entries := strings.Fields(strings.ReplaceAll(strings.ToLower(line), "_", "\x00"))
			sections[name] = append(sections[name], entries...)
			together[name] = append(together[name], entries...)
		}
		code := strings.TrimSuffix(f.Name(), ".txt")
		all[code] = newLexicon(code, sections)
	}
	all[""] = newLexicon("", together)
	for _, l := range all {
		l.firstNames = all[""].firstNames // people keep their names abroad
	}
	return all
})

func newLexicon(code string, sections map[string][]string) *Lexicon {
	words := func(name string) map[string]bool {
		m := map[string]bool{}
		for _, w := range sections[name] {
			m[strings.ReplaceAll(w, "\x00", " ")] = true
		}
		return m
	}
	values := func(name string) map[string]string {
		m := map[string]string{}
		for _, w := range sections[name] {
			key, value, ok := strings.Cut(strings.ReplaceAll(w, "\x00", " "), "=")
			if !ok {
				panic(fmt.Sprintf("lexicon %q, section %s: %q has no value", code, name, w))
			}
			m[key] = value
		}
		return m
	}
	numbers := func(name string) map[string]float64 {
		m := map[string]float64{}
		for key, value := range values(name) {
			f, err := strconv.ParseFloat(value, 64)
			if err != nil {
				panic(fmt.Sprintf("lexicon %q, section %s: %q: %v", code, name, key, err))
			}
			m[key] = f
		}
		return m
	}
	l := &Lexicon{
		Code: code, Stopwords: words("stopwords"), Said: words("said"),
		counting: words("counting"), abbreviations: words("abbreviations"), beforeNumbers: words("before_numbers"), mayEnd: words("may_end"), months: numbers("months"),
		days: numbers("days"), beforeYears: words("before_years"), numerals: numbers("numerals"), multipliers: numbers("multipliers"),
		ranges: words("ranges"), between: words("between"), one: words("one"), units: values("units"), people: words("people"), titles: words("titles"), roles: words("roles"),
		organizations: words("organizations"), places: words("places"), placeBefore: words("place_before"), particles: words("particles"),
		firstNames: words("first_names"), notNames: words("not_names"), adjectives: words("adjectives"), openers: words("openers"), commons: words("commons"), world: words("world"), bodies: words("bodies"), leaning: words("leaning"), pronouns: words("pronouns"), noTerms: words("no_terms"),
	}
	for _, w := range sections["according"] {
		l.According = append(l.According, strings.ReplaceAll(w, "\x00", " "))
	}
	// Units keep the letters of their symbols; the words they stand for were lowered with their line.
	for key, value := range l.units {
		l.units[key] = symbolOf(value)
	}
	return l
}

// symbolOf writes a unit as it is written everywhere.
func symbolOf(unit string) string {
	switch unit {
	case "usd", "eur", "gbp", "jpy", "chf", "cny", "inr", "brl":
		return strings.ToUpper(unit)
	case "mw":
		return "MW"
	case "gw":
		return "GW"
	case "kwh":
		return "kWh"
	case "°c":
		return "°C"
	case "°f":
		return "°F"
	}
	return unit
}
