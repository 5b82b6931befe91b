package llm

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"autointel.example/schemas"
)

// cited is a sentence as a model cites it.
type cited struct {
	Sentence int    `json:"sentence"` // from 1, as it was shown
	Quote    string `json:"quote"`
}

// find returns the sentence that a citation stands in, whole and word for word. The number may be wrong, the words may not.
func (p Page) find(c cited) (schemas.Quote, bool) {
	quote := folded(c.Quote)
	if utf8.RuneCountInString(quote) < 3 {
		return schemas.Quote{}, false
	}
	at := func(i int) bool {
		return i >= 0 && i < len(p.shown) && p.shown[i] && strings.Contains(folded(p.document.Sentences[i]), quote)
	}
	if at(c.Sentence - 1) {
		return p.document.Quote(c.Sentence - 1), true
	}
	for i := range p.shown {
		if at(i) {
			return p.document.Quote(i), true
		}
	}
	return schemas.Quote{}, false
}

// quotes returns those citations that stand in the page, each sentence once.
func (p Page) quotes(list []cited) []schemas.Quote {
	var found []schemas.Quote
	seen := map[int]bool{}
	for _, c := range list {
		if q, ok := p.find(c); ok && !seen[q.Sentence] {
			seen[q.Sentence] = true
			found = append(found, q)
		}
	}
	return found
}

// says reports whether the page has some words.
func (p Page) says(words string) bool {
	for i := range p.shown {
		if p.has(i, words) {
			return true
		}
	}
	return false
}

// names reports whether words stand near a sentence: in its paragraph. Who is named elsewhere on the page did not say it.
func (p Page) names(words string, sentence int) bool {
	near := p.document.ParagraphOf(sentence)
	for i := near.From; i < near.From+near.Sentences; i++ {
		if p.has(i, words) {
			return true
		}
	}
	return false
}

// has reports whether a sentence that is shown has some words, whole ones.
func (p Page) has(sentence int, words string) bool {
	words = folded(words)
	if utf8.RuneCountInString(words) < 3 || sentence >= len(p.shown) || !p.shown[sentence] {
		return false
	}
	in := folded(p.document.Sentences[sentence])
	for from := 0; ; {
		at := strings.Index(in[from:], words)
		if at < 0 {
			return false
		}
		at += from
		before, _ := utf8.DecodeLastRuneInString(in[:at])
		after, _ := utf8.DecodeRuneInString(in[at+len(words):])
		if !partOfWord(before) && !partOfWord(after) {
			return true
		}
		from = at + len(words)
	}
}

// partOfWord reports whether a character goes on with the word beside it; scripts that put no spaces between words have none.
func partOfWord(r rune) bool {
	return (unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r)) && !unspaced(r)
}

var quotation = strings.NewReplacer("“", `"`, "”", `"`, "„", `"`, "«", `"`, "»", `"`, "‘", "'", "’", "'", "–", "-", "—", "-", "…", "...", "\u00a0", " ")

// folded is a text as it is compared: without differences of case, spaces and typography, and without quotation marks around it.
func folded(s string) string {
	return strings.Trim(strings.ToLower(quotation.Replace(oneLine(s))), `"'. `)
}

var (
	digits  = regexp.MustCompile(`\d+`)
	foreign = regexp.MustCompile(`(?i)https?:|www\.|\b[a-z0-9-]+\.(com|net|org|io|example|info|biz|ru|xyz|co|app|dev|top)\b|[<>{}\[\]` + "`" + `@]`)
)

// borne reports whether a sentence of the model's can stand on what it names: every figure in it is there, it leads nowhere else, and
// it shares words with it.
func borne(statement string, by ...string) bool {
	if foreign.MatchString(statement) {
		return false
	}
	ground := folded(strings.Join(by, " "))
	for _, n := range digits.FindAllString(statement, -1) {
		if !containsNumber(ground, n) {
			return false
		}
	}
	words := contentWords(folded(statement))
	shared := 0
	for _, w := range words {
		if strings.Contains(ground, w) {
			shared++
		}
	}
	return len(words) > 0 && 4*shared >= len(words)
}

// containsNumber reports whether a text has a number, as a whole group of digits.
func containsNumber(text, number string) bool {
	for _, n := range digits.FindAllString(text, -1) {
		if n == number {
			return true
		}
	}
	return false
}

// contentWords are how the words of at least four letters begin, so that their forms are alike; of a script that puts no spaces
// between words, every two letters that stand together.
func contentWords(s string) []string {
	var words []string
	for _, w := range strings.FieldsFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) }) {
		r := []rune(w)
		if unspaced(r[0]) {
			for i := 1; i < len(r); i++ {
				words = append(words, string(r[i-1:i+1]))
			}
		} else if len(r) >= 4 {
			words = append(words, string(r[:min(len(r), 5)]))
		}
	}
	return words
}

func unspaced(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar)
}

// clip cuts a text to n bytes, at a character.
func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}
