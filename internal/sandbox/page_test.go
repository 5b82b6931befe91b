package sandbox_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/bwmarrin/discordgo"

	"autointel.example/internal/discord"
	"autointel.example/internal/sandbox"
	"autointel.example/internal/testtime"
)

// browser asks as a browser does that shows the page.
type browser struct {
	t      *testing.T
	base   string
	client *http.Client
}

func newBrowser(t *testing.T, base string) browser {
	return browser{t, base, &http.Client{
		Transport:     &http.Transport{DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// do sends a request and returns its answer. A body that begins with { is JSON, any other a form.
func (b browser) do(method, path, body string, header ...string) (int, http.Header, string) {
	b.t.Helper()
	req, err := http.NewRequestWithContext(b.t.Context(), method, b.base+path, strings.NewReader(body))
	if err != nil {
		b.t.Fatal(err)
	}
	if body != "" && body[0] != '{' {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	resp, err := b.client.Do(req)
	if err != nil {
		b.t.Fatal(err)
	}
	content, err := io.ReadAll(resp.Body)
	if err = errors.Join(err, resp.Body.Close()); err != nil {
		b.t.Fatal(err)
	}
	return resp.StatusCode, resp.Header, string(content)
}

func (b browser) get(path string) string {
	b.t.Helper()
	status, _, body := b.do(http.MethodGet, path, "")
	if status != http.StatusOK {
		b.t.Fatalf("%s: %d %s", path, status, body)
	}
	return body
}

func TestThePageShowsMessagesHarmlessly(t *testing.T) {
	w := start(t)
	b := newBrowser(t, w.URL())
	session := w.command(t, ann)
	if _, err := w.client.Answer(t.Context(), session, discord.Message{Content: "hello"}); err != nil {
		t.Fatal(err)
	}
	if _, err := w.client.EditOriginal(t.Context(), session, discord.Message{
		Content: "<script>alert(1)</script> **bold**",
		Embeds: []*discordgo.MessageEmbed{{
			Title: "<b>title</b>", Color: discord.Green, Fields: []*discordgo.MessageEmbedField{{Name: "a", Value: "<i>", Inline: true}},
			Footer: &discordgo.MessageEmbedFooter{Text: "wf_0123456789abcdef0123456789abcdef"},
		}},
		Components: discord.Button(`"><script>`, "retrieve:x", discordgo.PrimaryButton),
		Files:      []discord.File{{Name: "a.md", ContentType: "text/markdown", Data: []byte("</pre><script># A")}},
	}, false); err != nil {
		t.Fatal(err)
	}
	_, header, page := b.do(http.MethodGet, "/?channel=33", "")
	if strings.Contains(strings.Replace(page, `<script type="module" src="/web/page.js"></script>`, "", 1), "<script") {
		t.Errorf("a script of somebody's: %s", page)
	}
	for _, want := range []string{
		"&lt;script&gt;alert(1)&lt;/script&gt; <strong>bold</strong>", `fill="#57f287"`, `<div class="inline"><dt>a</dt><dd>&lt;i&gt;</dd>`,
		"&lt;/pre&gt;&lt;script&gt;# A", `class="button style1" name="press" value="retrieve:x"`, `data-workflow="wf_0123456789abcdef0123456789abcdef"`,
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	if csp := header.Get("Content-Security-Policy"); !strings.Contains(csp, "default-src 'none'; script-src 'self'") || strings.Contains(csp, "unsafe") {
		t.Error(csp)
	}
	for path, kind := range map[string]string{"/web/page.js": "text/javascript", "/web/page.css": "text/css", "/web/icon.svg": "image/svg+xml"} {
		if _, header, _ := b.do(http.MethodGet, path, ""); !strings.HasPrefix(header.Get("Content-Type"), kind) {
			t.Errorf("%s is %s", path, header.Get("Content-Type"))
		}
	}
	if status, _, _ := b.do(http.MethodGet, "/?channel=nowhere", ""); status != http.StatusSeeOther {
		t.Errorf("a channel that is not there: %d", status)
	}
}

// registered registers a command with three options, as an application does.
func (w *world) registered(t *testing.T) {
	t.Helper()
	commands := `[{"name":"autointel","description":"Look into a page","options":[{"type":3,"name":"url","description":"The page","required":true},
		{"type":3,"name":"depth","description":"How deep","choices":[{"name":"Standard","value":"standard"}]},{"type":5,"name":"private","description":"Seen by nobody else"}]}]`
	if err := w.bot.SetCommands(t.Context(), w.ApplicationID(), "", json.RawMessage(commands)); err != nil {
		t.Fatal(err)
	}
}

func TestAnEphemeralMessageSaysWhoseItIs(t *testing.T) {
	w := start(t)
	w.registered(t)
	for _, u := range []sandbox.User{ann, {ID: "100000000000000001", Name: "you", GuildID: "22", ChannelID: "33"}} {
		s := w.command(t, u)
		if _, err := w.client.Answer(t.Context(), s, discord.Message{Content: "psst", Ephemeral: true}); err != nil {
			t.Fatal(err)
		}
	}
	page := newBrowser(t, w.URL()).get("/?channel=33")
	if !strings.Contains(page, "Only ann can see this") || !strings.Contains(page, "Only you can see this") ||
		!strings.Contains(page, "<b>ann</b> <code>used /autointel url:https://example.org private:true</code>") {
		t.Error(page)
	}
}

func TestThePagesFormsNeedNoScript(t *testing.T) {
	w := start(t)
	w.registered(t)
	b := newBrowser(t, w.URL())
	form := url.Values{"command": {"autointel"}, "url": {"https://example.org"}, "depth": {""}, "private": {"on"}}
	status, header, body := b.do(http.MethodPost, "/", form.Encode())
	if status != http.StatusSeeOther || header.Get("Location") != "/?channel=" {
		t.Fatalf("%d %s %s", status, header, body)
	}
	s := <-w.sessions
	answered, err := w.client.Answer(t.Context(), s, discord.Message{Content: "hello", Components: discord.Button("Go", "go:1", discordgo.PrimaryButton)})
	if err != nil {
		t.Fatal(err)
	}
	if page := b.get("/"); !strings.Contains(page, "used /autointel url:https://example.org private:true") {
		t.Error(page)
	}
	form = url.Values{"press": {"go:1"}, "message": {answered.MessageID}, "channel": {answered.ChannelID}}
	if status, _, body := b.do(http.MethodPost, "/", form.Encode()); status != http.StatusSeeOther {
		t.Errorf("%d %s", status, body)
	}
	<-w.sessions
	if status, _, _ := b.do(http.MethodPost, "/", "skip=60"); status != http.StatusBadRequest {
		t.Errorf("a clock that cannot be skipped was: %d", status)
	}
	if status, _, _ := b.do(http.MethodPost, "/", form.Encode(), "Sec-Fetch-Site", "cross-site"); status != http.StatusForbidden {
		t.Errorf("another site's page pressed a button: %d", status)
	}
}

func TestACommandInADirectMessageHasNoGuild(t *testing.T) {
	w := start(t)
	dm := w.DMChannel("100000000000000001")
	b := newBrowser(t, w.URL())
	if status, _, body := b.do(http.MethodPost, "/sandbox/command", `{"name":"workflows","channel_id":"`+dm+`"}`); status != http.StatusOK {
		t.Fatalf("%d %s", status, body)
	}
	if _, err := w.client.Answer(t.Context(), <-w.sessions, discord.Message{Content: "none"}); err != nil {
		t.Fatal(err)
	}
	if list := w.Messages(dm); len(list) != 1 {
		t.Errorf("%+v", list)
	}
}

// told is what a page hears: what it shows by message, and the state of things.
type told struct {
	shown map[string]string
	state struct {
		Skipped  int
		Closes   int64
		Now      int64
		Messages []string
		Channels []struct {
			ID    string
			Count int
		}
	}
}

// follow reads a stream until the test has seen what it wants.
func follow(t *testing.T, w *world, channel string, each func(told) (done bool)) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), testtime.Limit(20*time.Second))
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, w.URL()+"/sandbox/stream?channel="+channel, nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := newBrowser(t, "").client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	is := told{shown: map[string]string{}}
	lines := bufio.NewScanner(resp.Body)
	var event string
	for lines.Scan() {
		if name, ok := strings.CutPrefix(lines.Text(), "event: "); ok {
			event = name
		}
		data, ok := strings.CutPrefix(lines.Text(), "data: ")
		if !ok {
			continue
		}
		if event == "message" {
			var m struct{ ID, HTML string }
			if err := json.Unmarshal([]byte(data), &m); err != nil {
				t.Fatal(err)
			}
			is.shown[m.ID] = m.HTML
			continue
		}
		if err := json.Unmarshal([]byte(data), &is.state); err != nil {
			t.Fatal(err)
		}
		if each(is) {
			return
		}
	}
	t.Fatalf("the stream ended: %v", lines.Err())
}

func TestTheStreamTellsWhatChanges(t *testing.T) {
	w := start(t)
	s := w.command(t, ann)
	step := 0
	var answered discord.Answered
	follow(t, w, "33", func(is told) bool {
		var err error
		switch {
		case step == 0 && len(is.state.Messages) == 0 && is.state.Closes > is.state.Now:
			answered, err = w.client.Answer(t.Context(), s, discord.Message{Content: "one"})
			step++
		case step == 1 && strings.Contains(is.shown[answered.MessageID], "one"):
			_, err = w.client.EditOriginal(t.Context(), s, discord.Message{Content: "two"}, false)
			step++
		case step == 2 && strings.Contains(is.shown[answered.MessageID], "two"):
			_, err = w.bot.Send(t.Context(), "44", discord.Message{Content: "elsewhere"})
			step++
		case step == 3:
			for _, c := range is.state.Channels {
				if c.ID == "44" && c.Count == 1 && len(is.state.Messages) == 1 {
					return true
				}
			}
		}
		if err != nil {
			t.Error(err)
		}
		return err != nil
	})
}

func TestAStreamEndsWithTheSandbox(t *testing.T) {
	s, err := sandbox.Start(sandbox.Options{})
	if err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL()+"/sandbox/stream", nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := newBrowser(t, "").client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	began := time.Now()
	if err := s.Close(); err != nil || time.Since(began) > testtime.Limit(4*time.Second) {
		t.Errorf("a page that follows holds the sandbox up: %v, %v", time.Since(began), err)
	}
}

func TestTheClockIsSkippedOnThePage(t *testing.T) {
	clock := &sandbox.Clock{}
	s, err := sandbox.Start(sandbox.Options{Clock: clock, Events: func(_ context.Context, id string) (any, error) {
		if id != "wf_1" {
			return nil, errors.New("there is no such workflow")
		}
		return []int{1}, nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	b := newBrowser(t, s.URL())
	for body, want := range map[string]int{`{"seconds":300}`: 200, `{"seconds":0}`: 400, `{"seconds":-5}`: 400, `{"seconds":1e9}`: 400, `{`: 400, "skip=60": 400} {
		if status, _, answer := b.do(http.MethodPost, "/sandbox/skip", body); status != want {
			t.Errorf("%s: %d %s", body, status, answer)
		}
	}
	if status, _, _ := b.do(http.MethodPost, "/", "skip=60"); status != http.StatusSeeOther || clock.Skipped() != 6*time.Minute {
		t.Errorf("by the form: %d, skipped %v", status, clock.Skipped())
	}
	if got := b.get("/sandbox/events?workflow=wf_1"); got != "[1]\n" {
		t.Error(got)
	}
	if status, _, answer := b.do(http.MethodGet, "/sandbox/events?workflow=wf_2", ""); status != http.StatusBadGateway || !strings.Contains(answer, "no such workflow") {
		t.Errorf("%d %s", status, answer)
	}
	if status, _, answer := newBrowser(t, start(t).URL()).do(http.MethodGet, "/sandbox/events?workflow=wf_1", ""); status != http.StatusNotFound {
		t.Errorf("without events: %d %s", status, answer)
	}
}

func TestThePageCompletesWhatTheApplicationRegistered(t *testing.T) {
	w := start(t)
	b := newBrowser(t, w.URL())
	if page := b.get("/"); strings.Contains(page, "&#34;name&#34;:") {
		t.Error("commands are offered that nobody has registered")
	}
	command := `{"name":"dance","description":"Dance","options":[{"type":3,"name":"with","description":"Whom","autocomplete":true}]}`
	if status, _, body := b.do(http.MethodPost, "/api/v10/applications/"+w.ApplicationID()+"/commands", command,
		"Authorization", "Bot "+w.BotToken(), "Content-Type", "application/json"); status != http.StatusCreated {
		t.Fatalf("%d %s", status, body)
	}
	if page := b.get("/"); !strings.Contains(page, "&#34;name&#34;:&#34;dance&#34;") {
		t.Error("registered commands are not what is offered")
	}
	endpoint := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(rw, `{"type":8,"data":{"choices":[{"name":"Ann","value":"ann"}]}}`)
	}))
	defer endpoint.Close()
	w.SetEndpoint(endpoint.URL)
	status, _, body := b.do(http.MethodPost, "/sandbox/complete", `{"name":"dance","options":{"with":"a"},"focused":"with"}`)
	if status != http.StatusOK || body != `{"choices":[{"name":"Ann","value":"ann"}]}`+"\n" {
		t.Errorf("%d %s", status, body)
	}
	if status, _, body := b.do(http.MethodPost, "/sandbox/complete", `{"name":"dance","options":{},"focused":"with"}`); status != http.StatusBadGateway {
		t.Errorf("%d %s", status, body)
	}
	if page := b.get("/"); !strings.Contains(page, "none yet") {
		t.Error("an autocompletion counts as a session")
	}
}
