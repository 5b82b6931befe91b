package statement

import (
	"slices"
	"strconv"
	"strings"

	"github.com/blevesearch/snowballstem"
)

// Sign is what a word or a phrase gives away about the sentence it stands in.
type Sign uint8

// The signs. What words give them stands in a file per language.
const (
	None        Sign = iota
	Says             // somebody speaks: said, announced
	According        // the speaker follows: according to
	Hearsay          // nobody in particular says so: allegedly
	Hedge            // it may be so: might, probably
	Opinion          // a judgement, a wish
	Negation         // not, never, denied
	Comparison       // than, the highest
	Cause            // because of, led to
	Happens          // something took place: elected, destroyed
	Once             // what happens to a thing once: founded, born
	Up               // rose, grew
	Down             // fell, shrank
	Study            // what figures are taken from: survey, statistics
	Boilerplate      // of the page, not of the text: newsletter
	Future           // will, is due to
	FirstPerson      // I, our
	Address          // the reader is spoken to: you, order now
	Pronoun          // who speaks was named before: she
	Approx           // about, nearly
	AtLeast          // more than
	AtMost           // up to
	Total            // a total of
	OfWhich          // parts follow that need not be all: of whom
	MadeOf           // all parts follow: consisting of
	Among            // a whole follows, whose parts are told of: of the 140 houses
	Others           // a figure beside it counts all that are left: the other 50; its value is 1 if it may stand behind the figure
	Remain           // may stand between a number and what has not changed: 50 stayed dry
	Rest             // the parts are all of it: the remaining
	People           // what a share cannot exceed: respondents
	Multiple         // shares may overlap: multiple answers
	From             // from X to Y
	To
	Between
	During    // a duration follows: for, over the
	Before    // another time is meant: last year
	Now       // this year
	Result    // what can fall by more than it was: profit
	Aged      // at the age of
	BornSign  // born
	DiedSign  // died
	YearAfter // a year follows: in, since
	Article   // a common noun follows
	If        // a condition, not a statement
	Label     // a number behind it counts nothing: chapter 3
	Be        // may stand between a number and what is counted: 12 were injured
	PartOf    // the whole of a share follows: a third of the
	Other     // makes a share an ordinal or a part that is no share: the second half
	Or        // joins two ways to say one thing: 12 of the 30, or two thirds
	// Signs with a value.
	Number   // a number in words
	Scale    // million
	Factor   // doubled: 2
	Month    // 1 to 12
	Quarter  // first quarter: 1
	Unit     // index into units
	Measure  // group*16 + sense: two senses of one group are different measures
	Opposite // group*16 + side: nothing is on both sides at once
	Fraction // a share in words: two thirds
	Every    // a share in words whose whole follows directly: every second
	signs
)

// language is how the package reads one language.
type language struct {
	code      string
	stem      func(*snowballstem.Env) bool
	decimal   byte                // the other of . and , groups digits
	spaces    bool                // a space may group digits
	elides    bool                // l'eau is two words
	nouns     bool                // common nouns have a capital
	phrases   map[Sign]string     // comma-separated; * at the end of a word stands for any ending
	values    map[Sign]string     // as phrases, each with its value behind a space
	units     map[string]string   // a unit's name in units.go, and the phrases for it
	alike     []string            // words that say the same, or are forms of one another that no stem shows
	measures  []string            // groups of measures that are different things, senses between |
	opposites []string            // what nothing is or does at once, the two sides between |
	months    string              // 12, names of one month between /
	stop      string              // words that mean nothing by themselves
	table     map[string][]phrase // by the first word
	same      map[string]string   // the first word of those alike
	prefixes  map[string][]phrase // by the first bytes of a word with *
}

// phrase is a sign with the words that give it away.
type phrase struct {
	words []string // all but the first
	sign  Sign
	value float64
}

// prefixSize is how many bytes of a word with * are looked up; such words are longer.
const prefixSize = 3

// compile turns the readable lists into tables, once for each language.
func (l *language) compile() *language {
	l.table, l.prefixes = map[string][]phrase{}, map[string][]phrase{}
	for s := range signs {
		for p := range strings.SplitSeq(l.phrases[s], ",") {
			l.add(p, s, 0)
		}
		for p := range strings.SplitSeq(l.values[s], ",") {
			p = strings.TrimSpace(p)
			if i := strings.LastIndexByte(p, ' '); i > 0 {
				value, err := strconv.ParseFloat(p[i+1:], 64)
				if err != nil {
					panic("statement: " + l.code + ": no value: " + p) // found by the first test that runs
				}
				l.add(p[:i], s, value)
			}
		}
	}
	for i, u := range units {
		for p := range strings.SplitSeq(l.units[u.name]+","+u.symbols, ",") {
			l.add(p, Unit, float64(i))
		}
	}
	l.addGroups(Measure, l.measures)
	l.addGroups(Opposite, l.opposites)
	l.same = map[string]string{}
	for _, group := range l.alike {
		words := strings.Split(group, ", ")
		for _, w := range words {
			l.same[w] = words[0]
		}
	}
	for i, m := range strings.Fields(l.months) {
		for name := range strings.SplitSeq(m, "/") {
			l.add(name, Month, float64(i+1))
		}
	}
	return l
}

// addGroups adds groups of phrases, whose senses exclude each other.
func (l *language) addGroups(sign Sign, groups []string) {
	for group, g := range groups {
		for sense, phrases := range strings.Split(g, "|") {
			for p := range strings.SplitSeq(phrases, ",") {
				l.add(p, sign, float64(16*group+sense))
			}
		}
	}
}

func (l *language) add(text string, s Sign, value float64) {
	words := strings.Fields(text)
	if len(words) == 0 {
		return
	}
	p := phrase{words[1:], s, value}
	if first, is := strings.CutSuffix(words[0], "*"); is {
		p.words = words
		key := first[:min(prefixSize, len(first))]
		l.prefixes[key] = append(l.prefixes[key], p)
		return
	}
	l.table[words[0]] = append(l.table[words[0]], p)
}

// of returns the phrases that may begin with a word.
func (l *language) of(word string) []phrase {
	found := slices.Clone(l.table[word])
	if len(word) >= prefixSize {
		for _, p := range l.prefixes[word[:prefixSize]] {
			if matches(p.words[0], word) {
				p.words = p.words[1:]
				found = append(found, p)
			}
		}
	}
	return found
}

// matches compares a word of a phrase, which may end in *, with one of the text.
func matches(pattern, word string) bool {
	if stem, is := strings.CutSuffix(pattern, "*"); is {
		return strings.HasPrefix(word, stem)
	}
	return pattern == word
}

// languageOf returns how a language is read. One that has no file is read by its digits and symbols alone.
func languageOf(code string) *language {
	for _, l := range languages {
		if l.code == code {
			return l
		}
	}
	return other
}

// Supported reports whether there is a file for a language.
func Supported(code string) bool { return languageOf(code) != other }

var (
	languages = []*language{english.compile(), german.compile(), french.compile(), spanish.compile(), italian.compile()}
	other     = (&language{decimal: '.'}).compile()
)
