package ingest

import (
	"context"
	"errors"
	"fmt"
	"mime"
	"os"
	"strings"
	"time"

	"autointel.example/schemas"
	"autointel.example/services/ingest/captions"
	"autointel.example/services/ingest/fetch"
	"autointel.example/services/ingest/speech"
	"autointel.example/services/ingest/ytdlp"
)

const (
	// listenWithin is how long it may take to fetch a recording and to have it transcribed: what is there by then is the transcript.
	listenWithin = transcribeWithin - 90*time.Second
	turnWithin   = 3 * time.Minute // of waiting for other recordings: meanwhile a worker does nothing
	saveWithin   = 6 * time.Minute
)

// Reasons why a recording was not listened to. Each message says what would help.
const (
	reasonNoCaptions = "no_captions"
	reasonBeside     = "recording_beside_text"
	reasonNoSiteTool = "yt_dlp_missing"
	reasonSite       = "yt_dlp_failed"
	reasonRecording  = "recording_unreachable"
)

// siteOffer is what a video site has beside the page.
type siteOffer struct {
	sound    string // the address of the recording's sound
	language string
}

// fromSite asks yt-dlp what a video page offers, and reads the captions among it.
func (r *recording) fromSite(ctx context.Context) (schemas.Transcript, error) {
	var none schemas.Transcript
	page := r.player()
	if page == "" || r.with.Off || !r.isRecording() {
		return none, errNoWay
	}
	if r.with.YTDLP == nil {
		return none, &missed{code: reasonNoSiteTool, message: "The captions of this video site are found with yt-dlp, which is not installed; the operator can install it."}
	}
	offer, err := r.with.YTDLP.Ask(ctx, page)
	if err != nil {
		var e *ytdlp.Error
		if errors.As(err, &e) {
			return none, &missed{reasonSite, "yt-dlp could not read the page: " + e.Message + ". Video sites change often; a newer yt-dlp may help.", false, err}
		}
		return none, err
	}
	r.site = siteOffer{sound: offer.Sound, language: offer.Language}
	language := offer.Language
	if language == "" {
		language = r.source.Language
	}
	return r.read(ctx, offer.Captions, language)
}

// listen fetches the recording and has it transcribed.
func (r *recording) listen(ctx context.Context) (schemas.Transcript, error) {
	var none schemas.Transcript
	media := r.media()
	switch {
	case media.URL == "":
		return none, errNoWay
	case !r.isRecording():
		return none, &missed{code: reasonBeside, message: "The recording on the page has no captions that could be read. It stands beside a text, and only recordings that are what a page is about are transcribed."}
	}
	if r.with.Speech == nil {
		return none, &missed{code: reasonNoCaptions, message: "The recording has no captions that could be read, and no speech recognition is set up; the operator can name one with AUTOINTEL_TRANSCRIBE_BASE_URL."}
	}
	ctx, cancel := context.WithTimeout(ctx, listenWithin)
	defer cancel()
	if err := r.with.take(ctx); err != nil {
		return none, err
	}
	defer func() { <-r.with.turn }()
	file, err := os.CreateTemp("", "autointel-recording-*")
	if err != nil {
		return none, err
	}
	defer func() { _, _ = file.Close(), os.Remove(file.Name()) }() // a temporary file: the system removes what is left
	saved, err := r.client.Save(ctx, media.URL, file, r.with.MaxBytes, saveWithin, func(done, total int64) { r.in.Progress(done, total, "bytes") })
	if err != nil {
		var e *fetch.Error
		if errors.As(err, &e) {
			return none, &missed{reasonRecording, "The recording could not be fetched: " + e.Message, e.Temporary, err}
		}
		return none, err
	}
	if kind, _, err := mime.ParseMediaType(saved.ContentType); err == nil && strings.HasPrefix(kind, "text/") {
		return none, &missed{code: reasonRecording, message: fmt.Sprintf("The address of the recording leads to %s instead of sound.", kind)}
	}
	return r.recognize(ctx, file, saved.FinalURL)
}

// recognize has a recording transcribed that lies in a file.
func (r *recording) recognize(ctx context.Context, file *os.File, address string) (schemas.Transcript, error) {
	// The language that the page declares is often that of its frame alone, and a recognition that is told a wrong one translates.
	language, _, _ := strings.Cut(r.site.language, "-")
	if len(language) != 2 {
		language = ""
	}
	result, err := r.with.Speech.Transcribe(ctx, file, language, func(done, total int64) { r.in.Progress(done, total, "seconds") })
	if err != nil {
		var e *speech.Error
		if errors.As(err, &e) {
			return schemas.Transcript{}, &missed{e.Code, e.Message, e.Temporary, err}
		}
		return schemas.Transcript{}, err
	}
	t := captions.Assemble(result.Cues)
	t.URL, t.Format, t.Origin = address, "speech", "speech recognition: "+r.with.Speech.Model()
	t.Limits = append(t.Limits, result.Limits...)
	for _, l := range []string{result.Language, language, r.source.Language} {
		if t.Language == "" {
			t.Language = l
		}
	}
	if t.Text == "" {
		return t, &missed{code: speech.CodeSilent, message: "Nothing is said in the recording that the speech recognition understands."}
	}
	return t, nil
}

// fewWords is how much text a page has at most that is about its recording.
const fewWords = 300

// isRecording reports whether the source is a recording, or hardly anything else: one beside a text, as a video of the same news or the
// text read aloud, is not worth what it costs.
func (r *recording) isRecording() bool {
	return r.source.Kind == "media" || len(strings.Fields(r.source.Text)) < fewWords
}

// player is the address of the recording on a video site: the page itself, or a player that is embedded in it. Empty: there is none.
func (r *recording) player() string {
	if ytdlp.Knows(r.source.FinalURL) {
		return r.source.FinalURL
	}
	for _, m := range r.source.Media {
		if ytdlp.Knows(m.URL) {
			return m.URL
		}
	}
	return ""
}

// media is the recording that is listened to: the first that the source names, sound before pictures, or the sound that its site
// has. A player is a page, and no recording.
func (r *recording) media() schemas.Media {
	var chosen schemas.Media
	for _, m := range r.source.Media {
		if ytdlp.Knows(m.URL) && m.MediaType == "" {
			continue
		}
		if chosen.URL == "" || strings.HasPrefix(m.MediaType, "audio/") && !strings.HasPrefix(chosen.MediaType, "audio/") {
			chosen = m
		}
	}
	if chosen.URL == "" && r.site.sound != "" {
		chosen = schemas.Media{URL: r.site.sound}
	}
	return chosen
}
