package article

import (
	"bytes"
	"errors"
	"fmt"
	"net/url"
	"strings"

	readability "codeberg.org/readeck/go-readability/v2"
	"golang.org/x/net/html"

	"autointel.example/schemas"
	"autointel.example/services/ingest/fetch"
)

// maxNodes of a page. The extraction takes no context, so its input is bounded instead.
const maxNodes = 200_000

// aboutRecording is how many words a page about a recording has at most; one with more is an article that also has one.
const aboutRecording = 150

func fromHTML(source schemas.Source, r fetch.Response, page *url.URL) (schemas.Source, error) {
	// The parser refuses what is nested deeper than 512 levels: older ones took 21 s for 20,000 of them.
	doc, err := html.Parse(bytes.NewReader(Decode(r.Body, r.ContentType)))
	if err != nil {
		return source, &fetch.Error{Reason: fetch.Malformed, Message: "The page cannot be read: its elements are nested deeper than 512 levels.", Err: err}
	}
	if countNodes(doc) > maxNodes {
		return source, &fetch.Error{Reason: fetch.TooLarge, Message: fmt.Sprintf("The page has more than %d elements, which is the most that is read.", maxNodes)}
	}
	found := survey(doc, page)
	declared := source.Language
	about, recording := found.describe(&source, page)
	source.Language = firstOf(source.Language, declared)
	everything := everythingOn(doc)
	prune(doc)
	shown := datelineOf(doc)
	text, err := readable(&source, doc, found.base)
	if err != nil {
		text = newReading()
	}
	if body := textOf(about["articleBody"]); Words(body) > 2*Words(strings.Join(text.paragraphs, " ")) {
		text = newReading() // the page gives its text to machines and hides it from readers
		addText(text, body)
	}
	hasRecording := len(source.Media)+len(source.Captions) > 0
	if Words(strings.Join(text.paragraphs, " ")) < minWords && !hasRecording && !found.isPaid(about) {
		if data := found.embedded(&source, page); data != nil {
			text = data
		}
	}
	recording = recording || strings.HasPrefix(found.first("og:type"), "video") || strings.HasPrefix(found.first("og:type"), "music")
	whole := text.paragraphs
	shown.add(text.tidy(shown.lines))
	shown.fill(&source)
	text.dropTitle(source.Title, found.heading)
	text.fill(&source)
	if n := Words(source.Text); hasRecording && n < aboutRecording && (recording || n < minWords) {
		source.Kind = Media
		if n < Words(source.Description) {
			source.Text = source.Description
			source.Outline, source.Links = nil, nil
		}
	}
	wall := found.wall(about, source.Text, everything)
	if wall.Code != "" && (wall.Code != ScriptOnly || !hasRecording) { // a page about a recording has little to read
		source.Limits = append(source.Limits, wall)
	}
	labels := found.sponsoredBy(doc, about, whole)
	source.Sponsored, source.Partner = labels.sponsor, labels.partner
	if Words(source.Text) < minWords && !hasRecording {
		if wall.Code != "" {
			return source, &fetch.Error{Reason: fetch.Reason(wall.Code), Message: wall.Message}
		}
		return source, noText("No readable text was found on the page. It may need a browser, a login or a payment.", err)
	}
	return source, nil
}

// readable extracts the readable part of a page, and fills in what the page says of itself nowhere else. A page can make
// the library panic; one page must not end the process, so this is the one place where that is caught.
func readable(source *schemas.Source, doc *html.Node, base *url.URL) (text *reading, err error) {
	defer func() {
		if p := recover(); p != nil {
			text, err = nil, fmt.Errorf("readability panicked: %v", p)
		}
	}()
	a, err := readability.FromDocument(doc, base)
	if err != nil {
		return nil, err
	}
	source.Title = firstOf(source.Title, Line(a.Title()))
	source.SiteName = firstOf(source.SiteName, Line(a.SiteName()))
	source.Language = firstOf(source.Language, Language(a.Language()))
	if len(source.Authors) == 0 {
		source.Authors = cleanNames([]string{a.Byline()}, source.SiteName)
	}
	if source.PublishedAt == nil {
		if at, err := a.PublishedTime(); err == nil && at.Year() >= 1600 && at.Year() <= 2200 {
			at = at.UTC()
			source.PublishedAt = &at
		}
	}
	if a.Node == nil {
		return nil, errors.New("no readable part")
	}
	return readBlocks(a.Node, base), nil
}

// textOf returns a text of JSON-LD with its line breaks, and without markup.
func textOf(v any) string {
	s, _ := v.(string)
	s = html.UnescapeString(s)
	if strings.Contains(s, "</") || strings.Contains(s, "<br") {
		s = strings.NewReplacer("</p>", "\n\n", "<br>", "\n", "<br/>", "\n", "</li>", "\n\n").Replace(s)
		s = withoutTags(s)
	}
	return s
}

// ReadFragment reads a piece of HTML that is all text, as feeds hold it, into a source. What cannot be parsed leaves no text.
func ReadFragment(source *schemas.Source, fragment string, base *url.URL) {
	doc, err := html.Parse(strings.NewReader(fragment))
	if err != nil || countNodes(doc) > maxNodes {
		return
	}
	text := readBlocks(doc, base)
	text.tidy(nil) // what a feed says of when and by whom is in its own fields
	text.dropTitle(source.Title)
	text.fill(source)
}

// PlainText returns the text of a piece of HTML in one line.
func PlainText(s string) string {
	if strings.ContainsAny(s, "<&") {
		s = html.UnescapeString(withoutTags(s))
	}
	return Line(s)
}
