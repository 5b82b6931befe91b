package main

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strings"

	"autointel.example/internal/workflow"
)

// sourceKind is a kind of source, of any size.
type sourceKind struct {
	name      string // as the table says
	path      string // where it is served
	mediaType string
	make      func(bytes int) []byte
	stages    []string // that are run on it; none: all
	warm      bool     // its reader is started once in a process, so that is not counted
}

var (
	onlyAcquired = []string{workflow.Acquire}
	sourceKinds  = []sourceKind{
		{name: "an article", path: "article", mediaType: "text/html", make: articleOf},
		{name: "short paragraphs", path: "paragraphs", mediaType: "text/html", make: paragraphsOf},
		{name: "a single line", path: "line", mediaType: "text/plain", make: lineOf},
		{name: "nested elements", path: "nested", mediaType: "text/html", make: nestedOf, stages: onlyAcquired},
		{name: "Markdown", path: "notes.md", mediaType: "text/markdown", make: markdownOf, stages: onlyAcquired},
		{name: "a feed", path: "feed", mediaType: "application/rss+xml", make: feedOf, stages: onlyAcquired},
		{name: "PDF", path: "report.pdf", mediaType: "application/pdf", make: pdfOf, stages: onlyAcquired, warm: true},
		{name: "WebVTT", path: "talk.vtt", mediaType: "text/vtt", make: vttOf},
		{name: "SRT", path: "talk.srt", mediaType: "application/x-subrip", make: srtOf, stages: []string{workflow.Acquire, workflow.Transcribe}},
	}
)

// kindNames are all kinds, for people.
func kindNames() string {
	var names []string
	for _, k := range sourceKinds {
		names = append(names, k.name)
	}
	return strings.Join(names, ", ")
}

// warmed is the address of a small source of the kind, if its reader is to be started first.
func (k sourceKind) warmed(where *url.URL) string {
	if !k.warm {
		return ""
	}
	return where.JoinPath("warm", k.path).String()
}

// linked is how many documents an article links to: as many as are read at the most thorough depth. Together they are as large as
// the article.
const linked = 20

// newLibrary serves a source of a size and what it links to.
func newLibrary(kind sourceKind, size int) http.Handler {
	served := map[string][]byte{"/" + kind.path: kind.make(size)}
	if kind.warm {
		served["/warm/"+kind.path] = kind.make(5000)
	}
	for n := range linked {
		served[fmt.Sprintf("/linked/%d", n)] = fmt.Appendf(nil, "<title>Document %d</title><article>%s</article>", n, elements(prose(size/linked, uint64(n%3)), ""))
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, ok := served[r.URL.Path]
		if !ok {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "text/html")
		if strings.HasSuffix(r.URL.Path, kind.path) {
			w.Header().Set("Content-Type", kind.mediaType)
		}
		_, _ = w.Write(body) // who does not read it to the end has seen enough
	})
}

// prose is text of about so many bytes, in paragraphs: names and figures, quotations and those who are quoted, dates, and words that
// push. It is the same every time; another seed makes other sentences of the same matter, of which some are the same.
func prose(size int, seed uint64) string {
	r := rand.New(rand.NewPCG(seed, 7))
	pick := func(words ...string) string { return words[r.IntN(len(words))] }
	var b strings.Builder
	b.Grow(size + 200)
	for i := 0; b.Len() < size; i++ {
		town := pick("Northpoint", "Eastgate", "Varna", "Lund", "Torralba", "Kassel") + pick("", " Harbour", " Bay", " Hill")
		who := pick("Ann", "Bo", "Clara", "Dov", "Edith") + " " + pick("Writer", "Moreno", "Lindqvist", "Okafor", "Haase")
		switch r.IntN(8) {
		case 0:
			fmt.Fprintf(&b, "The %s of %s rose by %d percent in %d. ", pick("rent", "tide", "budget", "traffic"), town, r.IntN(60), 1990+r.IntN(35))
		case 1:
			fmt.Fprintf(&b, "According to the council of %s, %d %s were %s at the %s. ", town, r.IntN(9000), pick("boats", "workers", "houses"), pick("built", "counted", "moved"), pick("quay", "station", "market"))
		case 2:
			fmt.Fprintf(&b, "The %s w%d did not %s the %s near %s. ", pick("keeper", "mayor", "engineer"), r.IntN(5000), pick("repair", "paint", "sell"), pick("gauge", "wall", "bridge"), town)
		case 3:
			fmt.Fprintf(&b, "“We %s the %s of %s, and %d people saw it,” said %s of the %s Institute. ", pick("measured", "lost", "opened"), pick("river", "school", "depot"), town, r.IntN(900), who, town)
		case 4:
			fmt.Fprintf(&b, "On %d %s %d, %s told %s that %s. ", 1+r.IntN(28), pick("March", "May", "October"), 1990+r.IntN(35), who, town, pick("the count was wrong", "everybody knows it", "it may never be repaired"))
		case 5:
			fmt.Fprintf(&b, "%s, and there are only two ways out of %s. ", pick("Studies show that this shocking disaster is guaranteed to return", "Experts agree on an outrageous scandal"), town)
		case 6:
			fmt.Fprintf(&b, "%d of the %d members of the council of %s voted against it, which is more than in %d. ", 1+r.IntN(9), 10+r.IntN(9), town, 1990+r.IntN(35))
		default:
			fmt.Fprintf(&b, "It was a quiet evening and nobody looked at the %s. ", pick("water", "sky", "wall"))
		}
		if i%6 == 5 {
			b.WriteString("\n\n")
		}
	}
	return b.String()
}

