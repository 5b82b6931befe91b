package fetch_test

import (
	"compress/gzip"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"autointel.example/services/ingest/fetch"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func reason(err error) fetch.Reason {
	var e *fetch.Error
	if errors.As(err, &e) {
		return e.Reason
	}
	return ""
}

// serve starts a server that the returned client may reach.
func serve(t *testing.T, o fetch.Options, h http.HandlerFunc) (*fetch.Client, string) {
	t.Helper()
	s := httptest.NewServer(h)
	o.Allow = []string{s.Listener.Addr().String()}
	c := fetch.New(o)
	t.Cleanup(func() { c.Close(); s.Close() })
	return c, s.URL
}

func TestAddressesThatAreNotFetched(t *testing.T) {
	c := fetch.New(fetch.Options{})
	defer c.Close()
	for raw, want := range map[string]fetch.Reason{
		"":                                     fetch.InvalidURL,
		"not a url":                            fetch.InvalidURL,
		"https://":                             fetch.InvalidURL,
		"https://user:secret@example.org/":     fetch.InvalidURL,
		"https://" + strings.Repeat("a", 3000): fetch.InvalidURL,
		"file:///etc/passwd":                   fetch.UnsupportedScheme,
		"gopher://example.org/":                fetch.UnsupportedScheme,
		"http://127.0.0.1/":                    fetch.PrivateAddress,
		"http://localhost/":                    fetch.PrivateAddress,
		"http://10.0.0.1/":                     fetch.PrivateAddress,
		"http://192.168.1.1/":                  fetch.PrivateAddress,
		"http://169.254.169.254/latest/":       fetch.PrivateAddress,
		"http://[::1]/":                        fetch.PrivateAddress,
		"http://[fd00::1]/":                    fetch.PrivateAddress,
		"http://[::ffff:127.0.0.1]/":           fetch.PrivateAddress,
		"http://0.0.0.0/":                      fetch.PrivateAddress,
		"http://2130706433/":                   fetch.PrivateAddress,
		"http://100.64.0.1/":                   fetch.PrivateAddress,
		"http://127.0.0.1:8222/":               fetch.PrivateAddress,
	} {
		_, err := c.Get(t.Context(), raw, nil)
		// A number for a name is an address to some resolvers and unknown to others; both are refusals.
		if got := reason(err); got != want && (raw != "http://2130706433/" || got != fetch.Unreachable) {
			t.Errorf("%q: %v, want %s", raw, err, want)
		}
	}
}

func TestRedirectsAreChecked(t *testing.T) {
	for target, want := range map[string]fetch.Reason{
		"http://169.254.169.254/":  fetch.PrivateAddress,
		"http://127.0.0.1:1/":      fetch.PrivateAddress,
		"file:///etc/passwd":       fetch.UnsupportedScheme,
		"http://u:p@example.org/x": fetch.InvalidURL,
		"/again":                   fetch.TooManyRedirects,
	} {
		c, url := serve(t, fetch.Options{}, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, target, http.StatusFound) })
		if _, err := c.Get(t.Context(), url, nil); reason(err) != want {
			t.Errorf("to %s: %v, want %s", target, err, want)
		}
	}
}

func TestStatuses(t *testing.T) {
	for status, want := range map[int]fetch.Reason{404: fetch.NotFound, 410: fetch.NotFound, 403: fetch.HTTPStatus, 503: fetch.HTTPStatus} {
		c, url := serve(t, fetch.Options{}, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) })
		_, err := c.Get(t.Context(), url, nil)
		var e *fetch.Error
		if !errors.As(err, &e) || e.Reason != want || e.Temporary != (status == 503) {
			t.Errorf("%d: %+v", status, err)
		}
	}
}

func TestABodyIsReadUpToTheLimitAndNoFurther(t *testing.T) {
	endless := func(w io.Writer) {
		block := make([]byte, 64<<10)
		for {
			if _, err := w.Write(block); err != nil {
				return
			}
		}
	}
	for name, h := range map[string]http.HandlerFunc{
		"a stated 10 GB": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "10000000000")
			endless(w)
		},
		"without an end": func(w http.ResponseWriter, _ *http.Request) { endless(w) },
		"compressed": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			z := gzip.NewWriter(w)
			endless(z)
		},
	} {
		c, url := serve(t, fetch.Options{MaxBytes: 1 << 20}, h)
		var most int64
		_, err := c.Get(t.Context(), url, func(done, _ int64) { most = max(most, done) })
		if reason(err) != fetch.TooLarge || most > 2<<20 {
			t.Errorf("%s: %v after %d bytes", name, err, most)
		}
	}
}

func TestSlowServers(t *testing.T) {
	hang := func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, "begun")
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done()
	}
	t.Run("silence ends the request", func(t *testing.T) {
		c, url := serve(t, fetch.Options{Idle: 20 * time.Millisecond}, hang)
		if _, err := c.Get(t.Context(), url, nil); reason(err) != fetch.Timeout {
			t.Error(err)
		}
	})
	t.Run("so does the caller", func(t *testing.T) {
		c, url := serve(t, fetch.Options{}, hang)
		ctx, cancel := context.WithCancel(t.Context())
		_, err := c.Get(ctx, url, func(int64, int64) { cancel() })
		if !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	})
}

func TestADocumentArrivesWhole(t *testing.T) {
	c, url := serve(t, fetch.Options{}, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/" {
			http.Redirect(w, r, "/page", http.StatusMovedPermanently)
			return
		}
		_, _ = io.WriteString(w, "<p>hello")
	})
	r, err := c.Get(t.Context(), url+"/", nil)
	if err != nil || string(r.Body) != "<p>hello" || r.FinalURL != url+"/page" || !strings.HasPrefix(r.ContentType, "text/html") || len(r.Digest) != 64 {
		t.Errorf("%+v, %v", r, err)
	}
}
