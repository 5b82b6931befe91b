package text

import (
	"strings"

	"github.com/RadhiFadlillah/whatlanggo"

	"autointel.example/schemas"
)

// Bounds of the detection.
const (
	detectFrom  = 20_000 // bytes that are looked at: more changes nothing
	enoughWords = 12     // fewer are never reliable
	overrule    = 60     // words from which a text that is plainly in another language than declared is believed
	plain       = 0.2    // share of stop words from which a language is plain
	ahead       = 0.08   // and by how much it must be ahead of the next
)

// Detect returns the language of a text: what the source declares, unless a text of some length is plainly in another one; else
// what is detected. Reliable says how sure that is: a few words never are.
func Detect(s, declared string) schemas.Language {
	if len(s) > detectFrom {
		s = strings.ToValidUTF8(s[:detectFrom], "")
	}
	found, words := detect(s)
	code, _, _ := strings.Cut(strings.ToLower(strings.ReplaceAll(declared, "_", "-")), "-")
	if len(code) != 2 || code != found.Code && found.Reliable && words >= overrule {
		return found
	}
	return schemas.Language{Code: code, Name: nameOf(code), Declared: true, Reliable: true}
}

// detect finds the language by its stop words, which tell the related ones apart, or else by its trigrams. It returns the number of words.
func detect(s string) (schemas.Language, int) {
	words := Words(s)
	code, isPlain := byStopwords(words)
	info := whatlanggo.Detect(s)
	other := info.Lang.Iso6391()
	switch {
	case isPlain:
		return schemas.Language{Code: code, Name: nameOf(code), Reliable: len(words) >= enoughWords}, len(words)
	case other == "":
		return schemas.Language{}, len(words)
	}
	return schemas.Language{Code: other, Name: nameOf(other), Reliable: info.IsReliable() && len(words) >= enoughWords}, len(words)
}

// byStopwords returns the language with the most stop words, and whether that is plain.
func byStopwords(words []string) (string, bool) {
	best, most, second := "", 0, 0
	for _, code := range Languages() {
		l, n := LexiconOf(code), 0
		for _, w := range words {
			w = normal(w)
			if l.Stopwords[w] {
				n++
			} else if before, _, ok := strings.Cut(w, "'"); ok && l.Stopwords[before+"'"] {
				n++
			}
		}
		if n > most {
			best, most, second = code, n, most
		} else {
			second = max(second, n)
		}
	}
	total := float64(len(words))
	return best, most > 0 && float64(most) >= plain*total && float64(most-second) >= ahead*total
}

func nameOf(code string) string {
	for lang := range whatlanggo.Langs {
		if lang.Iso6391() == code {
			return lang.String()
		}
	}
	return ""
}

// unspaced reports whether a language is written without spaces between words.
func unspaced(code string) bool {
	switch code {
	case "zh", "ja", "th", "lo", "km", "my", "bo":
		return true
	}
	return false
}
