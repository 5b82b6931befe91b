package ytdlp

import (
	"testing"
	"time"
)

func FuzzRead(f *testing.F) {
	f.Add([]byte(`{"title":"x","language":"en","duration":12.5,"subtitles":{"en":[{"ext":"vtt","url":"https://e.org/c.vtt","name":"English"}]},"automatic_captions":{"de-orig":[{"ext":"json3","url":"https://e.org/c?tlang=en"}]},"url":"https://e.org/a.m4a","protocol":"https"}`))
	f.Add([]byte("\n{\"duration\":1e308,\"subtitles\":{\"live_chat\":[{}]},\"protocol\":\"http_dash_segments\"}\nmore"))
	f.Add([]byte("ERROR: nothing"))
	f.Fuzz(func(t *testing.T, output []byte) {
		o, err := read(output)
		if err != nil {
			return
		}
		if o.Length < 0 || o.Length > 1e6*time.Second {
			t.Errorf("a recording of %s", o.Length)
		}
		for _, c := range o.Captions {
			if c.URL == "" {
				t.Errorf("%+v", c)
			}
		}
	})
}
