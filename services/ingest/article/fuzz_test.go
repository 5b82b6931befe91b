package article_test

import (
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"

	"autointel.example/schemas"
	"autointel.example/services/ingest/article"
)

// fuzzed extracts a page, and checks what holds for every source.
func fuzzed(t *testing.T, kind, body string) {
	t.Helper()
	r := page(body)
	r.ContentType = kind
	s, err := article.Extract(r)
	if err != nil {
		if reason(err) == "" {
			t.Errorf("an error without a reason: %v", err)
		}
		return
	}
	texts := append([]string{s.Title, s.SiteName, s.Description, s.Text, s.Language}, s.Authors...)
	for _, review := range s.Reviews {
		texts = append(texts, review.Claim, review.Claimant, review.Rating, review.Reviewer)
	}
	for _, text := range texts {
		if !utf8.ValidString(text) {
			t.Errorf("%q is not UTF-8", text)
		}
	}
	for _, address := range append([]string{s.CanonicalURL}, mediaOf(s)...) {
		if u, err := url.Parse(address); err != nil || address != "" && u.Scheme != "http" && u.Scheme != "https" {
			t.Errorf("an address that cannot be fetched: %q", address)
		}
	}
}

func mediaOf(s schemas.Source) []string {
	var all []string
	for _, m := range s.Media {
		all = append(all, m.URL)
	}
	for _, c := range s.Captions {
		all = append(all, c.URL)
	}
	return all
}

// FuzzJSONLD reads what a page says of itself, and of claims that it reviews, in JSON-LD.
func FuzzJSONLD(f *testing.F) {
	for _, seed := range []string{
		`{"@type":"NewsArticle","headline":"x","author":[{"@id":"#a"},"Bo"],"datePublished":"2026-03-14T09:26:53+01:00","publisher":{"name":"p"}}`,
		`{"@graph":[{"@id":"#a","@type":"Person","name":["Ann"]},{"@type":["VideoObject"],"contentUrl":"v.mp4","caption":{"contentUrl":"c.vtt"}}]}`,
		`{"@type":"ClaimReview","claimReviewed":"It rose","reviewRating":{"alternateName":"False","ratingValue":"1"},"author":{"name":"Ann"},"itemReviewed":{"author":"Bo"}}`,
		`<!-- [[[{"@type":{"@type":null}}]]] -->;`, `{"@id":"#a","author":{"@id":"#a"}}`, `{"isAccessibleForFree":"False","hasPart":[1,2]}`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, block string) {
		fuzzed(t, "text/html", `<script type="application/ld+json">`+strings.ReplaceAll(block, "</", "<")+`</script><article><h1>One</h1><p>The keeper wrote it down.</p></article>`)
	})
}

// FuzzMetadata reads what a page says of itself in elements: OpenGraph, Dublin Core, and the names that others use.
func FuzzMetadata(f *testing.F) {
	for _, name := range []string{"og:title", "og:video:url", "article:published_time", "DC.creator", "dcterms.date", "citation_author", "author", "twitter:title", "robots", "og:locale"} {
		f.Add(name, "2026-03-14", "canonical")
	}
	f.Add("og:audio", "//e.org/a.mp3", "alternate")
	f.Add("dc.language", "de-AT-1996", "author")
	f.Fuzz(func(t *testing.T, name, content, rel string) {
		quote := strings.NewReplacer(`"`, "&quot;", "&", "&amp;")
		name, content, rel = quote.Replace(name), quote.Replace(content), quote.Replace(rel)
		fuzzed(t, "text/html", `<html><head><meta property="`+name+`" content="`+content+`"><meta name="`+name+`" content="`+content+`"><link rel="`+rel+`" href="`+content+
			`"></head><body><article><time datetime="`+content+`">x</time><p itemprop="`+name+`">The keeper wrote it down.</p></article></body></html>`)
	})
}

// FuzzMarkdown reads Markdown with its front matter.
func FuzzMarkdown(f *testing.F) {
	for _, seed := range []string{
		"---\ntitle: x\nauthor: [Ann, Bo]\ndate: 2026-03-14\n---\n# a\n[b](c) **d** `e`\n\n```\nx\n```\n", "| a |\n|---|\n[r]: /x\n[a][r] ![i](j)", "a\n===\n- [ ] b\n\n> c\n\n    d", "[[[[a](b)](c)](", "```\nnever closed", "---\n---\n---",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, body string) { fuzzed(t, "text/markdown", body) })
}
