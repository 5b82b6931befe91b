package ingest

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"autointel.example/internal/stage"
	"autointel.example/internal/stage/stagetest"
	"autointel.example/internal/testtime"
	"autointel.example/internal/workflow"
	"autointel.example/schemas"
	"autointel.example/services/ingest/fetch"
)

// site is a web server whose pages are functions of its own address.
type site struct {
	*httptest.Server
	mu    sync.Mutex
	asked map[string]int
	pages map[string]func(w http.ResponseWriter, r *http.Request)
}

func newSite(t *testing.T) *site {
	t.Helper()
	s := &site{asked: map[string]int{}, pages: map[string]func(http.ResponseWriter, *http.Request){}}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		s.asked[r.URL.Path]++
		page := s.pages[r.URL.Path]
		s.mu.Unlock()
		if page == nil {
			http.NotFound(w, r)
			return
		}
		page(w, r)
	}))
	t.Cleanup(s.Close)
	return s
}

// page serves a body under a path.
func (s *site) page(path, mediaType, body string) string {
	s.pages[path] = func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", mediaType)
		_, _ = io.WriteString(w, strings.ReplaceAll(body, "SITE", s.URL))
	}
	return s.URL + path
}

func (s *site) times(path string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.asked[path]
}

// reads returns a reader that may reach the sites.
func reads(t *testing.T, o fetch.Options, sites ...*site) reader {
	t.Helper()
	for _, s := range sites {
		o.Allow = append(o.Allow, s.Listener.Addr().String())
	}
	if o.Pause == 0 {
		o.Pause = time.Nanosecond
	}
	client := fetch.New(o)
	t.Cleanup(client.Close)
	return reader{client: client}
}

const sentence = "The keeper of the gauge wrote the height of the water into a book every morning, and the book is still there. "

// prose is n paragraphs of a text that begins with the given words.
func prose(begin string, n int) string {
	return strings.Repeat("<p>"+begin+" "+strings.Repeat(sentence, 3)+"</p>", n)
}

// asking is the input of acquire for an address.
func asking(t *testing.T, url string) stage.Input {
	t.Helper()
	in := stagetest.Input(t, workflow.Deep, nil)
	in.Context.URL = url
	return in
}

func acquired(t *testing.T, r reader, url string) (schemas.Source, error) {
	t.Helper()
	out, err := acquire(r)(t.Context(), asking(t, url))
	source, _ := out.(schemas.Source)
	return source, err
}

func TestAFeedIsItsNewestItemOrTheOneThatIsAskedFor(t *testing.T) {
	s := newSite(t)
	r := reads(t, fetch.Options{}, s)
	at := s.page("/feed.xml", "application/rss+xml", `<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:podcast="https://podcastindex.org/namespace/1.0"><channel><title>The Gauge</title>
		<item><guid>new</guid><title>Newest</title><link>SITE/newest</link><pubDate>Sat, 14 Mar 2026 09:26:53 GMT</pubDate><description>In short.</description></item>
		<item><guid>whole</guid><title>Whole</title><link>SITE/whole</link><pubDate>Fri, 13 Mar 2026 09:26:53 GMT</pubDate><content:encoded><![CDATA[<h2>Within</h2>`+prose("In the feed", 3)+`<a href="/source">a source</a>]]></content:encoded></item>
		<item><guid>gone</guid><title>Gone</title><link>SITE/gone</link><description>`+sentence+`</description></item>
		<item><guid>lost</guid><title>Lost</title><link>SITE/lost</link></item>
		<item><guid>talk</guid><title>Talk</title><description>What was said.</description><enclosure url="SITE/talk.mp3" length="9" type="audio/mpeg"/><podcast:transcript url="SITE/talk.vtt" type="text/vtt"/></item></channel></rss>`)
	s.page("/newest", "text/html", "<title>The page</title><article>"+prose("On the page", 3)+"</article>")
	for _, c := range []struct{ item, kind, title, begins, limit, reason string }{
		{"", "article", "The page", "On the page", "", ""},
		{"#whole", "feed", "Whole", "In the feed", "", ""},
		{"?item=gone", "feed", "Gone", "The keeper", "page_unreachable", ""},
		{"#talk", "media", "Talk", "What was said", "", ""},
		{"#lost", "", "", "", "", "no_text"},
		{"#nothing", "", "", "", "", "no_such_item"},
	} {
		source, err := acquired(t, r, at+c.item)
		if c.reason != "" {
			if err == nil || !strings.Contains(err.Error(), c.reason+": ") {
				t.Errorf("%s: %v", c.item, err)
			}
			continue
		}
		limit := ""
		if len(source.Limits) > 0 {
			limit = source.Limits[0].Code
		}
		if err != nil || source.Kind != c.kind || source.Title != c.title || !strings.HasPrefix(source.Text, c.begins) || limit != c.limit || source.URL != at+c.item {
			t.Errorf("%s: %s %q %.40q %q, %v", c.item, source.Kind, source.Title, source.Text, limit, err)
			continue
		}
		if source.Feed == nil || source.Feed.Items != 5 || source.SiteName != "The Gauge" && source.Kind != "article" {
			t.Errorf("%s: %+v", c.item, source.Feed)
		}
		if c.item == "#talk" && (len(source.Captions) != 1 || len(source.Media) != 1 || source.Captions[0].URL != s.URL+"/talk.vtt") {
			t.Errorf("%+v %+v", source.Captions, source.Media)
		}
		if c.item == "#whole" && (len(source.Outline) != 1 || len(source.Links) != 1 || source.Links[0].URL != s.URL+"/source") {
			t.Errorf("%+v %+v", source.Outline, source.Links)
		}
	}
}

