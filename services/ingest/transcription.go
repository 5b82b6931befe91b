package ingest

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os/exec"
	"time"

	"autointel.example/internal/program"
	"autointel.example/services/ingest/speech"
	"autointel.example/services/ingest/ytdlp"
)

// Transcription says how recordings without captions become text. Without it they do not.
type Transcription struct {
	BaseURL    string `name:"transcribe-base-url" env:"AUTOINTEL_TRANSCRIBE_BASE_URL" placeholder:"URL" help:"Speech recognition with OpenAI's interface, as https://api.openai.com/v1. By default recordings without captions are not transcribed."`
	APIKey     string `name:"transcribe-api-key" env:"AUTOINTEL_TRANSCRIBE_API_KEY" help:"Its key. Better from a file: a flag is seen by every user of the machine."`
	APIKeyFile string `name:"transcribe-api-key-file" env:"AUTOINTEL_TRANSCRIBE_API_KEY_FILE" placeholder:"FILE" help:"File that holds its key."`
	Model      string `name:"transcribe-model" env:"AUTOINTEL_TRANSCRIBE_MODEL" default:"whisper-1" help:"Its model."`
	MaxMinutes int    `name:"transcribe-max-minutes" env:"AUTOINTEL_TRANSCRIBE_MAX_MINUTES" default:"180" help:"How much of one recording is transcribed."`
	MaxMB      int64  `name:"transcribe-max-mb" env:"AUTOINTEL_TRANSCRIBE_MAX_MB" default:"300" help:"The largest recording that is fetched. It lies in the temporary directory while it is transcribed."`
	YTDLP      string `name:"yt-dlp" env:"AUTOINTEL_YTDLP" default:"auto" placeholder:"PROGRAM" help:"Finds captions and sound on video sites. auto: yt-dlp, if it is installed; off: never."`
}

// Resolve reads the key's file and reports every bad value at once. To resolve again changes nothing.
func (t *Transcription) Resolve() error {
	errs := []error{program.FromFile("AUTOINTEL_TRANSCRIBE_API_KEY_FILE", t.APIKeyFile, &t.APIKey)}
	if t.BaseURL != "" {
		if u, err := url.Parse(t.BaseURL); err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
			errs = append(errs, errors.New("AUTOINTEL_TRANSCRIBE_BASE_URL must be an address as https://api.openai.com/v1"))
		}
		if t.MaxMinutes <= 0 || t.MaxMB <= 0 {
			errs = append(errs, errors.New("AUTOINTEL_TRANSCRIBE_MAX_MINUTES and _MAX_MB must be above zero"))
		}
	}
	if t.YTDLP != "" && t.YTDLP != "auto" && t.YTDLP != "off" {
		if _, err := exec.LookPath(t.YTDLP); err != nil {
			errs = append(errs, fmt.Errorf("AUTOINTEL_YTDLP: %w", err))
		}
	}
	return errors.Join(errs...)
}

// Listening is what recordings are listened to with. The zero value has nothing but the captions that a source names.
type Listening struct {
	Speech   *speech.Client // nil: there is no speech recognition
	MaxBytes int64          // of a recording
	YTDLP    *ytdlp.Program // nil: it is not installed, or not to be used
	Off      bool           // it is not to be used
	turn     chan struct{}  // held while a recording lies in the temporary directory
}

// recordings is how many recordings are worked on side by side: each takes up to MaxBytes of the temporary directory.
const recordings = 2

// Listening makes the tools that the settings name. Call Resolve first.
func (t *Transcription) Listening() Listening {
	l := Listening{MaxBytes: t.MaxMB << 20, Off: t.YTDLP == "off", turn: make(chan struct{}, recordings)}
	if t.BaseURL != "" {
		ffmpeg, _ := exec.LookPath("ffmpeg") // without it, what only it can cut is a limit
		l.Speech = speech.New(speech.Options{BaseURL: t.BaseURL, Key: t.APIKey, Model: t.Model, MaxLength: time.Duration(t.MaxMinutes) * time.Minute, FFmpeg: ffmpeg})
	}
	name := t.YTDLP
	if name == "auto" || name == "" {
		name = "yt-dlp"
	}
	if path, err := exec.LookPath(name); err == nil && !l.Off {
		l.YTDLP = &ytdlp.Program{Path: path}
	}
	return l
}

// take waits for a turn. Whoever has it gives it back.
func (l Listening) take(ctx context.Context) error {
	timer := time.NewTimer(turnWithin)
	defer timer.Stop()
	select {
	case l.turn <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return &missed{code: reasonRecording, message: "Too many recordings are being transcribed; there was no turn for this one in time.", temporary: true}
	}
}

// Close frees what the tools hold.
func (l Listening) Close() {
	if l.Speech != nil {
		l.Speech.Close()
	}
}
