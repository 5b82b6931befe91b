package article_test

import (
	"errors"
	"strings"
	"testing"

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
		{"a picture", "image/png", "https://e.org/x.png", "\x89PNG", fetch.UnsupportedMedia, ""},
		{"nothing stated", "", "https://e.org/x", text, fetch.UnsupportedMedia, ""},
		{"a page without text", "text/html", "https://e.org/x", "<html><body><div id=app></div><script>go()</script>", fetch.NoText, ""},
		{"an empty page", "text/html", "https://e.org/x", "", fetch.NoText, ""},
		{"a page of 20,000 nested elements", "text/html", "https://e.org/x", strings.Repeat("<div>", 20_000), fetch.NoText, ""},
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

func TestCharsets(t *testing.T) {
	r := page("<html><head><meta charset=iso-8859-1></head><body><article><p>Caf\xe9. " + strings.Repeat(sentence, 6) + "</p></article>")
	r.ContentType = "text/html"
	if s, err := article.Extract(r); err != nil || !strings.HasPrefix(s.Text, "Café.") {
		t.Errorf("%.20q, %v", s.Text, err)
	}
}

func FuzzExtract(f *testing.F) {
	f.Add([]byte("<article><p>hello</p></article>"))
	f.Add([]byte("<table><tr><td><a href=//x><track src=a.vtt>"))
	f.Fuzz(func(_ *testing.T, body []byte) {
		r := page("")
		r.Body = body
		_, _ = article.Extract(r) // any answer is right, as long as there is one
	})
}
