// Package web is the console's page: read-only, drawn on the server, and kept up to date by server-sent events that carry the same
// drawing. It needs no script to be read, no build step, and nothing from elsewhere.
package web

import (
	"bytes"
	"context"
	"embed"
	"encoding/json"
	"errors"
	"html/template"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"autointel.example/internal/console"
	"autointel.example/internal/console/live"
	"autointel.example/schemas"
)

//go:embed files
var files embed.FS

var templates = template.Must(template.New("console").Funcs(functions).ParseFS(files, "files/*.html"))

// policy lets the page run its own script and nothing else, whatever an event holds.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// What one page holds, and how many can be followed at once.
const (
	listed      = 60 // workflows
	maxStreams  = 64
	maxQuery    = 200 // characters
	openTimeout = 10 * time.Second
)

// Console serves the pages below /console.
type Console struct {
	source  *live.Source
	gate    *gate
	logger  *slog.Logger
	streams chan struct{} // one for each stream that is open
}

// New returns a console. Without a token it is open to this machine alone.
func New(source *live.Source, token string, now func() time.Time, logger *slog.Logger) *Console {
	return &Console{source, newGate(token, now, logger), logger, make(chan struct{}, maxStreams)}
}

// Routes adds the pages.
func (c *Console) Routes(mux *http.ServeMux) {
	own := http.NewCrossOriginProtection()
	page := func(pattern string, h http.HandlerFunc) { mux.Handle(pattern, guarded(c.behindTheGate(h))) }
	page("GET /console", c.overview)
	page("GET /console/stream", c.followOverview)
	page("GET /console/snapshot.json", c.snapshot)
	page("GET /console/workflow/{id}", c.workflow)
	page("GET /console/workflow/{id}/stream", c.followWorkflow)
	page("GET /console/workflow/{id}/timeline.json", c.timeline)
	mux.Handle("GET /console/{$}", http.RedirectHandler("/console", http.StatusMovedPermanently))
	mux.Handle("POST /console/login", guarded(own.Handler(http.HandlerFunc(c.login))))
	mux.Handle("POST /console/logout", guarded(own.Handler(http.HandlerFunc(c.logout))))
	mux.Handle("GET /console/files/{file}", guarded(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := r.PathValue("file")
		if strings.HasSuffix(name, ".html") {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Cache-Control", "no-cache")
		http.ServeFileFS(w, r, files, "files/"+name)
	})))
}

// Off answers below /console where there is none, with what to do.
func Off(mux *http.ServeMux) {
	says := func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, "The console is off: it is open on a loopback address, or with AUTOINTEL_CONSOLE_TOKEN.", http.StatusNotFound)
	}
	mux.HandleFunc("/console", says)
	mux.HandleFunc("/console/", says)
}

// guarded sets what every answer of the console carries.
func guarded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cache-Control", "no-store")
		next.ServeHTTP(w, r)
	})
}

// behindTheGate lets in who may. To a browser that asks for a page it shows the form.
func (c *Console) behindTheGate(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		err := c.gate.check(r)
		switch {
		case err == nil:
			next(w, r)
		case errors.Is(err, errForeign):
			http.Error(w, err.Error(), http.StatusForbidden)
		case strings.Contains(r.Header.Get("Accept"), "text/html"):
			c.render(w, http.StatusOK, "login.html", loginPage{Next: r.URL.RequestURI()})
		default:
			w.Header().Set("WWW-Authenticate", `Bearer realm="autointel console"`)
			http.Error(w, err.Error(), http.StatusUnauthorized)
		}
	}
}

// loginPage is the form that asks for the token.
type loginPage struct {
	Next  string
	Wrong bool
}

// login takes the token from the form and gives a session for it.
func (c *Console) login(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, 1<<12)
	next := r.PostFormValue("next")
	if !c.gate.right(r, r.PostFormValue("token")) {
		if c.gate.attempts.Tokens() < 1 {
			http.Error(w, "Too many wrong tokens. Wait a while.", http.StatusTooManyRequests)
			return
		}
		c.render(w, http.StatusOK, "login.html", loginPage{Next: next, Wrong: true})
		return
	}
	http.SetCookie(w, cookie(r, c.gate.session()))
	if u, err := url.Parse(next); err != nil || u.Host != "" || u.Scheme != "" || !strings.HasPrefix(u.Path, "/console") {
		next = "/console"
	}
	http.Redirect(w, r, next, http.StatusSeeOther)
}

