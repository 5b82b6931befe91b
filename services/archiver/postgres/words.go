package postgres

import (
	"strings"

	"autointel.example/services/archiver/archive"
)

// match makes a query of what somebody typed: every word must stand there, and no character is an operator. A word is looked
// for as it was typed, too: records of an earlier version are kept with their accents. What was typed without a word in it
// matches nothing.
func match(typed string) string {
	var quoted []string
	for w := range archive.Words(typed) {
		q := "'" + w + "'"
		if folded := archive.Fold(w); folded != "" && folded != w {
			q = "(" + q + "|'" + folded + "')"
		}
		quoted = append(quoted, q)
	}
	if len(quoted) == 0 {
		return "'\u0001'"
	}
	return strings.Join(quoted, "&")
}
