package ingest

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"autointel.example/internal/stage"
	"autointel.example/internal/stage/stagetest"
	"autointel.example/internal/workflow"
	"autointel.example/schemas"
	"autointel.example/services/ingest/fetch"
	"autointel.example/services/ingest/speech"
	"autointel.example/services/ingest/ytdlp"
)

const spoken = "WEBVTT\n\n00:01.000 --> 00:03.000\nANN: It has risen by 21 centimetres.\n\n00:03.000 --> 00:05.000\nBEN: [Laughter] Nobody doubts it.\n"

// recordingSite serves captions, a recording and a speech recognition.
func recordingSite(t *testing.T) (string, *fetch.Client) {
	t.Helper()
	mux := http.NewServeMux()
	mux.HandleFunc("GET /captions.vtt", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/vtt")
		_, _ = io.WriteString(w, spoken)
	})
	mux.HandleFunc("GET /login.vtt", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "<!doctype html><p>Log in, please.")
	})
	mux.HandleFunc("GET /page.mp3", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "<!doctype html><p>Buy it.") })
	mux.HandleFunc("GET /busy.vtt", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) })
	mux.HandleFunc("GET /recording.wav", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "audio/wav")
		_, _ = io.WriteString(w, "RIFF\x00\x00\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00\x40\x1f\x00\x00\x80\x3e\x00\x00\x02\x00\x10\x00data\x00\x7d\x00\x00"+strings.Repeat("\x00", 32000))
	})
	mux.HandleFunc("POST /v1/audio/transcriptions", func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		_, _ = io.WriteString(w, `{"language":"english","duration":2,"segments":[{"start":0,"end":1,"text":" It has risen."},{"start":1,"end":2,"text":" Nobody doubts it."}]}`)
	})
	s := httptest.NewServer(mux)
	client := fetch.New(fetch.Options{Allow: []string{s.Listener.Addr().String()}})
	t.Cleanup(func() { client.Close(); s.Close() })
	return s.URL, client
}

func talk(change func(*schemas.Source)) *schemas.Source {
	s := &schemas.Source{URL: "https://example.org/talk", FinalURL: "https://example.org/talk", Kind: "article", MediaType: "text/html", Language: "en-GB", FetchedAt: stagetest.At, Digest: "ab12"}
	change(s)
	return s
}

func listening(t *testing.T, url string) Listening {
	t.Helper()
	l := Listening{MaxBytes: 1 << 20, turn: make(chan struct{}, 1)}
	if url != "" {
		l.Speech = speech.New(speech.Options{BaseURL: url + "/v1", Backoff: func(int) time.Duration { return 0 }})
	}
	t.Cleanup(l.Close)
	return l
}

// transcribed runs the stage and shows what came of it: its text, or why there is none, and its limits.
func transcribed(t *testing.T, client *fetch.Client, with Listening, s *schemas.Source, attempt int) string {
	t.Helper()
	in := stagetest.Input(t, workflow.Standard, stagetest.Outputs{workflow.Acquire: s})
	in.Attempt = attempt
	out, err := transcribe(client, with)(t.Context(), in)
	if err != nil {
		return err.Error()
	}
	got := out.(schemas.Transcript)
	text := got.Origin + ": " + strings.ReplaceAll(got.Text, "\n\n", " | ")
	for _, l := range got.Limits {
		text += " (" + l.Code + ")"
	}
	return text
}

