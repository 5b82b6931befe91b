package feed_test

import (
	"errors"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"time"

	"autointel.example/schemas"
	"autointel.example/services/ingest/feed"
	"autointel.example/services/ingest/fetch"
)

var at = &url.URL{Scheme: "https", Host: "example.org", Path: "/feeds/all.xml"}

const rss = `<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel><title>The Gauge</title><language>en-gb</language><link>https://example.org/</link>
<item><title>An older one</title><link>/older</link><guid isPermaLink="false">g-1</guid><pubDate>Fri, 13 Mar 2026 08:00:00 +0100</pubDate><description>Old.</description></item>
<item><title>The river &amp;amp; the book</title><link>https://example.org/2026/the-river</link><guid>g-2</guid><pubDate>Sat, 14 Mar 2026 09:26:53 GMT</pubDate><dc:creator>Ann Writer</dc:creator>
<description>Short.</description><content:encoded><![CDATA[<p>The whole text.</p>]]></content:encoded></item>
</channel></rss>`

const atom = `<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="de"><title>Der Pegel</title><author><name>Ann Writer</name></author>
<entry><id>tag:example.org,2026:1</id><title>Der Fluss</title><link rel="alternate" href="/fluss"/><updated>2026-03-14T09:26:53Z</updated><summary type="html">&lt;p&gt;Kurz.&lt;/p&gt;</summary></entry></feed>`

const podcast = `<rss version="2.0" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" xmlns:podcast="https://podcastindex.org/namespace/1.0"><channel><title>Talks</title>
<item><title>A talk</title><guid>t-1</guid><itunes:duration>1:02:03</itunes:duration><itunes:summary>What was said of the water.</itunes:summary>
<enclosure url="https://cdn.example.org/t1.mp3" length="12345" type="audio/mpeg"/><enclosure url="https://cdn.example.org/t1.jpg" type="image/jpeg"/>
<podcast:transcript url="/t1.vtt" type="text/vtt" language="en" rel="captions"/><podcast:transcript url="/t1.html" type="text/html"/></item></channel></rss>`

const jsonFeed = `{"version":"https://jsonfeed.org/version/1.1","title":"The Gauge","language":"fr","items":[
{"id":"1","url":"https://example.org/1","title":"Un","content_text":"Du texte.","date_published":"2026-03-13T00:00:00Z"},
{"id":"2","url":"https://example.org/2","title":"Deux","content_html":"<p>Du texte.</p>","date_published":"2026-03-14T00:00:00Z","authors":[{"name":"Ann Writer"}],
 "attachments":[{"url":"https://example.org/2.mp3","mime_type":"audio/mpeg","size_in_bytes":9}]}]}`

const rdf = `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"><channel rdf:about="x"><title>Old form</title></channel>
<item rdf:about="https://example.org/r"><title>R</title><link>https://example.org/r</link><description>Text.</description></item></rdf:RDF>`

func TestFeeds(t *testing.T) {
	march := time.Date(2026, 3, 14, 9, 26, 53, 0, time.UTC)
	midnight := time.Date(2026, 3, 14, 0, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		name, body, title, language string
		items                       int
		newest                      feed.Item
	}{
		{"RSS", rss, "The Gauge", "en-GB", 2, feed.Item{
			ID: "g-2", URL: "https://example.org/2026/the-river", Title: "The river & the book", Summary: "Short.", Content: "<p>The whole text.</p>", Authors: []string{"Ann Writer"}, Published: &march,
		}},
		{"Atom", atom, "Der Pegel", "de", 1, feed.Item{
			ID: "tag:example.org,2026:1", URL: "https://example.org/fluss", Title: "Der Fluss", Summary: "<p>Kurz.</p>", Authors: []string{"Ann Writer"}, Published: &march, Modified: &march,
		}},
		{"a podcast", podcast, "Talks", "", 1, feed.Item{
			ID: "t-1", Title: "A talk", Summary: "What was said of the water.", Content: "What was said of the water.",
			Media: []schemas.Media{{URL: "https://cdn.example.org/t1.mp3", MediaType: "audio/mpeg", Title: "A talk", DurationMS: 3_723_000, Bytes: 12345}},
			Transcripts: []schemas.CaptionTrack{
				{URL: "https://example.org/t1.vtt", Language: "en", Kind: "captions", Label: "text/vtt"}, {URL: "https://example.org/t1.html", Kind: "transcript", Label: "text/html"},
			},
		}},
		{"JSON Feed", jsonFeed, "The Gauge", "fr", 2, feed.Item{
			ID: "2", URL: "https://example.org/2", Title: "Deux", Content: "<p>Du texte.</p>", Authors: []string{"Ann Writer"}, Published: &midnight,
			Media: []schemas.Media{{URL: "https://example.org/2.mp3", MediaType: "audio/mpeg", Title: "Deux", Bytes: 9}},
		}},
		{"RSS 1.0", rdf, "Old form", "", 1, feed.Item{URL: "https://example.org/r", Title: "R", Summary: "Text."}},
	} {
		t.Run(c.name, func(t *testing.T) {
			f, err := feed.Parse([]byte(c.body), at)
			if err != nil {
				t.Fatal(err)
			}
			if f.Title != c.title || f.Language != c.language || len(f.Items) != c.items {
				t.Errorf("%q %q %d", f.Title, f.Language, len(f.Items))
			}
			if !reflect.DeepEqual(f.Items[0], c.newest) {
				t.Errorf("got  %+v\nwant %+v", f.Items[0], c.newest)
			}
		})
	}
}

