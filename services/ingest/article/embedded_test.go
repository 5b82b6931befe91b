package article_test

import (
	"encoding/json"
	"strings"
	"testing"

	"autointel.example/services/ingest/article"
)

// told is a paragraph of an article that stands in data alone.
func told(what string) string {
	return what + " was written down by the keeper of the gauge every morning, and whoever asks for it may read it. He said that the sea had not been this high for a hundred years, and that nobody in the town remembers another winter like it."
}

func quoted(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestTextsInTheDataOfAPage(t *testing.T) {
	type o = map[string]any
	htmlBody := "<p>" + told("The first") + "</p><h2>Later</h2><p>" + told("The second") + ` <a href="/book">The book</a></p><p>` + told("The third") + "</p>"
	three := []any{told("The first"), told("The second"), told("The third")}
	span := func(s string) o { return o{"type": "text", "text": s} }
	next := `<div id="__next"></div><script src="/a.js"></script><script id="__NEXT_DATA__" type="application/json">`
	for name, body := range map[string]string{
		"HTML in the data of Next":            next + quoted(t, o{"props": o{"pageProps": o{"post": o{"title": "Tides", "author": o{"name": "Ann Writer"}, "publishedAt": "2026-03-14T09:26:53Z", "body": htmlBody}}}}) + "</script>",
		"paragraphs":                          next + quoted(t, o{"article": o{"headline": "Tides", "author": "Ann Writer", "date_published": "2026-03-14", "paragraphs": three}}) + "</script>",
		"blocks with spans":                   next + quoted(t, o{"data": o{"title": "Tides", "authors": []any{o{"name": "Ann Writer"}}, "date": "2026-03-14", "content": o{"nodeType": "document", "content": []any{o{"nodeType": "paragraph", "content": []any{span(told("The first")[:20]), span(told("The first")[20:])}}, o{"nodeType": "embedded-image", "text": "A picture of it."}, o{"nodeType": "paragraph", "content": []any{span(told("The second"))}}, o{"nodeType": "paragraph", "content": []any{span(told("The third"))}}}}}}) + "</script>",
		"assigned, with a program behind":     `<div id="app"></div><script>var a = {b: 1}; window.__INITIAL_STATE__ = ` + quoted(t, o{"entities": o{"7": o{"title": "Tides", "byline": "By Ann Writer", "publishDate": "2026-03-14", "bodyHtml": htmlBody}}}) + `; window.run({});</script>`,
		"assigned as a text":                  `<div id="app"></div><script>window.__STATE__=JSON.parse(` + quoted(t, quoted(t, o{"title": "Tides", "author": "Ann Writer", "date": "2026-03-14", "content": o{"rendered": htmlBody}})) + `)</script>`,
		"places in a list, as Nuxt has them":  `<div id="__nuxt"></div><script type="application/json">` + quoted(t, []any{[]any{"ShallowReactive", 1}, o{"title": 2, "author": 3, "date": 4, "body": 5}, "Tides", "Ann Writer", "2026-03-14", htmlBody}) + "</script>",
		"several, one of the address":         next + quoted(t, []any{o{"headline": "Other", "body": strings.Repeat("<p>"+told("Another")+"</p>", 9)}, o{"url": "https://example.org/a/b", "headline": "Tides", "author": "Ann Writer", "date": "2026-03-14", "body": htmlBody}}) + "</script>",
		"editor's blocks with data of theirs": next + quoted(t, o{"title": "Tides", "author": "Ann Writer", "date": "2026-03-14", "blocks": []any{o{"type": "paragraph", "data": o{"text": told("The first")}}, o{"type": "newsletter", "data": o{"text": "Sign up."}}, o{"type": "paragraph", "data": o{"text": told("The second")}}, o{"type": "paragraph", "data": o{"text": told("The third")}}}}) + "</script>",
	} {
		t.Run(name, func(t *testing.T) {
			s := read(t, "", body)
			paragraphs := strings.Split(s.Text, "\n\n")
			if len(paragraphs) != 3 || !strings.HasPrefix(paragraphs[0], told("The first")) || !strings.HasPrefix(paragraphs[1], told("The second")) || !strings.HasPrefix(paragraphs[2], told("The third")) {
				t.Errorf("%d paragraphs: %q", len(paragraphs), s.Text)
			}
			if s.Title != "Tides" || strings.Join(s.Authors, "+") != "Ann Writer" || s.PublishedAt == nil || s.PublishedAt.Format("2006-01-02") != "2026-03-14" {
				t.Errorf("%q by %q, %v", s.Title, s.Authors, s.PublishedAt)
			}
			if len(s.Limits) != 1 || s.Limits[0].Code != article.EmbeddedData {
				t.Errorf("limits %+v", s.Limits)
			}
			if strings.Contains(body, "Later") && (len(s.Outline) != 1 || s.Outline[0].Text != "Later" || s.Outline[0].Paragraph != 1 || len(s.Links) != 1) {
				t.Errorf("outline %+v, links %+v", s.Outline, s.Links)
			}
		})
	}
}

// TestDataThatHoldsNoTextOfThePage: nothing is taken for the article where it cannot be told, and nothing that readers pay for.
func TestDataThatHoldsNoTextOfThePage(t *testing.T) {
	long := strings.Repeat("<p>"+told("It")+"</p>", 3)
	other := strings.Repeat("<p>"+told("That")+"</p>", 3)
	data := func(json string) string {
		return `<div id="root"></div><script src="a.js"></script><script type="application/json">` + json + "</script>"
	}
	for name, body := range map[string]string{
		"two of one length":            data(`[{"title":"a","body":` + quoted(t, long) + `},{"title":"b","body":` + quoted(t, other) + `}]`),
		"a request for consent":        data(`{"text":"` + strings.Repeat("We use cookies. We and our partners want to accept all of them, see the cookie policy. ", 8) + `"}`),
		"too short a text":             data(`{"body":"` + told("It") + `"}`),
		"a program":                    data(`{"html":"` + strings.Repeat("var a = b; if (c) { d(); } // then it is done. ", 40) + `"}`),
		"a page that costs":            `<meta property="article:content_tier" content="locked">` + data(`{"body":`+quoted(t, long)+`}`),
		"an object of a program":       `<div id="root"></div><script>window.a = {body: ` + quoted(t, long) + `}</script>`,
		"data that is cut off":         data(`{"body":` + quoted(t, long)),
		"nested too deep":              data(strings.Repeat(`{"a":`, 200) + `{"body":` + quoted(t, long) + `}` + strings.Repeat("}", 200)),
		"nested without an end":        data(strings.Repeat("[", 900_000)),
		"bodies within bodies":         data(strings.Repeat(`{"body":[{"content":`, 40) + "1" + strings.Repeat("}]}", 40)),
		"a list of a million numbers":  data(`{"body":[` + strings.Repeat("0,", 1_000_000) + `0]}`),
		"100,000 assignments":          `<div id="root"></div><script>` + strings.Repeat(`a={"b":`, 100_000) + `</script>`,
		"a text in quotes, unfinished": `<div id="root"></div><script>a=JSON.parse("` + strings.Repeat(`{\"b\":`, 100_000) + `</script>`,
	} {
		t.Run(name, func(t *testing.T) {
			s, err := article.Extract(page(body))
			if err == nil || s.Text != "" || reason(err) == "" {
				t.Errorf("%q, %v", s.Text, err)
			}
		})
	}
}

func TestAPageThatShowsItsTextIsNotReadFromItsData(t *testing.T) {
	s := read(t, "", "<article><p>"+strings.Repeat(sentence, 4)+"</p></article>"+`<script type="application/json">{"body":`+quoted(t, strings.Repeat("<p>"+told("It")+"</p>", 9))+"}</script>")
	if len(s.Limits) != 0 || strings.Contains(s.Text, "hundred years") {
		t.Errorf("%+v, %q", s.Limits, s.Text)
	}
}
