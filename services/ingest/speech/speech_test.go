package speech_test

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"autointel.example/services/ingest/speech"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// mp3 is so many seconds of frames of 128 kbit/s at 44,100 Hz, after a tag.
func mp3(seconds float64) []byte {
	frame := make([]byte, 417)
	copy(frame, "\xff\xfb\x90\x00")
	tag := append([]byte("ID3\x04\x00\x00\x00\x00\x01\x00"), make([]byte, 128)...) // 128 bytes, told in sevens of bits
	copy(tag[20:], "\xff\xfb\x90\x00")                                             // a picture may look like a frame
	for range int(seconds * 44100 / 1152) {
		tag = append(tag, frame...)
	}
	return tag
}

// wav is so many seconds of 16-bit samples at 8,000 Hz.
func wav(seconds int) []byte {
	h := []byte("RIFF\x00\x00\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00\x40\x1f\x00\x00\x80\x3e\x00\x00\x02\x00\x10\x00LIST\x03\x00\x00\x00abc\x00data")
	h = binary.LittleEndian.AppendUint32(h, uint32(seconds*16000))
	return append(h, make([]byte, seconds*16000)...)
}

// recording writes a file.
func recording(t *testing.T, content []byte) *os.File {
	t.Helper()
	path := filepath.Join(t.TempDir(), "recording")
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return f
}

// endpoint is a speech recognition: it hears "word <n>" at every whole second n of a piece, as far as its bytes last.
type endpoint struct {
	*httptest.Server
	mu       sync.Mutex
	requests []*request
	answer   func(n int, r *request, w http.ResponseWriter) bool // true: it has answered
}

type request struct {
	fields  map[string]string
	name    string
	content []byte
	key     string
}

func serve(t *testing.T, answer func(n int, r *request, w http.ResponseWriter) bool) *endpoint {
	e := &endpoint{answer: answer}
	e.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got := &request{fields: map[string]string{}, key: r.Header.Get("Authorization")}
		parts, err := r.MultipartReader()
		if r.URL.Path != "/v1/audio/transcriptions" || err != nil {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		for {
			p, err := parts.NextPart()
			if err != nil {
				break
			}
			content, _ := io.ReadAll(p)
			if p.FormName() == "file" {
				got.name, got.content = p.FileName(), content
			} else {
				got.fields[p.FormName()] = string(content)
			}
		}
		e.mu.Lock()
		n := len(e.requests)
		e.requests = append(e.requests, got)
		e.mu.Unlock()
		if e.answer != nil && e.answer(n, got, w) {
			return
		}
		hear(w, float64(len(got.content))/16000)
	}))
	t.Cleanup(e.Close)
	return e
}

func hear(w io.Writer, seconds float64) {
	type segment struct {
		Start float64 `json:"start"`
		End   float64 `json:"end"`
		Text  string  `json:"text"`
	}
	out := struct {
		Language string    `json:"language"`
		Duration float64   `json:"duration"`
		Segments []segment `json:"segments"`
	}{Language: "english", Duration: seconds}
	for s := 0.0; s+1 <= seconds; s++ {
		out.Segments = append(out.Segments, segment{s, s + 0.9, fmt.Sprintf(" word %d.", int(s))})
	}
	_ = json.NewEncoder(w).Encode(out)
}

func client(t *testing.T, e *endpoint, o speech.Options) *speech.Client {
	o.BaseURL, o.Key = e.URL+"/v1/", "sk-secret"
	o.Backoff = func(int) time.Duration { return time.Millisecond }
	c := speech.New(o)
	t.Cleanup(c.Close)
	return c
}

func code(err error) string {
	var e *speech.Error
	if errors.As(err, &e) {
		return e.Code
	}
	return ""
}

func TestAShortRecordingIsOneRequest(t *testing.T) {
	e := serve(t, nil)
	got, err := client(t, e, speech.Options{Model: "whisper-large"}).Transcribe(t.Context(), recording(t, wav(3)), "en", nil)
	if err != nil || len(got.Cues) != 3 || got.Cues[2].StartMS != 2000 || got.Cues[2].EndMS != 2900 || got.Cues[2].Text != "word 2." || got.Language != "en" || got.Length != 3*time.Second {
		t.Fatalf("%+v, %v", got, err)
	}
	r := e.requests[0]
	if len(e.requests) != 1 || r.key != "Bearer sk-secret" || r.name != "recording.wav" || r.fields["model"] != "whisper-large" || r.fields["language"] != "en" || r.fields["response_format"] != "verbose_json" {
		t.Errorf("%+v %q %q", r.fields, r.name, r.key)
	}
}

