package discord_test

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"autointel.example/internal/discord"
	"autointel.example/internal/sandbox"
	"autointel.example/internal/testtime"
)

// gatewayTo makes a gateway, and a channel of what it receives.
func gatewayTo(t *testing.T, api, token string, o discord.GatewayOptions) (*discord.Gateway, chan string) {
	t.Helper()
	transport := &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	o.Options = discord.Options{API: api, HTTP: &http.Client{Transport: transport}}
	received := make(chan string, 10)
	g, err := discord.NewGateway(token, o, func(body []byte) {
		var i struct {
			ID    string
			Limit int64 `json:"attachment_size_limit"`
			Data  struct{ Name string }
		}
		if err := json.Unmarshal(body, &i); err != nil || i.Limit == 0 {
			t.Errorf("%s, %v", body, err)
		}
		if i.Data.Name == "panic" {
			panic("as asked")
		}
		received <- i.ID
	})
	if err != nil {
		t.Fatal(err)
	}
	return g, received
}

// run runs a gateway until the test ends, and checks that it then says good-bye.
func run(t *testing.T, s *sandbox.Sandbox, g *discord.Gateway) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- g.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil || g.Connected() {
			t.Errorf("%v", err)
		}
		if n := s.GatewaySessions(); n != 0 {
			t.Errorf("%d sessions are left", n)
		}
	})
	online(t, s)
}

func online(t *testing.T, s *sandbox.Sandbox) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), testtime.Limit(20*time.Second))
	defer cancel()
	if err := s.WaitGateway(ctx, 1); err != nil {
		t.Fatal(err)
	}
}

func box(t *testing.T) *sandbox.Sandbox {
	t.Helper()
	s, err := sandbox.Start(sandbox.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func use(t *testing.T, s *sandbox.Sandbox, command string) string {
	t.Helper()
	i, err := s.Command(t.Context(), sandbox.User{ID: "11", GuildID: "22", ChannelID: "33"}, command, nil)
	if err != nil {
		t.Fatal(err)
	}
	return i.ID
}

func TestAGatewayReceivesInteractionsAcrossEveryInterruption(t *testing.T) {
	t.Parallel()
	s := box(t)
	g, received := gatewayTo(t, s.APIURL(), s.BotToken(), discord.GatewayOptions{})
	run(t, s, g)
	expect := func(when, id string) {
		t.Helper()
		if got := <-received; got != id {
			t.Errorf("%s: %s, want %s", when, got, id)
		}
	}
	expect("at first", use(t, s, "autointel"))
	s.DropGateway()
	missed := use(t, s, "autointel")
	online(t, s)
	expect("missed while away", missed)
	expect("after a resumption", use(t, s, "autointel"))
	s.RequestReconnect()
	online(t, s)
	expect("after a request to reconnect", use(t, s, "autointel"))
	s.InvalidateSession(false)
	online(t, s)
	expect("in a new session", use(t, s, "autointel"))
}

func TestAPanicInAHandlerIsSurvived(t *testing.T) {
	t.Parallel()
	s := box(t)
	log := &records{}
	g, received := gatewayTo(t, s.APIURL(), s.BotToken(), discord.GatewayOptions{Logger: slog.New(log)})
	run(t, s, g)
	use(t, s, "panic")
	if id := use(t, s, "autointel"); <-received != id {
		t.Error("the next one was lost")
	}
	if !log.has("panicked") {
		t.Errorf("%v", log.messages)
	}
}

func TestABadTokenEndsTheGateway(t *testing.T) {
	s := box(t)
	for name, prepare := range map[string]func(){
		"which the probe tells":       func() {},
		"which close code 4004 tells": func() { s.Fail("me", 1, sandbox.Fault{Status: http.StatusOK}) },
	} {
		t.Run(name, func(t *testing.T) {
			prepare()
			g, _ := gatewayTo(t, s.APIURL(), "wrong", discord.GatewayOptions{})
			var bad *discord.BadTokenError
			if err := g.Run(t.Context()); !errors.As(err, &bad) || strings.Contains(err.Error(), "wrong") {
				t.Errorf("%v", err)
			}
		})
	}
}

// fake is a Discord whose gateway does with a connection what a test says.
func fake(t *testing.T, connected func(*websocket.Conn)) (api string) {
	t.Helper()
	mux := http.NewServeMux()
	server := httptest.NewServer(mux)
	var working sync.WaitGroup
	t.Cleanup(func() { server.Close(); working.Wait() })
	mux.HandleFunc("GET /users/@me", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(`{"id":"1"}`)) })
	mux.HandleFunc("GET /gateway", func(w http.ResponseWriter, _ *http.Request) {
		_ = json.NewEncoder(w).Encode(map[string]string{"url": "ws" + strings.TrimPrefix(server.URL, "http") + "/ws"})
	})
	mux.HandleFunc("GET /ws/", func(w http.ResponseWriter, r *http.Request) {
		working.Add(1)
		defer working.Done()
		upgrader := websocket.Upgrader{}
		ws, err := upgrader.Upgrade(w, r, nil)
		if err != nil {
			t.Error(err)
			return
		}
		connected(ws)
		_, _, _ = ws.ReadMessage() // until the client goes
		_ = ws.Close()
	})
	return server.URL
}

func TestAHelloThatNeverComesIsGivenUpAndTriedAgain(t *testing.T) {
	tries := make(chan bool, 10)
	api := fake(t, func(*websocket.Conn) { tries <- true })
	g, _ := gatewayTo(t, api, "token", discord.GatewayOptions{OpenWithin: 100 * time.Millisecond})
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- g.Run(ctx) }()
	<-tries
	<-tries
	if g.Connected() {
		t.Error("it says that it is connected")
	}
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

func TestARefusalThatIsFinalEndsTheGateway(t *testing.T) {
	api := fake(t, func(ws *websocket.Conn) {
		_ = ws.WriteMessage(websocket.TextMessage, []byte(`{"op":10,"d":{"heartbeat_interval":41250}}`))
		_, _, _ = ws.ReadMessage() // IDENTIFY
		_ = ws.WriteMessage(websocket.CloseMessage, websocket.FormatCloseMessage(4011, "Sharding required."))
	})
	g, _ := gatewayTo(t, api, "token", discord.GatewayOptions{})
	var refused *discord.GatewayRefusedError
	if err := g.Run(t.Context()); !errors.As(err, &refused) || refused.Code != 4011 {
		t.Errorf("%v", err)
	}
	if _, err := discord.NewGateway("token", discord.GatewayOptions{ShardID: 2, ShardCount: 2}, nil); err == nil {
		t.Error("a shard outside of the total was accepted")
	}
}

// records keeps the messages of a log.
type records struct {
	mu       sync.Mutex
	messages []string
}

func (*records) Enabled(context.Context, slog.Level) bool { return true }
func (r *records) WithAttrs([]slog.Attr) slog.Handler     { return r }
func (r *records) WithGroup(string) slog.Handler          { return r }

func (r *records) Handle(_ context.Context, record slog.Record) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.messages = append(r.messages, record.Message)
	return nil
}

func (r *records) has(part string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return strings.Contains(strings.Join(r.messages, "\n"), part)
}
