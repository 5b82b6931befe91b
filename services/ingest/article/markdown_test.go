package article_test

import (
	"reflect"
	"strings"
	"testing"

	"autointel.example/services/ingest/article"
	"autointel.example/services/ingest/fetch"
)

func TestWhatStandsBeforeMarkdown(t *testing.T) {
	for name, head := range map[string]string{
		"YAML":              "---\ntitle: \"The wall: what it costs\"\nauthor: Ann Writer and Bo Second\ndate: 2026-02-10T08:00:00Z\nlastmod: 2026-02-11\nlang: en\n---\n",
		"YAML with lists":   "---\ntitle: 'The wall: what it costs'\nauthors:\n  - Ann Writer\n  - name: Bo Second\ntags:\n  - tides\ndate: 10 February 2026 08:00\nupdated: 2026-02-11\nlanguage: en\n---\n",
		"YAML with flowing": "---\ntitle: \"The wall: what it costs\"\nauthors: [\"Ann Writer\", \"Bo Second\"]\ndate: 2026-02-10 08:00:00\nmodified: 2026-02-11\nlang: en\n---\n",
		"TOML":              "+++\ntitle = \"The wall: what it costs\"\nauthors = [\"Ann Writer\", \"Bo Second\"]\ndate = 2026-02-10T08:00:00Z\nlastmod = 2026-02-11\nlanguage = \"en\"\n+++\n",
	} {
		s, err := article.Extract(fetch.Response{FinalURL: "https://example.org/x.md", ContentType: "text/markdown", Body: []byte(head + "\n" + strings.Repeat(sentence, 4))})
		if err != nil || s.Title != "The wall: what it costs" || !reflect.DeepEqual(s.Authors, []string{"Ann Writer", "Bo Second"}) || when(s.PublishedAt) != "2026-02-10 08:00" || when(s.ModifiedAt) != "2026-02-11" || s.Language != "en" {
			t.Errorf("%s: %+v, %v", name, s, err)
		}
		if !strings.HasPrefix(s.Text, "The keeper") {
			t.Errorf("%s: %q", name, s.Text)
		}
	}
}

func TestMarksWithinMarkdown(t *testing.T) {
	for text, want := range map[string]string{
		"See <https://e.org/x> for it.":                          "See https://e.org/x for it.",
		"It rose.[^1]":                                           "It rose.",
		"[^1]: The book, page 4.":                                "The book, page 4.",
		"<details><summary>More</summary>of <b>it</b></details>": "More of it",
		"A <!-- hidden --> line, 3 < 4 and 5 > 2":                "A line, 3 < 4 and 5 > 2",
		"| a \\| b | c |":                                        "a | b | c",
	} {
		s, err := article.Extract(fetch.Response{FinalURL: "https://example.org/x.md", ContentType: "text/markdown", Body: []byte(text + "\n\n" + strings.Repeat(sentence, 4))})
		if first, _, _ := strings.Cut(s.Text, "\n"); err != nil || first != want {
			t.Errorf("%s: %q, %v", text, first, err)
		}
	}
}
