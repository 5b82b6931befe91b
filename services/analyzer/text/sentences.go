// Package text understands text by counting: sentences, language, an extractive summary, key terms, lexical tone and
// readability. Everything is computed from the text alone, the same way every time, and says how.
package text

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/clipperhouse/uax29/v2/sentences"
)

// abbreviations end with a full stop that ends no sentence.
var abbreviations = set("mr mrs ms dr prof st sr jr vs etc e.g i.e cf no nr vol fig figs al inc ltd co corp dept approx ca gen col lt sgt rev hon gov sen rep u.s u.k bzw z.b d.h usw ggf evtl ca. art")

func set(words string) map[string]bool {
	m := map[string]bool{}
	for w := range strings.FieldsSeq(words) {
		m[w] = true
	}
	return m
}

// Paragraphs splits text at blank lines.
func Paragraphs(s string) []string {
	var out []string
	for p := range strings.SplitSeq(s, "\n\n") {
		if p = strings.TrimSpace(p); p != "" {
			out = append(out, p)
		}
	}
	return out
}

// Sentences splits text into sentences: by the Unicode rules (UAX #29), within paragraphs, with those put together again
// that an abbreviation or an initial has torn apart.
func Sentences(s string) []string {
	var out []string
	for _, p := range Paragraphs(s) {
		p = strings.Join(strings.Fields(p), " ")
		pending := ""
		for it := sentences.FromString(p); it.Next(); {
			pending += it.Value()
			if !tornApart(pending) {
				out = appendTrimmed(out, pending)
				pending = ""
			}
		}
		out = appendTrimmed(out, pending)
	}
	return out
}

func appendTrimmed(out []string, s string) []string {
	if s = strings.TrimSpace(s); s != "" {
		return append(out, s)
	}
	return out
}

// tornApart reports whether text ends with an abbreviation or an initial.
func tornApart(s string) bool {
	s = strings.TrimRightFunc(s, unicode.IsSpace)
	stem, ok := strings.CutSuffix(s, ".")
	if !ok {
		return false
	}
	last := stem[strings.LastIndexAny(stem, " (\u201c\"")+1:]
	r, size := utf8.DecodeRuneInString(last)
	return abbreviations[strings.ToLower(last)] || size > 0 && size == len(last) && unicode.IsUpper(r) && r != 'I'
}

// Words splits text into words: letters, digits, and apostrophes and hyphens between them.
func Words(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) && r != '\'' && r != '’' && r != '-'
	})
}

// normal is the form in which words are compared.
func normal(word string) string {
	return strings.Trim(strings.ToLower(strings.ReplaceAll(word, "’", "'")), "'-")
}
