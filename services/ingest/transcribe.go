package ingest

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"time"

	"autointel.example/internal/stage"
	"autointel.example/internal/workflow"
	"autointel.example/schemas"
	"autointel.example/services/ingest/captions"
	"autointel.example/services/ingest/fetch"
)

const (
	// maxTracks is how many caption files of a source are tried.
	maxTracks = 4
	// transcribeWithin is how long a transcript may take, which is less than the watch's patience.
	transcribeWithin = 14 * time.Minute
)

// Reasons why there is no transcript.
const (
	reasonNothing     = "nothing_to_transcribe"
	reasonUnreachable = "captions_unreachable"
	reasonUnreadable  = "captions_unreadable"
)

// missed is a way to a transcript that led to none. Its code and message are for the requester.
type missed struct {
	code, message string
	temporary     bool // it may lead there later
	err           error
}

func (m *missed) Error() string { return m.code + ": " + m.message }
func (m *missed) Unwrap() error { return m.err }

// errNoWay says that a source has nothing that a way to a transcript begins with.
var errNoWay = errors.New("there is nothing to begin with")

// recording is what is known of a source whose words are looked for.
type recording struct {
	client *fetch.Client
	with   Listening
	in     stage.Input
	source schemas.Source
	site   siteOffer // what its site offers beside
}

// transcribe looks for what is said in the source's recording: in the captions it names or is, the best first, then in those its
// site has, and else by listening to it. The first way that leads to words counts; how the others failed is among its limits.
func transcribe(client *fetch.Client, with Listening) stage.Func {
	return stage.Of(func(ctx context.Context, in stage.Input) (schemas.Transcript, error) {
		r := &recording{client: client, with: with, in: in}
		found, err := in.Load(ctx, workflow.Acquire, &r.source)
		if err != nil {
			return schemas.Transcript{}, err
		}
		if !found {
			return schemas.Transcript{}, stage.Skip(reasonNothing, "There is no source that could hold a recording.")
		}
		return r.transcript(ctx, r.captions, r.fromSite, r.listen)
	})
}

// transcript goes one way after the other.
func (r *recording) transcript(ctx context.Context, ways ...func(context.Context) (schemas.Transcript, error)) (schemas.Transcript, error) {
	var failed []*missed
	for _, way := range ways {
		t, err := way(ctx)
		var m *missed
		switch {
		case err == nil:
			for _, f := range failed {
				t.Limits = append(t.Limits, schemas.Limit{Code: f.code, Message: f.message})
			}
			return t, nil
		case ctx.Err() != nil:
			return schemas.Transcript{}, ctx.Err()
		case errors.As(err, &m):
			failed = append(failed, m)
		case !errors.Is(err, errNoWay):
			return schemas.Transcript{}, err
		}
	}
	return schemas.Transcript{}, r.none(failed)
}

// none says why there is no transcript, once it is sure that there will be none.
func (r *recording) none(failed []*missed) error {
	if len(failed) == 0 {
		return stage.Skip(reasonNothing, "The source has no recording.")
	}
	if r.in.Attempt < fetchAttempts {
		if i := slices.IndexFunc(failed, func(m *missed) bool { return m.temporary }); i >= 0 {
			return failed[i]
		}
	}
	message := ""
	for i, m := range failed {
		if i > 0 {
			message += " "
		}
		message += m.message
	}
	return stage.Skip(failed[len(failed)-1].code, message)
}

// captions reads the caption files that the source names, in the order of their worth.
func (r *recording) captions(ctx context.Context) (schemas.Transcript, error) {
	return r.read(ctx, r.source.Captions, r.source.Language)
}

// read reads the first of some tracks that can be read.
func (r *recording) read(ctx context.Context, tracks []schemas.CaptionTrack, language string) (schemas.Transcript, error) {
	ranked := captions.Rank(tracks, language, r.in.Context.Requester.Locale)
	last := errNoWay
	for _, track := range ranked[:min(len(ranked), maxTracks)] {
		t, err := r.track(ctx, track)
		if err == nil || ctx.Err() != nil {
			return t, err
		}
		last = err
	}
	return schemas.Transcript{}, last
}

// track fetches and reads one caption file.
func (r *recording) track(ctx context.Context, track schemas.CaptionTrack) (schemas.Transcript, error) {
	var none schemas.Transcript
	response, err := r.client.Get(ctx, track.URL, func(done, total int64) { r.in.Progress(done, total, "bytes") })
	if err != nil {
		var e *fetch.Error
		if errors.As(err, &e) {
			return none, &missed{reasonUnreachable, fmt.Sprintf("The caption file could not be fetched: %s", e.Message), e.Temporary, err}
		}
		return none, err
	}
	format := captions.Detect(response.ContentType, pathOf(response.FinalURL), response.Body, track.Kind == "transcript")
	t := schemas.Transcript{}
	if err = captions.ErrUnreadable; format != "" {
		t, err = captions.Parse(response.Body, format)
	}
	if err != nil {
		return none, &missed{reasonUnreadable, "The caption file holds nothing that can be read.", false, err}
	}
	t.URL, t.Language, t.Origin = response.FinalURL, track.Language, "captions"
	if track.Automatic {
		t.Origin = "automatic captions"
	}
	return t, nil
}

// pathOf is the path of an address, without its query.
func pathOf(raw string) string {
	u, err := url.Parse(raw)
	if err != nil {
		return ""
	}
	return u.Path
}
