package ingest

import (
	"context"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"autointel.example/internal/stage"
	"autointel.example/internal/stage/stagetest"
	"autointel.example/internal/workflow"
	"autointel.example/schemas"
	"autointel.example/services/ingest/fetch"
	"autointel.example/services/ingest/links"
)

// beside is the input of context at a depth for a source.
func beside(t *testing.T, depth string, source *schemas.Source) stage.Input {
	t.Helper()
	return stagetest.Input(t, depth, stagetest.Outputs{workflow.Acquire: source})
}

// linking is a source that links to addresses, each in a paragraph of its own; those that begin with "!" stand in a claim.
func linking(addresses ...string) *schemas.Source {
	source := &schemas.Source{URL: "https://source.example/page", FinalURL: "https://source.example/page", Digest: "source", FetchedAt: stagetest.At}
	var paragraphs []string
	for i, a := range addresses {
		text := fmt.Sprintf("page %c", 'a'+i%26)
		a, claim := strings.CutPrefix(a, "!")
		if claim {
			paragraphs = append(paragraphs, "It rose by 9 metres, says "+text+".")
		} else {
			paragraphs = append(paragraphs, "The view is fine, see "+text+".")
		}
		source.Links = append(source.Links, schemas.Link{URL: a, Text: text, Paragraph: i})
	}
	source.Text = strings.Join(paragraphs, "\n\n")
	return source
}

func related(t *testing.T, r reader, in stage.Input) schemas.Related {
	t.Helper()
	out, err := surroundings(r)(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	return out.(schemas.Related)
}

// gist is what of a context can be compared: its documents' paths and relations, and why which path was not read.
func gist(r schemas.Related) (read []string, skipped map[string]string) {
	skipped = map[string]string{}
	path := func(u string) string { return u[strings.LastIndex(u, "/"):] }
	for _, d := range r.Documents {
		read = append(read, path(d.Source.URL)+" "+d.Relation)
	}
	for _, s := range r.Skipped {
		skipped[path(s.URL)] = s.Reason
	}
	return read, skipped
}

func TestTheContextOfASource(t *testing.T) {
	s, other := newSite(t), newSite(t)
	r := reads(t, fetch.Options{}, s, other)
	html := func(s *site, path, begin string) string {
		return s.page(path, "text/html", "<title>"+begin+"</title><article>"+prose(begin, 3)+"</article>")
	}
	s.page("/robots.txt", "text/plain", "User-agent: *\nDisallow: /closed")
	source := linking(
		html(s, "/seen", "Seen"), "!"+html(s, "/claimed", "Claimed"), s.URL+"/missing", html(s, "/closed", "Closed"), "!"+html(other, "/elsewhere", "Elsewhere"), html(other, "/copy", "Claimed"),
		s.page("/feed", "application/rss+xml", "<rss/>"), s.page("/short", "text/html", "<p>Short."), s.page("/talk", "audio/mpeg", "ID3"), "https://source.example/page#top", "http://10.0.0.1/inside", "https://x.com/intent/post",
	)
	var progress []string
	in := beside(t, workflow.Comprehensive, source)
	var mu sync.Mutex
	in.Progress = func(done, total int64, unit string) {
		mu.Lock()
		defer mu.Unlock()
		progress = append(progress, fmt.Sprintf("%d/%d %s", done, total, unit))
	}
	out := related(t, r, in)
	read, skipped := gist(out)
	if want := []string{"/claimed cited", "/elsewhere cited", "/seen linked"}; !reflect.DeepEqual(read, want) {
		t.Errorf("read %v", read)
	}
	if want := map[string]string{
		"/missing": "not_found", "/closed": "robots", "/copy": "duplicate", "/feed": "unsupported_media_type", "/short": "no_text", "/talk": "no_text", "/page#top": "same_page", "/inside": "private_address", "/post": "chore",
	}; !reflect.DeepEqual(skipped, want) {
		t.Errorf("skipped %v", skipped)
	}
	if first := out.Documents[0]; first.LinkText != "page b" || first.Source.Title != "Claimed" || !first.Source.FetchedAt.Equal(stagetest.At) || !strings.HasPrefix(first.Source.Text, "Claimed The keeper") {
		t.Errorf("%+v", first)
	}
	if s.times("/closed") != 0 || len(progress) < 4 || progress[len(progress)-1] != "3/10 documents" {
		t.Errorf("the closed page was asked for %d times; progress %v", s.times("/closed"), progress)
	}
}

// What acquire yields of a page is what context needs to tell a claim's link from another.
func TestAPageAndItsContext(t *testing.T) {
	s, other := newSite(t), newSite(t)
	r := reads(t, fetch.Options{}, s, other)
	level := other.page("/level", "text/html", "<title>Level</title><article>"+prose("The level", 3)+"</article>")
	report := other.page("/report", "application/pdf", sample())
	view := s.page("/view", "text/html", "<title>View</title><article>"+prose("The view", 3)+"</article>")
	page := s.page("/page", "text/html", `<title>Tides</title><article><h1>Tides</h1>`+prose("One", 2)+`<p>The bridge has <a href="`+view+`">a fine view</a>. `+sentence+`</p>
		<p>The water rose by <a href="`+level+`">4.2 metres</a>. `+sentence+`</p><h2>Later</h2><p>`+sentence+`According to <a href="`+report+`">the annual report</a>, the book is lost.</p>
		<p>`+sentence+`<a href="/page#later">Later</a> <a rel="sponsored" href="/boots">Boots</a></p></article>`)
	source, err := acquired(t, r, page)
	if err != nil {
		t.Fatal(err)
	}
	out := related(t, r, beside(t, workflow.Deep, &source))
	read, skipped := gist(out)
	if want := []string{"/level cited", "/report cited", "/view linked"}; !reflect.DeepEqual(read, want) {
		t.Errorf("read %v", read)
	}
	if want := map[string]string{"/page#later": "same_page", "/boots": "sponsored"}; !reflect.DeepEqual(skipped, want) {
		t.Errorf("skipped %v", skipped)
	}
	if out.Documents[1].Source.Kind != "pdf" || out.Documents[1].LinkText != "the annual report" {
		t.Errorf("%+v", out.Documents[1])
	}
}

func TestTheBudgetOfADepth(t *testing.T) {
	s := newSite(t)
	r := reads(t, fetch.Options{}, s)
	var addresses []string
	for n := range 26 {
		path := fmt.Sprintf("/%02d", n)
		if n%3 == 2 {
			addresses = append(addresses, s.URL+path) // is not there
			continue
		}
		addresses = append(addresses, s.page(path, "text/html", fmt.Sprintf("<title>%d</title><article>%s</article>", n, prose(fmt.Sprint("Number ", n), 2))))
	}
	for depth, want := range map[string]int{workflow.Deep: 5, workflow.Comprehensive: 10, workflow.Experimental: 18} {
		read, skipped := gist(related(t, r, beside(t, depth, linking(addresses...))))
		if len(read) != want {
			t.Errorf("%s: %d documents", depth, len(read))
		}
		if depth == workflow.Deep {
			if want := []string{"/00 linked", "/01 linked", "/03 linked", "/04 linked", "/06 linked"}; !reflect.DeepEqual(read, want) {
				t.Errorf("%v", read)
			}
			if skipped["/02"] != "not_found" || skipped["/25"] != "budget" {
				t.Errorf("%v", skipped)
			}
		}
	}
}

func TestBytesAndTimeOfTheBudget(t *testing.T) {
	s := newSite(t)
	r := reads(t, fetch.Options{}, s)
	large := "<!--" + strings.Repeat("x", 3<<20) + "-->"
	var addresses []string
	for n := range 4 {
		addresses = append(addresses, s.page(fmt.Sprint("/", n), "text/html", fmt.Sprintf("<title>%d</title>%s<article>%s</article>", n, large, prose(fmt.Sprint("Number ", n), 2))))
	}
	addresses = append(addresses, s.page("/long", "text/plain", strings.Repeat(sentence, 50_000)))
	read, skipped := gist(related(t, r, beside(t, workflow.Deep, linking(addresses...))))
	if len(read) != 2 || skipped["/2"] != "budget" || skipped["/3"] != "budget" || skipped["/long"] != "too_large" {
		t.Errorf("%v %v", read, skipped)
	}

	s.pages["/hangs"] = func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }
	g := &gathering{reader: r, budget: budget{documents: 1, bytes: 1 << 20}, seen: map[string]bool{}, progress: func(int) {}}
	within, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if err := g.gather(t.Context(), within, chosenOf(linking(s.URL+"/hangs", s.URL+"/never"))); err != nil {
		t.Fatal(err)
	}
	if _, skipped := gist(g.related); skipped["/hangs"] != "budget" || skipped["/never"] != "budget" {
		t.Errorf("%v", skipped)
	}
}

