// Package sandbox is a local Discord: the REST routes that autointel uses, signed interactions to its endpoint, and
// Discord's rules about who may answer what and until when. The tests, the demo and an installation without
// credentials run against it; the clients that talk to it are the ones that talk to Discord.
//
// What it knows of Discord is written where it is enforced. Every message it holds can be read back, with every
// version it had, at /sandbox/messages; tokens are never shown.
package sandbox

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"net"
	"net/http"
	"sync"
	"time"

	"autointel.example/internal/discord"
)

// Options configure a sandbox. Zero values are Discord's own.
type Options struct {
	Addr          string        // default 127.0.0.1:0
	TokenLifetime time.Duration // of an interaction, from its creation; default 15 min
	AckTimeout    time.Duration // for the first answer; default 3 s
	Now           func() time.Time

	HeartbeatInterval time.Duration // of the gateway, by real time; default 41.25 s

	// Clock, if not nil, can be skipped on the page; then Now is its time.
	Clock *Clock
	// Events, if not nil, returns the events of a workflow, to be shown as JSON: a list of objects with the fields seq,
	// after_s, subject and detail, and whatever else is worth showing.
	Events func(ctx context.Context, workflow string) (any, error)
}

// Sandbox is a running local Discord.
type Sandbox struct {
	o        Options
	key      ed25519.PrivateKey
	bot      string
	app      string
	listener net.Listener
	server   *http.Server
	client   *http.Client
	served   chan error
	closing  chan struct{} // closed when the sandbox is
	unused   sync.Map      // connections without a request so far

	mu           sync.Mutex
	endpoint     string // where interactions are delivered
	serial       uint64
	interactions map[string]*interaction // by id
	byToken      map[string]*interaction
	channels     map[string]*channel
	messages     map[string]*Message
	order        []string // message ids, oldest first
	nonces       map[string]string
	dmBlocked    map[string]bool
	limits       map[string]*window
	faults       []*plannedFault
	random       *randomFaults // nil: none
	faulted      int           // requests that had a fault
	gateway      gateway
	commands     commands
	changed      chan struct{} // closed and replaced at every change
}

// Start starts a sandbox.
func Start(o Options) (*Sandbox, error) {
	if o.Addr == "" {
		o.Addr = "127.0.0.1:0"
	}
	if o.TokenLifetime == 0 {
		o.TokenLifetime = discord.DefaultLifetime
	}
	if o.AckTimeout == 0 {
		o.AckTimeout = 3 * time.Second
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Clock != nil {
		o.Now = o.Clock.Now
	}
	if o.HeartbeatInterval == 0 {
		o.HeartbeatInterval = heartbeatInterval
	}
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, err
	}
	listener, err := net.Listen("tcp", o.Addr)
	if err != nil {
		return nil, err
	}
	s := &Sandbox{
		o: o, key: key, bot: "sandbox." + rand.Text(), listener: listener, served: make(chan error, 1), closing: make(chan struct{}),
		client:       &http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{}},
		interactions: map[string]*interaction{}, byToken: map[string]*interaction{}, channels: map[string]*channel{},
		messages: map[string]*Message{}, nonces: map[string]string{}, dmBlocked: map[string]bool{}, limits: map[string]*window{},
		commands: commands{map[string][]Command{}, map[string]int{}}, changed: make(chan struct{}), gateway: gateway{sessions: map[string]*gatewaySession{}, conns: map[*gatewayConn]bool{}},
	}
	s.app = s.snowflake()
	s.server = &http.Server{Handler: s.routes(), ReadHeaderTimeout: 10 * time.Second}
	if o.Clock != nil {
		o.Clock.OnSkip(s.Happened)
	}
	s.server.ConnState = func(c net.Conn, state http.ConnState) {
		if state != http.StateNew {
			s.unused.Delete(c)
			return
		}
		s.unused.Store(c, nil)
		select {
		case <-s.closing: // accepted as the end began: it may be too late for the look below
			_ = c.Close()
		default:
		}
	}
	// Clients open connections in advance. Shutdown would wait 5 s for the first request of each.
	s.server.RegisterOnShutdown(func() {
		s.unused.Range(func(c, _ any) bool { _ = c.(net.Conn).Close(); return true })
	})
	go func() { s.served <- s.server.Serve(listener) }()
	return s, nil
}

// Close stops the sandbox.
func (s *Sandbox) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	close(s.closing)
	s.closeGateway()
	err := s.server.Shutdown(ctx)
	if served := <-s.served; !errors.Is(served, http.ErrServerClosed) {
		err = errors.Join(err, served)
	}
	s.client.CloseIdleConnections()
	return err
}

