package captions

import (
	"html"
	"strings"
)

// span is a stretch of a line, with the voice that the markup names.
type span struct {
	voice, text string
}

// longestTag is the most a tag may hold, in bytes. Without an end by then, its bracket is a bracket.
const longestTag = 300

// spans takes the markup out of a line: voices are told, times of words and styles left out. One line may hold several voices.
func spans(line, voice string) []span {
	if !strings.ContainsAny(line, `<{\&`) {
		return []span{{voice, line}}
	}
	var out []span
	var b strings.Builder
	emit := func() {
		if text := html.UnescapeString(b.String()); strings.TrimSpace(text) != "" {
			out = append(out, span{voice, twice(text)})
		}
		b.Reset()
	}
	for len(line) > 0 {
		i := strings.IndexAny(line, `<{\`)
		if i < 0 {
			b.WriteString(line)
			break
		}
		b.WriteString(line[:i])
		line = line[i:]
		inner, rest, ok := tag(line)
		switch {
		case !ok:
			b.WriteByte(line[0])
			line = line[1:]
			continue
		case strings.HasPrefix(inner, "v ") || strings.HasPrefix(inner, "v."):
			emit()
			_, name, _ := strings.Cut(inner, " ")
			voice = oneLine(html.UnescapeString(name))
		case inner == "/v":
			emit()
			voice = ""
		case inner == "br" || inner == "br/" || inner == "br /" || inner == " ":
			b.WriteByte(' ')
		}
		line = rest
	}
	emit()
	return out
}

// twice unescapes once more what was escaped twice, as YouTube's XML is.
func twice(s string) string {
	if strings.Contains(s, "&") && strings.Contains(s, ";") {
		return html.UnescapeString(s)
	}
	return s
}

// tag reads a piece of markup at the beginning of a text: <tag>, {\style} as of SSA, or its \N, which is a space.
func tag(s string) (inner, rest string, ok bool) {
	if len(s) < 2 {
		return "", s, false
	}
	switch {
	case s[0] == '\\':
		if s[1] == 'N' || s[1] == 'h' {
			return " ", s[2:], true
		}
	case s[0] == '{' && s[1] == '\\':
		if i := strings.IndexByte(s[:min(len(s), longestTag)], '}'); i > 0 {
			return "", s[i+1:], true
		}
	case s[0] == '<' && (s[1] == '/' || s[1] >= 'a' && s[1] <= 'z' || s[1] >= 'A' && s[1] <= 'Z' || s[1] >= '0' && s[1] <= '9'):
		i := strings.IndexByte(s[:min(len(s), longestTag)], '>')
		if i < 0 {
			return "", s, false
		}
		inner = s[1:i]
		if _, digits, _ := number(inner); digits > 0 && !strings.Contains(inner, ":") {
			return "", s, false // <3 or a sum, no time
		}
		return inner, s[i+1:], true
	}
	return "", s, false
}
