// Package speech has recordings transcribed by a speech recognition with OpenAI's interface: POST audio/transcriptions, as
// OpenAI, Groq, and whisper.cpp, faster-whisper or vLLM on one's own machine serve it.
//
// A recording is a file. What is too long for one request is cut into pieces that overlap (piece.go): MP3 between its frames
// (mp3.go), WAV by its header (wav.go), anything else after ffmpeg has made MP3 of it, where that is installed (convert.go).
// The pieces are sent a few at a time (request.go) and their answers joined (join.go).
package speech

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"autointel.example/schemas"
)

// Options configure a client. Zero values are sane, but for the base.
type Options struct {
	BaseURL    string        // as https://api.openai.com/v1; the path of the route is added
	Key        string        // sent as a bearer token, and nowhere else; empty: none
	Model      string        // default whisper-1
	MaxLength  time.Duration // of speech that is transcribed of one recording; default 3 h
	PieceBytes int64         // the most one request carries; default 20 MiB: the usual limit is 25 MB
	PieceTime  time.Duration // the most one request carries; default 10 min
	Overlap    time.Duration // of two pieces; default 4 s
	Parallel   int           // requests side by side; default 3
	Within     time.Duration // of one request; default 5 min
	Attempts   int           // of one request; default 4
	Backoff    func(attempt int) time.Duration
	FFmpeg     string // the program's path; empty: it is not used
}

// Client has recordings transcribed. It is safe for concurrent use.
type Client struct {
	o    Options
	http *http.Client
}

// New returns a client.
func New(o Options) *Client {
	if o.Model == "" {
		o.Model = "whisper-1"
	}
	if o.MaxLength == 0 {
		o.MaxLength = 3 * time.Hour
	}
	if o.PieceBytes == 0 {
		o.PieceBytes = 20 << 20
	}
	if o.PieceTime == 0 {
		o.PieceTime = 10 * time.Minute
	}
	if o.Overlap == 0 {
		o.Overlap = 4 * time.Second
	}
	if o.Parallel == 0 {
		o.Parallel = 3
	}
	if o.Within == 0 {
		o.Within = 5 * time.Minute
	}
	if o.Attempts == 0 {
		o.Attempts = 4
	}
	if o.Backoff == nil {
		o.Backoff = func(attempt int) time.Duration { return time.Second << min(attempt, 5) }
	}
	o.BaseURL = strings.TrimRight(o.BaseURL, "/")
	return &Client{o: o, http: &http.Client{Transport: &http.Transport{
		Proxy: http.ProxyFromEnvironment, MaxIdleConnsPerHost: o.Parallel, IdleConnTimeout: 30 * time.Second, TLSHandshakeTimeout: 10 * time.Second,
		ForceAttemptHTTP2: true, MaxResponseHeaderBytes: 256 << 10,
	}, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}} // a redirect would take the key along
}

// Close frees idle connections.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// Codes of errors and limits.
const (
	CodeRefused     = "speech_refused"     // the endpoint does not let us in, or does not know the model
	CodeUnavailable = "speech_unavailable" // it did not answer, however often it was asked
	CodeFormat      = "speech_format"      // the recording cannot be read or cut
	CodeSilent      = "speech_silent"      // nothing is said in it
	LimitLength     = "speech_length"      // only the first part was transcribed
	LimitGap        = "speech_gap"         // a part is missing
	LimitNoTimes    = "speech_no_times"    // the model gives no times
	LimitLoop       = "speech_loop"        // the model repeated itself
)

// Error is a recording that was not transcribed.
type Error struct {
	Code      string
	Message   string // a sentence for the person who asked, or for the operator; never the key
	Temporary bool   // the same may succeed later
	Status    int    // of the endpoint's answer; zero: there was none, or it was fine
	Unread    bool   // there was an answer, which is none of a speech recognition
	Err       error  // may be nil
}

func (e *Error) Error() string {
	if e.Err != nil {
		return fmt.Sprintf("%s: %s (%v)", e.Code, e.Message, e.Err)
	}
	return e.Code + ": " + e.Message
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// Result is what was said.
type Result struct {
	Cues     []schemas.Cue // in order
	Language string        // ISO 639-1, as it was detected; empty: it was not
	Length   time.Duration // of what was transcribed
	Limits   []schemas.Limit
}

// Model names what transcribes, for the transcript's origin.
func (c *Client) Model() string { return c.o.Model }

// Transcribe transcribes a recording. The language is ISO 639-1, or empty to have it detected. Progress, if not nil, is told
// how much of it is done, in whole seconds. When the context's deadline passes, what there is by then is the result, and the rest
// a limit; so is a piece that could not be had. Errors are *Error or the context's.
func (c *Client) Transcribe(ctx context.Context, recording *os.File, language string, progress func(done, total int64)) (Result, error) {
	pieces, limits, cleanUp, err := c.cut(ctx, recording)
	defer cleanUp()
	if err != nil {
		return Result{}, err
	}
	answers := make([]answer, len(pieces))
	done := newCounter(pieces, progress)
	var group errgroup.Group
	group.SetLimit(c.o.Parallel)
	inner, cancel := context.WithCancel(ctx)
	defer cancel()
	for i, p := range pieces {
		group.Go(func() error {
			answers[i] = c.ask(inner, p, language)
			var e *Error
			if errors.As(answers[i].err, &e) && e.Code == CodeRefused {
				cancel() // the others would be, too
				return e
			}
			done.add(p)
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return Result{}, err
	}
	if errors.Is(ctx.Err(), context.Canceled) {
		return Result{}, ctx.Err()
	}
	result, err := join(pieces, answers)
	result.Limits = append(limits, result.Limits...)
	return result, err
}