func TestARecordingInAnotherFormatIsSentWhole(t *testing.T) {
	for name, content := range map[string]string{"recording.ogg": "OggS", "recording.m4a": "\x00\x00\x00\x20ftypM4A ", "recording.mp4": "\x00\x00\x00\x20ftypisom", "recording.webm": "\x1aE\xdf\xa3", "recording.flac": "fLaC"} {
		content += strings.Repeat("a", 32_000-len(content))
		e := serve(t, nil)
		got, err := client(t, e, speech.Options{}).Transcribe(t.Context(), recording(t, []byte(content)), "", nil)
		if err != nil || len(got.Cues) != 2 || got.Length != 2*time.Second || e.requests[0].name != name || string(e.requests[0].content) != content {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
	e := serve(t, nil)
	if _, err := client(t, e, speech.Options{}).Transcribe(t.Context(), recording(t, []byte("OggS, a short one")), "", nil); code(err) != speech.CodeSilent {
		t.Error(err)
	}
}

func TestALongRecordingIsCutIntoPiecesThatOverlap(t *testing.T) {
	for name, content := range map[string][]byte{"wav": wav(100), "mp3": mp3(100)} {
		t.Run(name, func(t *testing.T) {
			e := serve(t, func(_ int, r *request, w http.ResponseWriter) bool {
				switch name {
				case "wav":
					if string(r.content[:4]) != "RIFF" || int(binary.LittleEndian.Uint32(r.content[40:])) != len(r.content)-44 {
						t.Errorf("a piece is no WAV file: % x", r.content[:44])
					}
				case "mp3":
					if string(r.content[:4]) != "\xff\xfb\x90\x00" && string(r.content[:3]) != "ID3" || len(r.content)%417 != 0 && string(r.content[:3]) != "ID3" {
						t.Errorf("a piece of %d bytes does not begin and end with a frame: % x", len(r.content), r.content[:4])
					}
					hear(w, float64(len(r.content))/16000*16000/15962.8)
					return true
				}
				return false
			})
			var last, total int64
			c := client(t, e, speech.Options{PieceTime: 30 * time.Second, Overlap: 4 * time.Second, Parallel: 2})
			got, err := c.Transcribe(t.Context(), recording(t, content), "", func(d, of int64) { last, total = d, of })
			if err != nil || len(e.requests) != 4 || last != total || total < 100 {
				t.Fatalf("%d requests, %d of %d, %v", len(e.requests), last, total, err)
			}
			for i := 1; i < len(got.Cues); i++ {
				if gap := got.Cues[i].StartMS - got.Cues[i-1].StartMS; gap < 500 || gap > 1600 {
					t.Errorf("after %d ms there is a step of %d ms: a segment is missing or there twice", got.Cues[i-1].StartMS, gap)
				}
			}
			if n := len(got.Cues); n < 98 || got.Cues[n-1].StartMS < 97_000 || len(got.Limits) != 0 {
				t.Errorf("%d cues, %+v", n, got.Limits)
			}
		})
	}
}

func TestNoMoreThanTheBudgetIsSent(t *testing.T) {
	for name, content := range map[string][]byte{"wav": wav(100), "mp3": mp3(100)} {
		e := serve(t, nil)
		got, err := client(t, e, speech.Options{MaxLength: 10 * time.Second}).Transcribe(t.Context(), recording(t, content), "", nil)
		if err != nil || len(e.requests) != 1 || len(e.requests[0].content) > 162_000 || len(got.Limits) != 1 || got.Limits[0].Code != speech.LimitLength {
			t.Errorf("%s: %d bytes, %+v, %v", name, len(e.requests[0].content), got.Limits, err)
		}
	}
}

func TestAnOverloadedEndpointIsAskedAgain(t *testing.T) {
	e := serve(t, func(n int, _ *request, w http.ResponseWriter) bool {
		if n < 2 {
			w.Header().Set("Retry-After", "0")
			w.WriteHeader([]int{http.StatusTooManyRequests, http.StatusBadGateway}[n])
			return true
		}
		return false
	})
	got, err := client(t, e, speech.Options{}).Transcribe(t.Context(), recording(t, wav(2)), "", nil)
	if err != nil || len(got.Cues) != 2 || len(e.requests) != 3 {
		t.Errorf("%+v, %v after %d requests", got, err, len(e.requests))
	}
}

func TestAWrongKeyIsNotTriedAgainAndNeverTold(t *testing.T) {
	e := serve(t, func(_ int, r *request, w http.ResponseWriter) bool {
		w.WriteHeader(http.StatusUnauthorized)
		_, _ = io.WriteString(w, "Incorrect API key provided: "+r.key)
		return true
	})
	_, err := client(t, e, speech.Options{}).Transcribe(t.Context(), recording(t, wav(2)), "", nil)
	if code(err) != speech.CodeRefused || strings.Contains(err.Error(), "sk-secret") || len(e.requests) != 1 {
		t.Errorf("%v after %d requests", err, len(e.requests))
	}
	e = serve(t, func(_ int, r *request, w http.ResponseWriter) bool {
		w.WriteHeader(http.StatusTeapot)
		_, _ = io.WriteString(w, "what is "+r.key)
		return true
	})
	if _, err := client(t, e, speech.Options{}).Transcribe(t.Context(), recording(t, wav(2)), "", nil); err == nil || strings.Contains(err.Error(), "sk-secret") {
		t.Errorf("%v", err)
	}
}

func TestAPieceThatCannotBeHadIsAGap(t *testing.T) {
	e := serve(t, func(_ int, r *request, w http.ResponseWriter) bool {
		if len(r.content) < 16000*20 { // the last piece
			w.WriteHeader(http.StatusInternalServerError)
			return true
		}
		return false
	})
	got, err := client(t, e, speech.Options{PieceTime: 30 * time.Second, Attempts: 2}).Transcribe(t.Context(), recording(t, wav(70)), "", nil)
	if err != nil || len(got.Limits) != 1 || got.Limits[0].Code != speech.LimitGap || !strings.Contains(got.Limits[0].Message, "0:00:54 to 0:01:10") || got.Cues[len(got.Cues)-1].StartMS > 55_000 {
		t.Errorf("%+v, %v", got.Limits, err)
	}
}

func TestAModelWithoutTimes(t *testing.T) {
	e := serve(t, func(_ int, r *request, w http.ResponseWriter) bool {
		if r.fields["response_format"] != "json" {
			w.WriteHeader(http.StatusBadRequest)
			_, _ = io.WriteString(w, `{"error":{"message":"response_format 'verbose_json' is not compatible with model"}}`)
			return true
		}
		_, _ = io.WriteString(w, `{"text":"It has risen."}`)
		return true
	})
	got, err := client(t, e, speech.Options{}).Transcribe(t.Context(), recording(t, wav(2)), "", nil)
	if err != nil || len(got.Cues) != 1 || got.Cues[0].EndMS != 2000 || got.Limits[0].Code != speech.LimitNoTimes {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestWhatTheModelMadeUpIsLeftOut(t *testing.T) {
	e := serve(t, func(_ int, _ *request, w http.ResponseWriter) bool {
		_, _ = io.WriteString(w, `{"segments":[{"start":0,"end":1,"text":"It has risen."},{"start":1,"end":2,"text":"Thanks for watching!","no_speech_prob":0.9,"avg_logprob":-1.5}`+
			strings.Repeat(`,{"start":2,"end":3,"text":"No."}`, 6)+`]}`)
		return true
	})
	got, err := client(t, e, speech.Options{}).Transcribe(t.Context(), recording(t, wav(3)), "", nil)
	if err != nil || len(got.Cues) != 4 || got.Limits[0].Code != speech.LimitLoop {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestWhatIsNoRecording(t *testing.T) {
	e := serve(t, nil)
	c := client(t, e, speech.Options{PieceBytes: 1000})
	for name, content := range map[string]string{
		"nothing": "", "a page": "<html>" + strings.Repeat("a", 5000), "a header alone": "RIFF\x00\x00\x00\x00WAVE", "a header with nothing": "RIFF\x00\x00\x00\x00WAVEdata\xff\xff\xff\xff",
		"no bytes a second": "RIFF\x00\x00\x00\x00WAVEfmt \x10\x00\x00\x00" + strings.Repeat("\x00", 16) + "data\xff\xff\xff\xff1234", "a big file that only ffmpeg cuts": "OggS" + strings.Repeat("a", 5000),
	} {
		if _, err := c.Transcribe(t.Context(), recording(t, []byte(content)), "", nil); code(err) != speech.CodeFormat {
			t.Errorf("%s: %v", name, err)
		}
	}
	if len(e.requests) != 0 {
		t.Errorf("%d requests", len(e.requests))
	}
	silent := serve(t, func(_ int, _ *request, w http.ResponseWriter) bool {
		_, _ = io.WriteString(w, `{"segments":[]}`)
		return true
	})
	if _, err := client(t, silent, speech.Options{}).Transcribe(t.Context(), recording(t, wav(1)), "", nil); code(err) != speech.CodeSilent {
		t.Errorf("silence: %v", err)
	}
}

func TestTheEndOfTheContext(t *testing.T) {
	t.Run("cancelled, it is the error", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		e := serve(t, func(int, *request, http.ResponseWriter) bool { cancel(); return false })
		if _, err := client(t, e, speech.Options{PieceTime: 30 * time.Second, Parallel: 1}).Transcribe(ctx, recording(t, wav(100)), "", nil); !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	})
	t.Run("at its deadline, what there is counts", func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
		defer cancel()
		e := serve(t, func(n int, _ *request, _ http.ResponseWriter) bool {
			if n > 0 {
				<-ctx.Done()
			}
			return false
		})
		got, err := client(t, e, speech.Options{PieceTime: 30 * time.Second, Parallel: 1}).Transcribe(ctx, recording(t, wav(100)), "", nil)
		if err != nil || len(got.Cues) < 20 || len(got.Limits) != 1 || got.Limits[0].Code != speech.LimitGap {
			t.Errorf("%d cues, %+v, %v", len(got.Cues), got.Limits, err)
		}
	})
}