func TestTheContextSettles(t *testing.T) {
	s := newSite(t)
	r := reads(t, fetch.Options{MaxBytes: 1 << 20, Idle: 300 * time.Millisecond}, s)
	var addresses []string
	for _, u := range hostile(s) {
		addresses = append(addresses, u)
	}
	slices.Sort(addresses)
	fed := linking()
	fed.Feed = &schemas.FeedNote{Others: []schemas.Link{{URL: s.page("/other", "text/html", "<title>Other</title><article>"+prose("Another item", 3)+"</article>"), Text: "Other"}}}
	stagetest.Run(t, stage.Stage{Name: workflow.Context, Run: surroundings(r)}, map[string]stage.Input{
		"a source that links to hostile pages": beside(t, workflow.Experimental, linking(addresses...)),
		"a source without links":               beside(t, workflow.Deep, linking()),
		"a source that was not read":           beside(t, workflow.Deep, nil),
		"an item of a feed":                    beside(t, workflow.Deep, fed),
		"links with nothing to read":           beside(t, workflow.Deep, linking("https://x.com/intent/post", "https://a.example/")),
	})
	if read, _ := gist(related(t, r, beside(t, workflow.Deep, fed))); !reflect.DeepEqual(read, []string{"/other same_feed"}) {
		t.Errorf("%v", read)
	}
}

func chosenOf(source *schemas.Source) []links.Chosen {
	chosen, _ := links.Choose(source)
	return chosen
}
