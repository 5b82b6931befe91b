package sandbox_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bwmarrin/discordgo"
	"go.uber.org/goleak"

	"autointel.example/internal/discord"
	"autointel.example/internal/sandbox"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// clock is a time that moves when a test says so.
type clock struct {
	mu sync.Mutex
	t  time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.t
}

func (c *clock) add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.t = c.t.Add(d)
}

// world is a sandbox, our clients on it, and an endpoint that takes interactions and says nothing.
type world struct {
	*sandbox.Sandbox
	clock    *clock
	client   *discord.Interactions
	bot      *discord.Bot
	http     *http.Client
	sessions chan discord.Session
}

func start(t *testing.T) *world {
	t.Helper()
	c := &clock{t: time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)}
	s, err := sandbox.Start(sandbox.Options{Now: c.now})
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{}
	o := discord.Options{API: s.APIURL(), HTTP: &http.Client{Transport: transport}, Now: c.now, Sleep: func(_ context.Context, d time.Duration) error { c.add(d); return nil }}
	w := &world{s, c, discord.NewInteractions(o), discord.NewBot(s.BotToken(), o), o.HTTP, make(chan discord.Session, 10)}
	key, err := discord.PublicKey(s.PublicKey())
	if err != nil {
		t.Fatal(err)
	}
	endpoint := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		body, err := discord.Verify(key, r, c.now())
		if err != nil {
			http.Error(rw, err.Error(), http.StatusUnauthorized)
			return
		}
		var i discordgo.Interaction
		if err := i.UnmarshalJSON(body); err != nil {
			t.Error(err)
		}
		if i.Type == discordgo.InteractionPing {
			_, _ = io.WriteString(rw, `{"type":1}`)
			return
		}
		w.sessions <- discord.Session{ID: i.ID, ApplicationID: i.AppID, Token: i.Token, CreatedAt: c.now()}
		rw.WriteHeader(http.StatusAccepted)
	}))
	s.SetEndpoint(endpoint.URL)
	t.Cleanup(func() {
		endpoint.Close()
		transport.CloseIdleConnections()
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return w
}

var ann = sandbox.User{ID: "11", Name: "ann", GuildID: "22", ChannelID: "33"}

func (w *world) command(t *testing.T, u sandbox.User) discord.Session {
	t.Helper()
	if _, err := w.Command(t.Context(), u, "autointel", map[string]any{"url": "https://example.org", "private": true}); err != nil {
		t.Fatal(err)
	}
	return <-w.sessions
}

func TestTheLifeOfAnInteraction(t *testing.T) {
	w := start(t)
	ctx := t.Context()
	if err := w.Ping(ctx); err != nil {
		t.Fatal(err)
	}
	hello := discord.Message{Content: "hello"}
	late := w.command(t, ann)
	w.clock.add(4 * time.Second)
	if _, err := w.client.Answer(ctx, late, hello); discord.Classify(err) != discord.AcknowledgedTooLate {
		t.Errorf("an answer after 4 s: %v", err)
	}
	s := w.command(t, ann)
	if _, err := w.client.EditOriginal(ctx, s, hello, false); discord.Classify(err) != discord.UnknownWebhook {
		t.Errorf("an edit before the answer: %v", err)
	}
	answered, err := w.client.Answer(ctx, s, hello)
	if err != nil || answered.MessageID == "" || answered.ChannelID != "33" {
		t.Fatalf("%+v, %v", answered, err)
	}
	if _, err := w.client.Answer(ctx, s, hello); discord.Classify(err) != discord.AlreadyAcknowledged {
		t.Errorf("a second answer: %v", err)
	}
	if _, err := w.client.EditOriginal(ctx, s, discord.Message{Content: "edited", Files: []discord.File{{Name: "a.md", ContentType: "text/markdown", Data: []byte("# A")}}}, false); err != nil {
		t.Fatal(err)
	}
	m, _ := w.Original(s.ID)
	if m.Content != "edited" || len(m.History) != 1 || len(m.Attachments) != 1 || string(m.Attachments[0].Data) != "# A" {
		t.Errorf("%+v", m)
	}
	if got, err := w.client.Original(ctx, s); err != nil || got.Content != "edited" {
		t.Errorf("%+v, %v", got, err)
	}
	w.clock.add(15 * time.Minute)
	_, err = w.client.EditOriginal(ctx, s, hello, false)
	if discord.Classify(err) != discord.TokenInvalid || !discord.Classify(err).ClosesSession(false) {
		t.Errorf("after 15 minutes: %v", err)
	}
	if strings.Contains(err.Error(), s.Token) {
		t.Error("the token is in the error")
	}
	if _, err := w.bot.Edit(ctx, "33", answered.MessageID, hello); err != nil {
		t.Errorf("the bot's token still reaches an open answer: %v", err)
	}
}

func TestAnEphemeralAnswerIsOutOfTheBotsReach(t *testing.T) {
	w := start(t)
	s := w.command(t, ann)
	answered, err := w.client.Answer(t.Context(), s, discord.Message{Content: "psst", Ephemeral: true})
	if err != nil || !answered.Ephemeral {
		t.Fatalf("%+v, %v", answered, err)
	}
	if _, err := w.bot.Edit(t.Context(), "33", answered.MessageID, discord.Message{Content: "x"}); discord.Classify(err) != discord.Gone {
		t.Errorf("%v", err)
	}
}

func TestOneTokenMakesFiveRequestsInTwoSeconds(t *testing.T) {
	w := start(t)
	s := w.command(t, ann)
	if _, err := w.client.Answer(t.Context(), s, discord.Message{Content: "0"}); err != nil {
		t.Fatal(err)
	}
	before := w.clock.now()
	for range 6 {
		if _, err := w.client.EditOriginal(t.Context(), s, discord.Message{Content: "n"}, false); err != nil {
			t.Fatal(err)
		}
	}
	if d := w.clock.now().Sub(before); d < 1900*time.Millisecond || d > 3*time.Second {
		t.Errorf("six edits took %v", d)
	}
	other := w.command(t, ann)
	before = w.clock.now()
	if _, err := w.client.Answer(t.Context(), other, discord.Message{Content: "0"}); err != nil || w.clock.now() != before {
		t.Errorf("another token waited: %v", err)
	}
}

func TestFaults(t *testing.T) {
	for _, c := range []struct {
		name  string
		fault sandbox.Fault
		want  string // content in the end
		class discord.Class
	}{
		{"a 502 is tried again", sandbox.Fault{Status: 502}, "edited", discord.None},
		{"a broken connection is tried again", sandbox.Fault{Dropped: true}, "edited", discord.None},
		{"an edit whose answer was lost is tried again, and harmless", sandbox.Fault{Lost: true}, "edited", discord.None},
		{"a shared 429 is waited for", sandbox.Fault{Status: 429, RetryAfter: time.Second}, "edited", discord.None},
		{"so is the proxy's, which is no JSON", sandbox.Fault{Cloudflare: true, RetryAfter: 2 * time.Second}, "edited", discord.None},
		{"a 403 is final", sandbox.Fault{Status: 403}, "hello", discord.Other},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := start(t)
			s := w.command(t, ann)
			if _, err := w.client.Answer(t.Context(), s, discord.Message{Content: "hello"}); err != nil {
				t.Fatal(err)
			}
			w.Fail("edit_original", 1, c.fault)
			_, err := w.client.EditOriginal(t.Context(), s, discord.Message{Content: "edited"}, false)
			if got := discord.Classify(err); got != c.class {
				t.Errorf("class %q, want %q: %v", got, c.class, err)
			}
			if m, _ := w.Original(s.ID); m.Content != c.want {
				t.Errorf("the answer reads %q, want %q", m.Content, c.want)
			}
		})
	}
	t.Run("a follow-up whose answer was lost is not sent again", func(t *testing.T) {
		w := start(t)
		s := w.command(t, ann)
		if _, err := w.client.Answer(t.Context(), s, discord.Message{Content: "hello"}); err != nil {
			t.Fatal(err)
		}
		w.Fail("followup", 1, sandbox.Fault{Lost: true})
		if _, err := w.client.Followup(t.Context(), s, discord.Message{Content: "more"}); discord.Classify(err) != discord.Unavailable {
			t.Errorf("%v", err)
		}
		if n := len(w.Messages("33")); n != 2 {
			t.Errorf("%d messages, want the answer and one follow-up", n)
		}
	})
}

