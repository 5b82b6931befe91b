package cues

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Token is a word of a sentence, or one of the signs that figures stand with: % and currency signs.
type Token struct {
	Norm     string // in lower case, apostrophes straight
	From, To int    // bytes of the sentence
	Upper    bool   // it begins with a capital letter
}

const figureSigns = "%$€£"

// tokenize appends the tokens of a sentence to into. Elided words of French and Italian (l', dell') stand alone.
func tokenize(sentence string, elide bool, into []Token) []Token {
	start := -1
	end := func(at int) {
		if start >= 0 {
			into = appendWord(into, sentence, start, at)
			start = -1
		}
	}
	for i, r := range sentence {
		switch {
		case strings.ContainsRune(figureSigns, r):
			end(i)
			into = append(into, Token{Norm: string(r), From: i, To: i + utf8.RuneLen(r)})
		case (r == '\'' || r == '’') && start >= 0:
			if after := i + utf8.RuneLen(r); elide {
				end(after)
			}
		case unicode.IsLetter(r), unicode.IsDigit(r), unicode.IsMark(r):
			if start < 0 {
				start = i
			}
		case r == '-' && start >= 0:
		case (r == '.' || r == ',') && start >= 0 && betweenDigits(sentence, i):
		default:
			end(i)
		}
	}
	end(len(sentence))
	return into
}

// appendWord appends a word without the signs it ends with.
func appendWord(into []Token, s string, from, to int) []Token {
	word := s[from:to]
	if trimmed := strings.TrimRight(word, "-"); len(trimmed) < len(word) {
		word = trimmed
	}
	if strings.HasSuffix(word, "'") || strings.HasSuffix(word, "’") {
		if stem := strings.TrimRight(word, "'’"); len([]rune(stem)) > 5 {
			word = stem // a closing quotation mark, not an elision
		}
	}
	first, _ := utf8.DecodeRuneInString(word)
	norm := strings.ToLower(strings.ReplaceAll(word, "’", "'"))
	return append(into, Token{Norm: norm, From: from, To: from + len(word), Upper: unicode.IsUpper(first)})
}

func betweenDigits(s string, i int) bool {
	return i > 0 && i+1 < len(s) && isDigit(s[i-1]) && isDigit(s[i+1])
}

func isDigit(b byte) bool { return b >= '0' && b <= '9' }

// elides reports whether a language writes articles and pronouns with an apostrophe.
func elides(language string) bool { return language == "fr" || language == "it" }