func TestAPDFIsASource(t *testing.T) {
	s := newSite(t)
	r := reads(t, fetch.Options{}, s)
	source, err := acquired(t, r, s.page("/r", "application/pdf", sample()))
	if err != nil {
		t.Fatal(err)
	}
	if source.Kind != "pdf" || source.Title != "Annual report 2026" || len(source.Authors) != 2 || source.Language != "en-GB" || len(source.Outline) != 2 {
		t.Errorf("%+v", source)
	}
	if want := []schemas.Link{{URL: "https://example.org/river", Paragraph: 1}, {URL: "https://example.org/archive", Paragraph: 4}}; !reflect.DeepEqual(source.Links, want) {
		t.Errorf("%+v", source.Links)
	}
}

func TestAPageThatOnlyLeadsOnIsFollowed(t *testing.T) {
	s := newSite(t)
	r := reads(t, fetch.Options{}, s)
	s.page("/text", "text/html", "<title>There</title><article>"+prose("It", 3)+"</article>")
	for name, c := range map[string]struct{ body, reason string }{
		"at once":                             {`<meta http-equiv="refresh" content="0; url=/text">`, ""},
		"as pages write it":                   {`<META HTTP-EQUIV=Refresh CONTENT="3;URL='text'">You will be led on.`, ""},
		"to itself":                           {`<meta http-equiv="refresh" content="0; url=/from?utm_source=x">`, "no_text"},
		"without an address":                  {`<meta http-equiv="refresh" content="0">`, "no_text"},
		"after a minute":                      {`<meta http-equiv="refresh" content="60; url=/text">`, "no_text"},
		"inside":                              {`<meta http-equiv="refresh" content="0; url=http://127.0.0.2:1/">`, "private_address"},
		"to a program":                        {`<meta http-equiv="refresh" content="0; url=javascript:go()">`, "no_text"},
		"round and round":                     {`<meta http-equiv="refresh" content="0; url=/round">`, "no_text"},
		"a page with a text is read, however": {`<title>Here</title><meta http-equiv="refresh" content="5; url=/nowhere"><article>` + prose("It", 3) + `</article>`, ""},
	} {
		s.page("/round", "text/html", `<meta http-equiv="refresh" content="0; url=/from">`)
		before := s.times("/round")
		source, err := acquired(t, r, s.page("/from", "text/html", c.body))
		if c.reason == "" && (err != nil || !strings.HasPrefix(source.Text, "It ")) || c.reason != "" && (err == nil || !strings.Contains(err.Error(), c.reason+": ")) {
			t.Errorf("%s: %q, %v", name, source.Title, err)
		}
		if n := s.times("/round") - before; n > 1 {
			t.Errorf("%s: led round %d times", name, n)
		}
	}
}

