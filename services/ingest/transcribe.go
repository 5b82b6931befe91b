package ingest

import (
	"context"
	"errors"
	"strings"

	"autointel.example/internal/stage"
	"autointel.example/internal/workflow"
	"autointel.example/schemas"
	"autointel.example/services/ingest/captions"
	"autointel.example/services/ingest/fetch"
)

// transcribe reads the captions that the source names, or is.
func transcribe(client *fetch.Client) stage.Func {
	return stage.Of(func(ctx context.Context, in stage.Input) (schemas.Transcript, error) {
		var none schemas.Transcript
		var source schemas.Source
		found, err := in.Load(ctx, workflow.Acquire, &source)
		if err != nil {
			return none, err
		}
		language, _, _ := strings.Cut(source.Language, "-")
		track, any := captions.Choose(source.Captions, language)
		if !found || !any {
			return none, stage.Skip("nothing_to_transcribe", "The source has no recording with captions.")
		}
		response, err := client.Get(ctx, track.URL, func(done, total int64) { in.Progress(done, total, "bytes") })
		if err != nil {
			var e *fetch.Error
			if errors.As(err, &e) && (!e.Temporary || in.Attempt >= fetchAttempts) {
				return none, stage.Skip("captions_unreachable", "The caption file could not be fetched: "+e.Message)
			}
			return none, err
		}
		format := captions.Format(response.ContentType, strings.ToLower(pathOf(response.FinalURL)))
		if format == "" {
			format = captions.WebVTT
		}
		transcript, err := captions.Parse(response.Body, format)
		if err != nil {
			return none, stage.Skip("captions_unreadable", "The caption file holds nothing that can be read.")
		}
		transcript.URL, transcript.Language = response.FinalURL, track.Language
		return transcript, nil
	})
}

func pathOf(raw string) string {
	path, _, _ := strings.Cut(raw, "?")
	return path
}
