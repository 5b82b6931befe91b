package statement

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// kind is what a token is.
type kind uint8

const (
	word kind = iota
	number
	symbol // % and currencies: read as words, but no letters
	mark   // punctuation
)

// Token is a word, a number or a mark of a sentence.
type Token struct {
	From, To int // bytes of the sentence
	Clause   int // commas and the like end one
	kind     kind
	capital  bool // begins with one
	initial  bool // the first word, or after a colon or an opening quotation mark
	word     *Word
}

// tokenize splits a sentence. Words keep their inner hyphens and apostrophes, except where a language elides: l'eau is two.
func tokenize(s string, l *language, each func(text string, t Token)) {
	clause, initial := 0, true
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		t := Token{From: i, To: i + size, Clause: clause, initial: initial}
		switch {
		case unicode.IsDigit(r):
			t.kind, t.To = number, endOfNumber(s, i, l)
			initial = false
		case unicode.IsLetter(r) || unicode.IsMark(r):
			t.kind, t.To = word, endOfWord(s, i, l)
			t.capital = unicode.IsUpper(r)
			initial = false
		case strings.ContainsRune("%‰€$£¥°", r):
			t.kind = symbol
		case unicode.IsSpace(r):
			i += size
			continue
		default:
			t.kind = mark
			switch {
			case strings.ContainsRune(",;:()–—[]", r) || r == '-' && spaced(s, i):
				clause++
				initial = initial || r == ':'
			case strings.ContainsRune("“„«\"‘»”", r):
				initial = true
			}
		}
		each(s[t.From:t.To], t)
		i = t.To
	}
}

func spaced(s string, i int) bool {
	return i > 0 && s[i-1] == ' ' && i+1 < len(s) && s[i+1] == ' '
}

func apostrophe(r rune) bool { return r == '\'' || r == '’' }

func endOfWord(s string, from int, l *language) int {
	for i := from; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsDigit(r):
		case apostrophe(r) && l.elides:
			if next, _ := utf8.DecodeRuneInString(s[i+size:]); i-from <= 8 && unicode.IsLetter(next) && !strings.HasPrefix(s[from:], "aujourd") {
				return i + size
			} else if !unicode.IsLetter(next) {
				return i
			}
		case apostrophe(r) || r == '-' || r == '‑':
			if next, _ := utf8.DecodeRuneInString(s[i+size:]); !unicode.IsLetter(next) && !unicode.IsDigit(next) {
				return i
			}
		default:
			return i
		}
		i += size
	}
	return len(s)
}

// endOfNumber takes in the marks between digits, and in some languages a space before exactly three of them.
func endOfNumber(s string, from int, l *language) int {
	i := digits(s, from)
	grouped := i-from <= 3
	for i+1 < len(s) {
		r, size := utf8.DecodeRuneInString(s[i:])
		next := i + size
		end := digits(s, next)
		switch {
		case end == next:
			return i
		case strings.ContainsRune(".,'’", r):
		case r == ' ' && l.spaces && grouped && end-next == 3 && !strings.ContainsAny(s[from:i], ".,"):
		default:
			return i
		}
		i = end
	}
	return i
}

func digits(s string, i int) int {
	for i < len(s) && s[i] >= '0' && s[i] <= '9' {
		i++
	}
	if i < len(s) && s[i] >= utf8.RuneSelf {
		if r, size := utf8.DecodeRuneInString(s[i:]); unicode.IsDigit(r) {
			return digits(s, i+size)
		}
	}
	return i
}
