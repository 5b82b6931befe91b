package fetch_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"autointel.example/services/ingest/fetch"
)

func crawl(ctx context.Context, c *fetch.Client, url string) (fetch.Response, error) {
	return c.Do(ctx, fetch.Request{URL: url, Crawl: true})
}

func TestACrawlAsksRobotsFirst(t *testing.T) {
	for _, c := range []struct {
		name    string
		robots  http.HandlerFunc
		allowed bool
		asked   int32 // times the page was asked for
	}{
		{"which allow", answer(200, "User-agent: *\nDisallow: /other"), true, 1},
		{"which do not", answer(200, "User-agent: autointel\nDisallow: /page"), false, 0},
		{"which are not there", answer(404, ""), true, 1},
		{"which are forbidden", answer(403, ""), true, 1},
		{"which a broken server cannot give", answer(500, ""), false, 0},
		{"which a busy server cannot give", answer(503, ""), false, 0},
		{"which redirect for ever", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/robots.txt", http.StatusFound) }, true, 1},
		{"which have moved", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/rules", http.StatusFound) }, false, 0},
		{"of 10 MB, of which 500 KiB count", answer(200, "User-agent: *\n"+strings.Repeat("# filler\n", 1_000_000)+"Disallow: /"), true, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			var asked, rules atomic.Int32
			client, url := serve(t, fetch.Options{Pause: time.Nanosecond}, func(w http.ResponseWriter, r *http.Request) {
				switch r.URL.Path {
				case "/robots.txt":
					rules.Add(1)
					c.robots(w, r)
				case "/rules":
					answer(200, "User-agent: *\nDisallow: /")(w, r)
				default:
					asked.Add(1)
					answer(200, "hello "+r.URL.Path)(w, r)
				}
			})
			for _, path := range []string{"/page?n=1", "/page?n=2"} {
				_, err := crawl(t.Context(), client, url+path)
				if (err == nil) != c.allowed || err != nil && reason(err) != fetch.Robots {
					t.Errorf("%s: %v", path, err)
				}
			}
			if asked.Load() != 2*c.asked || c.allowed && rules.Load() > 7 {
				t.Errorf("%d pages and %d robots.txt were asked for", asked.Load(), rules.Load())
			}
			if _, err := client.Get(t.Context(), url+"/page", nil); err != nil {
				t.Errorf("robots.txt says nothing of what a person asks for: %v", err)
			}
		})
	}
}

func answer(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

func TestACrawlHasOneRequestAtATimeForEachHost(t *testing.T) {
	var at, most, all atomic.Int32
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n := at.Add(1)
		defer at.Add(-1)
		for {
			m := most.Load()
			if n <= m || most.CompareAndSwap(m, n) {
				break
			}
		}
		all.Add(1)
		if r.URL.Path == "/robots.txt" {
			answer(404, "")(w, r)
			return
		}
		_, _ = fmt.Fprint(w, r.URL)
	})
	client, url := serve(t, fetch.Options{Pause: 10 * time.Millisecond}, h.ServeHTTP)
	started := time.Now()
	var group sync.WaitGroup
	for n := range 10 {
		group.Go(func() {
			if r, err := crawl(t.Context(), client, fmt.Sprintf("%s/%d", url, n)); err != nil || string(r.Body) != fmt.Sprintf("/%d", n) {
				t.Errorf("%q, %v", r.Body, err)
			}
		})
	}
	group.Wait()
	if most.Load() != 1 || all.Load() != 11 {
		t.Errorf("%d at a time, %d in all", most.Load(), all.Load())
	}
	if took := time.Since(started); took < 90*time.Millisecond {
		t.Errorf("ten requests with a pause of 10 ms took %s", took)
	}
}

func TestACrawlEndsWithItsContext(t *testing.T) {
	t.Run("while it waits for its turn", func(t *testing.T) {
		inside := make(chan struct{})
		client, url := serve(t, fetch.Options{}, func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/robots.txt" {
				answer(404, "")(w, r)
				return
			}
			close(inside)
			<-r.Context().Done()
		})
		first, stop := context.WithCancel(t.Context())
		done := make(chan error)
		go func() {
			_, err := crawl(first, client, url+"/slow")
			done <- err
		}()
		<-inside
		second, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := crawl(second, client, url+"/other"); !errors.Is(err, context.Canceled) {
			t.Errorf("the second: %v", err)
		}
		stop()
		if err := <-done; !errors.Is(err, context.Canceled) {
			t.Errorf("the first: %v", err)
		}
	})
	t.Run("while it waits as long as the host asks", func(t *testing.T) {
		client, url := serve(t, fetch.Options{}, func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/robots.txt" {
				answer(200, "User-agent: *\nCrawl-delay: 9")(w, r)
				return
			}
			answer(200, "hello")(w, r)
		})
		if _, err := crawl(t.Context(), client, url+"/one"); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
		defer cancel()
		if _, err := crawl(ctx, client, url+"/two"); !errors.Is(err, context.DeadlineExceeded) {
			t.Error(err)
		}
	})
	t.Run("and does not wait for longer than ten seconds", func(t *testing.T) {
		client, url := serve(t, fetch.Options{}, func(w http.ResponseWriter, r *http.Request) {
			answer(200, "User-agent: *\nCrawl-delay: 3600")(w, r)
		})
		if _, err := crawl(t.Context(), client, url+"/one"); err != nil {
			t.Fatal(err)
		}
		if _, err := crawl(t.Context(), client, url+"/two"); reason(err) != fetch.Robots {
			t.Error(err)
		}
	})
}

