package article_test

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"autointel.example/schemas"
	"autointel.example/services/ingest/article"
)

var body = "<article><h1>Tides</h1><p>" + strings.Repeat(sentence, 4) + "</p><p>" + strings.Repeat(sentence, 4) + "</p></article>"

// read extracts a page with the given head and body.
func read(t *testing.T, head, body string) schemas.Source {
	t.Helper()
	s, err := article.Extract(page("<!doctype html><html><head>" + head + "</head><body>" + body + "</body></html>"))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestWhereAPageComesFrom(t *testing.T) {
	march := time.Date(2026, 3, 14, 9, 26, 53, 0, time.UTC)
	for _, c := range []struct {
		name, head string
		want       schemas.Source // of it only what is said of its origin
	}{
		{
			"JSON-LD of a news article, with references in a graph",
			`<script type="application/ld+json">{"@context":"https://schema.org","@graph":[
				{"@type":"Organization","@id":"#org","name":"The Gauge"},
				{"@type":"Person","@id":"#ann","name":"Ann Writer"},
				{"@type":["NewsArticle"],"headline":"The river &amp; the book","description":"On a flood.","inLanguage":"en-GB","url":"https://example.org/river",
				 "author":[{"@id":"#ann"},{"@type":"Person","name":"Bo Second"}],"publisher":{"@id":"#org"},"datePublished":"2026-03-14T10:26:53+01:00","dateModified":"2026-03-15"}]}</script>`,
			schemas.Source{
				Title: "The river & the book", Description: "On a flood.", SiteName: "The Gauge", Authors: []string{"Ann Writer", "Bo Second"}, Language: "en-GB",
				CanonicalURL: "https://example.org/river", PublishedAt: &march,
			},
		},
		{
			"JSON-LD as pages break it",
			"<script type='application/ld+json'><!--\n{\"@type\":\"Article\",\"headline\":\"Two\nlines\",\"author\":\"By Ann Writer and Bo Second\",};\n--></script><script type=\"application/ld+json\">//<![CDATA[\n{\"@type\":\"BlogPosting\",\"headline\":\"A\tpost\",\"author\":\"By Ann Writer and Bo Second\"};\n//]]></script>",
			schemas.Source{Title: "A post", Authors: []string{"Ann Writer", "Bo Second"}},
		},
		{
			"of several articles, that of this address",
			`<script type="application/ld+json">[{"@type":"NewsArticle","headline":"Another","url":"https://example.org/other"},{"@type":"NewsArticle","headline":"This","mainEntityOfPage":{"@id":"http://www.example.org/a/b/?utm_source=x"}}]</script>`,
			schemas.Source{Title: "This"},
		},
		{
			"OpenGraph",
			`<title>Tides - The Site</title><meta property="og:title" content="Tides - The Site"><meta property="og:site_name" content="The Site"><meta property="og:url" content="/tides">
			<meta property="og:locale" content="de_AT"><meta property="og:description" content="Short."><meta property="article:author" content="https://example.org/ann"><meta property="article:author" content="Ann Writer">
			<meta property="article:published_time" content="2026-03-14 09:26:53">`,
			schemas.Source{Title: "Tides", SiteName: "The Site", CanonicalURL: "https://example.org/tides", Language: "de-AT", Description: "Short.", Authors: []string{"Ann Writer"}, PublishedAt: &march},
		},
		{
			"an encyclopedia, whose headline is a description",
			`<title>New Zealand - Encyclopedia</title><script type="application/ld+json">{"@type":"Article","name":"New Zealand","headline":"country in Oceania"}</script>`,
			schemas.Source{Title: "New Zealand"},
		},
		{
			"Dublin Core",
			`<meta name="DC.title" content="Tides"><meta name="DC.creator" content="Writer, Ann"><meta name="DC.creator" content="Second, Bo"><meta name="DC.language" content="fr"><meta name="DC.date.issued" content="2026-03-14T09:26:53Z"><meta name="DCTERMS.abstract" content="Short.">`,
			schemas.Source{Title: "Tides", Authors: []string{"Ann Writer", "Bo Second"}, Language: "fr", PublishedAt: &march, Description: "Short."},
		},
		{
			"a base for its links, and microdata",
			`<base href="https://cdn.example.org/x/"><link rel="canonical" href="../y"><title>Tides</title><meta itemprop="datePublished" content="2026-03-14T09:26:53Z"><meta name="author" content="Ann, Bo, and Cy">`,
			schemas.Source{Title: "Tides", CanonicalURL: "https://cdn.example.org/y", PublishedAt: &march, Authors: []string{"Ann", "Bo", "Cy"}},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := read(t, c.head, body)
			got := schemas.Source{
				Title: s.Title, Description: s.Description, SiteName: s.SiteName, Authors: s.Authors, Language: s.Language, CanonicalURL: s.CanonicalURL, PublishedAt: s.PublishedAt,
			}
			if !reflect.DeepEqual(got, c.want) {
				t.Errorf("got  %+v\nwant %+v", got, c.want)
			}
		})
	}
}

