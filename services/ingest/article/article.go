// Package article makes a readable document of what was fetched: the text of a page, where it comes from, and the
// captions and links it names.
package article

import (
	"bytes"
	"errors"
	"fmt"
	"mime"
	"net/url"
	"strings"

	readability "codeberg.org/readeck/go-readability/v2"
	"golang.org/x/net/html"
	"golang.org/x/net/html/charset"

	"autointel.example/schemas"
	"autointel.example/services/ingest/captions"
	"autointel.example/services/ingest/fetch"
)

// Bounds of a page. The extraction takes no context, so its input is bounded instead.
const (
	maxNodes = 200_000
	maxLinks = 200
	minWords = 40 // fewer are no article
)

// Extract reads a fetched document. Errors are *fetch.Error: unsupported_media_type, or no_text.
func Extract(r fetch.Response) (schemas.Source, error) {
	kind, params, err := mime.ParseMediaType(r.ContentType)
	if err != nil {
		kind = "application/octet-stream"
	}
	page, err := url.Parse(r.FinalURL)
	if err != nil {
		return schemas.Source{}, &fetch.Error{Reason: fetch.InvalidURL, Message: "The address of the page cannot be read.", Err: err}
	}
	source := schemas.Source{FinalURL: r.FinalURL, MediaType: kind, Bytes: int64(len(r.Body)), Digest: r.Digest}
	format := captions.Format(kind, page.Path)
	switch {
	case kind == "text/html" || kind == "application/xhtml+xml":
		return fromHTML(source, r, page)
	case format != "":
		source.Kind = "captions"
		source.Captions = []schemas.CaptionTrack{{URL: r.FinalURL, Kind: "captions"}}
		return source, nil
	case kind == "text/plain" || kind == "text/markdown":
		return fromText(source, r.Body, params["charset"])
	}
	return source, &fetch.Error{
		Reason:  fetch.UnsupportedMedia,
		Message: fmt.Sprintf("The address leads to %s, which cannot be read yet. Web pages, plain text, Markdown and caption files (WebVTT, SubRip) can.", kind),
	}
}

func noText(message string, err error) error {
	return &fetch.Error{Reason: fetch.NoText, Message: message, Err: err}
}

func fromText(source schemas.Source, body []byte, label string) (schemas.Source, error) {
	if label != "" {
		if decoded, err := decodeCharset(body, "text/plain; charset="+label); err == nil {
			body = decoded
		}
	}
	source.Kind = "text"
	source.Text = paragraphs(strings.Split(strings.ToValidUTF8(string(body), "\uFFFD"), "\n\n"))
	if words(source.Text) < minWords {
		return source, noText("The document holds too little text to say anything about.", nil)
	}
	source.Title, _, _ = strings.Cut(strings.TrimLeft(source.Text, "# "), "\n")
	return source, nil
}

func decodeCharset(body []byte, contentType string) ([]byte, error) {
	reader, err := charset.NewReader(bytes.NewReader(body), contentType)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	_, err = out.ReadFrom(reader)
	return out.Bytes(), err
}

func fromHTML(source schemas.Source, r fetch.Response, page *url.URL) (schemas.Source, error) {
	source.Kind = "article"
	decoded, err := decodeCharset(r.Body, r.ContentType)
	if err != nil {
		decoded = r.Body
	}
	// The parser refuses what is nested deeper than 512 levels: older ones took 21 s for 20,000 of them.
	doc, err := html.Parse(bytes.NewReader(decoded))
	if err != nil {
		return source, noText("The page cannot be read: its structure is broken.", err)
	}
	if countNodes(doc) > maxNodes {
		return source, &fetch.Error{Reason: fetch.TooLarge, Message: "The page has too many elements to be read."}
	}
	found := survey(doc, page)
	source.Captions, source.CanonicalURL = found.captions, found.canonical
	text, err := read(&source, doc, page)
	if err != nil && len(source.Captions) == 0 {
		return source, noText("No readable text was found on the page. It may need a browser, a login or a payment.", err)
	}
	source.Text = text
	if words(text) < minWords && len(source.Captions) == 0 {
		return source, noText("The page holds too little readable text to say anything about. It may need a browser, a login or a payment.", nil)
	}
	return source, nil
}

// read extracts the readable part of a page. A page can make the library panic; one page must not end the process, so
// this is the one place where that is caught.
func read(source *schemas.Source, doc *html.Node, page *url.URL) (text string, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("readability panicked: %v", p)
		}
	}()
	a, err := readability.FromDocument(doc, page)
	if err != nil {
		return "", err
	}
	source.Title, source.SiteName, source.Language = a.Title(), a.SiteName(), a.Language()
	if by := strings.TrimSpace(a.Byline()); by != "" {
		source.Authors = []string{by}
	}
	if at, err := a.PublishedTime(); err == nil {
		source.PublishedAt = &at
	}
	if a.Node == nil {
		return "", errors.New("no readable part")
	}
	var blocks []string
	blocks = textBlocks(a.Node, blocks)
	source.Links = linksOf(a.Node, page)
	return paragraphs(blocks), nil
}

func words(s string) int { return len(strings.Fields(s)) }

// paragraphs joins blocks with a blank line between them, and spaces within them.
func paragraphs(blocks []string) string {
	var kept []string
	for _, b := range blocks {
		if b = strings.Join(strings.Fields(b), " "); b != "" {
			kept = append(kept, b)
		}
	}
	return strings.Join(kept, "\n\n")
}