func TestMessagesOutsideTheLimitsAreRefused(t *testing.T) {
	w := start(t)
	long := func(n int) string { return strings.Repeat("ü", n) }
	embed := func(e discordgo.MessageEmbed) discord.Message {
		return discord.Message{Embeds: []*discordgo.MessageEmbed{&e}}
	}
	for name, m := range map[string]discord.Message{
		"content":     {Content: long(2001)},
		"title":       embed(discordgo.MessageEmbed{Title: long(257)}),
		"description": embed(discordgo.MessageEmbed{Description: long(4097)}),
		"empty field": embed(discordgo.MessageEmbed{Fields: []*discordgo.MessageEmbedField{{Name: "n"}}}),
		"total":       {Embeds: []*discordgo.MessageEmbed{{Description: long(4000)}, {Description: long(2001)}}},
		"custom id":   {Content: "x", Components: []discordgo.MessageComponent{discordgo.ActionsRow{Components: []discordgo.MessageComponent{discordgo.Button{Label: "l", CustomID: long(101)}}}}},
		"file":        {Files: []discord.File{{Name: "big", Data: make([]byte, 10<<20+1)}}},
		"nothing":     {},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := w.bot.Send(t.Context(), "33", m)
			if name == "file" { // the bot's client sends no files; the interaction's does
				s := w.command(t, ann)
				_, err = w.client.Answer(t.Context(), s, m)
			}
			if err == nil {
				t.Error("it was accepted")
			}
		})
	}
}

