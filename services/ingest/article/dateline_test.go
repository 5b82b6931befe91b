package article_test

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"autointel.example/services/ingest/article"
)

// when is a date as a test writes it; empty: none.
func when(t *time.Time) string {
	if t == nil {
		return ""
	}
	return strings.TrimSuffix(t.Format("2006-01-02 15:04"), " 00:00")
}

func TestDatesAsPeopleWriteThem(t *testing.T) {
	for text, want := range map[string]string{
		"10 February 2026": "2026-02-10", "10. Februar 2026, 18:14 Uhr": "2026-02-10 18:14", "10 février 2026 à 18h14": "2026-02-10 18:14", "10 de febrero de 2026": "2026-02-10",
		"1º marzo 2026": "2026-03-01", "Tuesday, February 10th, 2026": "2026-02-10", "Feb. 10, 2026 at 8:30": "2026-02-10 08:30", "10.2.2026 | 18.14 Uhr": "2026-02-10 18:14", "3. März 2026": "2026-03-03",
		"2026年2月10日 18時30分": "2026-02-10 18:30", "2026年02月10日08:30": "2026-02-10 08:30", "2026년 2월 10일": "2026-02-10", "25/12/2026": "2026-12-25", "12/25/2026": "2026-12-25",
		"3/4/2026": "", "30 February 2026": "", "10 Furlong 2026": "", "32.1.2026": "", "10 May 3026": "", "version 1.2.2026.4": "2026-02-01", "the year": "",
		"Tue, 10 Feb 2026 06:00:00 EST": "2026-02-10 11:00", "Tue, 10 Feb 2026 06:00:00 CEST": "2026-02-10 04:00", "Tue, 10 Feb 2026 06:00:00 GMT": "2026-02-10 06:00", "Tue, 10 Feb 2026 06:00:00 +0300": "2026-02-10 03:00",
	} {
		if got := when(article.Time(text)); got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
}

func TestWhenAndByWhomAsPagesShowIt(t *testing.T) {
	long := "<p>" + strings.Repeat(sentence, 3) + "</p>"
	for name, c := range map[string]struct {
		above, below        string
		published, modified string
		authors             []string
	}{
		"a blog":                               {"", `<div><span>Posted on <time class="entry-date published" datetime="2026-02-10T08:15:00+00:00">10 February 2026</time><time class="updated" datetime="2026-02-11T09:00:00Z">11 February 2026</time></span> by <span class="author vcard"><a class="url fn n" href="/ann">Ann Writer</a></span></div>`, "2026-02-10 08:15", "2026-02-11 09:00", []string{"Ann Writer"}},
		"microdata":                            {"", `<div>Von <span itemprop="author" itemscope><span itemprop="name">Karin Schön</span></span> | <span itemprop="datePublished" content="2026-02-11T07:30:00+01:00">11. Februar 2026</span><meta itemprop="dateModified" content="2026-02-12"></div>`, "2026-02-11 06:30", "2026-02-12", []string{"Karin Schön"}},
		"German":                               {"", `<div>Stand: 10.02.2026 18:14 Uhr</div><p>Von Anna Meier und Jörg von der Vogt, NDK</p>`, "", "2026-02-10 18:14", []string{"Anna Meier", "Jörg von der Vogt"}},
		"French":                               {"", `<div>Publié le 10 février 2026 à 18h14 par Claire Houdan, mis à jour le 11 février 2026</div>`, "2026-02-10 18:14", "2026-02-11", []string{"Claire Houdan"}},
		"Spanish":                              {"", `<p>Por Lucía Vega</p><p>10 de febrero de 2026</p>`, "2026-02-10", "", []string{"Lucía Vega"}},
		"two dates in a line":                  {"", `<p>Published 10 Feb 2026 | Last updated 12 Feb 2026 | 3 min read</p>`, "2026-02-10", "2026-02-12", nil},
		"an element for machines":              {"", `<p><time datetime="2026-02-10T08:15:00Z">yesterday</time></p>`, "2026-02-10 08:15", "", nil},
		"above the heading, and it says so":    {`<p>Published: 10 February 2026</p>`, "", "2026-02-10", "", nil},
		"above the heading it is today's":      {`<header><p>Saturday, 28 November 2026</p></header>`, "", "", "", nil},
		"a sentence with a date is none":       {"", `<p>The meeting on 3 April 2026 in the old customs house</p>`, "", "", nil},
		"a subtitle that begins like a byline": {"", `<p>By the river, and what it brings</p>`, "", "", nil},
		"a family that is called so":           {"", `<p>Von der Leyen Kommission</p>`, "", "", nil},
	} {
		s := read(t, "<title>Tides</title>", c.above+"<article><h1>Tides</h1>"+c.below+long+long+"</article>")
		if when(s.PublishedAt) != c.published || when(s.ModifiedAt) != c.modified || !reflect.DeepEqual(s.Authors, c.authors) {
			t.Errorf("%s: %q, %q, %q", name, when(s.PublishedAt), when(s.ModifiedAt), s.Authors)
		}
		if first, _, _ := strings.Cut(s.Text, "\n"); (c.published != "" || c.modified != "") && !strings.HasPrefix(first, "The keeper") {
			t.Errorf("%s: the text begins with %q", name, first)
		}
	}
}

func TestWhatMetadataSayGoesBeforeWhatIsShown(t *testing.T) {
	s := read(t, `<title>Tides</title><meta name="author" content="Bo Second"><meta property="article:published_time" content="2026-03-14">`,
		"<article><h1>Tides</h1><p>By Ann Writer</p><p>10 February 2026</p><p>Last updated: 14 March 2026</p><p>"+strings.Repeat(sentence, 4)+"</p></article>")
	if when(s.PublishedAt) != "2026-03-14" || s.ModifiedAt != nil || !reflect.DeepEqual(s.Authors, []string{"Bo Second"}) {
		t.Errorf("%v, %q", s.PublishedAt, s.Authors)
	}
}

func TestNamesAsPagesListThem(t *testing.T) {
	for head, want := range map[string][]string{
		`<meta name="author" content="Von Karin Schön">`:         {"Karin Schön"},
		`<meta name="author" content="von Arnim">`:               {"von Arnim"},
		`<meta name="author" content="Sam Porter, Lee Chan">`:    {"Sam Porter", "Lee Chan"},
		`<meta name="author" content="Karin Schön, Hafenstadt">`: {"Karin Schön, Hafenstadt"},
		`<meta name="DC.creator" content="Houdan, Claire">`:      {"Claire Houdan"},
		`<meta name="citation_author" content="Holt, Maren"><meta name="citation_author" content="Bo Second"><meta name="citation_author" content="Ann Lee, Ph.D.">`: {"Maren Holt", "Bo Second", "Ann Lee, Ph.D."},
	} {
		if s := read(t, "<title>Tides</title>"+head, body); !reflect.DeepEqual(s.Authors, want) {
			t.Errorf("%s: %q, want %q", head, s.Authors, want)
		}
	}
}

func TestTheTitleAndTheNameOfTheSite(t *testing.T) {
	for _, c := range []struct{ head, heading, title, site string }{
		{"<title>A wall for the harbour – The Log</title>", "A wall for the harbour", "A wall for the harbour", "The Log"},
		{"<title>A wall - Local - The Log</title>", "A wall", "A wall", "The Log"},
		{"<title>The new wall - Harbour Forum</title>", "Harbour Forum", "The new wall", "Harbour Forum"},
		{"<title>议会通过修建新海堤_港口日报</title>", "议会通过修建新海堤", "议会通过修建新海堤", "港口日报"},
		{`<title>x</title><meta property="og:title" content="防潮堤の建設決まる｜港新聞"><meta property="og:site_name" content="港新聞">`, "y", "防潮堤の建設決まる", "港新聞"},
		{"<title>A wall – what it costs</title>", "A wall – what it costs", "A wall – what it costs", ""},
		{"<title>A wall – and all that the people of the harbour pay</title>", "A wall", "A wall – and all that the people of the harbour pay", ""},
		{"<title>snake_case in names</title>", "Names", "snake_case in names", ""},
	} {
		s := read(t, c.head, strings.Replace(body, "<h1>Tides</h1>", "<h1>"+c.heading+"</h1>", 1))
		if s.Title != c.title || s.SiteName != c.site {
			t.Errorf("%s: %q, %q", c.head, s.Title, s.SiteName)
		}
	}
}

func TestFurnitureOfAText(t *testing.T) {
	long := "<p>" + strings.Repeat(sentence, 3) + "</p>"
	s := read(t, "<title>Tides</title>", "<article><h2>One</h2>"+long+"<p>Advertisement</p><h2>Two</h2>"+long+`<p>Anzeige</p><p>00:00 Intro<br>05:10 The gauge<br>(1:20:00) The money</p><p>14:30</p><p><a href="/share">Share</a></p><h2>Three</h2><p>14:45 The council has voted.</p><p>A <a href="https://e.org/3">third</a> part. `+sentence+"</p><h2>Go on</h2><p>Already a subscriber? Log in.</p><p>© 2026 The Gauge. All rights reserved.</p></article>")
	var starts []string
	for p := range strings.SplitSeq(s.Text, "\n\n") {
		starts = append(starts, p[:7])
	}
	if !reflect.DeepEqual(starts, []string{"The kee", "The kee", "14:45 T", "A third"}) {
		t.Errorf("%q", starts)
	}
	if len(s.Outline) != 3 || s.Outline[1].Paragraph != 1 || s.Outline[2].Paragraph != 2 || len(s.Links) != 1 || s.Links[0].Paragraph != 3 {
		t.Errorf("%+v, %+v", s.Outline, s.Links)
	}
}
