package single

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"

	"autointel.example/internal/pause"
)

// Site is the pages that are asked for: articles with a title of their own, captions and a related page, so that every step of a
// workflow has something to work on.
type Site struct{ *httptest.Server }

// TitleOf is the title of the n-th article.
func TitleOf(n int) string { return fmt.Sprintf("Tides %d", n) }

// NewSite starts it.
func NewSite() *Site {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{wait}/{n}", func(w http.ResponseWriter, r *http.Request) {
		if d, err := time.ParseDuration(r.PathValue("wait")); err != nil || pause.For(r.Context(), d) != nil {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprintf(w, article, "Tides "+r.PathValue("n"), strings.Repeat(paragraph, 4)) // #nosec G705 -- our own number
	})
	mux.HandleFunc("GET /gauge", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprintf(w, article, "The gauge", strings.Repeat(paragraph, 2))
	})
	mux.HandleFunc("GET /captions.en.vtt", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/vtt; charset=utf-8")
		fmt.Fprint(w, captions)
	})
	return &Site{httptest.NewServer(mux)}
}

// Address is where the n-th article is. It is served after a wait.
func (s *Site) Address(n int, wait time.Duration) string {
	return fmt.Sprintf("%s/%s/%d", s.URL, wait, n)
}

// HostPort is where the site listens; it is private, so fetching it has to be allowed.
func (s *Site) HostPort() string { return strings.TrimPrefix(s.URL, "http://") }

const article = `<!doctype html><html lang="en"><head><title>%s</title><meta name="author" content="Ida Moreau"></head><body><article>%s
<p>More about <a href="/gauge">the gauge and its keeper</a>.</p>
<video controls preload="none"><track kind="captions" src="/captions.en.vtt" srclang="en" label="English"></video></article></body></html>`

const paragraph = `<p>The keeper of the gauge wrote the height of the water into a book every morning. In 1892 it stood at 4.2 metres, and in
1902 at 4.6 metres. Experts agree that nobody could have known why. The harbour office of Selwick denied that the book was ever lost.</p>
`

const captions = `WEBVTT

00:00:01.000 --> 00:00:06.000
<v Ida>We are in the tide gauge at Selwick. What do I hear ticking?

00:00:06.000 --> 00:00:12.000
<v Amara>That is the clock of the drum. It has been wound every Monday since 1874.
`
