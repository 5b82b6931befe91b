package web

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"autointel.example/internal/console"
)

// How often a page that is open is drawn anew.
const (
	calm   = 300 * time.Millisecond // at the soonest
	tick   = time.Second            // while something runs, for the times that go on
	quiet  = 15 * time.Second       // a word, so that a connection that is lost is noticed
	toSend = 10 * time.Second       // for one drawing to leave
)

// drawing draws a page's changing part, and says when it may look different: when the channel is closed, and where something runs,
// with time.
type drawing func(ctx context.Context) (html []byte, changed <-chan struct{}, runs bool, err error)

// followOverview is GET /console/stream: the overview's changing part, at once and whenever it has changed.
func (c *Console) followOverview(w http.ResponseWriter, r *http.Request) {
	q := queryOf(r)
	c.stream(w, r, func(context.Context) ([]byte, <-chan struct{}, bool, error) {
		page, changed := c.overviewOf(q)
		html, err := draw("overview", page)
		return html, changed, page.Running > 0, err
	})
}

// followWorkflow is GET /console/workflow/{id}/stream. The log is read again when something was heard of the workflow, and while it
// runs.
func (c *Console) followWorkflow(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("id")
	var page workflowPage
	var read uint64
	c.stream(w, r, func(ctx context.Context) ([]byte, <-chan struct{}, bool, error) {
		version, changed := c.source.Version(id) // before the reading: what happens meanwhile is a change
		if page.ID == "" || version != read || page.Workflow.State == console.Running {
			t, found, err := c.read(ctx, id)
			if err != nil || !found {
				return nil, changed, false, err
			}
			page, read = workflowPage{t, id, c.gate.asks}, version
		}
		html, err := draw("workflow", page)
		return html, changed, page.Workflow.State == console.Running, err
	})
}

func draw(name string, data any) ([]byte, error) {
	var b bytes.Buffer
	err := templates.ExecuteTemplate(&b, name, data)
	return b.Bytes(), err
}

// stream sends drawings as server-sent events until the reader goes or the server stops.
func (c *Console) stream(w http.ResponseWriter, r *http.Request, next drawing) {
	select {
	case c.streams <- struct{}{}:
		defer func() { <-c.streams }()
	default:
		http.Error(w, "Too many pages of the console are open.", http.StatusServiceUnavailable)
		return
	}
	release, err := c.open(r.Context())
	if err != nil {
		c.unavailable(w, err)
		return
	}
	defer release()
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("X-Accel-Buffering", "no") // a proxy must not wait for more
	out := http.NewResponseController(w)
	_ = out.SetReadDeadline(time.Time{}) // those of the server are for pages that end; where they cannot be set there are none
	var shown []byte
	heard := time.Now()
	for c.gate.check(r) == nil { // a session may end while the page is open
		html, changed, runs, err := next(r.Context())
		if err == nil && html != nil && (!bytes.Equal(html, shown) || time.Since(heard) >= quiet) {
			_ = out.SetWriteDeadline(time.Now().Add(toSend))
			if err := send(w, html); err != nil || out.Flush() != nil {
				return // the reader has gone
			}
			shown, heard = html, time.Now()
		}
		if !wait(r.Context(), changed, runs) {
			return
		}
	}
}

// wait waits until it is time to draw again; false: nobody wants it any more.
func wait(ctx context.Context, changed <-chan struct{}, runs bool) bool {
	patience := quiet
	if runs {
		patience = tick
	}
	soonest, latest := time.NewTimer(calm), time.NewTimer(patience)
	defer soonest.Stop()
	defer latest.Stop()
	select {
	case <-changed:
	case <-latest.C:
		return true
	case <-ctx.Done():
		return false
	}
	select {
	case <-soonest.C:
		return true
	case <-ctx.Done():
		return false
	}
}

func send(w http.ResponseWriter, html []byte) error {
	content, err := json.Marshal(string(html)) // in one line
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "event: html\ndata: %s\n\n", content)
	return err
}
