package discord

import (
	"context"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/bwmarrin/discordgo"
	"github.com/gorilla/websocket"
)

// open opens a session of discordgo's, or gives up when the context ends: whatever Open waits for then fails. Its own
// requests go to the base.
func open(ctx context.Context, s *discordgo.Session, base *url.URL, client *http.Client) error {
	release := func() bool { return true }
	s.Client = &http.Client{Transport: rebase{ctx, base, client}}
	s.Dialer = &websocket.Dialer{
		Proxy: http.ProxyFromEnvironment,
		NetDialContext: func(_ context.Context, network, addr string) (net.Conn, error) {
			conn, err := (&net.Dialer{}).DialContext(ctx, network, addr)
			if err != nil {
				return nil, err
			}
			release = context.AfterFunc(ctx, func() { _ = conn.Close() }) // broken is what it is to be
			return alive{conn}, nil
		},
	}
	err := s.Open()
	if !release() && err == nil {
		return ctx.Err() // opened, and broken at that moment
	}
	return err
}

// rebase sends discordgo's requests to another base, since its endpoints are fixed when the program starts, and ends them
// with a context, which it does not know of.
type rebase struct {
	ctx  context.Context
	base *url.URL
	next *http.Client
}

// RoundTrip implements http.RoundTripper.
func (t rebase) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(t.ctx)
	r.URL.Scheme, r.URL.Host, r.Host = t.base.Scheme, t.base.Host, t.base.Host
	if rest, ok := strings.CutPrefix(r.URL.Path, "/api/v"+discordgo.APIVersion); ok {
		r.URL.Path = t.base.Path + rest
	}
	transport := t.next.Transport
	if transport == nil {
		transport = http.DefaultTransport
	}
	return transport.RoundTrip(r)
}

// silence is how long a living gateway may say nothing: it answers a heartbeat every 41 s.
const silence = 2 * time.Minute

// alive is a connection that fails when its peer has gone without a word. discordgo notices after five heartbeats.
type alive struct{ net.Conn }

// Read implements net.Conn.
func (a alive) Read(b []byte) (int, error) {
	if err := a.SetReadDeadline(time.Now().Add(silence)); err != nil {
		return 0, err
	}
	return a.Conn.Read(b)
}
