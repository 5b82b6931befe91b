package fetch

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"
)

// Saved is a document that was written elsewhere.
type Saved struct {
	FinalURL    string // after redirects
	ContentType string // as the server says
	Bytes       int64
}

// Save fetches a big document into w, as a recording: up to most bytes, within a time, and guarded as Get is. Nothing of it is
// held in memory. OnBytes, if not nil, is told how much has arrived; total is 0 when it is not known. Errors are *Error, those of
// w, or the context's.
func (c *Client) Save(ctx context.Context, raw string, w io.Writer, most int64, within time.Duration, onBytes func(done, total int64)) (Saved, error) {
	u, err := CheckURL(raw)
	if err != nil {
		return Saved{}, err
	}
	outer := ctx
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	fail := func(err error) (Saved, error) {
		if outer.Err() != nil {
			return Saved{}, outer.Err()
		}
		return Saved{}, err
	}
	req, err := c.requestOf(ctx, u.String(), "audio/*,video/*;q=0.9,*/*;q=0.1")
	if err != nil {
		return Saved{}, err
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return fail(translate(err))
	}
	defer func() { _ = resp.Body.Close() }() // what matters has been read
	if resp.StatusCode != http.StatusOK {
		return Saved{}, statusError(resp.StatusCode)
	}
	tooLarge := &Error{Reason: TooLarge, Message: fmt.Sprintf("The recording is larger than %d MiB, which is the most that is read.", most>>20)}
	if resp.ContentLength > most {
		return Saved{}, tooLarge
	}
	idle := time.AfterFunc(c.o.Idle, cancel)
	defer idle.Stop()
	body := &watched{body: resp.Body, total: max(0, resp.ContentLength), on: func(done, total int64) {
		idle.Reset(c.o.Idle)
		if onBytes != nil {
			onBytes(done, total)
		}
	}}
	if _, err = io.Copy(w, io.LimitReader(body, most+1)); err != nil {
		switch {
		case body.err == nil || errors.Is(body.err, io.EOF): // it is w's
			return fail(err)
		case ctx.Err() != nil:
			return fail(&Error{Reason: Timeout, Message: "The server stopped sending before the recording was complete.", Temporary: true, Err: err})
		}
		return fail(translate(err))
	}
	if body.done > most {
		return Saved{}, tooLarge
	}
	return Saved{resp.Request.URL.String(), resp.Header.Get("Content-Type"), body.done}, nil
}

// watched counts what is read.
type watched struct {
	body        io.Reader
	done, total int64
	on          func(done, total int64)
	err         error
}

func (b *watched) Read(p []byte) (int, error) {
	n, err := b.body.Read(p)
	b.done += int64(n)
	b.err = err
	b.on(b.done, b.total)
	return n, err
}
