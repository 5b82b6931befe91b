package discord

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/url"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"github.com/bwmarrin/discordgo"
	"github.com/gorilla/websocket"
)

// BadTokenError says that Discord does not know the bot's token. Trying again does not help.
type BadTokenError struct{}

func (*BadTokenError) Error() string {
	return "Discord does not accept the bot's token: set DISCORD_TOKEN to the one of the application's Bot page"
}

// GatewayRefusedError says that the gateway refused what we asked for, such as a shard. Trying again does not help.
type GatewayRefusedError struct {
	Code int // the close code
	Text string
}

func (e *GatewayRefusedError) Error() string {
	return fmt.Sprintf("Discord's gateway refused the connection: close code %d: %s: check DISCORD_SHARD_ID and DISCORD_SHARD_COUNT", e.Code, e.Text)
}

// GatewayOptions configure a gateway.
type GatewayOptions struct {
	Options
	ShardID    int           // below ShardCount
	ShardCount int           // default 1: no sharding
	OpenWithin time.Duration // for a connection to come about; default 30 s
	Logger     *slog.Logger  // may be nil
}

// Gateway receives interactions over Discord's websocket. discordgo speaks the protocol and resumes sessions; what it
// (v0.29.0) leaves to chance is done here: it waits for a HELLO for ever, reconnects for ever with a token that is wrong,
// and a panic in one of its handlers ends the process.
type Gateway struct {
	token   string
	o       GatewayOptions
	base    *url.URL
	bot     *Bot
	receive func(interaction []byte)
	up      atomic.Bool

	mu    sync.Mutex // held while an interaction is received
	ended bool
}

