package captions_test

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"autointel.example/internal/testtime"
	"autointel.example/schemas"
	"autointel.example/services/ingest/captions"
)

var formats = []string{captions.WebVTT, captions.SRT, captions.PodcastJSON, captions.YouTube, captions.HTML, captions.Text}

// sound checks what holds for every transcript.
func sound(t testing.TB, got schemas.Transcript) {
	t.Helper()
	if n := strings.Count(got.Text, "\n\n") + 1; len(got.Anchors) > 0 && len(got.Anchors) != n {
		t.Fatalf("%d anchors for %d paragraphs", len(got.Anchors), n)
	}
	var at int64
	for _, c := range got.Cues {
		if c.StartMS < at || c.EndMS < c.StartMS || strings.TrimSpace(c.Text) == "" || strings.Contains(c.Text, "\n") {
			t.Fatalf("a cue that is none: %+v, after %d", c, at)
		}
		at = c.StartMS
	}
	for i := 1; i < len(got.Anchors); i++ {
		if got.Anchors[i] < got.Anchors[i-1] {
			t.Fatalf("anchors go back: %d, %d", got.Anchors[i-1], got.Anchors[i])
		}
	}
	if !utf8.ValidString(got.Text) {
		t.Fatal("the text is no UTF-8")
	}
}

func FuzzParse(f *testing.F) {
	for i, seed := range []string{
		vtt, "1\n00:00:01,000 --> 00:00:02,000\nANN: One\n- a\n- b\n", `{"segments":[{"speaker":"A","startTime":1,"endTime":2,"body":"One"}]}`,
		`<timedtext format="3"><body><p t="1" d="2">a<br/>b</p></body></timedtext>`, `<cite>A:</cite><time>0:01</time><p>One`, "Ann 0:01\nOne\n\n[00:02] Two (laughs) ♪",
	} {
		f.Add([]byte(seed), uint8(i))
	}
	f.Add([]byte(rolling), uint8(0))
	f.Add([]byte(`{"events":[{"tStartMs":1,"dDurationMs":2,"segs":[{"utf8":"One"}]}]}`), uint8(3))
	f.Add([]byte("-->\n-->\n\n --> "), uint8(1))
	f.Add([]byte("\xff\xfe1\x00"), uint8(1))
	f.Fuzz(func(t *testing.T, body []byte, format uint8) {
		got, err := captions.Parse(body, formats[int(format)%len(formats)])
		if (err == nil) != (got.Text != "") {
			t.Errorf("%q, %v", got.Text, err)
		}
		sound(t, got)
		captions.Detect("", "", body, true)
	})
}

// hostile are files that are meant to take long or to hold much.
func hostile() map[string]string {
	cues := func(n int, text func(i int) string) string {
		var b strings.Builder
		b.WriteString("WEBVTT\n\n")
		for i := range n {
			fmt.Fprintf(&b, "%02d:%02d:%02d.000 --> %02d:%02d:%02d.500\n%s\n\n", i/3600, i/60%60, i%60, i/3600, i/60%60, i%60, text(i))
		}
		return b.String()
	}
	const mb = 1 << 20
	r := rand.New(rand.NewPCG(1, 2))
	return map[string]string{
		"100,000 cues":              cues(100_000, func(i int) string { return fmt.Sprintf("This is line %d.", i) }),
		"lines of 200 KB":           cues(50, func(int) string { return strings.Repeat("water ", 34_000) }),
		"lines of brackets":         cues(50, func(int) string { return strings.Repeat("[(<{", 50_000) }),
		"lines of marks":            cues(50, func(int) string { return strings.Repeat(">> ", 66_000) }),
		"lines of colons":           cues(50, func(int) string { return strings.Repeat("A: ", 66_000) }),
		"one line again and again":  cues(100_000, func(int) string { return "the same line\nthe same line" }),
		"four lines that roll":      cues(50_000, func(i int) string { return fmt.Sprintf("%d\n%d\n%d\n%d", i, i+1, i+2, i+3) }),
		"times in no order":         strings.Repeat("99:00.000 --> 01:00.000\nback\n\n-00:01.000 --> -00:02.000\nbefore\n\n", 20_000),
		"nothing but arrows":        strings.Repeat("0-->", mb/4),
		"nothing but ends of lines": strings.Repeat("\n", mb),
		"open brackets of JSON":     `{"segments":` + strings.Repeat("[", mb),
		"empty segments":            `{"segments":[` + strings.Repeat("{},", mb/3) + `{}]}`,
		"nested XML":                "<timedtext>" + strings.Repeat("<p t='1'>", mb/9),
		"nested HTML":               strings.Repeat("<div>a", mb/6),
		"entities":                  cues(1, func(int) string { return strings.Repeat("&amp;lt;", mb/8) }),
		"10,000 names":              cues(50_000, func(i int) string { return fmt.Sprintf("Name %d: words", i) }),
		"random bytes": func() string {
			b := make([]byte, mb)
			for i := range b {
				b[i] = byte(r.Uint32())
			}
			return string(b)
		}(),
	}
}

func TestHostileFilesEndSoon(t *testing.T) {
	for name, body := range hostile() {
		for _, format := range formats {
			started := time.Now()
			got, _ := captions.Parse([]byte(body), format) // that it holds no words is no error here
			if took := time.Since(started); took > testtime.Limit(5*time.Second) {
				t.Errorf("%s as %s: %s", name, format, took)
			}
			sound(t, got)
		}
	}
}

// file makes a file of captions of about a size, as automatic captions are.
func file(size int) []byte {
	var b strings.Builder
	b.WriteString("WEBVTT\n\n")
	words := strings.Fields("the mean level of the harbour has risen by twenty one centimetres since the gauge was built and nobody doubts it")
	line := func(i int) string {
		return fmt.Sprintf("%s %s %d %s %s", words[i%len(words)], words[(i*7)%len(words)], i, words[(i*3)%len(words)], words[(i*5)%len(words)])
	}
	for i := 0; b.Len() < size; i++ {
		fmt.Fprintf(&b, "%02d:%02d:%02d.000 --> %02d:%02d:%02d.990 align:start\n%s\n%s\n\n", i/3600, i/60%60, i%60, i/3600, i/60%60, i%60, line(i), line(i+1))
	}
	return []byte(b.String())
}

func BenchmarkParse1MB(b *testing.B)  { benchmark(b, 1<<20) }
func BenchmarkParse10MB(b *testing.B) { benchmark(b, 10<<20) }

func benchmark(b *testing.B, size int) {
	body := file(size)
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := captions.Parse(body, captions.WebVTT); err != nil {
			b.Fatal(err)
		}
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	b.ReportMetric(float64(m.HeapSys)/(1<<20), "heap-MB")
}