func TestNamesOfAuthors(t *testing.T) {
	for raw, want := range map[string]string{
		"By Ann Writer and Bo Second": "Ann Writer|Bo Second", "Ann Writer - Apr 16, 2015 8:02 pm UTC": "Ann Writer", "Ann Writer 22 Dec 2016": "Ann Writer", "Ann Writer —": "Ann Writer",
		"Mac & i": "Mac & i", "Ann Writer & Bo Second": "Ann Writer|Bo Second", "May Second": "May Second", "Writer, Ann": "Writer, Ann", "Ann, Bo, and Cy": "Ann|Bo|Cy", "Von der Leyen, U.": "Von der Leyen, U.",
		"https://example.org/ann": "", "": "", "Ann; ann": "Ann", "Richard (R.J.) Jr.": "Richard (R.J.) Jr.", "Byron Ade": "Byron Ade",
	} {
		if got := strings.Join(article.Names(raw), "|"); got != want {
			t.Errorf("%q: %q, want %q", raw, got, want)
		}
	}
}

func TestWordsOfScriptsWithoutSpaces(t *testing.T) {
	for text, want := range map[string]int{"": 0, " one  two\nthree ": 3, "水位計の番人は毎朝": 4, "the 水位計 gauge": 3, "café über": 2} {
		if got := article.Words(text); got != want {
			t.Errorf("%q: %d, want %d", text, got, want)
		}
	}
	japanese := "<title>水</title><article><p>" + strings.Repeat("水位計の番人は毎朝、水の高さを本に書き留めていた。", 10) + "</p></article>"
	if s, err := article.Extract(page(japanese)); err != nil || !strings.HasPrefix(s.Text, "水位計") {
		t.Errorf("%.40q, %v", s.Text, err)
	}
}

