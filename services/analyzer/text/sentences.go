// Package text understands text by counting: sentences, language, an extractive summary, key terms, topics, names, quotations,
// figures, dates, lexical tone and readability. Everything is computed from the text alone, the same way every time, and
// says how.
package text

import (
	"iter"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/clipperhouse/uax29/v2/sentences"
)

// maxSentence is the longest sentence, in bytes. A longer one is a table or a text without full stops: it is cut between words,
// so that whatever quotes it stays readable.
const maxSentence = 2000

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

// Sentences splits text into sentences: by the Unicode rules (UAX #29), within paragraphs and items of lists, with those put
// together again that an abbreviation, an initial, an ordinal or a quotation has torn apart. The language, an ISO 639-1 code, decides which
// abbreviations there are; empty: those of all languages.
func Sentences(s, language string) []string {
	l := LexiconOf(language)
	var out []string
	for _, p := range Paragraphs(s) {
		for _, item := range items(p) {
			out = l.split(out, strings.Join(strings.Fields(item), " "))
		}
	}
	return out
}

// items splits a paragraph before the lines that begin with the mark of a list.
func items(p string) []string {
	if !strings.Contains(p, "\n") {
		return []string{p}
	}
	var out []string
	from := 0
	for i := range len(p) - 1 {
		if p[i] == '\n' && bulleted(p[i+1:]) {
			out = append(out, p[from:i])
			from = i + 1
		}
	}
	return append(out, p[from:])
}

// bulleted reports whether a line begins with "- ", "* ", "• ", "– ", or a number with a full stop or bracket.
func bulleted(line string) bool {
	line = strings.TrimLeft(line, " \t")
	for _, mark := range []string{"- ", "* ", "• ", "– ", "· "} {
		if strings.HasPrefix(line, mark) {
			return true
		}
	}
	n := 0
	for n < len(line) && n < 3 && isDigit(rune(line[n])) {
		n++
	}
	return n > 0 && n+1 < len(line) && (line[n] == '.' || line[n] == ')') && line[n+1] == ' '
}

// split appends the sentences of one line.
func (l *Lexicon) split(out []string, p string) []string {
	from, at := 0, 0
	for it := sentences.FromString(p); it.Next(); {
		for part := range strings.SplitAfterSeq(it.Value(), "… ") {
			for end := range l.ends(part) {
				if at+end < len(p) && l.goesOn(p[from:at+end], p[at+end:]) {
					continue
				}
				out = appendCut(out, p[from:at+end])
				from = at + end
			}
			at += len(part)
		}
	}
	return appendCut(out, p[from:])
}

// ends yields where sentences may end in a text that the rules take for one: at its end, and before the numbers that begin a
// sentence. The rules look past a number, and see the small letter behind it: "It was over. 5 people left."
func (l *Lexicon) ends(s string) iter.Seq[int] {
	return func(yield func(int) bool) {
		for at := 0; ; {
			i := strings.Index(s[at:], ". ")
			if i < 0 {
				break
			}
			at += i + 2
			if at < len(s) && isDigit(rune(s[at])) && l.closes(s[:at-2]) && !yield(at) {
				return
			}
		}
		yield(len(s))
	}
}

// closes reports whether a text ends in a word that no full stop shortens, as far as its length tells: "No. 5" is one.
func (l *Lexicon) closes(s string) bool {
	word := strings.ToLower(behind(s, " (“\"„«/'’\u00a0"))
	return utf8.RuneCountInString(strings.Trim(word, closing)) > 3 && !l.beforeNumbers[word] && !l.abbreviations[word] && !l.mayEnd[word]
}

// appendCut appends a sentence, cut where it is too long.
func appendCut(out []string, s string) []string {
	s = strings.TrimSpace(s)
	for len(s) > maxSentence {
		cut := strings.LastIndexByte(s[:maxSentence], ' ')
		if cut < maxSentence/2 {
			for cut = maxSentence; cut > maxSentence-utf8.UTFMax && !utf8.RuneStart(s[cut]); {
				cut--
			}
		}
		out = append(out, strings.TrimSpace(s[:cut]))
		s = strings.TrimSpace(s[cut:])
	}
	if s != "" {
		out = append(out, s)
	}
	return out
}

const closing = "\"'”’»“‹›)]"

// goesOn reports whether the sentence that seems to end with before goes on with after.
func (l *Lexicon) goesOn(before, after string) bool {
	before = strings.TrimRightFunc(before, unicode.IsSpace)
	next, _ := utf8.DecodeRuneInString(after)
	unquoted := strings.TrimRight(before, closing)
	if unicode.IsLower(next) && (len(unquoted) < len(before) || strings.HasSuffix(before, "…")) {
		return true // “Who is it?” asked the keeper.
	}
	if strings.HasSuffix(before, "…") {
		return !unicode.IsUpper(next) || l.Code == "de" && !l.begins(after)
	}
	if strings.HasPrefix(after, "» ") {
		return true // « Qui est-ce ? » demande-t-il.
	}
	stem, ok := strings.CutSuffix(before, ".")
	if !ok {
		return false
	}
	last := behind(stem, " (“\"„«/'’\u00a0")
	word := strings.ToLower(last)
	r, size := utf8.DecodeRuneInString(last)
	switch {
	case size > 0 && size == len(last) && unicode.IsUpper(r):
		return l.titles[word] || !l.begins(after) && r != 'I' // "M. Le Goff", an initial
	case initialled(last):
		return unicode.IsUpper(next) && !l.begins(after) // "George H.W. Bush"
	case len(last) == 1 && len(after) > 1 && unicode.IsLetter(next) && after[1] == '.':
		return true // z. B.
	case isNumeral(last) && len(last) == len(stem):
		return true // the number of a list's item
	case isNumeral(last) && l.Code == "de":
		return len(last) <= 2 && !l.begins(after) // an ordinal: 3. März
	case l.mayEnd[word]:
		return !l.begins(after)
	case l.beforeNumbers[word]:
		return isDigit(next)
	}
	return l.abbreviations[word] && utf8.RuneCountInString(word) > 1
}

// initialled reports whether a word is of capitals with full stops between them, and no abbreviation that sentences end with: "H.W".
func initialled(word string) bool {
	switch word {
	case "U.S", "U.K", "U.N", "E.U", "D.C", "A.M", "P.M", "B.C", "A.D", "N.Y", "L.A", "U.S.A", "S.A", "P.S":
		return false
	}
	if len(word) < 3 || len(word) > 5 {
		return false
	}
	for i := range len(word) {
		if i%2 == 0 && (word[i] < 'A' || word[i] > 'Z') || i%2 == 1 && word[i] != '.' {
			return false
		}
	}
	return len(word)%2 == 1
}

// behind returns what stands behind the last of the marks.
func behind(s, marks string) string {
	i := strings.LastIndexAny(s, marks)
	if i < 0 {
		return s
	}
	_, size := utf8.DecodeRuneInString(s[i:])
	return s[i+size:]
}

// begins reports whether a text begins as sentences do: with a capitalised stop word, or behind a quotation mark.
func (l *Lexicon) begins(s string) bool {
	end := strings.IndexFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && r != '\'' && r != '’' })
	if end < 0 {
		end = len(s)
	}
	if end == 0 {
		return s != "" && strings.ContainsAny(s[:1], "\"")
	}
	word := normal(s[:end])
	before, _, elided := strings.Cut(word, "'")
	return capitalised(s) && (l.Stopwords[word] || elided && l.Stopwords[before+"'"])
}

func isNumeral(s string) bool {
	return s != "" && len(s) <= 3 && strings.Trim(s, "0123456789") == ""
}
