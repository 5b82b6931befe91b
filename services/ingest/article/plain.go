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
