package article_test

import (
	"reflect"
	"strings"
	"testing"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/unicode"

	"autointel.example/schemas"
	"autointel.example/services/ingest/article"
	"autointel.example/services/ingest/fetch"
)

func TestParagraphsHeadingsAndLinks(t *testing.T) {
	long := strings.Repeat(sentence, 3)
	s := read(t, "<title>Tides</title>", `<article><h1>Tides</h1><p>One `+long+`<a href="/one?a=1#x">a <b>source</b></a></p><h2>The  gauge</h2><p>Two `+long+`</p>
		<table><thead><tr><th>Year<th>Height</tr></thead><tr><td>1899<td>4.2 m</tr></table><h3>Later</h3>
		<p>Three, a line<br>and another `+long+`<br><br>Four <a rel="sponsored nofollow" href="https://shop.example/x">a shop</a> `+long+`</p></article>`)
	paragraphs := strings.Split(s.Text, "\n\n")
	var starts []string
	for _, p := range paragraphs {
		starts = append(starts, p[:min(len(p), 22)])
	}
	if want := []string{"One The keeper of the ", "Two The keeper of the ", "Year | Height", "1899 | 4.2 m", "Three, a line and anot", "Four a shop The keeper"}; !reflect.DeepEqual(starts, want) {
		t.Errorf("%q", starts)
	}
	if want := []schemas.Heading{{Level: 2, Text: "The gauge", Paragraph: 1}, {Level: 3, Text: "Later", Paragraph: 4}}; !reflect.DeepEqual(s.Outline, want) {
		t.Errorf("%+v", s.Outline)
	}
	if want := []schemas.Link{{URL: "https://example.org/one?a=1#x", Text: "a source"}, {URL: "https://shop.example/x", Text: "a shop", Paragraph: 5, Sponsored: true}}; !reflect.DeepEqual(s.Links, want) {
		t.Errorf("%+v", s.Links)
	}
}

func TestPlainText(t *testing.T) {
	a, b := strings.TrimSpace(strings.Repeat(sentence, 3)), strings.TrimSpace(strings.Repeat(sentence, 2))
	for name, c := range map[string]struct {
		text string
		want []string
	}{
		"a blank line between paragraphs":       {a + "\n\n" + b, []string{a, b}},
		"a line of spaces, and CRLF":            {a + "\r\n \t\r\n\r\n" + b, []string{a, b}},
		"lines of 80 letters":                   {strings.ReplaceAll(a, "wrote the", "wrote\nthe") + "\n\n" + b, []string{a, b}},
		"a long line for each paragraph":        {a + "\n" + b + "\n" + a, []string{a, b, a}},
		"pages":                                 {a + "\f" + b, []string{a, b}},
		"a control character within":            {a + "\n\n\x00" + b, []string{a, b}},
		"one paragraph without a line's end":    {a, []string{a}},
		"blank lines before it and a last line": {"\n\n" + a + "\n", []string{a}},
	} {
		s, err := article.Extract(fetch.Response{FinalURL: "https://example.org/x", ContentType: "text/plain", Body: []byte(c.text)})
		if err != nil || s.Text != strings.Join(c.want, "\n\n") {
			t.Errorf("%s: %q, %v", name, s.Text, err)
		}
	}
}