// elements is a text's paragraphs in HTML; what is given stands behind the first.
func elements(text, behind string) string {
	first, rest, _ := strings.Cut(text, "\n\n")
	return "<p>" + first + behind + "</p>\n<p>" + strings.ReplaceAll(rest, "\n\n", "</p>\n<p>") + "</p>"
}

func articleOf(size int) []byte {
	var links strings.Builder
	for n := range linked {
		fmt.Fprintf(&links, ` <a href="/linked/%d">document %d of the archive</a>`, n, n)
	}
	return fmt.Appendf(nil, `<!doctype html><html lang="en"><head><title>The council of Northpoint voted 8 to 4</title><meta name="author" content="Ann Writer"></head><body><article><h1>The council of Northpoint voted 8 to 4</h1>%s</article></body></html>`,
		elements(prose(size, 1), links.String()))
}

// paragraphsOf are, at 1 MB, 50,000 paragraphs.
func paragraphsOf(size int) []byte {
	var b bytes.Buffer
	for n := 0; b.Len() < size; n++ {
		fmt.Fprintf(&b, "<p>Lund sold %d of them.", n%977)
	}
	return b.Bytes()
}

// lineOf is text without an end of a sentence or line.
func lineOf(size int) []byte {
	return []byte(strings.NewReplacer("\n\n", "", ".", ",", "“", "", "”", "").Replace(prose(size, 1)))
}

func nestedOf(size int) []byte {
	return []byte(elements(prose(size/2, 1), "") + strings.Repeat("<div>", size/10))
}

func markdownOf(size int) []byte {
	return []byte("# The council of Northpoint\n\n" + strings.ReplaceAll(prose(size, 1), "\n\n", "\n\n- *It* was [said](https://example.org/said), and\n\n"))
}

func feedOf(size int) []byte {
	var b bytes.Buffer
	b.WriteString(`<?xml version="1.0"?><rss version="2.0"><channel><title>The Gauge</title><link>https://example.org/</link>`)
	for n := 0; b.Len() < size; n++ {
		fmt.Fprintf(&b, "<item><title>Item %d</title><link>https://example.org/%d</link><description><![CDATA[%s]]></description></item>", n, n, elements(prose(10_000, uint64(n)), ""))
	}
	b.WriteString("</channel></rss>")
	return b.Bytes()
}

func vttOf(size int) []byte { return cues("WEBVTT\n\n", ".", size) }
func srtOf(size int) []byte { return cues("", ",", size) }

// cues is captions of three seconds each, with numbers; each repeats the line before it, as those that roll do.
func cues(head, point string, size int) []byte {
	var b bytes.Buffer
	b.WriteString(head)
	before := ""
	for n, line := range strings.SplitAfter(prose(size, 1), ". ") {
		if b.Len() >= size {
			break
		}
		line = strings.TrimSpace(line)
		fmt.Fprintf(&b, "%d\n%s --> %s\n%s\n%s\n\n", n+1, timestamp(3*n, point), timestamp(3*n+3, point), before, line)
		before = line
	}
	return b.Bytes()
}

func timestamp(seconds int, point string) string {
	return fmt.Sprintf("%02d:%02d:%02d%s000", seconds/3600, seconds/60%60, seconds%60, point)
}

// pdfOf is pages of forty lines, as a program writes them that does not compress.
func pdfOf(size int) []byte {
	var b bytes.Buffer
	var offsets []int
	object := func(content string) {
		offsets = append(offsets, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", len(offsets), content)
	}
	b.WriteString("%PDF-1.7\n")
	object("<</Type /Catalog /Pages 2 0 R>>")
	words := strings.Fields(strings.NewReplacer("“", "", "”", "").Replace(prose(size, 1)))
	var pages []string
	var bodies []string
	for len(words) > 0 && len(pages)*2800 < size {
		var page strings.Builder
		for line := range 40 {
			n := min(len(words), 9)
			fmt.Fprintf(&page, "BT /F 11 Tf 60 %d Td (%s) Tj ET\n", 790-18*line, strings.Join(words[:n], " "))
			words = words[n:]
		}
		pages, bodies = append(pages, fmt.Sprintf("%d 0 R", 4+2*len(pages))), append(bodies, page.String())
	}
	object(fmt.Sprintf("<</Type /Pages /Count %d /Kids [%s]>>", len(pages), strings.Join(pages, " ")))
	object("<</Type /Font /Subtype /Type1 /BaseFont /Helvetica>>")
	for _, body := range bodies {
		object(fmt.Sprintf("<</Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R /Resources <</Font <</F 3 0 R>>>>>>", len(offsets)+2))
		object(fmt.Sprintf("<</Length %d>>\nstream\n%s\nendstream", len(body), body))
	}
	start := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(offsets)+1)
	for _, o := range offsets {
		fmt.Fprintf(&b, "%010d 00000 n \n", o)
	}
	fmt.Fprintf(&b, "trailer\n<</Size %d /Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n", len(offsets)+1, start)
	return b.Bytes()
}
