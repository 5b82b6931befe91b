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

// FuzzEmbedded reads what a page holds for its scripts: data, or what is assigned in them.
func FuzzEmbedded(f *testing.F) {
	long := strings.Repeat(sentence, 5)
	for _, seed := range []string{
		`{"post":{"title":"x","author":{"name":"Ann"},"body":"<p>` + long + `<p>` + long + `"}}`, `a={"content":[{"type":"paragraph","children":[{"text":"` + long + `"}]},{"type":"h2","text":"x"}]};b()`,
		`[["Reactive",1],{"body":2},"` + long + `"]`, `w=JSON.parse('{"paragraphs":["` + long + `","\'"]}')`, `{"blocks":[{"data":{"text":null}},[[{"body":{"body":1}}]]]}`, "a=[=[={", `{"body":"<p><a href=x>` + long + `"}`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		text = strings.ReplaceAll(text, "</", "<")
		fuzzed(t, "text/html", `<div id="root"></div><script type="application/json">`+text+`</script><script>`+text+`</script>`)
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

// FuzzTime reads a date as pages write it, in words or figures.
func FuzzTime(f *testing.F) {
	for _, seed := range []string{"10. Februar 2026, 18:14 Uhr", "Feb 10th, 2026 at 8:30", "2026年2月10日 18時30分", "1/13/2026", "Tue, 10 Feb 2026 06:00:00 EST", "10 de febrero de 2026", "2026-02-10T08:15:00Z", "٣ March 2026"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if at := article.Time(text); at != nil && (at.Year() < 1599 || at.Year() > 2201) {
			t.Errorf("%q is %s", text, at)
		}
	})
}

// FuzzRefresh reads where a page leads on to by itself.
func FuzzRefresh(f *testing.F) {
	for _, seed := range []string{"0; url=/text", "3;URL='text'", "0,url=//e.org", "1e309; url=x", "0; url=javascript:x", "; url = \"a b\"", "0;url=https://u:p@e.org/"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, content string) {
		content = strings.NewReplacer(`"`, "&quot;", "&", "&amp;").Replace(content)
		next := article.Refresh(page(`<meta http-equiv="refresh" content="` + content + `">`))
		if u, err := url.Parse(next); err != nil || next != "" && (u.Host == "" || u.Scheme != "http" && u.Scheme != "https") {
			t.Errorf("leads on to %q", next)
		}
	})
}

// FuzzPruned reads a page with footnotes, a dateline and marks around its text.
func FuzzPruned(f *testing.F) {
	f.Add("By Ann Writer", "cite_note-1", "[1]", "mw-editsection")
	f.Add("Publié le 10 février 2026 à 18h14 par Claire Houdan", "a%C3", "b", "sr-only noprint")
	f.Add("Stand: 32.13.2026 25:61", "", "*", "vcard author")
	f.Fuzz(func(t *testing.T, shown, id, mark, class string) {
		escape := strings.NewReplacer(`"`, "&quot;", "&", "&amp;", "<", "&lt;")
		shown, id, mark, class = escape.Replace(shown), escape.Replace(id), escape.Replace(mark), escape.Replace(class)
		fuzzed(t, "text/html", `<title>`+shown+` - One</title><article><h1>`+shown+`</h1><p>`+shown+`</p><p>It rose.<sup class="`+class+`"><a href="#`+id+`">`+mark+`</a></sup> `+strings.Repeat(sentence, 2)+
			`<span class="`+class+`">`+mark+`</span></p><p id="`+id+`"><a href="https://e.org/`+mark+`">`+shown+`</a></p></article>`)
	})
}