func TestTheItemThatIsMeant(t *testing.T) {
	f, err := feed.Parse([]byte(rss), at)
	if err != nil {
		t.Fatal(err)
	}
	for raw, want := range map[string]string{
		"https://example.org/feeds/all.xml":                                   "g-2",
		"https://example.org/feeds/all.xml#g-1":                               "g-1",
		"https://example.org/feeds/all.xml?item=g-1":                          "g-1",
		"https://example.org/feeds/all.xml?item=https://example.org/older/":   "g-1",
		"https://example.org/feeds/all.xml#the-river":                         "g-2",
		"https://example.org/feeds/all.xml?item=an%20OLDER%20one":             "g-1",
		"https://example.org/feeds/all.xml#2":                                 "g-1",
		"https://example.org/feeds/all.xml#3":                                 "",
		"https://example.org/feeds/all.xml?item=river":                        "",
		"https://example.org/feeds/all.xml?item=" + strings.Repeat("x", 1000): "",
	} {
		n, err := f.Choose(feed.Wanted(raw))
		var e *fetch.Error
		switch {
		case want == "" && (!errors.As(err, &e) || e.Reason != feed.NoSuchItem):
			t.Errorf("%s: %d, %v", raw, n, err)
		case want != "" && (err != nil || f.Items[n].ID != want):
			t.Errorf("%s: %s, %v", raw, f.Items[n].ID, err)
		}
	}
	note := f.Note(0, at.String())
	if want := (&schemas.FeedNote{Title: "The Gauge", URL: at.String(), Item: "g-2", Items: 2, Others: []schemas.Link{{URL: "https://example.org/older", Text: "An older one"}}}); !reflect.DeepEqual(note, want) {
		t.Errorf("%+v", note)
	}
}

func TestFeedsThatCannotBeRead(t *testing.T) {
	nested := func(open, end string, n int) string {
		return `<rss xmlns:a="urn:a"><channel><item>` + strings.Repeat(open, n) + strings.Repeat(end, n) + `</item></channel></rss>`
	}
	for name, c := range map[string]struct {
		body string
		want fetch.Reason
	}{
		"nothing":                      {"", fetch.Malformed},
		"no feed":                      {"<html></html>", fetch.Malformed},
		"cut off":                      {rss[:400], fetch.Malformed},
		"without items":                {`<rss><channel><title>x</title></channel></rss>`, fetch.NoText},
		"nested 100,000 levels":        {nested("<a:b>", "</a:b>", 100_000), fetch.Malformed},
		"nested 100,000 unclosed":      {`<rss><channel><item>` + strings.Repeat("<b>", 100_000), fetch.Malformed},
		"JSON nested 100,000 levels":   {`{"version":"https://jsonfeed.org/version/1","items":` + strings.Repeat("[", 100_000), fetch.Malformed},
		"JSON that is cut off":         {jsonFeed[:200], fetch.Malformed},
		"entities that grow":           {`<!DOCTYPE r [<!ENTITY a "xxxxxxxxxx"><!ENTITY b "&a;&a;&a;&a;">]><rss><channel><item><title>&b;</title></item></channel></rss>`, ""},
		"50,000 items":                 {`<rss><channel>` + strings.Repeat("<item><title>x</title><link>/x</link></item>", 50_000) + `</channel></rss>`, ""},
		"a title of a line of 200 KB":  {`<rss><channel><item><title>` + strings.Repeat("long ", 40_000) + `</title></item></channel></rss>`, ""},
		"items of which nothing is so": {`{"version":"https://jsonfeed.org/version/1","items":[null,{},{"id":5}]}`, ""},
	} {
		_, err := feed.Parse([]byte(c.body), at)
		var e *fetch.Error
		if errors.As(err, &e); (err == nil) != (c.want == "") && c.want != "" || e != nil && c.want != "" && e.Reason != c.want || err != nil && e == nil {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{rss, atom, podcast, jsonFeed, rdf} {
		f.Add([]byte(s), "g-1")
	}
	f.Add([]byte("<?xml encoding='koi8-r'?><rss>\xc4"), "")
	f.Fuzz(func(t *testing.T, body []byte, wanted string) {
		parsed, err := feed.Parse(feed.Decode(body, "text/xml"), at)
		if err != nil {
			return
		}
		n, err := parsed.Choose(wanted)
		if err != nil {
			return
		}
		var s schemas.Source
		parsed.Describe(n, &s)
		if note := parsed.Note(n, at.String()); note.Items < 1 || n < 0 || n >= len(parsed.Items) {
			t.Errorf("item %d of %d", n, len(parsed.Items))
		}
	})
}
