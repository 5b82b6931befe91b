package ingest

import (
	"context"
	"errors"
	"time"

	"autointel.example/internal/stage"
	"autointel.example/schemas"
	"autointel.example/services/ingest/fetch"
)

// sourceAge is how old a copy of the source may be that a second attempt takes without asking its server again. A first attempt
// always asks: who requests a report wants the page as it is now.
const sourceAge = time.Minute

// acquire fetches the source and makes it readable.
func acquire(r reader) stage.Func {
	return stage.Of(func(ctx context.Context, in stage.Input) (schemas.Source, error) {
		request := fetch.Request{URL: in.Context.URL, OnBytes: func(done, total int64) { in.Progress(done, total, "bytes") }}
		if in.Attempt > 1 {
			request.MaxAge = sourceAge
		}
		source, err := r.read(ctx, request)
		if err != nil {
			return schemas.Source{}, outcome(err, in.Attempt)
		}
		source.URL, source.FetchedAt = in.Context.URL, in.Now().UTC()
		return source, nil
	})
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
