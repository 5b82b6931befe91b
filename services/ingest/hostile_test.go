package ingest

import (
	"compress/gzip"
	"io"
	"net/http"
	"os"
	"strings"
)

// hostile is pages that a reader must survive, by their names, with an ordinary one among them.
func hostile(s *site) map[string]string {
	all := map[string]string{
		"an article":                   s.page("/article", "text/html", "<title>Tides</title><article>"+prose("One", 4)+"</article>"),
		"100,000 nested elements":      s.page("/nested", "text/html", strings.Repeat("<div>", 100_000)+"deep"),
		"50,000 paragraphs":            s.page("/paragraphs", "text/html", strings.Repeat("<p>A short paragraph of a page.", 50_000)),
		"a line of 200 KB":             s.page("/line", "text/plain", strings.Repeat("word ", 40_000)),
		"a broken charset":             s.page("/charset", "text/html; charset=utf-16", "<meta charset=klingon><article>"+prose("\xff\xfe\x80", 4)+"</article>"),
		"a feed nested 100,000 levels": s.page("/feed-nested", "application/rss+xml", "<rss><channel><item>"+strings.Repeat("<a:b>", 100_000)),
		"a feed that is cut off":       s.page("/feed-cut", "application/atom+xml", "<feed><entry><title>x"),
		"an archive":                   s.page("/zip", "application/zip", "PK\x03\x04"),
		"nothing":                      s.page("/nothing", "text/html", ""),
		"a recording":                  s.page("/talk.mp3", "audio/mpeg", "ID3"),
		"a page of scripts":            s.page("/scripts", "text/html", `<div id="root"></div><script src="a.js"></script>`),
		"data nested 900,000 levels":   s.page("/data-nested", "text/html", `<div id="root"></div><script type="application/json">`+strings.Repeat("[", 900_000)+"</script>"),
		"data of a million numbers":    s.page("/data-long", "text/html", `<div id="root"></div><script>window.a={"body":[`+strings.Repeat("0,", 1_000_000)+"0]}</script>"),
		"gone":                         s.URL + "/gone",
		"a PDF":                        s.page("/report.pdf", "application/octet-stream", sample()),
		"a PDF that is cut off":        s.page("/cut.pdf", "application/pdf", sample()[:100]),
	}
	special := map[string]func(w http.ResponseWriter, r *http.Request){
		"an endless stream": func(w http.ResponseWriter, _ *http.Request) {
			for {
				if _, err := io.WriteString(w, strings.Repeat("<p>again and again", 1000)); err != nil {
					return
				}
			}
		},
		"a gzip bomb": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			w.Header().Set("Content-Type", "text/html")
			z := gzip.NewWriter(w)
			for {
				if _, err := z.Write(make([]byte, 1<<20)); err != nil {
					return
				}
			}
		},
		"a server that falls silent": func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.WriteString(w, "<p>begun")
			_ = http.NewResponseController(w).Flush()
			<-r.Context().Done()
		},
		"redirects without an end": func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, r.URL.Path, http.StatusFound) },
		"a redirect inside": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://169.254.169.254/latest/meta-data", http.StatusFound)
		},
		"an error": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) },
	}
	for name, page := range special {
		path := "/" + strings.ReplaceAll(name, " ", "-")
		s.pages[path] = page
		all[name] = s.URL + path
	}
	return all
}

// sample is a PDF of three pages.
func sample() string {
	body, err := os.ReadFile("pdf/testdata/report.pdf")
	if err != nil {
		panic(err) // it lies beside the code
	}
	return string(body)
}
