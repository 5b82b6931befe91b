package briefing

import (
	"fmt"
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"

	"autointel.example/schemas"
)

// maxQuote is how much of a sentence is quoted, in characters; it is cut visibly. The JSON of the report has it whole.
const maxQuote = 600

// clip cuts a quote that is too long to be read.
func clip(s string) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	if utf8.RuneCountInString(s) <= maxQuote {
		return s
	}
	return strings.TrimSpace(string([]rune(s)[:maxQuote])) + " […]"
}

// clean removes what could deceive a reader or a terminal: control characters, and those that turn the direction of writing.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\r' || r == '\t':
			return ' '
		case unicode.IsControl(r) || r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069' || r == '\u200e' || r == '\u200f':
			return -1
		}
		return r
	}, s)
}

// place says where a quote stands.
func place(r schemas.Report, q schemas.Quote) string {
	at := fmt.Sprintf("sentence %d", q.Sentence+1)
	if q.StartMS != nil {
		at = fmt.Sprintf("%s, from %s of the recording", at, clock(*q.StartMS))
	}
	if q.Document > 0 {
		return document(r, q.Document) + ", " + at
	}
	return at
}

// document names a document of the context, with its number in the list of sources.
func document(r schemas.Report, n int) string {
	if n < 1 || n > len(r.Documents) {
		return fmt.Sprintf("source %d", n)
	}
	d := r.Documents[n-1]
	name := d.SiteName
	if name == "" {
		name = host(d.URL)
	}
	return fmt.Sprintf("%s, source %d", name, n)
}

func host(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return address
	}
	return u.Host
}

func clock(ms int64) string {
	s := ms / 1000
	if s >= 3600 {
		return fmt.Sprintf("%d:%02d:%02d", s/3600, s/60%60, s%60)
	}
	return fmt.Sprintf("%d:%02d", s/60, s%60)
}

func thousands(n int) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// plural counts things.
func plural(n int, thing string) string {
	if n != 1 {
		thing += "s"
	}
	return thousands(n) + " " + thing
}

// were counts things of which something was done.
func were(n int, thing string) string {
	if thing == "more" {
		return fmt.Sprintf("%d more %s", n, map[bool]string{true: "was", false: "were"}[n == 1])
	}
	return plural(n, thing) + map[bool]string{true: " was", false: " were"}[n == 1]
}

// join lists things as a sentence does.
func join(list []string) string {
	if len(list) < 2 {
		return strings.Join(list, "")
	}
	return strings.Join(list[:len(list)-1], ", ") + " and " + list[len(list)-1]
}

// lower begins a name as it stands within a sentence; one that begins with an acronym stays.
func lower(s string) string {
	r, size := utf8.DecodeRuneInString(s)
	if next, _ := utf8.DecodeRuneInString(s[size:]); unicode.IsUpper(next) {
		return s
	}
	return string(unicode.ToLower(r)) + s[size:]
}

func upper(s string) string {
	r, size := utf8.DecodeRuneInString(s)
	if size == 0 {
		return s
	}
	return string(unicode.ToUpper(r)) + s[size:]
}

// sentenceOf ends a text with a full stop, if nothing else ends it.
func sentenceOf(s string) string {
	s = strings.TrimSpace(s)
	if last, _ := utf8.DecodeLastRuneInString(s); s == "" || strings.ContainsRune(".!?…", last) {
		return s
	}
	return s + "."
}
