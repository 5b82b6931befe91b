// Package article makes a readable document of what was fetched: the text of a page, where it comes from, and the
// captions, recordings and links it names.
package article

import (
	"fmt"
	"net/url"
	"strings"
	"unicode"

	"autointel.example/schemas"
	"autointel.example/services/ingest/fetch"
)

// minWords is the least that an article has.
const minWords = 40

// Extract reads a fetched web page, text or recording. Of captions and recordings it says only what they are. Errors are
// *fetch.Error: unsupported_media_type, no_text, malformed, too_large, or a wall that leaves nothing to read.
func Extract(r fetch.Response) (schemas.Source, error) {
	kind, mediaType := KindOf(r)
	page, err := url.Parse(r.FinalURL)
	if err != nil {
		return schemas.Source{}, &fetch.Error{Reason: fetch.InvalidURL, Message: "The address of the page cannot be read.", Err: err}
	}
	source := schemas.Source{FinalURL: r.FinalURL, Kind: kind, MediaType: mediaType, Bytes: int64(len(r.Body)), Digest: r.Digest, Language: Language(r.Language)}
	switch kind {
	case HTML:
		return fromHTML(source, r, page)
	case Text:
		return fromText(source, r)
	case Markdown:
		return fromMarkdown(source, r, page)
	case Captions:
		source.Captions = []schemas.CaptionTrack{{URL: r.FinalURL, Kind: "captions"}}
		return source, nil
	case Media:
		source.Media = []schemas.Media{{URL: r.FinalURL, MediaType: mediaType, Bytes: max(r.Size, int64(len(r.Body)))}}
		source.Title = titleOfPath(page)
		return source, nil
	}
	return source, &fetch.Error{
		Reason: fetch.UnsupportedMedia,
		Message: fmt.Sprintf("The address leads to %s, which cannot be read. Web pages, PDF, feeds and podcasts (RSS, Atom, JSON Feed), plain text, Markdown, and captions (WebVTT, SubRip) can.",
			cut(mediaType, 100)),
	}
}

func noText(message string, err error) error {
	return &fetch.Error{Reason: fetch.NoText, Message: message, Err: err}
}

// Words counts the words of a text. Scripts that put no spaces between them have one for every two letters.
func Words(s string) int {
	n, letters, within := 0, 0, false
	for _, r := range s {
		switch {
		case unicode.IsSpace(r):
			within = false
		case r >= 0x0E00 && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar):
			letters++
			within = false
		case !within:
			n++
			within = true
		}
	}
	return n + letters/2
}

// titleOfPath is the last part of an address.
func titleOfPath(page *url.URL) string {
	parts := strings.Split(strings.Trim(page.Path, "/"), "/")
	return cut(parts[len(parts)-1], maxHeading)
}