func TestDates(t *testing.T) {
	for text, want := range map[string]string{
		"2026-03-14T09:26:53Z": "2026-03-14T09:26:53Z", "2026-03-14T09:26:53.123+0100": "2026-03-14T08:26:53.123Z", "2026-03-14": "2026-03-14T00:00:00Z", "20260314": "2026-03-14T00:00:00Z",
		"Sat, 14 Mar 2026 09:26:53 GMT": "2026-03-14T09:26:53Z", "March 14, 2026": "2026-03-14T00:00:00Z", "14.03.2026": "2026-03-14T00:00:00Z",
		"": "", "yesterday": "", "0001-01-01": "", "2026-13-40": "", "9999-01-01": "",
	} {
		got := ""
		if at := article.Time(text); at != nil {
			got = at.Format(time.RFC3339Nano)
		}
		if got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestPagesThatAreTheSame(t *testing.T) {
	for _, c := range []struct {
		a, b string
		same bool
	}{
		{"https://example.org/a/", "http://www.example.org/a#part", true},
		{"https://example.org/a?b=1&utm_source=x", "https://example.org/a?b=1", true},
		{"https://example.org/a?b=1", "https://example.org/a?b=2", false},
		{"https://example.org/a", "https://example.com/a", false},
		{"mailto:a@example.org", "mailto:a@example.org", false},
	} {
		if article.SamePage(c.a, c.b) != c.same {
			t.Errorf("%s and %s", c.a, c.b)
		}
	}
}

func TestReviewsOfClaims(t *testing.T) {
	s := read(t, `<script type="application/ld+json">{"@type":"ClaimReview","url":"/check","claimReviewed":"The river rose by nine metres.","author":{"@type":"Organization","name":"The Checkers"},
		"itemReviewed":{"@type":"Claim","author":{"@type":"Person","name":"A Mayor"}},"reviewRating":{"@type":"Rating","ratingValue":"1","bestRating":5,"alternateName":"Mostly false"}}</script>`, body)
	want := []schemas.ClaimReview{{Claim: "The river rose by nine metres.", Claimant: "A Mayor", Rating: "Mostly false", Reviewer: "The Checkers", URL: "https://example.org/check"}}
	if !reflect.DeepEqual(s.Reviews, want) {
		t.Errorf("%+v", s.Reviews)
	}
}

func TestRecordings(t *testing.T) {
	t.Run("an article that plays a video", func(t *testing.T) {
		s := read(t, `<meta property="og:video" content="/v.mp4"><meta property="og:video:type" content="video/mp4"><meta property="og:video:duration" content="90">`,
			body+`<video title="The flood"><source src="v.mp4"><source src="/v.webm"><track src="/v.de.vtt" srclang="de" label="Deutsch"></video><iframe src="https://www.youtube.com/embed/abc"></iframe><iframe src="/advert"></iframe>`)
		want := []schemas.Media{
			{URL: "https://example.org/a/v.mp4", MediaType: "video/mp4", Title: "The flood"},
			{URL: "https://example.org/v.webm", MediaType: "video/webm", Title: "The flood"},
			{URL: "https://www.youtube.com/embed/abc"},
			{URL: "https://example.org/v.mp4", MediaType: "video/mp4", DurationMS: 90_000},
		}
		if s.Kind != article.HTML || !reflect.DeepEqual(s.Media, want) {
			t.Errorf("%s %+v", s.Kind, s.Media)
		}
		if want := []schemas.CaptionTrack{{URL: "https://example.org/v.de.vtt", Language: "de", Label: "Deutsch", Kind: "subtitles"}}; !reflect.DeepEqual(s.Captions, want) {
			t.Errorf("%+v", s.Captions)
		}
	})
	t.Run("a page about a video", func(t *testing.T) {
		s := read(t, `<script type="application/ld+json">{"@type":"VideoObject","name":"The flood","description":"A talk about the book of the water.","uploadDate":"2026-03-14","duration":"PT1H2M3.5S",
			"contentUrl":"/v.mp4","encodingFormat":"video/mp4","author":"Ann Writer","caption":[{"@type":"MediaObject","contentUrl":"/v.en.vtt","inLanguage":"en"}]}</script>`, `<div id="player"></div>`)
		if s.Kind != article.Media || s.Title != "The flood" || s.Text != "A talk about the book of the water." || s.PublishedAt == nil || len(s.Authors) != 1 {
			t.Errorf("%+v", s)
		}
		if len(s.Media) != 1 || s.Media[0].DurationMS != 3_723_500 || len(s.Captions) != 1 || s.Captions[0].Language != "en" {
			t.Errorf("%+v %+v", s.Media, s.Captions)
		}
	})
}

func TestAPageThatHidesItsTextFromReaders(t *testing.T) {
	s := read(t, `<script type="application/ld+json">{"@type":"Article","headline":"Tides","articleBody":"First paragraph. `+strings.Repeat(sentence, 4)+`\n\nSecond paragraph. `+strings.Repeat(sentence, 4)+`"}</script>`, `<div id="root"></div>`)
	if !strings.HasPrefix(s.Text, "First paragraph. The keeper") || strings.Count(s.Text, "\n\n") != 1 {
		t.Errorf("%.300q", s.Text)
	}
	if len(s.Limits) != 1 || s.Limits[0].Code != article.EmbeddedData {
		t.Errorf("limits %+v", s.Limits)
	}
}
