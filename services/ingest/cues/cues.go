// Package cues holds the words by which pages in several languages say what they are: that they cost money, want cookies or
// JavaScript, are advertising, or stand on somebody's word. Each language is a file, a phrase a line under its heading; a new
// language is a new file.
package cues

import (
	"embed"
	"io/fs"
	"slices"
	"strings"
)

// Headings of the files.
const (
	Paywall     = "paywall"      // a page that is not free says so
	Cookie      = "cookie"       // a page asks for consent
	Script      = "script"       // a page asks for JavaScript
	Label       = "ad label"     // the whole of a label that marks an article as advertising
	Disclosure  = "disclosure"   // the beginning of a sentence that says who paid for an article
	Sponsor     = "sponsor"      // the beginning of a label, never of a sentence, that says so
	Partner     = "partner"      // the beginning of a label that names who had a part in an article, paid or not
	Attribution = "attribution"  // a sentence gives somebody's word or a document's
	Byline      = "byline"       // words before an author's name that are no part of it
	Published   = "published"    // words before the date of publication
	Updated     = "updated"      // words before the date of a change
	Banner      = "banner"       // the whole text of a block that stands over an advertisement among the text
	Related     = "related"      // the whole or the beginning of what stands over or before links to other articles
	Biography   = "biography"    // words after an author's name at the end of an article that says who he or she is
	Chore       = "chore"        // the whole text of a link that leads to no reading
	Share       = "share prefix" // the beginning of such a text
)

//go:embed *.txt
var files embed.FS

var phrases = load()

// In returns the first phrase under a heading that a text holds as whole words. The text is lower case.
func In(text, heading string) (string, bool) {
	for _, p := range phrases[heading] {
		if contains(text, p) {
			return p, true
		}
	}
	return "", false
}

// Count returns how many of the phrases under a heading a text holds.
func Count(text, heading string) int {
	n := 0
	for _, p := range phrases[heading] {
		if contains(text, p) {
			n++
		}
	}
	return n
}

// Is reports whether a text is one of the phrases under a heading.
func Is(text, heading string) bool { return slices.Contains(phrases[heading], text) }

// Begins returns the phrase under a heading that a text begins with.
func Begins(text, heading string) (string, bool) {
	for _, p := range phrases[heading] {
		if rest, ok := strings.CutPrefix(text, p); ok && (rest == "" || !wordByte(rest[0])) {
			return p, true
		}
	}
	return "", false
}

// contains looks for a phrase that is not the middle of a word.
func contains(text, phrase string) bool {
	for from := 0; ; {
		i := strings.Index(text[from:], phrase)
		if i < 0 {
			return false
		}
		i += from
		end := i + len(phrase)
		if (i == 0 || !wordByte(text[i-1])) && (end == len(text) || !wordByte(text[end])) {
			return true
		}
		from = end
	}
}

// wordByte counts every byte of a letter outside ASCII as a part of a word.
func wordByte(b byte) bool {
	return b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= '0' && b <= '9' || b >= 0x80
}

func load() map[string][]string {
	all := map[string][]string{}
	names, _ := fs.Glob(files, "*.txt") // the pattern is well formed, and the files are in the program
	for _, name := range names {
		content, _ := files.ReadFile(name)
		heading := ""
		for line := range strings.Lines(string(content)) {
			line = strings.TrimSpace(line)
			switch {
			case line == "" || strings.HasPrefix(line, "#"):
			case strings.HasPrefix(line, "["):
				heading = strings.Trim(line, "[]")
			case !slices.Contains(all[heading], line):
				all[heading] = append(all[heading], line)
			}
		}
	}
	return all
}
