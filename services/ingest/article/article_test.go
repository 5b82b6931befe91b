package article_test

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"autointel.example/services/ingest/article"
	"autointel.example/services/ingest/fetch"
)

var sentence = "The keeper of the gauge wrote the height of the water into a book every morning, and the book is still there. "

func page(body string) fetch.Response {
	return fetch.Response{FinalURL: "https://example.org/a/b", ContentType: "text/html; charset=utf-8", Body: []byte(body), Digest: "d"}
}

func reason(err error) fetch.Reason {
	var e *fetch.Error
	if errors.As(err, &e) {
		return e.Reason
	}
	return ""
}

func TestAnArticle(t *testing.T) {
	s, err := article.Extract(page(`<!doctype html><html lang="en"><head><title>Tides – The Site</title>
<link rel="canonical" href="/tides"><meta property="og:site_name" content="The Site"><meta name="author" content="A. Writer">
<meta property="article:published_time" content="2024-05-06T07:08:09Z"></head><body><nav><a href="/other">Other</a></nav>
<article><h1>Tides</h1><p>` + strings.Repeat(sentence, 5) + `</p><p>Second <a href="../source">source</a>. ` + strings.Repeat(sentence, 5) + `</p>
<video><track kind="captions" src="c.en.vtt" srclang="en"></video></article><footer>© nobody</footer></body></html>`))
	if err != nil {
		t.Fatal(err)
	}
	if s.SiteName != "The Site" || s.CanonicalURL != "https://example.org/tides" || s.Language != "en" || s.PublishedAt == nil || len(s.Authors) != 1 {
		t.Errorf("%+v", s)
	}
	if len(s.Captions) != 1 || s.Captions[0].URL != "https://example.org/a/c.en.vtt" || s.Captions[0].Language != "en" {
		t.Errorf("captions %+v", s.Captions)
	}
	if len(s.Links) != 1 || s.Links[0].URL != "https://example.org/source" || s.Links[0].Text != "source" {
		t.Errorf("links %+v", s.Links)
	}
	if n := strings.Count(s.Text, "\n\n"); n < 1 || strings.Contains(s.Text, "nobody") || !strings.Contains(s.Text, "Second source. The keeper") {
		t.Errorf("%q", s.Text)
	}
}

func TestOtherDocuments(t *testing.T) {
	text := strings.Repeat(sentence, 5)
	for _, c := range []struct {
		name, kind, url, body string
		want                  fetch.Reason
		is                    string
	}{
		{"plain text", "text/plain; charset=utf-8", "https://e.org/a.txt", text, "", "text"},
		{"captions by their type", "text/vtt", "https://e.org/x", "WEBVTT", "", "captions"},
		{"captions by their name", "text/plain", "https://e.org/x.srt", "1", "", "captions"},
		{"captions by their beginning", "text/plain", "https://e.org/x", "\xef\xbb\xbfWEBVTT\n\n", "", "captions"},
		{"a picture", "image/png", "https://e.org/x.png", "\x89PNG", fetch.UnsupportedMedia, ""},
		{"an archive", "application/zip", "https://e.org/x.zip", "PK\x03\x04", fetch.UnsupportedMedia, ""},
		{"text without a type", "", "https://e.org/x", text, "", "text"},
		{"a page without a type", "", "https://e.org/x", "<!doctype html><p>" + text, "", "article"},
		{"bytes without a type", "", "https://e.org/x", "\x00\x01\x02\xff", fetch.UnsupportedMedia, ""},
		{"data in JSON", "application/json", "https://e.org/x", `{"a":1}`, fetch.UnsupportedMedia, ""},
		{"Markdown by its name", "text/plain", "https://e.org/x.md", text, "", "markdown"},
		{"a feed that its server calls a page", "text/html", "https://e.org/x", "<?xml version='1.0'?><rss><channel>", fetch.UnsupportedMedia, ""},
		{"a feed in UTF-16", "text/xml", "https://e.org/x", "\xff\xfe<\x00r\x00s\x00s\x00>\x00", fetch.UnsupportedMedia, ""},
		{"a recording", "audio/mpeg", "https://e.org/x.mp3", "", "", "media"},
		{"a page without text", "text/html", "https://e.org/x", "<html><body><div id=app></div><script>go()</script>", fetch.Reason(article.ScriptOnly), ""},
		{"an empty page", "text/html", "https://e.org/x", "", fetch.NoText, ""},
		{"a page of 100,000 nested elements", "text/html", "https://e.org/x", strings.Repeat("<div>", 100_000), fetch.Malformed, ""},
		{"a text of one line of 200 KB", "text/plain", "https://e.org/x.txt", strings.Repeat("word ", 40_000), "", "text"},
		{"a text without a space", "text/plain", "https://e.org/x.txt", strings.Repeat("x", 1_000_000), fetch.NoText, ""},
		{"a page of 50,000 paragraphs", "text/html", "https://e.org/x", strings.Repeat("<p>A short paragraph of a page.", 50_000), "", "article"},
		{"a page of 300,000 elements", "text/html", "https://e.org/x", strings.Repeat("<p>x", 300_000), fetch.TooLarge, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, err := article.Extract(fetch.Response{FinalURL: c.url, ContentType: c.kind, Body: []byte(c.body)})
			if reason(err) != c.want || c.want == "" && (err != nil || s.Kind != c.is) {
				t.Errorf("%q, %v", s.Kind, err)
			}
		})
	}
}

func FuzzExtract(f *testing.F) {
	f.Add("text/html", []byte("<article><h1>t</h1><p>hello</p></article><script type=application/ld+json>{\"@type\":\"Article\",\"author\":[{\"@id\":\"#a\"}]}</script>"))
	f.Add("text/html", []byte("<table><tr><td><a href=//x><track src=a.vtt><meta property=og:video content=v.mp4>"))
	f.Add("text/plain", []byte("see https://example.org/(a). and\r\n\r\nmore\x00"))
	f.Add("text/markdown", []byte("---\ntitle: x\n---\n# a\n[b](c) **d** `e`\n\n```\nx\n```\n| a |\n|---|\n[r]: /x"))
	f.Fuzz(func(t *testing.T, kind string, body []byte) {
		r := page("")
		r.ContentType, r.Body = kind, body
		s, err := article.Extract(r)
		if err != nil {
			return
		}
		paragraphs := strings.Count(s.Text, "\n\n") + 1
		for _, h := range s.Outline {
			if h.Paragraph < 0 || h.Paragraph >= paragraphs {
				t.Errorf("a heading before paragraph %d of %d", h.Paragraph, paragraphs)
			}
		}
		for _, l := range s.Links {
			if l.Paragraph < 0 || l.Paragraph >= paragraphs || !strings.HasPrefix(l.URL, "http") {
				t.Errorf("a link %+v of %d paragraphs", l, paragraphs)
			}
		}
		if !utf8.ValidString(s.Text) {
			t.Error("the text is not UTF-8")
		}
	})
}