func TestMarkdown(t *testing.T) {
	s, err := article.Extract(fetch.Response{FinalURL: "https://example.org/docs/tides.md", ContentType: "text/markdown", Body: []byte(`---
title: "The tides"
author: Ann Writer, Bo Second, Cy Third
date: 2026-03-14
---
# Tides

The keeper wrote **the height** into _a book_, says [the *archive*](../archive "Archive").
The line goes on, see [the second][2] and https://example.org/three.

![a picture](p.png)

The gauge
---------
> ` + strings.Repeat(sentence, 2) + `

- first item
- [x] second item, ` + "`code`" + `

` + "```go\nfunc main() {}\n```" + `

### Deeper ###

| Year | Height |
|------|--------|
| 1899 | 4.2 m  |

[2]: <https://example.org/two>
`)})
	if err != nil {
		t.Fatal(err)
	}
	if s.Kind != article.Markdown || s.Title != "The tides" || len(s.Authors) != 3 || s.PublishedAt == nil {
		t.Errorf("%+v", s)
	}
	want := "The keeper wrote the height into a book, says the archive. The line goes on, see the second and https://example.org/three.\n\na picture\n\n" + strings.TrimSpace(strings.Repeat(sentence, 2)) + "\n\nfirst item\n\nsecond item, code\n\nYear | Height\n\n1899 | 4.2 m"
	if s.Text != want {
		t.Errorf("%q", s.Text)
	}
	if want := []schemas.Heading{{Level: 1, Text: "Tides"}, {Level: 2, Text: "The gauge", Paragraph: 2}, {Level: 3, Text: "Deeper", Paragraph: 5}}; !reflect.DeepEqual(s.Outline, want) {
		t.Errorf("%+v", s.Outline)
	}
	if want := []schemas.Link{{URL: "https://example.org/archive", Text: "the *archive*"}, {URL: "https://example.org/two", Text: "the second"}, {URL: "https://example.org/three"}}; !reflect.DeepEqual(s.Links, want) {
		t.Errorf("%+v", s.Links)
	}
}

func TestEncodings(t *testing.T) {
	german := strings.Repeat("Der Wächter des Pegels schrieb jeden Morgen die Höhe des Wassers in ein großes Buch. ", 8)
	russian := strings.Repeat("Смотритель водомерного поста каждое утро записывал высоту воды в книгу. ", 8)
	japanesee := strings.Repeat("水位計の番人は毎朝、水の高さを本に書き留めていた。", 8)
	encoded := func(e encoding.Encoding, s string) string {
		out, err := e.NewEncoder().String(s)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	for _, c := range []struct{ name, kind, body, want string }{
		{"UTF-8, declared by nobody", "text/plain", german, german},
		{"UTF-8, declared as Latin-1 by a server's default", "text/plain; charset=iso-8859-1", german, german},
		{"with a byte order mark", "text/plain; charset=iso-8859-1", "\xef\xbb\xbf" + german, german},
		{"UTF-16 with a byte order mark", "text/plain", encoded(unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), german), german},
		{"Latin-1, declared by the server", "text/plain; charset=iso-8859-1", encoded(charmap.ISO8859_1, german), german},
		{"Windows-1252, declared by nobody", "text/plain", encoded(charmap.Windows1252, german), german},
		{"Windows-1252, declared as UTF-8", "text/plain; charset=utf-8", encoded(charmap.Windows1252, german), german},
		{"Windows-1251, declared by nobody", "text/plain", encoded(charmap.Windows1251, russian), russian},
		{"KOI8-R, declared by nobody", "text/plain", encoded(charmap.KOI8R, russian), russian},
		{"Shift JIS, declared by the document", "text/html", "<meta charset=shift_jis>" + encoded(japanese.ShiftJIS, japanesee), "<meta charset=shift_jis>" + japanesee},
		{"EUC-JP, declared by nobody", "text/plain", encoded(japanese.EUCJP, japanesee), japanesee},
		{"a charset that does not exist", "text/plain; charset=klingon", german, german},
		{"declared as UTF-16, which it is not", "text/plain; charset=utf-16", german, german},
		{"UTF-8 with a broken letter", "text/plain; charset=utf-8", german + "\xff", german + "\uFFFD"},
	} {
		if got := string(article.Decode([]byte(c.body), c.kind)); got != c.want {
			t.Errorf("%s: %.120q", c.name, got)
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte("\xff\xfea\x00"), "text/plain")
	f.Add([]byte("<meta charset=utf-16>\xe4"), "text/html; charset=utf-7")
	f.Fuzz(func(t *testing.T, body []byte, kind string) {
		if got := string(article.Decode(body, kind)); strings.ToValidUTF8(got, "") != got {
			t.Errorf("%q is not UTF-8", got)
		}
	})
}