func TestACrawlFollowsRedirectsByTheRulesOfEachHost(t *testing.T) {
	var asked atomic.Int32
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/robots.txt" {
			answer(200, "User-agent: *\nDisallow: /closed")(w, r)
			return
		}
		asked.Add(1)
		answer(200, "moved here")(w, r)
	}))
	defer other.Close()
	first := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/robots.txt":
			answer(404, "")(w, r)
		case "/loop":
			http.Redirect(w, r, "/loop", http.StatusFound)
		case "/inside":
			http.Redirect(w, r, "http://169.254.169.254/latest", http.StatusFound)
		case "/file":
			http.Redirect(w, r, "file:///etc/passwd", http.StatusFound)
		default:
			http.Redirect(w, r, other.URL+r.URL.Path, http.StatusFound)
		}
	}))
	defer first.Close()
	client := fetch.New(fetch.Options{Allow: []string{first.Listener.Addr().String(), other.Listener.Addr().String()}, Pause: time.Nanosecond})
	defer client.Close()
	for path, want := range map[string]fetch.Reason{"/open": "", "/closed": fetch.Robots, "/loop": fetch.TooManyRedirects, "/inside": fetch.PrivateAddress, "/file": fetch.UnsupportedScheme} {
		r, err := crawl(t.Context(), client, first.URL+path)
		if reason(err) != want || want == "" && (err != nil || r.FinalURL != other.URL+"/open") {
			t.Errorf("%s: %s, %v", path, r.FinalURL, err)
		}
	}
	if asked.Load() != 1 {
		t.Errorf("%d pages were asked for", asked.Load())
	}
}

func TestADocumentIsFetchedOnce(t *testing.T) {
	var mu sync.Mutex
	asked := map[string]int{}
	var now atomic.Int64
	body := atomic.Pointer[string]{}
	first := "the first"
	body.Store(&first)
	client, url := serve(t, fetch.Options{Now: func() time.Time { return time.Unix(now.Load(), 0) }}, func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		tag := fmt.Sprintf("%q", *body.Load())
		w.Header().Set("ETag", tag)
		if r.URL.Path == "/secret" {
			w.Header().Set("Cache-Control", "private, no-store")
		}
		if r.Header.Get("If-None-Match") == tag {
			asked["asked after"]++
			w.WriteHeader(http.StatusNotModified)
			return
		}
		asked["fetched"]++
		_, _ = io.WriteString(w, *body.Load())
	})
	get := func(path string, want string, kept bool) {
		t.Helper()
		r, err := client.Get(t.Context(), url+path, nil)
		if err != nil || string(r.Body) != want || r.Kept != kept || !strings.HasPrefix(r.ContentType, "text/plain") || len(r.Digest) != 64 {
			t.Errorf("%q, kept %t, %v", r.Body, r.Kept, err)
		}
	}
	get("/a", "the first", false)
	get("/a#part", "the first", true) // within a minute
	now.Add(120)
	get("/a", "the first", true) // asked after
	second := "the second"
	body.Store(&second)
	now.Add(120)
	get("/a", "the second", false)
	get("/secret", "the second", false)
	get("/secret", "the second", false)
	if want := map[string]int{"fetched": 4, "asked after": 1}; asked["fetched"] != want["fetched"] || asked["asked after"] != want["asked after"] {
		t.Errorf("%v", asked)
	}
}

func TestOnlyTheHeaderOfARecordingIsRead(t *testing.T) {
	client, url := serve(t, fetch.Options{}, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "Audio/MPEG")
		w.Header().Set("Content-Length", "90000000")
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done() // nobody waits for the body
	})
	r, err := client.Do(t.Context(), fetch.Request{URL: url + "/talk.mp3", NotRecordings: true})
	if err != nil || r.Size != 90_000_000 || len(r.Body) != 0 {
		t.Errorf("%+v, %v", r, err)
	}
	client, url = serve(t, fetch.Options{}, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "br")
		_, _ = io.WriteString(w, "\x8b\x02\x80")
	})
	if _, err := client.Get(t.Context(), url, nil); reason(err) != fetch.UnsupportedMedia {
		t.Errorf("a coding that was not asked for: %v", err)
	}
}
