package ingest

import (
	"context"
	"errors"
	"strings"

	"autointel.example/internal/stage"
	"autointel.example/internal/workflow"
	"autointel.example/schemas"
	"autointel.example/services/ingest/article"
	"autointel.example/services/ingest/captions"
	"autointel.example/services/ingest/fetch"
)

// fetchers is how many sources, and as many captions, are fetched side by side: they wait for other people's servers, so a few
// slow ones must not hold up the rest. What one may take of memory is bounded by fetch.Options.MaxBytes.
const fetchers = 32

// Stages returns the stages that ingest runs: those that reach the open internet.
func Stages(client *fetch.Client) []stage.Stage {
	return []stage.Stage{
		{Name: workflow.Acquire, Workers: fetchers, Run: acquire(client)},
		{Name: workflow.Transcribe, Workers: fetchers, Run: transcribe(client)},
		{Name: workflow.Context, Run: stage.NotAvailable},
	}
}

// acquire fetches the source and makes it readable. It yields a schemas.Source.
func acquire(client *fetch.Client) stage.Func {
	return func(ctx context.Context, in stage.Input) (any, error) {
		response, err := client.Get(ctx, in.Context.URL, func(done, total int64) { in.Progress(done, total, "bytes") })
		if err != nil {
			return nil, outcome(err, in.Attempt)
		}
		source, err := article.Extract(response)
		if err != nil {
			return nil, outcome(err, in.Attempt)
		}
		source.URL, source.FetchedAt = in.Context.URL, in.Now().UTC()
		return source, nil
	}
}

// fetchAttempts is how often a source is asked for that may be away for a moment. After that, somebody who waits is
// better served by an answer.
const fetchAttempts = 4

// outcome says what an error of fetching means for its stage.
func outcome(err error, attempt int) error {
	var e *fetch.Error
	if errors.As(err, &e) && (!e.Temporary || attempt >= fetchAttempts) {
		return stage.Fail(string(e.Reason), e.Message)
	}
	return err
}

// transcribe reads the captions that the source names, or is. It yields a schemas.Transcript.
func transcribe(client *fetch.Client) stage.Func {
	return func(ctx context.Context, in stage.Input) (any, error) {
		var source schemas.Source
		found, err := in.Load(ctx, workflow.Acquire, &source)
		if err != nil {
			return nil, err
		}
		language, _, _ := strings.Cut(source.Language, "-")
		track, any := captions.Choose(source.Captions, language)
		if !found || !any {
			return nil, stage.Skip("nothing_to_transcribe", "The source has no recording with captions.")
		}
		response, err := client.Get(ctx, track.URL, func(done, total int64) { in.Progress(done, total, "bytes") })
		if err != nil {
			var e *fetch.Error
			if errors.As(err, &e) && (!e.Temporary || in.Attempt >= fetchAttempts) {
				return nil, stage.Skip("captions_unreachable", "The caption file could not be fetched: "+e.Message)
			}
			return nil, err
		}
		format := captions.Format(response.ContentType, strings.ToLower(pathOf(response.FinalURL)))
		if format == "" {
			format = captions.WebVTT
		}
		transcript, err := captions.Parse(response.Body, format)
		if err != nil {
			return nil, stage.Skip("captions_unreadable", "The caption file holds nothing that can be read.")
		}
		transcript.URL, transcript.Language = response.FinalURL, track.Language
		return transcript, nil
	}
}

func pathOf(raw string) string {
	path, _, _ := strings.Cut(raw, "?")
	return path
}
