package briefing

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"autointel.example/schemas"
)

// page is the report as it is written.
type page struct {
	strings.Builder
	schemas.Report
	transcript *schemas.Transcript
	told       map[spot]bool
}

// markdown is the report as a person reads it. A part that has nothing to say leaves out its heading.
func markdown(r schemas.Report, t *schemas.Transcript) string {
	p := &page{Report: r, transcript: t, told: map[spot]bool{}}
	for _, write := range parts {
		write(p)
	}
	return p.String()
}

// say writes a line, or several.
func (p *page) say(format string, args ...any) { fmt.Fprintf(p, format+"\n", args...) }

// part begins a part of the report. The stage that it is from says how far it can be trusted, where that was worked out.
func (p *page) part(title, stage string) {
	p.say("## %s\n", title)
	if p.Quality == nil {
		return
	}
	for _, c := range p.Quality.Parts {
		if c.Part == stage {
			p.say("*Confidence in this part: %s (%.2f of 1)%s*\n", esc(c.Level), c.Score, because(c.Reasons))
		}
	}
}

func because(reasons []string) string {
	if len(reasons) == 0 {
		return "."
	}
	list := make([]string, len(reasons))
	for i, s := range reasons {
		list[i] = strings.TrimRight(lower(esc(s)), ".")
	}
	return ": " + strings.Join(list, "; ") + "."
}

// quote is a sentence, word for word, with where it stands.
func (p *page) quote(q schemas.Quote) string {
	return fmt.Sprintf("%s *(%s)*", quoted(q.Text), esc(place(p.Report, q)))
}

// quoted puts a text into quotation marks, unless it begins with some of its own.
func quoted(s string) string {
	if first, _ := utf8.DecodeRuneInString(s); strings.ContainsRune("“\"„«»”", first) {
		return esc(clip(s))
	}
	return "“" + esc(clip(s)) + "”"
}

// few writes at most n items of a list, and says how many more there are.
func few[T any](p *page, list []T, n int, item func(T)) {
	for _, v := range list[:min(n, len(list))] {
		item(v)
	}
	if left := len(list) - n; left > 0 {
		p.say("- … and %d more, in the JSON of this report", left)
	}
}

var escaper = strings.NewReplacer(
	`\`, `\\`, "`", "\\`", `*`, `\*`, `_`, `\_`, `[`, `\[`, `]`, `\]`, `<`, `&lt;`, `>`, `&gt;`, `|`, `\|`, `#`, `\#`, `~`, `\~`,
)

var entity = regexp.MustCompile(`&(#?[0-9A-Za-z]+;)`)

// esc keeps text that somebody else wrote from being taken for Markdown, HTML or a command to a terminal.
func esc(s string) string { return escaper.Replace(entity.ReplaceAllString(clean(s), "&amp;$1")) }

var plainID = regexp.MustCompile(`^[0-9A-Za-z_.-]{1,100}$`)

// code shows an id as it is typed. What is none is shown as any other text.
func code(s string) string {
	if plainID.MatchString(s) {
		return "`" + s + "`"
	}
	return esc(clip(s))
}

var addressEscaper = strings.NewReplacer(
	"<", "%3C", ">", "%3E", " ", "%20", "[", "%5B", "]", "%5D", "`", "%60", "|", "%7C", "*", "%2A", "~", "%7E", `\`, "%5C", "(", "%28", ")", "%29",
)

// link shows an address. Only those of the web can be followed, and only where they say.
func link(u string) string {
	if u = clean(u); strings.HasPrefix(u, "https://") || strings.HasPrefix(u, "http://") {
		return "<" + addressEscaper.Replace(clip(u)) + ">"
	}
	return esc(clip(u))
}
