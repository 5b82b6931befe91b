package discord

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"
)

// request is one that a server has received.
type request struct {
	line, auth, contentType string
	body                    string
}

// answering is a server that gives the answers in turn, the last for ever, and keeps what it was asked. A status of 0 breaks the
// connection off.
func answering(t *testing.T, answers ...answer) (Options, func() []request) {
	t.Helper()
	var got []request
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		got = append(got, request{r.Method + " " + r.URL.RequestURI(), r.Header.Get("Authorization"), r.Header.Get("Content-Type"), string(body)})
		a := answers[min(len(got), len(answers))-1]
		if a.status == 0 {
			panic(http.ErrAbortHandler)
		}
		w.WriteHeader(a.status)
		_, _ = io.WriteString(w, a.body)
	}))
	transport := &http.Transport{}
	t.Cleanup(func() { transport.CloseIdleConnections(); s.Close() })
	patient := func(ctx context.Context, _ time.Duration) error { return ctx.Err() }
	return Options{API: s.URL, HTTP: &http.Client{Transport: transport}, Sleep: patient}, func() []request { return got }
}

type answer struct {
	status int
	body   string
}

var session = Session{ID: "1", ApplicationID: "2", Token: "secret"}

func TestEveryRouteIsAskedAsDiscordHasIt(t *testing.T) {
	message := answer{200, `{"id":"30","channel_id":"20","flags":64,"resource":{"message":{"id":"31","channel_id":"21","flags":64}}}`}
	m := Message{Content: "Hello", Nonce: "n"}
	for want, use := range map[string]func(context.Context, *Interactions, *Bot) (any, error){
		"POST /interactions/1/secret/callback?with_response=true": func(ctx context.Context, i *Interactions, _ *Bot) (any, error) {
			return i.Answer(ctx, session, m)
		},
		"POST /interactions/1/secret/callback": func(ctx context.Context, i *Interactions, _ *Bot) (any, error) {
			return nil, i.Callback(ctx, session, []byte(`{"type":8}`))
		},
		"PATCH /webhooks/2/secret/messages/@original": func(ctx context.Context, i *Interactions, _ *Bot) (any, error) {
			return i.EditOriginal(ctx, session, m, false)
		},
		"GET /webhooks/2/secret/messages/@original": func(ctx context.Context, i *Interactions, _ *Bot) (any, error) {
			got, err := i.Original(ctx, session)
			return got.ID, err
		},
		"DELETE /webhooks/2/secret/messages/@original": func(ctx context.Context, i *Interactions, _ *Bot) (any, error) {
			return nil, i.DeleteOriginal(ctx, session)
		},
		"POST /webhooks/2/secret?wait=true": func(ctx context.Context, i *Interactions, _ *Bot) (any, error) {
			return i.Followup(ctx, session, m)
		},
		"POST /channels/20/messages":     func(ctx context.Context, _ *Interactions, b *Bot) (any, error) { return b.Send(ctx, "20", m) },
		"PATCH /channels/20/messages/30": func(ctx context.Context, _ *Interactions, b *Bot) (any, error) { return b.Edit(ctx, "20", "30", m) },
		"GET /channels/20/messages/30": func(ctx context.Context, _ *Interactions, b *Bot) (any, error) {
			got, err := b.Message(ctx, "20", "30")
			return got.ID, err
		},
		"POST /users/@me/channels": func(ctx context.Context, _ *Interactions, b *Bot) (any, error) { return b.DM(ctx, "10") },
		"GET /applications/@me": func(ctx context.Context, _ *Interactions, b *Bot) (any, error) {
			a, err := b.Application(ctx)
			return a.ID, err
		},
		"GET /applications/2/commands?with_localizations=true": func(ctx context.Context, _ *Interactions, b *Bot) (any, error) {
			list, err := b.Commands(ctx, "2", "")
			return len(list) > 0, err
		},
		"PUT /applications/2/guilds/11/commands": func(ctx context.Context, _ *Interactions, b *Bot) (any, error) {
			return nil, b.SetCommands(ctx, "2", "11", json.RawMessage(`[]`))
		},
	} {
		o, got := answering(t, message)
		result, err := use(t.Context(), NewInteractions(o), NewBot("bot-token", o))
		if err != nil || len(got()) != 1 || got()[0].line != want {
			t.Errorf("%s: %v, %+v", want, err, got())
			continue
		}
		if asBot := !strings.Contains(want, "secret"); (got()[0].auth == "Bot bot-token") != asBot || !asBot && got()[0].auth != "" {
			t.Errorf("%s was authorised by %q", want, got()[0].auth)
		}
		switch result {
		case nil, true, "30", Answered{"20", "30", true}, Answered{"20", "30", false}, Answered{"21", "31", true}:
		default:
			t.Errorf("%s gave %+v", want, result)
		}
	}
}