func TestTheWaysToATranscript(t *testing.T) {
	url, client := recordingSite(t)
	track := func(name string) schemas.CaptionTrack {
		return schemas.CaptionTrack{URL: url + name, Language: "en", Kind: "captions"}
	}
	recording := []schemas.Media{{URL: url + "/recording.wav", MediaType: "audio/wav"}}
	for _, c := range []struct {
		name    string
		speech  bool
		attempt int
		source  *schemas.Source
		want    string
	}{
		{"captions", true, 1, talk(func(s *schemas.Source) {
			s.Captions, s.Media = []schemas.CaptionTrack{track("/captions.vtt")}, recording
		}), "captions: It has risen by 21 centimetres. | Nobody doubts it."},
		{"the second track, if the first is a login", false, 1, talk(func(s *schemas.Source) {
			s.Captions = []schemas.CaptionTrack{track("/login.vtt"), {URL: url + "/captions.vtt", Language: "de", Automatic: true}}
		}), "automatic captions: It has risen by 21 centimetres. | Nobody doubts it."},
		{"speech recognition, if no track can be read", true, 1, talk(func(s *schemas.Source) { s.Captions, s.Media = []schemas.CaptionTrack{track("/login.vtt")}, recording }), "speech recognition: whisper-1: It has risen. Nobody doubts it. (captions_unreadable)"},
		{"no speech recognition is set up", false, 1, talk(func(s *schemas.Source) { s.Media = recording }), "skipped: no_captions: The recording has no captions that could be read, and no speech recognition is set up; the operator can name one with AUTOINTEL_TRANSCRIBE_BASE_URL."},
		{"a page instead of a recording", true, 1, talk(func(s *schemas.Source) { s.Media = []schemas.Media{{URL: url + "/page.mp3"}} }), "skipped: recording_unreachable: The address of the recording leads to text/html instead of sound."},
		{"a recording in a private network", true, 1, talk(func(s *schemas.Source) { s.Media = []schemas.Media{{URL: "http://127.0.0.1/a.mp3"}} }), "skipped: recording_unreachable: The recording could not be fetched: The address lies in a private network and is not fetched."},
		{"a busy server is asked again", false, 1, talk(func(s *schemas.Source) { s.Captions = []schemas.CaptionTrack{track("/busy.vtt")} }), "captions_unreachable: The caption file could not be fetched: The server answered with status 503 (Service Unavailable)."},
		{"but not for ever", false, fetchAttempts, talk(func(s *schemas.Source) { s.Captions = []schemas.CaptionTrack{track("/busy.vtt")} }), "skipped: captions_unreachable: The caption file could not be fetched: The server answered with status 503 (Service Unavailable)."},
		{"a recording beside a text", true, 1, talk(func(s *schemas.Source) { s.Media, s.Text = recording, strings.Repeat("word ", 1000) }), "skipped: recording_beside_text: The recording on the page has no captions that could be read. It stands beside a text, and only recordings that are what a page is about are transcribed."},
		{"sound before pictures", true, 1, talk(func(s *schemas.Source) {
			s.Kind, s.Text = "media", strings.Repeat("word ", 1000)
			s.Media = []schemas.Media{{URL: "https://www.youtube.com/embed/x"}, {URL: url + "/page.mp3", MediaType: "video/mp4"}, recording[0]}
		}), "speech recognition: whisper-1: It has risen. Nobody doubts it. (yt_dlp_missing)"},
		{"a page without a recording", true, 1, talk(func(*schemas.Source) {}), "skipped: nothing_to_transcribe: The source has no recording."},
		{"a video site without yt-dlp", false, 1, talk(func(s *schemas.Source) { s.FinalURL = "https://youtu.be/x" }), "skipped: yt_dlp_missing: The captions of this video site are found with yt-dlp, which is not installed; the operator can install it."},
	} {
		t.Run(c.name, func(t *testing.T) {
			with := listening(t, map[bool]string{true: url}[c.speech])
			if got := transcribed(t, client, with, c.source, c.attempt); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestAVideoSiteIsReadThroughYTDLP(t *testing.T) {
	url, client := recordingSite(t)
	for offered, want := range map[string]string{
		`{"subtitles":{"en":[{"ext":"vtt","url":"` + url + `/captions.vtt"}]}}`:  "captions: It has risen by 21 centimetres. | Nobody doubts it.",
		`{"language":"en","url":"` + url + `/recording.wav","protocol":"https"}`: "speech recognition: whisper-1: It has risen. Nobody doubts it.",
		`{"subtitles":{}}`: "skipped: nothing_to_transcribe: The source has no recording.",
	} {
		path := filepath.Join(t.TempDir(), "yt-dlp")
		if err := os.WriteFile(path, []byte("#!/bin/sh\ncat <<'EOF'\n"+offered+"\nEOF\n"), 0o700); err != nil {
			t.Fatal(err)
		}
		with := listening(t, url)
		with.YTDLP = &ytdlp.Program{Path: path}
		for _, s := range []*schemas.Source{
			talk(func(s *schemas.Source) { s.FinalURL = "https://www.youtube.com/watch?v=x" }),
			talk(func(s *schemas.Source) { s.Media = []schemas.Media{{URL: "https://www.youtube.com/embed/x"}} }),
		} {
			if got := transcribed(t, client, with, s, 1); got != want {
				t.Errorf("%s:\ngot  %s\nwant %s", offered, got, want)
			}
		}
	}
}

func TestTranscribeIsAGoodStage(t *testing.T) {
	url, client := recordingSite(t)
	with := listening(t, url)
	s := stage.Stage{Name: workflow.Transcribe, Run: transcribe(client, with)}
	stagetest.Run(t, s, map[string]stage.Input{
		"captions":            stagetest.Input(t, workflow.Standard, stagetest.Outputs{workflow.Acquire: talk(func(s *schemas.Source) { s.Captions = []schemas.CaptionTrack{{URL: url + "/captions.vtt"}} })}),
		"a recording":         stagetest.Input(t, workflow.Deep, stagetest.Outputs{workflow.Acquire: talk(func(s *schemas.Source) { s.Media = []schemas.Media{{URL: url + "/recording.wav"}} })}),
		"neither":             stagetest.Input(t, workflow.Standard, stagetest.Outputs{workflow.Acquire: talk(func(*schemas.Source) {})}),
		"nothing was fetched": stagetest.Input(t, workflow.Standard, stagetest.Outputs{}),
	})
}

func TestTheKeyOfTheSpeechRecognitionIsInNoError(t *testing.T) {
	url, client := recordingSite(t)
	settings := Transcription{BaseURL: url + "/nowhere", APIKey: "sk-secret", Model: "m", MaxMinutes: 1, MaxMB: 1, YTDLP: "off"}
	if err := settings.Resolve(); err != nil {
		t.Fatal(err)
	}
	with := settings.Listening()
	defer with.Close()
	s := talk(func(s *schemas.Source) { s.Media = []schemas.Media{{URL: url + "/recording.wav"}} })
	got := transcribed(t, client, with, s, 1)
	if shown, _ := json.Marshal(s); strings.Contains(got+string(shown), "sk-secret") || !strings.HasPrefix(got, "skipped: speech_refused") {
		t.Error(got)
	}
}

func TestWrongSettingsOfTranscriptionAreAllReported(t *testing.T) {
	settings := Transcription{BaseURL: "api.openai.com", MaxMinutes: 0, MaxMB: 1, YTDLP: "/no/such/program", APIKeyFile: "/no/such/file"}
	err := settings.Resolve()
	if err == nil {
		t.Fatal("no complaint")
	}
	for _, want := range []string{"AUTOINTEL_TRANSCRIBE_BASE_URL", "_MAX_MINUTES", "AUTOINTEL_YTDLP", "AUTOINTEL_TRANSCRIBE_API_KEY_FILE"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%v does not name %s", err, want)
		}
	}
}

func TestARecordingWaitsForItsTurn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		with := Listening{turn: make(chan struct{}, 1)}
		if err := with.take(t.Context()); err != nil {
			t.Fatal(err)
		}
		started := time.Now()
		var m *missed
		if err := with.take(t.Context()); !errors.As(err, &m) || !m.temporary || time.Since(started) != turnWithin {
			t.Errorf("%v after %s", err, time.Since(started))
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if err := with.take(ctx); !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	})
}