// NewGateway returns a gateway for a bot's token. Receive is called with each interaction's JSON, one at a time. It must
// not block: heartbeats go on meanwhile, other interactions do not.
func NewGateway(token string, o GatewayOptions, receive func(interaction []byte)) (*Gateway, error) {
	o.Options = o.filled()
	o.ShardCount = max(o.ShardCount, 1)
	if o.OpenWithin == 0 {
		o.OpenWithin = 30 * time.Second
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	base, err := url.Parse(o.API)
	if err != nil || base.Host == "" {
		return nil, errors.New("DISCORD_API_URL is not a web address: leave it out for Discord itself")
	}
	if o.ShardID < 0 || o.ShardID >= o.ShardCount {
		return nil, fmt.Errorf("DISCORD_SHARD_ID must be from 0 to %d, which is below DISCORD_SHARD_COUNT", o.ShardCount-1)
	}
	return &Gateway{token: token, o: o, base: base, bot: NewBot(token, o.Options), receive: receive}, nil
}

// Connected reports whether the gateway is connected.
func (g *Gateway) Connected() bool { return g.up.Load() }

// settled is how long a connection must have lasted for the next one to be tried without patience. Identifying is limited
// to 1000 times a day.
const settled = time.Minute

// Run stays connected until the context ends, then says good-bye and returns nil. It is called once. It gives up with a
// *BadTokenError or a *GatewayRefusedError; whatever else goes wrong is tried again, ever more slowly. After it has
// returned no interaction is received.
func (g *Gateway) Run(ctx context.Context) error {
	defer g.end()
	lost := make(chan struct{}, 1)
	var session *discordgo.Session
	probe := true
	for attempt := 0; ; attempt++ {
		if attempt > 0 && g.o.Sleep(ctx, patience(attempt)) != nil {
			return nil
		}
		if session == nil {
			var err error
			if session, err = g.session(lost); err != nil {
				return err
			}
		}
		select {
		case <-lost: // said twice of an earlier connection
		default:
		}
		err := g.connect(ctx, session, probe)
		probe = err != nil
		var bad *BadTokenError
		var refused *GatewayRefusedError
		switch {
		case errors.As(err, &bad), errors.As(err, &refused):
			return err
		case ctx.Err() != nil && err != nil:
			return nil
		case err != nil:
			g.o.Logger.Warn("Discord's gateway cannot be reached", "attempt", attempt+1, "error", err)
			if closed := (*websocket.CloseError)(nil); errors.As(err, &closed) {
				session = nil // it was not resumed: begin a new one
			}
			continue
		}
		g.up.Store(true)
		since := g.o.Now()
		g.o.Logger.Info("connected to Discord's gateway", "shard", g.o.ShardID, "shards", g.o.ShardCount)
		select {
		case <-ctx.Done():
			return session.Close()
		case <-lost:
		}
		g.up.Store(false)
		g.o.Logger.Warn("the connection to Discord's gateway was lost")
		if g.o.Now().Sub(since) >= settled {
			attempt = 0
		}
	}
}

// patience is how long to wait before an attempt. There is a wait before the first as well: discordgo's heartbeat of the
// lost connection, if it was due at that moment, would close the new one.
func patience(attempt int) time.Duration {
	d := min(250*time.Millisecond<<min(attempt-1, 10), time.Minute)
	return d + rand.N(d) // so that not all come back at once
}

// session makes discordgo's session: no intents, since interactions need none, and nothing done on its own account.
func (g *Gateway) session(lost chan<- struct{}) (*discordgo.Session, error) {
	s, err := discordgo.New("Bot " + g.token)
	if err != nil {
		return nil, err
	}
	s.Identify.Intents = discordgo.IntentsNone
	s.StateEnabled, s.SyncEvents = false, true
	s.ShouldReconnectOnError, s.ShouldRetryOnRateLimit, s.MaxRestRetries = false, false, 0
	s.ShardID, s.ShardCount = g.o.ShardID, g.o.ShardCount
	s.LogLevel = -1 // below every level: what matters comes back as an error
	s.AddHandler(func(_ *discordgo.Session, e *discordgo.Event) { g.event(e) })
	s.AddHandler(func(*discordgo.Session, *discordgo.Disconnect) {
		select {
		case lost <- struct{}{}:
		default:
		}
	})
	return s, nil
}

// event hands an interaction on. Discord sends it raw, since discordgo's type lacks fields that we need.
func (g *Gateway) event(e *discordgo.Event) {
	if e.Type != "INTERACTION_CREATE" {
		return
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.ended {
		return
	}
	defer func() {
		if p := recover(); p != nil {
			g.o.Logger.Error("an interaction's handler panicked", "panic", p, "stack", string(debug.Stack()))
		}
	}()
	g.receive(e.RawData)
}

// end waits for the interaction that is being received and lets no other through.
func (g *Gateway) end() {
	g.up.Store(false)
	g.mu.Lock()
	defer g.mu.Unlock()
	g.ended = true
}

// connect opens or resumes the session. Probe first asks for the bot itself, which tells a bad token from other troubles.
func (g *Gateway) connect(ctx context.Context, s *discordgo.Session, probe bool) error {
	ctx, cancel := context.WithTimeout(ctx, g.o.OpenWithin)
	defer cancel()
	if probe {
		err := g.bot.do(ctx, call{route: "me", method: http.MethodGet, path: "/users/@me", bucket: "me", safe: true}, nil)
		if Classify(err) == Unauthorized {
			return &BadTokenError{}
		}
		if err != nil {
			return err
		}
	}
	var closed *websocket.CloseError
	err := open(ctx, s, g.base, g.o.HTTP)
	switch {
	case errors.Is(err, discordgo.ErrWSAlreadyOpen):
		return nil
	case errors.As(err, &closed) && closed.Code == 4004:
		return &BadTokenError{}
	case errors.As(err, &closed) && closed.Code >= 4010 && closed.Code <= 4014: // shard, version, intents
		return &GatewayRefusedError{closed.Code, closed.Text}
	case err != nil && ctx.Err() != nil:
		return fmt.Errorf("no connection within %s: %w", g.o.OpenWithin, err)
	}
	return err
}