// URL is where people look at the sandbox.
func (s *Sandbox) URL() string { return "http://" + s.listener.Addr().String() }

// APIURL is the base of its REST routes.
func (s *Sandbox) APIURL() string { return s.URL() + "/api/v10" }

// ApplicationID is the application's id.
func (s *Sandbox) ApplicationID() string { return s.app }

// PublicKey is the key that its interactions are signed with, in hex.
func (s *Sandbox) PublicKey() string {
	return hex.EncodeToString(s.key.Public().(ed25519.PublicKey))
}

// BotToken is the bot's token.
func (s *Sandbox) BotToken() string { return s.bot }

// SetEndpoint sets where interactions are delivered.
func (s *Sandbox) SetEndpoint(url string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.endpoint = url
}

// snowflake makes a new id. The caller holds the lock, or nobody else knows the sandbox yet.
func (s *Sandbox) snowflake() string {
	s.serial++
	return discord.Snowflake(s.o.Now(), s.serial)
}

// notify wakes everybody who waits for a change. The caller holds the lock.
func (s *Sandbox) notify() {
	close(s.changed)
	s.changed = make(chan struct{})
}

// routes serves the API under both versions in use: discordgo v0.29.0 speaks v9.
func (s *Sandbox) routes() http.Handler {
	mux := http.NewServeMux()
	for _, api := range []string{"/api/v10", "/api/v9"} {
		mux.HandleFunc("POST "+api+"/interactions/{id}/{token}/callback", s.faulty("callback", s.callback))
		mux.HandleFunc("GET "+api+"/webhooks/{app}/{token}/messages/{message}", s.faulty("get_original", s.webhookMessage))
		mux.HandleFunc("PATCH "+api+"/webhooks/{app}/{token}/messages/{message}", s.faulty("edit_original", s.webhookMessage))
		mux.HandleFunc("DELETE "+api+"/webhooks/{app}/{token}/messages/{message}", s.faulty("delete_original", s.webhookMessage))
		mux.HandleFunc("POST "+api+"/webhooks/{app}/{token}", s.faulty("followup", s.followup))
		mux.HandleFunc("POST "+api+"/channels/{channel}/messages", s.faulty("channel_message", s.asBot(s.createMessage)))
		mux.HandleFunc("GET "+api+"/channels/{channel}/messages/{message}", s.faulty("get_message", s.asBot(s.channelMessage)))
		mux.HandleFunc("PATCH "+api+"/channels/{channel}/messages/{message}", s.faulty("edit_message", s.asBot(s.channelMessage)))
		mux.HandleFunc("POST "+api+"/users/@me/channels", s.faulty("open_dm", s.asBot(s.openDM)))
		mux.HandleFunc("GET "+api+"/users/@me", s.faulty("me", s.asBot(s.me)))
		for _, list := range []string{api + "/applications/{app}/commands", api + "/applications/{app}/guilds/{guild}/commands"} {
			mux.HandleFunc("GET "+list, s.faulty("commands", s.onCommands(s.listCommands)))
			mux.HandleFunc("PUT "+list, s.faulty("commands", s.onCommands(s.replaceCommands)))
			mux.HandleFunc("POST "+list, s.faulty("commands", s.onCommands(s.createCommand)))
			mux.HandleFunc("GET "+list+"/{command}", s.faulty("commands", s.onCommands(s.oneCommand)))
			mux.HandleFunc("PATCH "+list+"/{command}", s.faulty("commands", s.onCommands(s.oneCommand)))
			mux.HandleFunc("DELETE "+list+"/{command}", s.faulty("commands", s.onCommands(s.oneCommand)))
		}
		mux.HandleFunc("GET "+api+"/applications/@me", s.faulty("application", s.asBot(s.application)))
		mux.HandleFunc("GET "+api+"/oauth2/applications/@me", s.faulty("application", s.asBot(s.application)))
		mux.HandleFunc("GET "+api+"/gateway", s.faulty("gateway", s.getGateway))
		mux.HandleFunc("GET "+api+"/gateway/bot", s.faulty("gateway", s.asBot(s.getGatewayBot)))
	}
	mux.HandleFunc("GET /gateway", s.serveGateway)
	mux.HandleFunc("GET /gateway/{$}", s.serveGateway) // discordgo adds the slash
	mux.HandleFunc("GET /attachments/{message}/{name}", s.attachment)
	mux.HandleFunc("GET /sandbox/messages", s.listMessages)
	s.pageRoutes(mux)
	return mux
}
