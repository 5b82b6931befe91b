package text

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// token is a word, a number or a mark of a sentence, by its bytes.
type token struct {
	start, end int
	kind       tokenKind
	spaced     bool // white space stands before it
}

type tokenKind uint8

const (
	wordToken   tokenKind = iota // letters, with the digits, apostrophes, hyphens and full stops within
	numberToken                  // digits, with the separators within
	markToken                    // one rune of anything else
)

// tokensOf splits a sentence.
func tokensOf(s string) []token {
	tokens := make([]token, 0, len(s)/5+1)
	spaced := false
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		t := token{start: i, spaced: spaced}
		switch {
		case unicode.IsSpace(r):
			spaced = true
			i += size
			continue
		case isDigit(r):
			t.kind, t.end = numberToken, numberEnd(s, i)
			// "21st", "3D": what letters follow directly is no figure.
			if next, _ := utf8.DecodeRuneInString(s[t.end:]); unicode.IsLetter(next) && !figureWithUnit(s[t.end:]) {
				t.kind, t.end = wordToken, wordEnd(s, t.end)
			}
		case unicode.IsLetter(r) || unicode.IsMark(r):
			t.kind, t.end = wordToken, wordEnd(s, i)
		default:
			t.kind, t.end = markToken, i+size
		}
		tokens = append(tokens, t)
		spaced = false
		i = t.end
	}
	return tokens
}

func isDigit(r rune) bool { return r >= '0' && r <= '9' }

// figureWithUnit reports whether the letters directly behind a figure are its unit, as in "5km", "3.5m" and "20k".
func figureWithUnit(s string) bool {
	end := strings.IndexFunc(s, func(r rune) bool { return !unicode.IsLetter(r) })
	if end < 0 {
		end = len(s)
	}
	switch strings.ToLower(s[:end]) {
	case "km", "m", "cm", "mm", "kg", "g", "k", "bn", "mn", "b", "tn", "mw", "gw", "kwh", "mph", "ha", "t", "l":
		return true
	}
	return false
}

// wordEnd returns where the word that begins at i ends.
func wordEnd(s string, i int) int {
	for i < len(s) {
		r, size := utf8.DecodeRuneInString(s[i:])
		if unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsDigit(r) {
			i += size
			continue
		}
		// A mark belongs to the word when a letter stands on its other side too: "O'Neill", "Anna-Lena", "e.g", "U.S".
		next, _ := utf8.DecodeRuneInString(s[i+size:])
		if !strings.ContainsRune("'’-‑.", r) || !unicode.IsLetter(next) && (r == '.' || !isDigit(next)) {
			break
		}
		if r == '.' && i > 0 && unicode.IsUpper(next) && s[i-1] >= 'a' && s[i-1] <= 'z' {
			break // "in the harbour.The town": a space is missing
		}
		i += size
	}
	return i
}

// numberEnd returns where the figure that begins at i ends: separators and single spaces within a figure belong to it.
func numberEnd(s string, i int) int {
	for i < len(s) {
		r, size := utf8.DecodeRuneInString(s[i:])
		if isDigit(r) {
			i += size
			continue
		}
		rest := s[i+size:]
		next, _ := utf8.DecodeRuneInString(rest)
		switch {
		case !isDigit(next):
			return i
		case r == '.' || r == ',' || r == '’' || r == '\'' || r == ':' || r == '/':
			i += size
		case (r == ' ' || r == '\u00a0' || r == '\u202f' || r == '\u2009') && group(rest):
			i += size
		default:
			return i
		}
	}
	return i
}

// group reports whether s begins with exactly three digits, as a group of thousands does.
func group(s string) bool {
	n := 0
	for n < len(s) && isDigit(rune(s[n])) {
		n++
	}
	return n == 3
}

func capitalised(word string) bool {
	r, _ := utf8.DecodeRuneInString(word)
	return unicode.IsUpper(r) || unicode.IsTitle(r)
}
