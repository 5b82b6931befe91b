package main

import (
	"bytes"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"time"
)

// front is where Discord delivers interactions: it hands each to one of the replicas of ingest in turn, to another if nobody
// listens there, as a load balancer does.
type front struct {
	*httptest.Server
	client *http.Client
	behind []string // host:port
	next   atomic.Uint64
}

func newFront(behind []string) *front {
	f := &front{behind: behind, client: &http.Client{
		Timeout:   8 * time.Second,
		Transport: &http.Transport{DisableKeepAlives: true, DialContext: (&net.Dialer{Timeout: time.Second}).DialContext},
	}}
	f.Server = httptest.NewServer(http.HandlerFunc(f.forward))
	return f
}

func (f *front) forward(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	first := f.next.Add(1)
	for i := range uint64(len(f.behind)) {
		err = f.try(w, r, body, f.behind[(first+i)%uint64(len(f.behind))])
		var dial *net.OpError
		if !errors.As(err, &dial) || dial.Op != "dial" { // it may have arrived: Discord's to deliver again, or not
			break
		}
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
	}
}

// try hands a request to a replica. If that is an error, nothing was answered yet.
func (f *front) try(w http.ResponseWriter, r *http.Request, body []byte, addr string) error {
	out, err := http.NewRequestWithContext(r.Context(), r.Method, "http://"+addr+"/interactions", bytes.NewReader(body))
	if err != nil {
		return err
	}
	out.Header = r.Header.Clone()
	answer, err := f.client.Do(out) // #nosec G704 -- an address of our own
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	content, err := io.ReadAll(answer.Body)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", answer.Header.Get("Content-Type"))
	w.WriteHeader(answer.StatusCode)
	_, _ = w.Write(content) // Discord may have gone
	return nil
}
