package archive

import (
	"encoding/json"
	"iter"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Bounds of what is searched in one report; PostgreSQL takes 1 MB of words in a row.
const (
	maxWord  = 64        // characters; a longer run of letters is no word
	maxWords = 900 << 10 // bytes, all of them
)

// Words are the words of a text in lower case, in their order: runs of letters and digits. A database's own parser would take
// addresses and hyphenated words whole, or know one language at a time; and what is typed must be split as the reports were.
func Words(text string) iter.Seq[string] {
	return strings.FieldsFuncSeq(strings.ToLower(strings.ToValidUTF8(text, " ")), func(r rune) bool {
		if r < utf8.RuneSelf {
			return (r < 'a' || r > 'z') && (r < '0' || r > '9')
		}
		return !unicode.IsLetter(r) && !unicode.IsNumber(r) && !unicode.IsMark(r)
	})
}

// Fold takes the accents from a word, so that it is found however it is typed. Signs that are letters of their own stay.
func Fold(word string) string {
	if isASCII(word) {
		return word
	}
	var b strings.Builder
	for _, r := range norm.NFD.String(word) {
		if r < 0x300 || r > 0x36F { // the combining accents
			b.WriteRune(r)
		}
	}
	return norm.NFC.String(b.String())
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// Searchable are the words by which a record is found: those of its title, its address and its report as a person reads it,
// folded, each once. Without a result there are none. An index of them is of this version of Searchable: what changes it has
// to make the index anew.
func (r Record) Searchable() []string {
	if r.Result == nil {
		return nil
	}
	var report struct {
		Markdown string `json:"markdown"`
	}
	_ = json.Unmarshal(r.Result, &report) // what is no report is found by its title and its address
	return distinct(r.Title + " " + r.URL + " " + report.Markdown)
}

// distinct are the words of a text, folded, each once, within bounds.
func distinct(text string) []string {
	seen, list, size := make(map[string]struct{}, 2048), make([]string, 0, 2048), 0
	for w := range Words(text) {
		if _, again := seen[w]; again {
			continue
		}
		seen[w] = struct{}{}
		if len(w) > maxWord && utf8.RuneCountInString(w) > maxWord {
			continue
		}
		if folded := Fold(w); folded != w {
			w = folded
			if _, again := seen[w]; again || w == "" {
				continue
			}
			seen[w] = struct{}{}
		}
		if size += len(w) + 8; size > maxWords {
			break
		}
		list = append(list, w)
	}
	return list
}
