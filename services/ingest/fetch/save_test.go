package fetch_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"testing"
	"time"

	"autointel.example/services/ingest/fetch"
)

func TestARecordingIsSavedWhole(t *testing.T) {
	content := bytes.Repeat([]byte("sound"), 100_000)
	c, url := serve(t, fetch.Options{}, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/" {
			http.Redirect(w, r, "/a.mp3", http.StatusFound)
			return
		}
		w.Header().Set("Content-Type", "audio/mpeg")
		_, _ = w.Write(content)
	})
	var out bytes.Buffer
	var last int64
	got, err := c.Save(t.Context(), url+"/", &out, 1<<20, time.Minute, func(done, _ int64) { last = done })
	if err != nil || !bytes.Equal(out.Bytes(), content) || got != (fetch.Saved{FinalURL: url + "/a.mp3", ContentType: "audio/mpeg", Bytes: int64(len(content))}) || last != got.Bytes {
		t.Errorf("%+v, %d bytes, told of %d, %v", got, out.Len(), last, err)
	}
}

// full is a disk without room.
type full struct{}

var errFull = errors.New("no space left")

func (full) Write([]byte) (int, error) { return 0, errFull }

func TestARecordingThatCannotBeSaved(t *testing.T) {
	endless := func(w http.ResponseWriter, _ *http.Request) {
		block := make([]byte, 64<<10)
		for {
			if _, err := w.Write(block); err != nil {
				return
			}
		}
	}
	hang := func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, "begun")
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done()
	}
	for name, want := range map[string]struct {
		serve   http.HandlerFunc
		options fetch.Options
		within  time.Duration
		reason  fetch.Reason
	}{
		"a stated 10 GB": {func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Length", "10000000000")
			endless(w, r)
		}, fetch.Options{}, time.Minute, fetch.TooLarge},
		"without an end": {endless, fetch.Options{}, time.Minute, fetch.TooLarge},
		"silence":        {hang, fetch.Options{Idle: 20 * time.Millisecond}, time.Minute, fetch.Timeout},
		"too slow":       {hang, fetch.Options{}, 20 * time.Millisecond, fetch.Timeout},
		"not there":      {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNotFound) }, fetch.Options{}, time.Minute, fetch.NotFound},
		"in a private network": {func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://169.254.169.254/a.mp3", http.StatusFound)
		}, fetch.Options{}, time.Minute, fetch.PrivateAddress},
	} {
		c, url := serve(t, want.options, want.serve)
		var out bytes.Buffer
		if _, err := c.Save(t.Context(), url, &out, 1<<20, want.within, nil); reason(err) != want.reason || out.Len() > 1<<20+1 {
			t.Errorf("%s: %v after %d bytes", name, err, out.Len())
		}
	}
	c, url := serve(t, fetch.Options{}, endless)
	if _, err := c.Save(t.Context(), url, full{}, 1<<20, time.Minute, nil); !errors.Is(err, errFull) {
		t.Errorf("a full disk: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	c, url = serve(t, fetch.Options{}, hang)
	if _, err := c.Save(ctx, url, io.Discard, 1<<20, time.Minute, func(int64, int64) { cancel() }); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	if _, err := c.Save(t.Context(), "file:///etc/passwd", io.Discard, 1<<20, time.Minute, nil); reason(err) != fetch.UnsupportedScheme {
		t.Error(err)
	}
}