func TestTheWebhookGetsNoButtonsAndNoNonce(t *testing.T) {
	o, got := answering(t, answer{204, ""})
	w, err := NewWebhook(o.API+"/hooks/7?thread_id=8", o)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Post(t.Context(), Message{Content: "Hello", Components: Button("Go", "go", 1), Nonce: "n"}); err != nil {
		t.Fatal(err)
	}
	if r := got()[0]; r.line != "POST /hooks/7?thread_id=8" || !strings.Contains(r.body, `"components":[]`) || strings.Contains(r.body, "nonce") {
		t.Errorf("%+v", r)
	}
	for _, address := range []string{"", "hook", "ftp://example.org/", "https://"} {
		if _, err := NewWebhook(address, o); err == nil {
			t.Errorf("%q is a webhook", address)
		}
	}
}

// TestWhatMayBeRepeatedIs: a safe request is sent again after a broken connection, and its refusal then says that it may have been
// carried out; what would appear twice is sent once.
func TestWhatMayBeRepeatedIs(t *testing.T) {
	o, got := answering(t, answer{503, "a proxy's page"}, answer{503, `{}`}, answer{401, `{"code":50027,"message":"Invalid Webhook Token"}`})
	_, err := NewInteractions(o).EditOriginal(t.Context(), session, Message{}, false)
	if Classify(err) != TokenInvalid || !Unconfirmed(err) || len(got()) != 3 {
		t.Errorf("an edit: %v, %d requests", err, len(got()))
	}
	o, got = answering(t, answer{503, ""})
	if _, err := NewInteractions(o).Followup(t.Context(), session, Message{}); Classify(err) != Unavailable || len(got()) != 1 {
		t.Errorf("a follow-up: %v, %d requests", err, len(got()))
	}
	o, got = answering(t, answer{404, `{"code":10015}`}, answer{200, `{"id":"30"}`})
	if _, err := NewInteractions(o).EditOriginal(t.Context(), session, Message{}, true); err != nil || len(got()) != 2 {
		t.Errorf("an early edit: %v, %d requests", err, len(got()))
	}
	o, got = answering(t, answer{500, ""})
	if _, err := NewBot("t", o).Send(t.Context(), "20", Message{Nonce: "n"}); Classify(err) != Unavailable || len(got()) != maxAttempts {
		t.Errorf("a message with a nonce: %v, %d requests", err, len(got()))
	}
}

func TestNoErrorShowsAToken(t *testing.T) {
	o, _ := answering(t, answer{0, ""})
	_, err := NewInteractions(o).Followup(t.Context(), session, Message{})
	var lost *ConnectionError
	if !errors.As(err, &lost) || lost.Unwrap() == nil || Classify(err) != Unavailable || strings.Contains(err.Error(), "secret") {
		t.Errorf("a broken connection: %v", err)
	}
	o, _ = answering(t, answer{400, `{"code":50035,"message":"Invalid Form Body","errors":{"content":"too long"}}`})
	_, err = NewInteractions(o).Followup(t.Context(), session, Message{})
	if got := err.Error(); got != `discord: followup: HTTP 400, code 50035: Invalid Form Body: {"content":"too long"}` {
		t.Errorf("a refusal says %s", got)
	}
	o, _ = answering(t, answer{200, "no JSON"})
	if _, err = NewInteractions(o).Original(t.Context(), session); !errors.As(err, &lost) {
		t.Errorf("an answer that is none: %v", err)
	}
}

func TestFilesTravelBesideTheirMessage(t *testing.T) {
	o, got := answering(t, answer{200, `{}`})
	m := Message{Content: "Here", Ephemeral: true, Files: []File{{"a \"report\".md", "text/markdown", []byte("# A")}, {"b.json", "application/json", []byte("{}")}}}
	if _, err := NewInteractions(o).Followup(t.Context(), session, m); err != nil {
		t.Fatal(err)
	}
	_, parameters, err := mime.ParseMediaType(got()[0].contentType)
	if err != nil {
		t.Fatal(err)
	}
	form, err := multipart.NewReader(strings.NewReader(got()[0].body), parameters["boundary"]).ReadForm(1 << 20)
	if err != nil {
		t.Fatal(err)
	}
	var p payload
	if err := json.Unmarshal([]byte(form.Value["payload_json"][0]), &p); err != nil {
		t.Fatal(err)
	}
	if p.Flags != flagEphemeral || !slices.Equal(p.Attachments, []attachment{{0, `a "report".md`}, {1, "b.json"}}) || p.Mentions.Parse == nil {
		t.Errorf("%+v", p)
	}
	if f := form.File["files[0]"][0]; f.Filename != `a "report".md` || f.Size != 3 || f.Header.Get("Content-Type") != "text/markdown" {
		t.Errorf("%+v", f)
	}
}

func TestANonceStandsForItsParts(t *testing.T) {
	if a := Nonce("wf_1", "notice"); len(a) != 25 || a != Nonce("wf_1", "notice") || a == Nonce("wf_1n", "otice") {
		t.Errorf("%q", a)
	}
}
