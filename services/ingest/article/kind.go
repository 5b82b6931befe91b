package article

import (
	"bytes"
	"mime"
	"net/http"
	"net/url"
	"path"
	"strings"

	"autointel.example/services/ingest/captions"
	"autointel.example/services/ingest/fetch"
)

// Kinds of documents, as schemas.Source names them.
const (
	HTML     = "article"
	Text     = "text"
	Markdown = "markdown"
	PDF      = "pdf"
	Feed     = "feed"
	Captions = "captions"
	Media    = "media"
)

// KindOf tells what a document is: by its media type where that says enough, else by its first bytes and its name. It also
// returns the media type without parameters. An empty kind is one that cannot be read.
func KindOf(r fetch.Response) (kind, mediaType string) {
	mediaType, _, err := mime.ParseMediaType(r.ContentType)
	if err != nil {
		mediaType, _, _ = strings.Cut(strings.ToLower(r.ContentType), ";")
		mediaType = strings.TrimSpace(mediaType)
	}
	if mediaType == "" {
		mediaType = "application/octet-stream"
	}
	name := ""
	if u, err := url.Parse(r.FinalURL); err == nil {
		name = strings.ToLower(u.Path)
	}
	head := bytes.TrimPrefix(r.Body[:min(len(r.Body), 2048)], []byte("\xef\xbb\xbf"))
	if bytes.HasPrefix(head, []byte("\xff\xfe")) || bytes.HasPrefix(head, []byte("\xfe\xff")) { // UTF-16: what names a kind is ASCII
		head = bytes.ReplaceAll(head[2:], []byte{0}, nil)
	}
	head = bytes.TrimLeft(head, " \t\r\n")
	switch {
	case mediaType == "text/html" && isFeed(head):
		return Feed, mediaType
	case bytes.HasPrefix(head, []byte("%PDF-")) && mediaType != "text/html":
		return PDF, mediaType // whatever the server calls it
	case bytes.HasPrefix(head, []byte("WEBVTT")) && mediaType != "text/html":
		return Captions, mediaType
	case captions.Format(mediaType, name) != "" && !strings.HasSuffix(mediaType, "html"):
		return Captions, mediaType
	}
	if k := byType(mediaType); k != "" {
		if k == Text && path.Ext(name) == ".md" {
			return Markdown, mediaType
		}
		if k == Text && isFeed(head) {
			return Feed, mediaType
		}
		return k, mediaType
	}
	switch mediaType {
	case "application/xml", "text/xml", "application/json", "application/octet-stream", "binary/octet-stream", "application/x-unknown", "unknown/unknown", "text/x-unknown":
		return byBytes(head, name), mediaType
	}
	return "", mediaType
}

// byType returns the kind that a media type stands for.
func byType(mediaType string) string {
	switch mediaType {
	case "text/html", "application/xhtml+xml":
		return HTML
	case "text/markdown", "text/x-markdown":
		return Markdown
	case "text/plain":
		return Text
	case "application/pdf", "application/x-pdf":
		return PDF
	case "application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/feed+json", "application/x-rss+xml":
		return Feed
	case "application/ogg", "application/vnd.apple.mpegurl", "application/x-mpegurl":
		return Media
	}
	if strings.HasPrefix(mediaType, "audio/") || strings.HasPrefix(mediaType, "video/") {
		return Media
	}
	return ""
}

// byBytes tells what a document is that its server does not name.
func byBytes(head []byte, name string) string {
	switch ext := path.Ext(name); {
	case isFeed(head):
		return Feed
	case ext == ".md" || ext == ".markdown":
		return Markdown
	case ext == ".txt":
		return Text
	case recordings[ext] != "":
		return Media
	}
	switch sniffed, _, _ := strings.Cut(http.DetectContentType(head), ";"); {
	case sniffed == "text/html" || bytes.Contains(head, []byte("<html")):
		return HTML
	case sniffed == "text/plain" && len(head) > 0 && head[0] != '{' && head[0] != '[':
		return Text
	case strings.HasPrefix(sniffed, "audio/") || strings.HasPrefix(sniffed, "video/"):
		return Media
	}
	return ""
}

// isFeed reports whether a document begins as a feed does.
func isFeed(head []byte) bool {
	lower := bytes.ToLower(head)
	if bytes.HasPrefix(lower, []byte("{")) {
		return bytes.Contains(lower, []byte("jsonfeed.org/version"))
	}
	if !bytes.HasPrefix(lower, []byte("<")) {
		return false
	}
	for _, root := range []string{"<rss", "<feed", "<rdf:rdf"} {
		i := bytes.Index(lower, []byte(root))
		if html := bytes.Index(lower, []byte("<html")); i >= 0 && (html < 0 || i < html) {
			return true
		}
	}
	return false
}
