package article_test

import (
	"strings"
	"testing"

	"autointel.example/services/ingest/article"
)

func TestNamesAndTitlesAsPagesWordThem(t *testing.T) {
	for raw, want := range map[string]string{
		"Ann Writer (avec Bo Marsh et Cay Holt)": "Ann Writer+Bo Marsh+Cay Holt",
		"Ann Writer Edited by Bo Marsh":          "Ann Writer",
		"Ann Writer (the elder)":                 "Ann Writer (the elder)",
		"Last updated":                           "",
		"View my complete profile":               "",
		"Alle Artikel von Ann Writer":            "",
		"Moritz Vieweg":                          "Moritz Vieweg",
	} {
		if got := strings.Join(article.Names(raw), "+"); got != want {
			t.Errorf("%q: %q, want %q", raw, got, want)
		}
	}
	text := "<article><h1>Tides</h1><p>" + strings.Repeat(sentence, 4) + "</p></article>"
	s := read(t, `<title>Tides - Ann Writer</title><meta property="og:title" content="The tides of Holm – Ann Writer"><meta name="author" content="Ann Writer"><meta property="og:site_name" content="The Gauge - All that is new by the sea">`, text)
	if s.Title != "The tides of Holm" || s.SiteName != "The Gauge" {
		t.Errorf("%q of %q", s.Title, s.SiteName)
	}
	s = read(t, `<meta name="dc:title" content="Tides of Holm"><meta name="DC:creator" content="Writer, Ann"><meta property="og:site_name" content="News: Holm">`, text)
	if s.Title != "Tides of Holm" || strings.Join(s.Authors, "+") != "Ann Writer" || s.SiteName != "News: Holm" {
		t.Errorf("%q by %q of %q", s.Title, s.Authors, s.SiteName)
	}
}

func TestDatesAroundTheHeading(t *testing.T) {
	text := "<p>" + strings.Repeat(sentence, 4) + "</p>"
	if s := read(t, "", "<article><h1>Holm</h1><table><tr><td>Founded</td><td>February 28, 1998</td></tr></table>"+text+text+"</article>"); s.PublishedAt != nil {
		t.Errorf("a table says when its subject began, not when it was published: %s", s.PublishedAt)
	}
	s := read(t, "", "<article><p>Tuesday 15 October 2019 by Ann M. Writer</p>"+text+text+"</article>")
	if strings.Contains(s.Text, "Tuesday") || strings.Join(s.Authors, "+") != "Ann M. Writer" || s.PublishedAt == nil {
		t.Errorf("%q, %v: %q", s.Authors, s.PublishedAt, s.Text)
	}
}

func TestControlsAndWidgetsAreNoText(t *testing.T) {
	text := "<p>" + strings.Repeat(sentence, 3) + "</p>"
	s := read(t, "", `<article><h1>Tides</h1>`+text+`<div class="video-js"><div class="vjs-control-bar"><div class="vjs-current-time"><span>Current Time</span> 0:00</div><p class="vjs-menu">Stream Type LIVE</p></div></div><p>Image</p><p>Save</p>`+text+
		`<div class="jp-relatedposts"><h3>Related</h3><p>Another page speaks at length of gauges, and of those who keep them in all weathers.</p></div><div id="respond" class="comment-respond"><p>Leave a Reply</p></div></article>`)
	if paragraphs := strings.Split(s.Text, "\n\n"); len(paragraphs) != 2 || len(s.Outline) != 0 {
		t.Errorf("%q, %+v", paragraphs, s.Outline)
	}
}
