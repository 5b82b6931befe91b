package terminal

import (
	"strings"

	"github.com/clipperhouse/displaywidth"
)

// style is how a piece of text looks.
type style int

const (
	bold style = 1 << iota
	dim
	cyan
	red
	yellow
	green
)

var codes = []struct {
	style style
	code  string
}{{bold, "1"}, {dim, "2"}, {cyan, "36"}, {red, "31"}, {yellow, "33"}, {green, "32"}}

func (p *painter) paint(s string, st style) string {
	if !p.colour || st == 0 || s == "" {
		return s
	}
	var on []string
	for _, c := range codes {
		if st&c.style != 0 {
			on = append(on, c.code)
		}
	}
	return "\x1b[" + strings.Join(on, ";") + "m" + s + "\x1b[0m"
}

// width is how many columns a text takes.
func width(s string) int { return displaywidth.String(s) }

// word is a piece of text that is not broken. One that is not spaced clings to the word before it.
type word struct {
	text   string
	style  style
	spaced bool
}

var entities = strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&")

// inline reads the marks within a line: bold, italics, code, addresses, and what is escaped.
func inline(markdown string, base style) []word {
	var words []word
	var b strings.Builder
	st, spaced := base, false
	flush := func() {
		if b.Len() > 0 {
			words = append(words, word{entities.Replace(b.String()), st, spaced})
			b.Reset()
			spaced = false
		}
	}
	code := false
	for i := 0; i < len(markdown); i++ {
		switch c := markdown[i]; {
		case c == '\\' && !code && i+1 < len(markdown):
			i++
			b.WriteByte(markdown[i])
		case c == ' ':
			flush()
			spaced = true
		case c == '`':
			flush()
			code = !code
			st ^= yellow
		case code:
			b.WriteByte(c)
		case strings.HasPrefix(markdown[i:], "**"):
			flush()
			st ^= bold
			i++
		case c == '*':
			flush()
			st ^= dim
		case c == '<' && strings.Contains(markdown[i:], ">"):
			flush()
			end := i + strings.IndexByte(markdown[i:], '>')
			words = append(words, word{markdown[i+1 : end], st | dim, spaced})
			spaced = false
			i = end
		default:
			b.WriteByte(c)
		}
	}
	flush()
	return words
}

// wrapped breaks words into lines of at most n columns. Words that cling together are not torn apart.
func wrapped(words []word, n int) [][]word {
	var lines [][]word
	var line []word
	used := 0
	for i := 0; i < len(words); {
		end, wide := i+1, width(words[i].text)
		for end < len(words) && !words[end].spaced {
			wide += width(words[end].text)
			end++
		}
		space := 0
		if len(line) > 0 {
			space = 1
		}
		if len(line) > 0 && used+space+wide > n {
			lines, line, used, space = append(lines, line), nil, 0, 0
		}
		line = append(line, words[i:end]...)
		used += space + wide
		i = end
	}
	return append(lines, line)
}
