package fetch

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"autointel.example/services/ingest/cache"
)

// again is how old a copy of what a person asked for may be: a second attempt, or a second stage that reads the same
// document, does not fetch it again.
const again = time.Minute

// Get fetches a document that a person asked for. OnBytes, if not nil, is told how much of it has arrived; total is 0 when it
// is not known. Errors are *Error, or the context's.
func (c *Client) Get(ctx context.Context, raw string, onBytes func(done, total int64)) (Response, error) {
	return c.Do(ctx, Request{URL: raw, OnBytes: onBytes, MaxAge: again})
}

// Do fetches a document. Errors are *Error, or the context's.
func (c *Client) Do(ctx context.Context, r Request) (Response, error) {
	u, err := CheckURL(r.URL)
	if err != nil {
		return Response{}, err
	}
	if err := ctx.Err(); err != nil {
		return Response{}, err // a copy that is kept is for who still waits
	}
	u.Fragment, u.RawFragment = "", ""
	if r.MaxBytes == 0 {
		r.MaxBytes = c.o.MaxBytes
	}
	outer := ctx
	ctx, cancel := context.WithTimeout(ctx, c.o.Timeout)
	defer cancel()
	var response Response
	if r.Crawl {
		response, err = c.crawl(ctx, u, r)
	} else {
		response, _, err = c.request(ctx, u, r)
	}
	if err != nil && outer.Err() != nil {
		return Response{}, outer.Err()
	}
	return response, err
}

// request fetches a document from the cache or its server. Next is where it has moved, of a request whose redirects are not
// followed.
func (c *Client) request(ctx context.Context, u *url.URL, r Request) (response Response, next string, err error) {
	key := u.String()
	kept, known := c.cache.Get(key)
	if known && c.fresh(kept, r) {
		return responseOf(kept), "", nil
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	req, err := c.requestOf(ctx, key, "text/html,application/xhtml+xml,application/pdf,application/rss+xml,application/atom+xml,application/feed+json,text/markdown,text/plain,text/vtt,application/x-subrip;q=0.9,*/*;q=0.1")
	if err != nil {
		return Response{}, "", err
	}
	if known && int64(len(kept.Body)) <= r.MaxBytes {
		ask(req, kept)
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return Response{}, "", translate(err)
	}
	defer func() { _ = resp.Body.Close() }() // what matters has been read
	switch {
	case resp.StatusCode == http.StatusNotModified && known:
		kept.At = c.o.Now()
		c.cache.Put(key, kept)
		return responseOf(kept), "", nil
	case stepwise(ctx) && resp.StatusCode >= 300 && resp.StatusCode < 400 && resp.Header.Get("Location") != "":
		return Response{}, resp.Header.Get("Location"), nil
	case resp.StatusCode != http.StatusOK:
		return Response{}, "", statusError(resp.StatusCode)
	}
	response, err = c.receive(ctx, cancel, resp, r)
	if err == nil && response.Size == 0 && !strings.Contains(strings.ToLower(resp.Header.Get("Cache-Control")), "no-store") {
		c.cache.Put(key, cache.Document{
			FinalURL: response.FinalURL, ContentType: response.ContentType, Language: response.Language, Digest: response.Digest, Body: response.Body,
			ETag: resp.Header.Get("ETag"), LastModified: resp.Header.Get("Last-Modified"), At: c.o.Now(),
		})
	}
	return response, "", err
}

// requestOf makes a request for a document of the types that are accepted. The error is an *Error.
func (c *Client) requestOf(ctx context.Context, address, accept string) (*http.Request, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, &Error{Reason: InvalidURL, Message: "This is not a web address.", Err: err}
	}
	req.Header.Set("User-Agent", c.o.UserAgent)
	req.Header.Set("Accept", accept)
	return req, nil
}

// ask makes a request that is answered with nothing if the copy that is kept is still the document.
func ask(req *http.Request, kept cache.Document) {
	if kept.ETag != "" {
		req.Header.Set("If-None-Match", kept.ETag)
	}
	if kept.LastModified != "" {
		req.Header.Set("If-Modified-Since", kept.LastModified)
	}
}

// fresh reports whether a copy is taken without asking its server.
func (c *Client) fresh(kept cache.Document, r Request) bool {
	return r.MaxAge > 0 && c.o.Now().Sub(kept.At) <= r.MaxAge && int64(len(kept.Body)) <= r.MaxBytes
}

func responseOf(d cache.Document) Response {
	return Response{FinalURL: d.FinalURL, ContentType: d.ContentType, Language: d.Language, Body: d.Body, Digest: d.Digest, Kept: true}
}

// receive takes in the answer of a server.
func (c *Client) receive(ctx context.Context, cancel context.CancelFunc, resp *http.Response, r Request) (Response, error) {
	response := Response{FinalURL: resp.Request.URL.String(), ContentType: resp.Header.Get("Content-Type"), Language: resp.Header.Get("Content-Language")}
	if coding := strings.ToLower(strings.TrimSpace(resp.Header.Get("Content-Encoding"))); coding != "" && coding != "identity" {
		return response, &Error{Reason: UnsupportedMedia, Message: fmt.Sprintf("The server sends the document compressed in a way that was not asked for (%.40q).", coding)}
	}
	lower := strings.ToLower(response.ContentType)
	if r.NotRecordings && (strings.HasPrefix(lower, "audio/") || strings.HasPrefix(lower, "video/")) {
		response.Size = max(1, resp.ContentLength)
		cancel() // the rest is not wanted
	} else {
		body, err := c.read(ctx, cancel, resp, r)
		if err != nil {
			return response, err
		}
		response.Body = body
	}
	sum := sha256.Sum256(response.Body)
	response.Digest = hex.EncodeToString(sum[:])
	return response, nil
}

// read reads a body up to the limit. net/http has decompressed it, so the limit holds for what comes out: a small file
// that grows without end is cut off like any other.
func (c *Client) read(ctx context.Context, cancel context.CancelFunc, resp *http.Response, r Request) ([]byte, error) {
	tooLarge := &Error{Reason: TooLarge, Message: fmt.Sprintf("The document is larger than %s, which is the most that is read.", size(r.MaxBytes))}
	if resp.ContentLength > r.MaxBytes {
		return nil, tooLarge
	}
	idle := time.AfterFunc(c.o.Idle, cancel)
	defer idle.Stop()
	total := max(0, resp.ContentLength)
	body := make([]byte, 0, min(total, 1<<20))
	buffer := make([]byte, 32<<10)
	for {
		n, err := resp.Body.Read(buffer)
		idle.Reset(c.o.Idle)
		body = append(body, buffer[:n]...)
		if int64(len(body)) > r.MaxBytes {
			return nil, tooLarge
		}
		if n > 0 && r.OnBytes != nil {
			r.OnBytes(int64(len(body)), total)
		}
		if err == io.EOF {
			return body, nil
		}
		if err != nil {
			if ctx.Err() != nil {
				return nil, &Error{Reason: Timeout, Message: "The server stopped sending before the document was complete.", Temporary: true, Err: err}
			}
			return nil, translate(err)
		}
	}
}

func size(bytes int64) string {
	if bytes >= 1<<20 {
		return fmt.Sprintf("%d MiB", bytes>>20)
	}
	return fmt.Sprintf("%d KiB", bytes>>10)
}

// ReasonOf returns the reason of an error; empty: it is not one of fetching.
func ReasonOf(err error) Reason {
	var e *Error
	if errors.As(err, &e) {
		return e.Reason
	}
	return ""
}
