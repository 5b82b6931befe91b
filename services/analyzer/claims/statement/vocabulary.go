package statement

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/blevesearch/snowballstem"
)

// Bounds on words. A longer one is no word: it is a token of its own and means nothing.
const (
	maxWordBytes = 60
	minTermRunes = 2
)

// Word is a word form with everything that is known of it, once for all the texts.
type Word struct {
	Text    string // lower case
	Term    int    // its stem's number; 0: it means nothing by itself
	phrases []phrase
	lower   int32 // how often it stands in lower case,
	capital int32 // with a capital within a sentence,
	common  int32 // and with a capital behind an article or a word in lower case that is no preposition: a noun in German
	initial int32
}

// Vocabulary holds the words of the texts that are compared, all in one language.
type Vocabulary struct {
	language *language
	words    map[string]*Word
	terms    map[string]int
	names    []string // of terms, by number: a form in which it stands
	stop     map[string]bool
	env      *snowballstem.Env
}

// NewVocabulary returns an empty vocabulary of a language, as ISO 639-1.
func NewVocabulary(code string) *Vocabulary {
	v := &Vocabulary{language: languageOf(code), words: map[string]*Word{}, terms: map[string]int{}, names: []string{""}, stop: map[string]bool{}, env: snowballstem.NewEnv("")}
	for w := range strings.FieldsSeq(v.language.stop) {
		v.stop[w] = true
	}
	return v
}

// word returns what is known of a word, which is learned if it is new.
func (v *Vocabulary) word(text string) *Word {
	if len(text) > maxWordBytes {
		return &Word{Text: text[:maxWordBytes]}
	}
	if w := v.words[text]; w != nil {
		return w
	}
	lower := strings.ReplaceAll(strings.ToLower(text), "’", "'")
	w := v.words[lower]
	if w == nil {
		w = &Word{Text: strings.Clone(lower), phrases: v.language.of(lower)}
		if !v.empty(lower) && utf8.RuneCountInString(lower) >= minTermRunes {
			w.Term = v.term(lower)
		}
		v.words[w.Text] = w
	}
	if lower != text {
		v.words[strings.Clone(text)] = w
	}
	return w
}

// empty reports whether a word means nothing by itself; nor do I've and don't.
func (v *Vocabulary) empty(lower string) bool {
	base, rest, contracted := strings.Cut(lower, "'")
	return v.stop[lower] || contracted && rest != "" && (v.stop[base] || rest == "t")
}

// term returns the number of a word's stem.
func (v *Vocabulary) term(lower string) int {
	stem := strings.TrimSuffix(lower, "'s")
	if first := v.language.same[stem]; first != "" {
		stem = first
	}
	if v.language.stem != nil && utf8.ValidString(stem) {
		v.env.SetCurrent(stem)
		v.language.stem(v.env)
		stem = v.env.Current()
	}
	n, known := v.terms[stem]
	if !known {
		n = len(v.names)
		v.terms[strings.Clone(stem)] = n
		v.names = append(v.names, strings.TrimSuffix(lower, "'s"))
	}
	return n
}

// TermText returns a form in which a term stands, with a capital if it always has one within a sentence.
func (v *Vocabulary) TermText(term int) string {
	text := v.names[term]
	if w := v.words[text]; w != nil && w.lower == 0 && w.capital > 0 {
		r, size := utf8.DecodeRuneInString(text)
		return string(unicode.ToUpper(r)) + text[size:]
	}
	return text
}

// Topical reports whether a term says what a text is about: it is no unit, month or verb of speaking.
func (v *Vocabulary) Topical(term int) bool {
	w := v.words[v.names[term]]
	return w != nil && !slices.ContainsFunc(w.phrases, func(p phrase) bool {
		switch p.sign {
		case Unit, Scale, Number, Month, Quarter, Says, Up, Down, Hedge, Factor:
			return len(p.words) == 0
		}
		return false
	})
}

// TermOf returns the term of a word, 0 if it has none.
func (v *Vocabulary) TermOf(text string) int { return v.word(text).Term }

// Terms is how many terms there are; they are numbered from 1 to Terms()-1.
func (v *Vocabulary) Terms() int { return len(v.names) }

// Learn takes in a sentence: its words, and how they are written. It returns its terms, each once for each time it stands there.
func (v *Vocabulary) Learn(sentence string) []int {
	var terms []int
	var before *Word
	v.each(sentence, func(t Token) {
		if t.kind != word {
			before = nil
			return
		}
		w := t.word
		switch {
		case !t.capital:
			w.lower++
		case t.initial:
			w.initial++
		default:
			w.capital++
			if before != nil && v.language.nouns && (before.has(Article) || before.Term != 0 && before.capital == 0) {
				w.common++
			}
		}
		before = w
		if w.Term != 0 {
			terms = append(terms, w.Term)
		}
	})
	return terms
}

func (v *Vocabulary) each(sentence string, f func(Token)) {
	tokenize(sentence, v.language, func(text string, t Token) {
		if t.kind == word || t.kind == symbol {
			t.word = v.word(text)
		}
		f(t)
	})
}

// has reports whether a word by itself gives a sign.
func (w *Word) has(s Sign) bool {
	for _, p := range w.phrases {
		if p.sign == s && len(p.words) == 0 {
			return true
		}
	}
	return false
}

// commonEndings are those of German nouns that are no names.
var commonEndings = strings.Fields("ung ungen heit keit schaft tion tionen ität nis ismus quote zahl zahlen preis preise amt ministerium minister behörde jahr jahre prozent")

// proper reports whether a word that stands there with a capital is a name.
func (v *Vocabulary) proper(t Token) bool {
	w := t.word
	if !t.capital || w.lower > w.capital/4 {
		return false
	}
	if v.language.nouns {
		if w.capital == 0 || 3*w.common > w.capital {
			return false
		}
		for _, e := range commonEndings {
			if strings.HasSuffix(w.Text, e) {
				return false
			}
		}
		return true
	}
	return !t.initial || w.capital > 0
}
