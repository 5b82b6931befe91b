// Package fetch gets documents from the open internet, and from nowhere else: addresses inside the operator's network
// are refused when they are dialled, after names are resolved and on every redirect. What a person asked for is fetched at
// once; what we look for ourselves is crawled: as robots.txt allows, one request at a time for each host.
package fetch

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"code.dny.dev/ssrf"

	"autointel.example/services/ingest/cache"
)

// Product is the name by which robots.txt files call us.
const Product = "autointel"

// Options configure a client. Zero values are sane.
type Options struct {
	Allow     []string         // host:port that are let through although private
	UserAgent string           // default autointel/1
	MaxBytes  int64            // of a body after decompression; default 20 MiB
	Timeout   time.Duration    // of a whole request; default 5 min
	Idle      time.Duration    // without a byte; default 30 s
	Redirects int              // default 5
	Pause     time.Duration    // between two crawled requests to a host, if it asks for no longer; default 500 ms
	CacheSize int64            // bytes of documents that are kept in memory; default 64 MiB, negative: none
	Now       func() time.Time // default time.Now
}

// Client fetches documents. It is safe for concurrent use.
type Client struct {
	o      Options
	http   *http.Client
	cache  *cache.Cache
	crawls *hosts
}

// Request is what to fetch, and how.
type Request struct {
	URL     string
	OnBytes func(done, total int64) // told how much has arrived; total is 0 when it is not known; may be nil
	MaxAge  time.Duration           // a copy that is no older is taken without asking; an older one is asked after; 0: always ask
	// MaxBytes of the body after decompression; 0: the client's.
	MaxBytes int64
	// Crawl: nobody asked for this document by its address, so robots.txt and the pause between requests hold.
	Crawl bool
	// NotRecordings: of audio and video only the header is read; Body stays empty.
	NotRecordings bool
}

// Response is a fetched document.
type Response struct {
	FinalURL    string // after redirects
	ContentType string // as the server says
	Language    string // as the server says
	Body        []byte // shared with others: it must not be written to
	Digest      string // sha256 of Body, lower-case hex
	Size        int64  // of a recording whose body was not read, as the server says; 0: it does not
	Kept        bool   // the body is of an earlier request
}

// New returns a client.
func New(o Options) *Client {
	if o.UserAgent == "" {
		o.UserAgent = Product + "/1 (+https://autointel.example)"
	}
	o.MaxBytes, o.CacheSize = orDefault(o.MaxBytes, 20<<20), orDefault(o.CacheSize, 64<<20)
	o.Timeout, o.Idle, o.Pause = orDefault(o.Timeout, 5*time.Minute), orDefault(o.Idle, 30*time.Second), orDefault(o.Pause, 500*time.Millisecond)
	o.Redirects = orDefault(o.Redirects, 5)
	if o.Now == nil {
		o.Now = time.Now
	}
	plain := &net.Dialer{Timeout: 10 * time.Second}
	guarded := &net.Dialer{Timeout: 10 * time.Second, Control: ssrf.New().Safe}
	c := &Client{o: o, crawls: newHosts()}
	if o.CacheSize > 0 {
		c.cache = cache.New(o.CacheSize)
	}
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

func orDefault[T int | int64 | time.Duration](v, otherwise T) T {
	if v == 0 {
		return otherwise
	}
	return v
}

// Close frees idle connections.
func (c *Client) Close() { c.http.CloseIdleConnections() }

var errRedirects = errors.New("too many redirects")

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

// redirect lets a redirect be followed. Those of crawled requests are followed one by one, since each host has its own rules.
func (c *Client) redirect(r *http.Request, via []*http.Request) error {
	if stepwise(r.Context()) {
		return http.ErrUseLastResponse
	}
	if len(via) > c.o.Redirects {
		return errRedirects
	}
	_, err := CheckURL(r.URL.String())
	return err
}

// oneStep marks the context of requests whose redirects are not followed by net/http.
type oneStep struct{}

func stepwise(ctx context.Context) bool {
	step, _ := ctx.Value(oneStep{}).(bool)
	return step
}
