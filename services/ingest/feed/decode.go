package feed

import (
	"bytes"
	"regexp"
	"strings"
	"unicode/utf8"

	"autointel.example/services/ingest/article"
)

// declaration is the encoding that a document of XML declares in its first line.
var declaration = regexp.MustCompile(`^(<\?xml[^>]*?)\s+encoding\s*=\s*["']([^"'>]*)["']`)

// Decode returns a feed in UTF-8 without what it declares to be. As with pages, a text that is UTF-8 is that, whatever is
// declared; then the feed's own declaration counts, then its server's, then a guess.
func Decode(body []byte, contentType string) []byte {
	body = bytes.TrimLeft(body, " \t\r\n")
	head := declaration.FindSubmatch(body[:min(len(body), 500)])
	if head != nil && !utf8.Valid(body) && !strings.EqualFold(string(head[2]), "utf-8") {
		contentType = "text/xml; charset=" + string(head[2])
	}
	body = bytes.TrimLeft(article.Decode(body, contentType), " \t\r\n")
	if head := declaration.FindSubmatchIndex(body[:min(len(body), 500)]); head != nil {
		body = append(bytes.Clone(body[:head[3]]), body[head[1]:]...)
	}
	return body
}
