// Package fetch gets documents from the open internet, and from nowhere else: addresses inside the operator's network
// are refused when they are dialled, after names are resolved and on every redirect.
package fetch

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"code.dny.dev/ssrf"
)

// Options configure a client. Zero values are sane.
type Options struct {
	Allow     []string      // host:port that are let through although private
	UserAgent string        // default autointel/1
	MaxBytes  int64         // of a body after decompression; default 20 MiB
	Timeout   time.Duration // of a whole request; default 5 min
	Idle      time.Duration // without a byte; default 30 s
	Redirects int           // default 5
}

// Client fetches documents. It is safe for concurrent use.
type Client struct {
	o    Options
	http *http.Client
}

// Response is a fetched document.
type Response struct {
	FinalURL    string // after redirects
	ContentType string // as the server says
	Language    string // as the server says
	Body        []byte
	Digest      string // sha256 of Body, lower-case hex
	Size        int64  // as the server says; 0: it does not. Of a recording, whose body is not read, more than that has
}

// New returns a client.
func New(o Options) *Client {
	if o.UserAgent == "" {
		o.UserAgent = "autointel/1 (+https://autointel.example)"
	}
	if o.MaxBytes == 0 {
		o.MaxBytes = 20 << 20
	}
	if o.Timeout == 0 {
		o.Timeout = 5 * time.Minute
	}
	if o.Idle == 0 {
		o.Idle = 30 * time.Second
	}
	if o.Redirects == 0 {
		o.Redirects = 5
	}
	plain := &net.Dialer{Timeout: 10 * time.Second}
	guarded := &net.Dialer{Timeout: 10 * time.Second, Control: ssrf.New().Safe}
	c := &Client{o: o}
	c.http = &http.Client{
		Transport: &http.Transport{
			Proxy: nil, // a proxy would be dialled instead of the address, and the guard would see only the proxy
			DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
				if slices.Contains(o.Allow, address) {
					return plain.DialContext(ctx, network, address)
				}
				return guarded.DialContext(ctx, network, address)
			},
			TLSHandshakeTimeout: 10 * time.Second, ResponseHeaderTimeout: 30 * time.Second, IdleConnTimeout: 30 * time.Second,
			MaxResponseHeaderBytes: 256 << 10, MaxIdleConnsPerHost: 2, ForceAttemptHTTP2: true,
		},
		CheckRedirect: c.redirect,
	}
	return c
}

// Close frees idle connections.
func (c *Client) Close() { c.http.CloseIdleConnections() }

var errRedirects = errors.New("too many redirects")

func (c *Client) redirect(r *http.Request, via []*http.Request) error {
	if len(via) > c.o.Redirects {
		return errRedirects
	}
	_, err := CheckURL(r.URL.String())
	return err
}

// maxURL is the longest URL that is accepted, in bytes.
const maxURL = 2048

// CheckURL says whether a text is a URL that can be fetched, by its form alone. Errors are *Error.
func CheckURL(raw string) (*url.URL, error) {
	if len(raw) > maxURL {
		return nil, &Error{Reason: InvalidURL, Message: fmt.Sprintf("The address is longer than %d characters.", maxURL)}
	}
	u, err := url.Parse(strings.TrimSpace(raw))
	switch {
	case err != nil || u.Hostname() == "" && (u.Scheme == "" || u.Scheme == "http" || u.Scheme == "https"):
		return nil, &Error{Reason: InvalidURL, Message: "This is not a web address. It should look like https://example.org/article."}
	case u.Scheme != "http" && u.Scheme != "https":
		return nil, &Error{Reason: UnsupportedScheme, Message: fmt.Sprintf("Addresses of the kind %q cannot be fetched, only http and https.", u.Scheme)}
	case u.User != nil:
		return nil, &Error{Reason: InvalidURL, Message: "The address holds a user name or password. Leave them out."}
	}
	return u, nil
}

// Get fetches a document. OnBytes, if not nil, is told how much of it has arrived; total is 0 when it is not known.
// Errors are *Error, or the context's.
func (c *Client) Get(ctx context.Context, raw string, onBytes func(done, total int64)) (Response, error) {
	u, err := CheckURL(raw)
	if err != nil {
		return Response{}, err
	}
	outer := ctx
	ctx, cancel := context.WithTimeout(ctx, c.o.Timeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return Response{}, &Error{Reason: InvalidURL, Message: "This is not a web address.", Err: err}
	}
	req.Header.Set("User-Agent", c.o.UserAgent)
	req.Header.Set("Accept", "text/html,application/xhtml+xml,text/plain,text/vtt,application/x-subrip;q=0.9,*/*;q=0.1")
	resp, err := c.http.Do(req)
	if err != nil {
		if outer.Err() != nil {
			return Response{}, outer.Err()
		}
		return Response{}, translate(err)
	}
	defer func() { _ = resp.Body.Close() }() // what matters has been read
	if resp.StatusCode != http.StatusOK {
		return Response{}, statusError(resp.StatusCode)
	}
	body, err := c.read(ctx, cancel, resp, onBytes)
	if err != nil {
		if outer.Err() != nil {
			return Response{}, outer.Err()
		}
		return Response{}, err
	}
	sum := sha256.Sum256(body)
	return Response{
		FinalURL: resp.Request.URL.String(), ContentType: resp.Header.Get("Content-Type"), Language: resp.Header.Get("Content-Language"), Body: body,
		Digest: hex.EncodeToString(sum[:]), Size: max(0, resp.ContentLength),
	}, nil
}

// read reads a body up to the limit. net/http has decompressed it, so the limit holds for what comes out: a small file
// that grows without end is cut off like any other.
func (c *Client) read(ctx context.Context, cancel context.CancelFunc, resp *http.Response, onBytes func(done, total int64)) ([]byte, error) {
	tooLarge := &Error{Reason: TooLarge, Message: fmt.Sprintf("The document is larger than %d MiB, which is the most that is read.", c.o.MaxBytes>>20)}
	if resp.ContentLength > c.o.MaxBytes {
		return nil, tooLarge
	}
	idle := time.AfterFunc(c.o.Idle, cancel)
	defer idle.Stop()
	total := max(0, resp.ContentLength)
	var body []byte
	buffer := make([]byte, 32<<10)
	for {
		n, err := resp.Body.Read(buffer)
		idle.Reset(c.o.Idle)
		body = append(body, buffer[:n]...)
		if int64(len(body)) > c.o.MaxBytes {
			return nil, tooLarge
		}
		if n > 0 && onBytes != nil {
			onBytes(int64(len(body)), total)
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
