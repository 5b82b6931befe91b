package article

import (
	"net/url"
	"regexp"
	"strings"

	"autointel.example/schemas"
	"autointel.example/services/ingest/fetch"
)

// Parts of Markdown that are no text.
var (
	mdLink   = regexp.MustCompile(`(!?)\[([^\]\[]*)\]\(\s*<?([^\s()<>]+(?:\([^\s()<>]*\)[^\s()<>]*)?)>?(?:\s+["'(][^)]*)?\)`)
	mdRef    = regexp.MustCompile(`(!?)\[([^\]\[]+)\]\[([^\]\[]*)\]`)
	mdDefine = regexp.MustCompile(`^ {0,3}\[([^\]\[^]+)\]:\s*<?(\S+?)>?(?:\s.*)?$`)
	mdStrong = regexp.MustCompile(`(\*\*|__|~~|\*|_|` + "`" + `)([^\s*_~` + "`" + `](?:[^*_~` + "`" + `]*[^\s*_~` + "`" + `])?)(\*\*|__|~~|\*|_|` + "`" + `)`)
	mdItem   = regexp.MustCompile(`^\s*(?:[-*+]|\d{1,9}[.)])\s+(?:\[[ xX]\]\s+)?`)
	mdRule   = regexp.MustCompile(`^\s{0,3}(?:(?:-\s*){3,}|(?:\*\s*){3,}|(?:_\s*){3,})$`)
	mdAuto   = regexp.MustCompile(`<((?:https?|mailto):[^\s<>]+)>`)
	mdNote   = regexp.MustCompile(`\[\^[^\]\s]+\]:?`)
	mdTag    = regexp.MustCompile(`</?[a-zA-Z][a-zA-Z0-9-]*(?:\s+[a-zA-Z-]+(?:=(?:"[^"]*"|'[^']*'|[^\s"'>]+))?)*\s*/?>|<!--[^>]*-->`)
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
	if strings.HasPrefix(trimmed, "|") { // a row of a table is a paragraph, as on pages
		m.flush()
		m.paragraph(m.inline(strings.Trim(trimmed, "| ")))
		return
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
	s = mdTag.ReplaceAllString(mdAuto.ReplaceAllString(mdNote.ReplaceAllString(s, ""), "$1"), " ")
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
	return strings.NewReplacer(`\*`, "*", `\_`, "_", `\#`, "#", `\|`, "|").Replace(s)
}

func (m *markdown) found(image, label, ref string) string {
	if image == "" {
		m.link(schemas.Link{URL: absolute(m.page, ref), Text: label})
	}
	return label
}

// frontMatter reads the title, authors, date and description that stand before a document: as YAML between lines of "---", or
// as TOML between lines of "+++".
func (m *markdown) frontMatter(source *schemas.Source, text string) string {
	text = strings.TrimLeft(text, "\n")
	fence, equals := "---", ":"
	if strings.HasPrefix(text, "+++\n") {
		fence, equals = "+++", "="
	}
	rest, ok := strings.CutPrefix(text, fence+"\n")
	head, body, ended := strings.Cut(rest, "\n"+fence)
	if !ok || !ended || len(head) > maxContent {
		return text
	}
	key := ""
	for l := range strings.SplitSeq(head, "\n") {
		item, isItem := strings.CutPrefix(strings.TrimSpace(l), "- ")
		if isItem {
			m.property(source, key, item)
		} else if k, value, found := strings.Cut(l, equals); found {
			key = strings.ToLower(strings.TrimSpace(k))
			m.property(source, key, value)
		}
	}
	_, body, _ = strings.Cut(body, "\n")
	return body
}

// property takes in one value of what stands before a document; one of a list is one of several.
func (m *markdown) property(source *schemas.Source, key, value string) {
	value = strings.Trim(strings.TrimSpace(value), `"'[]`)
	switch {
	case value == "":
	case key == "title":
		source.Title = firstOf(source.Title, cut(Line(value), maxHeading))
	case key == "author" || key == "authors":
		value = strings.NewReplacer(`", "`, "\n", `","`, "\n", `', '`, "\n").Replace(strings.TrimPrefix(value, "name: "))
		for name := range strings.SplitSeq(value, "\n") {
			source.Authors = cleanNames(append(source.Authors, name), "")
		}
	case (key == "date" || key == "published") && source.PublishedAt == nil:
		source.PublishedAt = Time(value)
	case (key == "lastmod" || key == "updated" || key == "modified") && source.ModifiedAt == nil:
		source.ModifiedAt = Time(value)
	case key == "description" || key == "summary":
		source.Description = firstOf(source.Description, Line(value))
	case key == "lang" || key == "language":
		source.Language = firstOf(Language(value), source.Language)
	}
}
