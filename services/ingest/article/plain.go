package article

import (
	"net/url"
	"regexp"
	"strings"

	"autointel.example/schemas"
	"autointel.example/services/ingest/fetch"
)

// bareURL finds addresses in running text.
var bareURL = regexp.MustCompile(`https?://[^\s<>"'\x60{}|\\^\[\]]{4,}`)

// AddText reads running text into a source: paragraphs have a blank line between them, addresses in it are links.
func AddText(source *schemas.Source, text string) {
	r := newReading()
	addText(r, text)
	r.fill(source)
}

// Fill puts what was read of a document into a source: its paragraphs, the headings before them, and its links, with the
// addresses that stand in the text.
func Fill(source *schemas.Source, paragraphs []string, outline []schemas.Heading, links []schemas.Link) {
	r := newReading()
	for i, p := range paragraphs {
		for len(outline) > 0 && outline[0].Paragraph <= i {
			r.heading(outline[0].Level, outline[0].Text)
			outline = outline[1:]
		}
		for _, l := range links {
			if l.Paragraph == i {
				r.link(l)
			}
		}
		bareLinks(r, p)
		r.paragraph(p)
	}
	r.fill(source)
}

// longLine is how long the lines of a text are on the average, in bytes, whose paragraphs are a line each.
const longLine = 160

func addText(r *reading, text string) {
	text = strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n")
	text = strings.ReplaceAll(text, "\f", "\n\n")
	lines := strings.Count(strings.TrimSpace(text), "\n") + 1
	each := lines > 1 && len(text)/lines > longLine
	from := 0 // of the paragraph at hand
	add := func(to int) {
		bareLinks(r, text[from:to])
		r.paragraph(text[from:to])
	}
	for at := 0; at < len(text); {
		end := strings.IndexByte(text[at:], '\n')
		if end < 0 {
			break
		}
		end += at
		if blank := strings.TrimSpace(text[at:end]) == ""; blank || each {
			add(end)
			from = end
		}
		at = end + 1
	}
	add(len(text))
}

// bareLinks adds the addresses of a paragraph before it is added.
func bareLinks(r *reading, paragraph string) {
	if len(r.links) == maxLinks || !strings.Contains(paragraph, "://") {
		return
	}
	for _, u := range bareURL.FindAllString(paragraph, maxLinks) {
		u = strings.TrimRight(u, ".,;:!?*_")
		if strings.Count(u, "(") < strings.Count(u, ")") {
			u = strings.TrimSuffix(u, ")")
		}
		if parsed, err := url.Parse(u); err == nil && parsed.Host != "" && parsed.User == nil {
			r.link(schemas.Link{URL: parsed.String()})
		}
	}
}

func fromText(source schemas.Source, r fetch.Response) (schemas.Source, error) {
	text := string(Decode(r.Body, r.ContentType))
	AddText(&source, strings.ReplaceAll(text, "\x00", ""))
	if Words(source.Text) < minWords {
		return source, noText("The document holds too little text to say anything about.", nil)
	}
	source.Title, _, _ = strings.Cut(source.Text, "\n")
	source.Title = cut(source.Title, maxHeading)
	return source, nil
}

// Parts of Markdown that are no text.
var (
	mdLink   = regexp.MustCompile(`(!?)\[([^\]\[]*)\]\(\s*<?([^\s()<>]+(?:\([^\s()<>]*\)[^\s()<>]*)?)>?(?:\s+["'(][^)]*)?\)`)
	mdRef    = regexp.MustCompile(`(!?)\[([^\]\[]+)\]\[([^\]\[]*)\]`)
	mdDefine = regexp.MustCompile(`^ {0,3}\[([^\]\[^]+)\]:\s*<?(\S+?)>?(?:\s.*)?$`)
	mdStrong = regexp.MustCompile(`(\*\*|__|~~|\*|_|` + "`" + `)([^\s*_~` + "`" + `](?:[^*_~` + "`" + `]*[^\s*_~` + "`" + `])?)(\*\*|__|~~|\*|_|` + "`" + `)`)
	mdItem   = regexp.MustCompile(`^\s*(?:[-*+]|\d{1,9}[.)])\s+(?:\[[ xX]\]\s+)?`)
	mdRule   = regexp.MustCompile(`^\s{0,3}(?:(?:-\s*){3,}|(?:\*\s*){3,}|(?:_\s*){3,})$`)
	mdTable  = regexp.MustCompile(`^\s*\|?[\s:|-]+\|[\s:|-]*$`)
)

