package text

import (
	"strings"
	"unicode"
)

// Words splits text into words: letters, digits, and apostrophes and hyphens between them.
func Words(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) && r != '\'' && r != '’' && r != '-'
	})
}

// Terms returns the words of a sentence that mean something, in the form in which sentences are compared: in lower case,
// without stop words, elided articles and plural endings, in the order of the sentence, repetitions included.
func Terms(sentence, language string) []string {
	l := LexiconOf(language)
	var terms []string
	for _, w := range Words(sentence) {
		if w = normal(w); w != "" && !l.Stopwords[w] {
			terms = append(terms, stem(l.withoutArticle(w), language))
		}
	}
	return terms
}

// normal is the form in which words are compared.
func normal(word string) string {
	return strings.Trim(strings.ToLower(strings.ReplaceAll(word, "’", "'")), "'-")
}

// withoutArticle removes what is elided before a noun ("l'eau", "dell'acqua") and an English possessive.
func (l *Lexicon) withoutArticle(w string) string {
	if l.Code == "fr" || l.Code == "it" {
		if before, rest, ok := strings.Cut(w, "'"); ok && len(before) <= 5 && len(rest) > 2 {
			return rest
		}
	}
	return strings.TrimSuffix(w, "'s")
}

// stem makes singular and plural the same, as far as an ending tells. It is only for comparing words, never shown.
func stem(w, language string) string {
	if len(w) < 4 {
		return w
	}
	switch language {
	case "de":
		for _, ending := range []string{"innen", "ern", "en", "er", "em", "es", "e", "n", "s"} {
			if s, ok := strings.CutSuffix(w, ending); ok && len(s) >= 4 {
				return s
			}
		}
		return w
	case "it":
		if s := strings.TrimRight(w, "aeio"); len(s) >= 3 && len(w)-len(s) <= 2 {
			return s
		}
		return w
	case "nl":
		for _, ending := range []string{"en", "s"} {
			if s, ok := strings.CutSuffix(w, ending); ok && len(s) >= 4 {
				return s
			}
		}
		return w
	case "fr":
		if s, ok := strings.CutSuffix(w, "aux"); ok && len(s) >= 3 {
			return s + "al"
		}
		return strings.TrimRight(w, "sx")
	case "es", "pt":
		if s, ok := strings.CutSuffix(w, "es"); ok && len(s) >= 4 {
			return s
		}
		return strings.TrimSuffix(w, "s")
	}
	switch {
	case strings.HasSuffix(w, "ies") && len(w) > 4:
		return strings.TrimSuffix(w, "ies") + "y"
	case strings.HasSuffix(w, "s") && !strings.HasSuffix(w, "ss") && !strings.HasSuffix(w, "us") && !strings.HasSuffix(w, "is"):
		return strings.TrimSuffix(w, "s")
	}
	return w
}