func TestANonceMakesAMessageAppearOnce(t *testing.T) {
	w := start(t)
	m := discord.Message{Content: "<@11> hello", Mentions: []string{"11"}, Nonce: discord.Nonce("wf_1", "notice")}
	a, err := w.bot.Send(t.Context(), "33", m)
	if err != nil {
		t.Fatal(err)
	}
	b, err := w.bot.Send(t.Context(), "33", m)
	if err != nil || a != b {
		t.Errorf("%+v and %+v, %v", a, b, err)
	}
	if got := w.Messages("33"); len(got) != 1 || len(got[0].Mentioned) != 1 {
		t.Errorf("%+v", got)
	}
}

func TestWhereTheBotMayNotWrite(t *testing.T) {
	w := start(t)
	w.BlockDM("11")
	w.DenyChannel("44")
	dm, err := w.bot.DM(t.Context(), "11")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.bot.Send(t.Context(), dm, discord.Message{Content: "x"}); discord.Classify(err) != discord.DMClosed {
		t.Errorf("a blocked direct message: %v", err)
	}
	if _, err := w.bot.Send(t.Context(), "44", discord.Message{Content: "x"}); discord.Classify(err) != discord.Forbidden {
		t.Errorf("a denied channel: %v", err)
	}
	stranger := discord.NewBot("wrong", discord.Options{API: w.APIURL(), HTTP: w.http})
	if _, err := stranger.DM(t.Context(), "11"); discord.Classify(err) != discord.TokenInvalid {
		t.Errorf("a wrong bot token: %v", err)
	}
}

func TestForgedAndOldRequestsAreRefused(t *testing.T) {
	w := start(t)
	other, err := sandbox.Start(sandbox.Options{Now: w.clock.now})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = other.Close() }()
	key, err := discord.PublicKey(other.PublicKey())
	if err != nil {
		t.Fatal(err)
	}
	var got error
	endpoint := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		_, got = discord.Verify(key, r, w.clock.now().Add(time.Hour))
		rw.WriteHeader(http.StatusUnauthorized)
	}))
	defer endpoint.Close()
	w.SetEndpoint(endpoint.URL)
	_ = w.Ping(t.Context())
	if !errors.Is(got, discord.ErrSignature) {
		t.Errorf("somebody else's signature: %v", got)
	}
	other.SetEndpoint(endpoint.URL)
	_ = other.Ping(t.Context())
	if !errors.Is(got, discord.ErrStale) {
		t.Errorf("an hour old: %v", got)
	}
	if _, err := discord.PublicKey("abcd"); err == nil {
		t.Error("a short key was accepted")
	}
}

func TestThePageShowsMessagesHarmlessly(t *testing.T) {
	w := start(t)
	if _, err := w.bot.Send(t.Context(), "33", discord.Message{Content: "<script>alert(1)</script>"}); err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, w.URL(), nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	page, err := io.ReadAll(resp.Body)
	_ = resp.Body.Close()
	if err != nil || strings.Contains(string(page), "<script>") || !strings.Contains(string(page), "&lt;script&gt;") {
		t.Errorf("%s, %v", page, err)
	}
}
