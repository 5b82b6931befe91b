package captions_test

import (
	"errors"
	"strings"
	"testing"

	"autointel.example/schemas"
	"autointel.example/services/ingest/captions"
)

const vtt = "WEBVTT\nKind: captions\n\nNOTE a remark\n\n00:00:01.000 --> 00:00:03.000\n<v Ann>Tom &amp; I measured it.\n\n" +
	"00:00:03.000 --> 99:99 broken\nnobody sees this\n\n2\n00:00:03.500 --> 00:00:05.000\n<v Ann>Tom &amp; I measured it.\nTwice.\n\n" +
	"00:00:20.000 --> 00:00:22.000\nBEN: And then?\n"

func TestParse(t *testing.T) {
	for _, c := range []struct{ name, body, format, want string }{
		{"WebVTT with a broken block, a rolling line and speakers", vtt, captions.WebVTT, "Tom & I measured it. Twice.\n\nAnd then?"},
		{"the same with CRLF and a byte order mark", "\ufeff" + strings.ReplaceAll(vtt, "\n", "\r\n"), captions.WebVTT, "Tom & I measured it. Twice.\n\nAnd then?"},
		{"SubRip", "1\n00:00:01,000 --> 00:00:02,000\nOne.\n\n2\n00:00:02,000 --> 00:00:03,000\n<i>Two.</i>\n", captions.SRT, "One. Two."},
		{"Latin-1", "1\n00:00:01,000 --> 00:00:02,000\nCaf\xe9.\n", captions.SRT, "Café."},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := captions.Parse([]byte(c.body), c.format)
			if err != nil || got.Text != c.want {
				t.Errorf("%q, %v, want %q", got.Text, err, c.want)
			}
		})
	}
	got, _ := captions.Parse([]byte(vtt), captions.WebVTT)
	if len(got.Cues) != 3 || got.Cues[0].Speaker != "Ann" || got.Cues[2].Speaker != "BEN" || got.Cues[2].StartMS != 20_000 {
		t.Errorf("%+v", got.Cues)
	}
	for name, body := range map[string]string{"empty": "", "a web page": "<html><body>no", "one huge line": strings.Repeat("x", 300_000)} {
		if _, err := captions.Parse([]byte(body), captions.WebVTT); !errors.Is(err, captions.ErrUnreadable) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(vtt), true)
	f.Add([]byte("1\n00:00:01,000 --> 00:00:02,000\nOne\n"), false)
	f.Add([]byte("-->\n-->\n\n --> "), false)
	f.Fuzz(func(t *testing.T, body []byte, web bool) {
		format := captions.SRT
		if web {
			format = captions.WebVTT
		}
		got, err := captions.Parse(body, format)
		if (err == nil) != (len(got.Cues) > 0) {
			t.Errorf("%d cues, %v", len(got.Cues), err)
		}
	})
}

func TestChoose(t *testing.T) {
	tracks := []schemas.CaptionTrack{{URL: "a", Language: "de", Kind: "subtitles"}, {URL: "b", Language: "en-GB", Kind: "subtitles"}, {URL: "c", Language: "en", Kind: "captions"}}
	for language, want := range map[string]string{"en": "c", "de": "a", "": "c", "fr": "c"} {
		if got, ok := captions.Choose(tracks, language); !ok || got.URL != want {
			t.Errorf("%q: %+v", language, got)
		}
	}
	if _, ok := captions.Choose(nil, "en"); ok {
		t.Error("chose from nothing")
	}
}
