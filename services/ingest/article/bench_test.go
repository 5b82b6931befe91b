package article_test

import (
	"fmt"
	"strings"
	"testing"

	"autointel.example/services/ingest/article"
	"autointel.example/services/ingest/fetch"
)

// BenchmarkExtract reads documents of several kinds and sizes.
func BenchmarkExtract(b *testing.B) {
	paragraphs := func(size int) string {
		var s strings.Builder
		for n := 0; s.Len() < size; n++ {
			fmt.Fprintf(&s, `<h2>Part %d</h2><p>%s <a href="/%d">See</a></p>`, n, strings.Repeat(sentence, 5), n)
		}
		return "<!doctype html><title>Tides</title><article>" + s.String() + "</article>"
	}
	for _, c := range []struct{ name, kind, body string }{
		{"page 50 kB", "text/html", paragraphs(50_000)},
		{"page 1 MB", "text/html", paragraphs(1_000_000)},
		{"page of 50,000 paragraphs", "text/html", strings.Repeat("<p>A short paragraph of a page.", 50_000)},
		{"text 1 MB", "text/plain", strings.Repeat(strings.Repeat(sentence, 5)+"\n\n", 2000)},
		{"text 10 MB", "text/plain", strings.Repeat(strings.Repeat(sentence, 5)+"\n\n", 20_000)},
		{"Markdown 1 MB", "text/markdown", strings.Repeat("## Part\n\n"+strings.Repeat(sentence, 5)+" [see](/x) **bold**\n\n", 1900)},
		{"text 1 MB without a space", "text/plain", strings.Repeat("x", 500_000) + " " + strings.Repeat("y ", 250_000)},
		{"Markdown 1 MB of marks", "text/markdown", strings.Repeat("*a _b [c](", 100_000)},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(c.body)))
			for b.Loop() {
				if _, err := article.Extract(fetch.Response{FinalURL: "https://example.org/x", ContentType: c.kind, Body: []byte(c.body)}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