func TestALongTextIsCutAndSaysSo(t *testing.T) {
	source := schemas.Source{
		Text:    strings.Repeat(strings.Repeat("ä", 500)+"\n\n", 100),
		Outline: []schemas.Heading{{Text: "first"}, {Text: "last", Paragraph: 99}}, Links: []schemas.Link{{URL: "a"}, {URL: "b", Paragraph: 99}},
	}
	truncate(&source, 10_000)
	if len(source.Text) > 10_000 || len(source.Text) < 8000 || len(source.Outline) != 1 || len(source.Links) != 1 || source.Limits[0].Code != "truncated" {
		t.Errorf("%d bytes, %+v %+v %+v", len(source.Text), source.Outline, source.Links, source.Limits)
	}
	source = schemas.Source{Text: strings.Repeat("ä", 10_000)}
	if truncate(&source, 10_001); len(source.Text) != 10_000 {
		t.Errorf("a text without paragraphs is cut at %d bytes, within a letter", len(source.Text))
	}
}

func TestEverySourceSettles(t *testing.T) {
	s := newSite(t)
	r := reads(t, fetch.Options{MaxBytes: 4 << 20, Idle: 300 * time.Millisecond}, s)
	inputs := map[string]stage.Input{}
	for name, url := range hostile(s) {
		in := asking(t, url)
		in.Attempt = fetchAttempts // what may be better later is given up
		inputs[name] = in
	}
	stagetest.Run(t, stage.Stage{Name: workflow.Acquire, Run: acquire(r)}, inputs)
}

func TestReasonsOfHostileSources(t *testing.T) {
	s := newSite(t)
	r := reads(t, fetch.Options{MaxBytes: 4 << 20, Idle: 300 * time.Millisecond}, s)
	urls := hostile(s)
	want := map[string]string{
		"an article": "", "an endless stream": "too_large", "a gzip bomb": "too_large", "a server that falls silent": "timeout", "100,000 nested elements": "malformed", "50,000 paragraphs": "",
		"a line of 200 KB": "", "a broken charset": "", "a feed nested 100,000 levels": "malformed", "a feed that is cut off": "malformed", "an archive": "unsupported_media_type",
		"redirects without an end": "too_many_redirects", "a redirect inside": "private_address", "nothing": "no_text", "an error": "http_status", "gone": "not_found", "a recording": "", "a page of scripts": "script_only",
		"data nested 900,000 levels": "script_only", "data of a million numbers": "script_only",
		"a PDF": "", "a PDF that is cut off": "malformed",
	}
	for name, url := range urls {
		in := asking(t, url)
		in.Attempt = fetchAttempts
		started := time.Now()
		_, err := acquire(r)(t.Context(), in)
		took := time.Since(started)
		reason := ""
		if err != nil {
			_, reason, _ = strings.Cut(err.Error(), ": ")
			reason, _, _ = strings.Cut(reason, ": ")
		}
		expected, known := want[name]
		if !known || reason != expected || took > testtime.Limit(5*time.Second) || err != nil && !stage.Settles(err) {
			t.Errorf("%s: %q after %s, want %q (%v)", name, reason, took, expected, err)
		}
	}
	if len(urls) != len(want) {
		t.Errorf("%d sources, %d reasons", len(urls), len(want))
	}
}

func TestWhatMayBeBetterLaterIsTriedAgain(t *testing.T) {
	s := newSite(t)
	r := reads(t, fetch.Options{}, s)
	s.pages["/busy"] = func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) }
	for attempt := 1; attempt <= fetchAttempts; attempt++ {
		in := asking(t, s.URL+"/busy")
		in.Attempt = attempt
		_, err := acquire(r)(t.Context(), in)
		var e *fetch.Error
		if again := errors.As(err, &e); again != (attempt < fetchAttempts) || err == nil {
			t.Errorf("attempt %d: %v", attempt, err)
		}
	}
}

// Who requests a report wants the page as it is now; who tries again within a minute has it.
func TestAFirstAttemptAsksTheServer(t *testing.T) {
	s := newSite(t)
	r := reads(t, fetch.Options{}, s)
	url := s.page("/a", "text/html", "<title>A</title><article>"+prose("First", 3)+"</article>")
	for n, c := range []struct {
		attempt, times int
		begins         string
	}{{1, 1, "First"}, {2, 1, "First"}, {3, 1, "First"}, {1, 2, "Second"}, {2, 2, "Second"}} {
		in := asking(t, url)
		in.Attempt = c.attempt
		out, err := acquire(r)(t.Context(), in)
		if source, _ := out.(schemas.Source); err != nil || !strings.HasPrefix(source.Text, c.begins) || s.times("/a") != c.times {
			t.Errorf("%d: %.20q, fetched %d times, %v", n, source.Text, s.times("/a"), err)
		}
		if n == 2 {
			s.page("/a", "text/html", "<title>A</title><article>"+prose("Second", 3)+"</article>")
		}
	}
}
