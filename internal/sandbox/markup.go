package sandbox

import (
	"html"
	"html/template"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// markup makes HTML of a text with Discord's markup: bold, italic, underlined and struck text, code, links, mentions and
// times. Everything else is escaped, and every element that is opened here is closed here, so a text of anybody's is
// harmless.
type markup struct {
	now   time.Time
	names func(id string) string
	b     strings.Builder
	depth int // of styles within styles
}

// maxDepth bounds how deep styles are nested, and with it the work that a text can make. What is deeper stays as it is.
const maxDepth = 8

// html makes HTML of a text.
func (m markup) html(s string) template.HTML {
	m.b, m.depth = strings.Builder{}, 0
	m.text(s)
	return template.HTML(m.b.String()) //nolint:gosec // escaped above, piece by piece
}

// styles are the delimiters of styled text, the longer before the shorter.
var styles = []struct{ mark, element string }{{"**", "strong"}, {"__", "u"}, {"~~", "s"}, {"*", "em"}, {"_", "em"}}

// tags are what stands between angle brackets: a user, a time, a link.
var (
	mentionTag = regexp.MustCompile(`^<@!?(\d{1,20})>`)
	timeTag    = regexp.MustCompile(`^<t:(-?\d{1,11})(?::([tTdDfFR]))?>`)
	linkTag    = regexp.MustCompile(`^<(https?://[^\s<>]+)>`)
	maskedLink = regexp.MustCompile(`^\[([^\[\]\\\n]+)\]\(<?(https?://[^\s<>()]+)>?\)`)
	ownLink    = regexp.MustCompile(`^https://discord\.com/channels/[^/]+/(\d{1,20})/(\d{1,20})$`) // a message of the sandbox's
	bareLink   = regexp.MustCompile(`^https?://[^\s<>]*[^\s<>.,;:!?)"'\]]`)
)

func (m *markup) text(s string) {
	for i := 0; i < len(s); {
		i += m.piece(s, i)
	}
}

// piece writes what begins at i and returns its length.
func (m *markup) piece(s string, i int) int {
	rest := s[i:]
	switch c := s[i]; {
	case c == '\\' && len(rest) > 1 && punctuation(rest[1]):
		m.plain(rest[1:2])
		return 2
	case c == '`':
		return m.code(rest)
	case c == '<':
		return m.tag(rest)
	case c == '[':
		if t := maskedLink.FindStringSubmatch(rest); t != nil {
			m.link(t[2], t[1])
			return len(t[0])
		}
	case c == 'h' && (i == 0 || !word(s[i-1])):
		if link := bareLink.FindString(rest); link != "" {
			m.link(link, link)
			return len(link)
		}
	case c == '*' || c == '_' || c == '~':
		for _, style := range styles {
			if n := m.styled(s, i, style.mark, style.element); n > 0 {
				return n
			}
		}
	}
	n := strings.IndexAny(rest[1:], "\\`<[h*_~") + 1 // up to the next byte that may mean something
	if n == 0 {
		n = len(rest)
	}
	m.plain(rest[:n])
	return n
}

func (m *markup) plain(s string) { m.b.WriteString(html.EscapeString(s)) }

// styled writes the text between two marks. Zero: it is none.
func (m *markup) styled(s string, i int, mark, element string) int {
	rest := s[i:]
	if m.depth == maxDepth || !strings.HasPrefix(rest, mark) || mark == "_" && i > 0 && word(s[i-1]) {
		return 0
	}
	end := closing(rest, mark)
	if end < 0 {
		return 0
	}
	m.b.WriteString("<" + element + ">")
	m.depth++
	m.text(rest[len(mark):end])
	m.depth--
	m.b.WriteString("</" + element + ">")
	return end + len(mark)
}

// closing finds the mark that ends styled text, or -1. What is escaped or code ends nothing.
func closing(s, mark string) int {
	from := len(mark)
	if from >= len(s) || s[from] == ' ' {
		return -1
	}
	for i := from; i < len(s); i++ {
		switch {
		case s[i] == '\\':
			i++
		case s[i] == '`':
			if n := strings.IndexByte(s[i+1:], '`'); n >= 0 {
				i += n + 1
			}
		case strings.HasPrefix(s[i:], mark) && i > from:
			after := i + len(mark)
			if after < len(s) && s[after] == mark[0] && len(mark) == 1 { // half of a longer mark
				i++
				continue
			}
			for len(mark) == 2 && after < len(s) && s[after] == mark[0] { // the last ones of many: the others end what is inside
				i, after = i+1, after+1
			}
			if mark == "_" && after < len(s) && word(s[after]) {
				continue
			}
			return i
		}
	}
	return -1
}

// code writes code between backticks, or between three of them.
func (m *markup) code(s string) int {
	for _, mark := range []string{"```", "`"} {
		inside, found := strings.CutPrefix(s, mark)
		if !found {
			continue
		}
		if end := strings.Index(inside, mark); end > 0 {
			m.b.WriteString("<code>")
			m.plain(strings.Trim(inside[:end], "\n"))
			m.b.WriteString("</code>")
			return end + 2*len(mark)
		}
	}
	m.plain("`")
	return 1
}

// tag writes what stands between angle brackets, or the bracket.
func (m *markup) tag(s string) int {
	if t := mentionTag.FindStringSubmatch(s); t != nil {
		m.b.WriteString(`<span class="mention">@`)
		m.plain(m.names(t[1]))
		m.b.WriteString(`</span>`)
		return len(t[0])
	}
	if t := timeTag.FindStringSubmatch(s); t != nil {
		if seconds, err := strconv.ParseInt(t[1], 10, 64); err == nil {
			at := time.Unix(seconds, 0).In(m.now.Location())
			m.b.WriteString(`<time datetime="` + at.Format(time.RFC3339) + `">`)
			m.plain(shownTime(at, m.now, t[2]))
			m.b.WriteString(`</time>`)
			return len(t[0])
		}
	}
	if t := linkTag.FindStringSubmatch(s); t != nil {
		m.link(t[1], t[1])
		return len(t[0])
	}
	m.plain("<")
	return 1
}

// link writes a link to another site, or to a message here. The address is shown where the text is another.
func (m *markup) link(address, text string) {
	if _, err := url.Parse(address); err != nil {
		m.plain(text)
		return
	}
	if t := ownLink.FindStringSubmatch(address); t != nil {
		m.b.WriteString(`<a href="/?channel=` + t[1] + `#m-` + t[2] + `">`)
	} else {
		m.b.WriteString(`<a href="` + html.EscapeString(address) + `" title="` + html.EscapeString(address) + `" target="_blank" rel="noreferrer noopener">`)
	}
	m.plain(text)
	m.b.WriteString(`</a>`)
}

// shownTime shows a time in one of Discord's styles.
func shownTime(at, now time.Time, style string) string {
	layouts := map[string]string{"t": "15:04", "T": "15:04:05", "d": "02/01/2006", "D": "2 January 2006", "F": "Monday, 2 January 2006 15:04"}
	if style == "R" {
		d := at.Sub(now).Round(time.Second)
		if d < 0 {
			return (-d).String() + " ago"
		}
		return "in " + d.String()
	}
	layout, known := layouts[style]
	if !known {
		layout = "2 January 2006 15:04"
	}
	return at.Format(layout)
}

func punctuation(c byte) bool {
	return c > ' ' && c < 0x7f && !word(c)
}

func word(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= 0x80
}
