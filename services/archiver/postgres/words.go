package postgres

import (
	"strings"
	"unicode"
)

// Bounds of what is searched in one report: PostgreSQL takes lexemes up to 2 kB, and 1 MB of them in a row.
const (
	maxLexeme  = 64        // characters; a longer run of letters is no word
	maxLexemes = 900 << 10 // bytes, all of them
)

// lexemes are the words of a text, each once, in lower case: runs of letters and digits, as SQLite's tokenizer takes them
// too. The database's own parsers would take addresses and hyphenated words whole, and know one language at a time.
func lexemes(text string) []string {
	seen := map[string]bool{}
	list := []string{}
	size := 0
	for w := range words(text) {
		if seen[w] || len([]rune(w)) > maxLexeme {
			continue
		}
		if size += len(w) + 8; size > maxLexemes {
			break
		}
		seen[w] = true
		list = append(list, w)
	}
	return list
}

func words(text string) func(yield func(string) bool) {
	return strings.FieldsFuncSeq(strings.ToLower(strings.ToValidUTF8(text, " ")), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r)
	})
}

// all makes a query of what somebody typed: every word must stand there, and no character is an operator. It is empty if
// nothing was typed; what was typed without a word in it matches nothing.
func all(typed string) string {
	if strings.TrimSpace(typed) == "" {
		return ""
	}
	quoted := []string{}
	for w := range words(typed) {
		quoted = append(quoted, "'"+w+"'")
	}
	if len(quoted) == 0 {
		return "'\u0001'"
	}
	return strings.Join(quoted, " & ")
}
