package sandbox_test

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/bwmarrin/discordgo"
	"github.com/gorilla/websocket"

	"autointel.example/internal/sandbox"
	"autointel.example/internal/testtime"
)

// elsewhere sends discordgo's requests to the sandbox, and changes nothing else about them.
type elsewhere struct {
	host string
	next *http.Transport
}

func (e elsewhere) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.URL.Scheme, r.URL.Host, r.Host = "http", e.host, e.host
	return e.next.RoundTrip(r)
}

// library is an unmodified discordgo.
func library(t *testing.T, s *sandbox.Sandbox, token string) *discordgo.Session {
	t.Helper()
	session, err := discordgo.New("Bot " + token)
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(s.URL())
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{}
	session.Client = &http.Client{Transport: elsewhere{u.Host, transport}, Timeout: 10 * time.Second}
	t.Cleanup(transport.CloseIdleConnections)
	return session
}

// plain is a sandbox by the real clock, without an endpoint.
func plain(t *testing.T, o sandbox.Options) *sandbox.Sandbox {
	t.Helper()
	s, err := sandbox.Start(o)
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

// bot is discordgo on the gateway, and what it has received.
type bot struct {
	*discordgo.Session
	interactions chan *discordgo.InteractionCreate
	ready        chan string // session ids
	resumed      chan bool
}

func online(t *testing.T, s *sandbox.Sandbox) *bot {
	t.Helper()
	b := &bot{library(t, s, s.BotToken()), make(chan *discordgo.InteractionCreate, 10), make(chan string, 10), make(chan bool, 10)}
	b.SyncEvents = true
	b.AddHandler(func(_ *discordgo.Session, i *discordgo.InteractionCreate) { b.interactions <- i })
	b.AddHandler(func(_ *discordgo.Session, r *discordgo.Ready) { b.ready <- r.SessionID })
	b.AddHandler(func(_ *discordgo.Session, _ *discordgo.Resumed) { b.resumed <- true })
	if err := b.Open(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		b.Lock()
		b.ShouldReconnectOnError = false
		b.Unlock()
		_ = b.Close() // it may have lost its connection
	})
	b.beating(t)
	return b
}

// beating waits for discordgo's first heartbeat. If a connection ends before it (v0.29.0), the heartbeat comes all the same,
// fails, and closes whatever connection there is by then.
func (b *bot) beating(t *testing.T) {
	t.Helper()
	ctx := within(t)
	for ready := false; !ready; runtime.Gosched() {
		if ctx.Err() != nil {
			t.Fatal("no heartbeat")
		}
		b.RLock()
		ready = b.DataReady
		b.RUnlock()
	}
}

// use uses a command, which goes over the gateway.
func use(t *testing.T, s *sandbox.Sandbox, u sandbox.User) sandbox.Interaction {
	t.Helper()
	i, err := s.Command(t.Context(), u, "autointel", map[string]any{"url": "https://example.org", "private": true})
	if err != nil {
		t.Fatal(err)
	}
	return i
}

func within(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), testtime.Limit(20*time.Second))
	t.Cleanup(cancel)
	return ctx
}

func TestDiscordgoReceivesACommandAndAnswersIt(t *testing.T) {
	t.Parallel()
	s := plain(t, sandbox.Options{})
	b := online(t, s)
	if n := s.GatewaySessions(); n != 1 {
		t.Errorf("%d sessions", n)
	}
	i := use(t, s, ann)
	got := <-b.interactions
	if got.ID != i.ID || got.ApplicationCommandData().Name != "autointel" || got.Member.User.ID != ann.ID {
		t.Errorf("%+v", got.Interaction)
	}
	err := b.InteractionRespond(got.Interaction, &discordgo.InteractionResponse{
		Type: discordgo.InteractionResponseChannelMessageWithSource, Data: &discordgo.InteractionResponseData{Content: "hello"},
	})
	if err != nil {
		t.Fatal(err)
	}
	if m, ok := s.Original(i.ID); !ok || m.Content != "hello" {
		t.Errorf("%+v", m)
	}
	if g, err := b.GatewayBot(); err != nil || g.Shards != 1 {
		t.Errorf("%+v, %v", g, err)
	}
}

func TestDiscordgoResumesAndGetsWhatItMissedOnce(t *testing.T) {
	for name, interrupt := range map[string]func(*sandbox.Sandbox){
		"after a connection that broke":              (*sandbox.Sandbox).DropGateway,
		"after it was asked to reconnect (opcode 7)": (*sandbox.Sandbox).RequestReconnect,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := plain(t, sandbox.Options{})
			b := online(t, s)
			want := []string{use(t, s, ann).ID}
			interrupt(s)
			want = append(want, use(t, s, ann).ID, use(t, s, ann).ID)
			if err := s.WaitGateway(within(t), 1); err != nil {
				t.Fatal(err)
			}
			want = append(want, use(t, s, ann).ID)
			var got []string
			for range want {
				got = append(got, (<-b.interactions).ID)
			}
			if !slices.Equal(got, want) {
				t.Errorf("%v, want %v", got, want)
			}
			<-b.resumed
			if n := len(b.interactions); n != 0 || len(b.ready) != 1 {
				t.Errorf("%d more interactions, %d sessions", n, len(b.ready))
			}
		})
	}
}

func TestAnInvalidSessionIsReplacedByANewOne(t *testing.T) {
	t.Parallel()
	s := plain(t, sandbox.Options{})
	b := online(t, s)
	first := <-b.ready
	s.InvalidateSession(false)
	if second := <-b.ready; second == first {
		t.Error("the same session again")
	}
	if err := s.WaitGateway(within(t), 1); err != nil {
		t.Fatal(err)
	}
	i := use(t, s, ann)
	if got := <-b.interactions; got.ID != i.ID {
		t.Errorf("%s, want %s", got.ID, i.ID)
	}
	s.DropGateway()
	if err := s.WaitGateway(within(t), 1); err != nil {
		t.Fatal(err)
	}
	<-b.resumed // the new one
}

func TestABadTokenIsClosedWith4004(t *testing.T) {
	t.Parallel()
	s := plain(t, sandbox.Options{})
	var closed *websocket.CloseError
	if err := library(t, s, "wrong").Open(); !errors.As(err, &closed) || closed.Code != 4004 {
		t.Errorf("%v", err)
	}
}

func TestASessionThatSaidGoodByeIsNotKept(t *testing.T) {
	t.Parallel()
	s := plain(t, sandbox.Options{})
	b := online(t, s)
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	if err := s.WaitGateway(within(t), 0); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Command(t.Context(), ann, "autointel", nil); err == nil {
		t.Error("a command was delivered to nobody")
	}
}
