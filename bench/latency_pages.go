package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"
)

// The pages that users ask for.
const (
	pagePlain = "plain" // a text, at once
	pageSlow  = "slow"  // a text that links to another one, which takes a while
	pageHeld  = "held"  // a text that is not there before it is let go
)

// latencyHosts is on how many hosts the linked pages stand: whoever crawls asks a host for one page at a time, and pauses.
const latencyHosts = 32

// site is the pages, on hosts of this machine.
type site struct {
	server *http.Server
	hosts  []string // host:port; the first has the pages that are asked for
	takes  time.Duration

	mu    sync.Mutex
	gates map[string]chan struct{} // of held pages, by number
}

// openSite serves pages; a linked one takes a while.
func openSite(takes time.Duration) (*site, error) {
	s := &site{takes: takes, gates: map[string]chan struct{}{}}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{page}/{n}", s.serve)
	s.server = &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second}
	for range latencyHosts {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, errors.Join(err, s.server.Close())
		}
		s.hosts = append(s.hosts, l.Addr().String())
		go func() { _ = s.server.Serve(l) }() // until it is closed
	}
	return s, nil
}

func (s *site) close() error { return s.server.Close() }

// addressOf is where the n-th page of a kind is.
func (s *site) addressOf(page string, n int) string {
	return fmt.Sprintf("http://%s/%s/%d", s.hosts[0], page, n)
}

// titleBegins is how every title begins, by which a report is known.
const titleBegins = "Tides "

// gate is what holds a page.
func (s *site) gate(n string) chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.gates[n] == nil {
		s.gates[n] = make(chan struct{})
	}
	return s.gates[n]
}

// letGo opens the gate of a held page.
func (s *site) letGo(n int) { close(s.gate(fmt.Sprint(n))) }

func (s *site) serve(w http.ResponseWriter, r *http.Request) {
	n, link := r.PathValue("n"), ""
	switch r.PathValue("page") {
	case pageHeld:
		if !until(r.Context(), s.gate(n), time.Minute) {
			return
		}
	case pageSlow:
		var number int
		_, _ = fmt.Sscan(n, &number) // none: the first host
		link = fmt.Sprintf(`<p>The harbour master keeps <a href="http://%s/linked/%s">a record of his own</a>, which says that the water rose by 12 centimetres.</p>`, s.hosts[1+number%(len(s.hosts)-1)], n)
	case "linked":
		if !until(r.Context(), nil, s.takes) && r.Context().Err() != nil {
			return
		}
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	fmt.Fprintf(w, "<!doctype html><html lang=en><head><title>%s%s %s</title></head><body><article><h1>%s%s</h1>%s%s</article></body></html>",
		titleBegins, n, r.PathValue("page"), titleBegins, n, text, link) // #nosec G705 -- our own pages, asked for by our own program
}

// until waits for a gate, and reports whether it opened in time.
func until(ctx context.Context, gate <-chan struct{}, patience time.Duration) bool {
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case <-gate:
		return true
	case <-timer.C:
	case <-ctx.Done():
	}
	return false
}

// text is what every page says: of the length of a short report in a newspaper.
var text = "<p>" + strings.Join([]string{
	"The keeper of the gauge wrote the height of the water into a book every morning, and his daughter did so after him. In 1892 it stood at 4.2 metres, according to the record, and in 1953 at 5.1 metres.",
	"The engineer Maria Lindqvist, who rebuilt the gauge in 1971, said that the old marks were 3 centimetres too low. \"We measured for eleven months before we believed it,\" she told the harbour board in Gothenburg.",
	"Since then the sea has risen by 1.4 millimetres a year, a study of the university found, while the land has risen by 3.3 millimetres. Critics of the study point out that it left out the storms of 1985 and 2005.",
	"The board will decide in March whether the quay is to be raised by half a metre. It would cost 41 million kronor, of which the town would pay a third. Residents of the lower streets have asked for a wall instead.",
	"\"Nobody here doubts that the water comes,\" said Per Holm, who sells fish beside the gauge. \"We only argue about the year.\" His cellar was flooded in 2011, 2014 and twice in 2019.",
}, "</p><p>") + "</p>"