func (c *Console) logout(w http.ResponseWriter, r *http.Request) {
	http.SetCookie(w, cookie(r, ""))
	http.Redirect(w, r, "/console", http.StatusSeeOther)
}

// queryOf reads what is searched for.
func queryOf(r *http.Request) console.Query {
	v := r.URL.Query()
	q := console.Query{Words: strings.TrimSpace(v.Get("q")), State: v.Get("state"), Limit: listed}
	if len(q.Words) > maxQuery {
		q.Words = q.Words[:maxQuery]
	}
	return q
}

// overviewPage is what the first page shows.
type overviewPage struct {
	console.Snapshot
	Query  console.Query
	States []string
	Closes bool // there is a session, which can be ended
}

func (c *Console) overviewOf(q console.Query) (overviewPage, <-chan struct{}) {
	s, changed := c.source.Snapshot(q)
	return overviewPage{s, q, console.States, c.gate.asks}, changed
}

// overview is GET /console?q=...&state=...
func (c *Console) overview(w http.ResponseWriter, r *http.Request) {
	q := queryOf(r)
	if schemas.ValidID(q.Words) { // a whole id is looked for in the whole log
		http.Redirect(w, r, "/console/workflow/"+q.Words, http.StatusSeeOther)
		return
	}
	release, err := c.open(r.Context())
	if err != nil {
		c.unavailable(w, err)
		return
	}
	defer release()
	page, _ := c.overviewOf(q)
	c.render(w, http.StatusOK, "overview.html", page)
}

// snapshot is GET /console/snapshot.json: what `autointel top --json` prints.
func (c *Console) snapshot(w http.ResponseWriter, r *http.Request) {
	release, err := c.open(r.Context())
	if err != nil {
		c.unavailable(w, err)
		return
	}
	defer release()
	s, _ := c.source.Snapshot(queryOf(r))
	writeJSON(w, s)
}

// workflowPage is one workflow.
type workflowPage struct {
	console.Timeline
	ID     string
	Closes bool
}

// workflow is GET /console/workflow/{id}.
func (c *Console) workflow(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("id")
	t, found, err := c.read(r.Context(), id)
	switch {
	case err != nil:
		c.unavailable(w, err)
	case !found:
		c.render(w, http.StatusNotFound, "unknown.html", workflowPage{ID: id, Closes: c.gate.asks})
	default:
		c.render(w, http.StatusOK, "workflow.html", workflowPage{t, id, c.gate.asks})
	}
}

func (c *Console) timeline(w http.ResponseWriter, r *http.Request) {
	t, found, err := c.read(r.Context(), r.PathValue("id"))
	switch {
	case err != nil:
		c.unavailable(w, err)
	case !found:
		http.Error(w, "the log knows nothing of it", http.StatusNotFound)
	default:
		writeJSON(w, t)
	}
}

func (c *Console) read(ctx context.Context, id string) (t console.Timeline, found bool, err error) {
	if !schemas.ValidID(id) {
		return t, false, nil
	}
	return c.source.Timeline(ctx, id)
}

// open makes the request a reader.
func (c *Console) open(ctx context.Context) (release func(), err error) {
	ctx, cancel := context.WithTimeout(ctx, openTimeout)
	defer cancel()
	return c.source.Open(ctx)
}

func (c *Console) unavailable(w http.ResponseWriter, err error) {
	c.logger.Warn("the console cannot be shown", "error", err)
	http.Error(w, "The broker does not answer; what the console shows comes from there. Reload the page in a while.", http.StatusServiceUnavailable)
}

func (c *Console) render(w http.ResponseWriter, status int, name string, data any) {
	var page bytes.Buffer
	if err := templates.ExecuteTemplate(&page, name, data); err != nil {
		c.logger.Error("a page of the console cannot be drawn", "page", name, "error", err)
		http.Error(w, "This page cannot be drawn.", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = page.WriteTo(w) // the reader has gone: nobody is left to tell
}

func writeJSON(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v) // the reader has gone: nobody is left to tell
}