func fromMarkdown(source schemas.Source, r fetch.Response, page *url.URL) (schemas.Source, error) {
	m := markdown{reading: newReading(), page: page, defined: map[string]string{}}
	text := strings.ReplaceAll(string(Decode(r.Body, r.ContentType)), "\r\n", "\n")
	text = m.frontMatter(&source, strings.ReplaceAll(text, "\x00", ""))
	for l := range strings.SplitSeq(text, "\n") {
		if d := mdDefine.FindStringSubmatch(l); d != nil && len(m.defined) < 1000 {
			m.defined[strings.ToLower(d[1])] = d[2]
		}
	}
	for l := range strings.SplitSeq(text, "\n") {
		m.line(l)
	}
	m.flush()
	if len(m.outline) > 0 {
		source.Title = firstOf(source.Title, m.outline[0].Text)
	}
	m.dropTitle(source.Title)
	m.fill(&source)
	if Words(source.Text) < minWords {
		return source, noText("The document holds too little text to say anything about.", nil)
	}
	first, _, _ := strings.Cut(source.Text, "\n")
	source.Title = firstOf(source.Title, cut(first, maxHeading))
	return source, nil
}

// markdown reads a document line by line.
type markdown struct {
	*reading
	page    *url.URL
	defined map[string]string // addresses by their references
	pending []string
	fence   string // what ends the code that is being read
}

func (m *markdown) line(l string) {
	trimmed := strings.TrimSpace(l)
	switch {
	case m.fence != "":
		if strings.HasPrefix(trimmed, m.fence) {
			m.fence = ""
		}
		return // code is nothing to read
	case strings.HasPrefix(trimmed, "```"), strings.HasPrefix(trimmed, "~~~"):
		m.flush()
		m.fence = trimmed[:3]
		return
	case len(m.pending) > 0 && trimmed != "" && (strings.Trim(trimmed, "=") == "" || strings.Trim(trimmed, "-") == "") && len(m.pending) == 1:
		level := 1
		if trimmed[0] == '-' {
			level = 2
		}
		heading := m.inline(m.pending[0])
		m.pending = nil
		m.heading(level, heading)
		return
	case trimmed == "" || mdRule.MatchString(l) || mdTable.MatchString(l) || mdDefine.MatchString(l):
		m.flush()
		return
	}
	if n := len(trimmed) - len(strings.TrimLeft(trimmed, "#")); n > 0 && n < 7 && (n == len(trimmed) || trimmed[n] == ' ') {
		m.flush()
		m.heading(n, m.inline(strings.Trim(trimmed[n:], "# ")))
		return
	}
	trimmed = strings.TrimSpace(strings.TrimLeft(trimmed, "> "))
	if mdItem.MatchString(trimmed) {
		m.flush()
		trimmed = mdItem.ReplaceAllString(trimmed, "")
	}
	m.pending = append(m.pending, trimmed)
}

func (m *markdown) flush() {
	if len(m.pending) > 0 {
		m.paragraph(m.inline(strings.Join(m.pending, " ")))
		m.pending = nil
	}
}

// inline takes the marks out of a text and adds its links.
func (m *markdown) inline(s string) string {
	s = mdLink.ReplaceAllStringFunc(s, func(found string) string {
		part := mdLink.FindStringSubmatch(found)
		return m.found(part[1], part[2], part[3])
	})
	s = mdRef.ReplaceAllStringFunc(s, func(found string) string {
		part := mdRef.FindStringSubmatch(found)
		return m.found(part[1], part[2], m.defined[strings.ToLower(firstOf(part[3], part[2]))])
	})
	bareLinks(m.reading, s)
	for range 2 { // strong within emphasis
		s = mdStrong.ReplaceAllStringFunc(s, func(found string) string {
			part := mdStrong.FindStringSubmatch(found)
			if part[1] != part[3] {
				return found
			}
			return part[2]
		})
	}
	return strings.NewReplacer(`\*`, "*", `\_`, "_", `\#`, "#", "<br>", " ").Replace(s)
}

func (m *markdown) found(image, label, ref string) string {
	if image == "" {
		m.link(schemas.Link{URL: absolute(m.page, ref), Text: label})
	}
	return label
}

// frontMatter reads the title, author, date and description that stand before a document, between lines of "---".
func (m *markdown) frontMatter(source *schemas.Source, text string) string {
	rest, ok := strings.CutPrefix(strings.TrimLeft(text, "\n"), "---\n")
	head, body, ended := strings.Cut(rest, "\n---")
	if !ok || !ended || len(head) > maxContent {
		return text
	}
	for l := range strings.SplitSeq(head, "\n") {
		key, value, _ := strings.Cut(l, ":")
		value = strings.Trim(strings.TrimSpace(value), `"'[]`)
		switch strings.ToLower(key) {
		case "title":
			source.Title = cut(value, maxHeading)
		case "author", "authors":
			source.Authors = cleanNames([]string{value}, "")
		case "date":
			source.PublishedAt = Time(value)
		case "description", "summary":
			source.Description = value
		case "lang", "language":
			source.Language = firstOf(Language(value), source.Language)
		}
	}
	_, body, _ = strings.Cut(body, "\n")
	return body
}
