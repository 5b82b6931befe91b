package notifier_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"autointel.example/internal/discord"
	"autointel.example/schemas"
	"autointel.example/services/notifier"
)

func TestWhichRoutesLeadToWhom(t *testing.T) {
	bot := discord.NewBot("t", discord.Options{})
	hook := notifier.WebhookSetting{URL: "https://hooks.example.org/1"}
	all, err := notifier.Routes{Webhook: hook}.Open(bot, discord.Options{})
	if err != nil || !slices.Equal(slices.Sorted(maps.Keys(all)), slices.Sorted(slices.Values(notifier.RouteNames()))) {
		t.Fatalf("%v, %v", all, err)
	}
	for name, c := range map[string]struct {
		who  schemas.Requester
		want []string
	}{
		"somebody in a server":             {schemas.Requester{UserID: "1", GuildID: "2", ChannelID: "3", Integration: "guild"}, []string{"channel", "dm", "webhook"}},
		"somebody who asked in private":    {schemas.Requester{UserID: "1", GuildID: "2", ChannelID: "3", Integration: "guild", Private: true}, []string{"dm"}},
		"somebody in a direct message":     {schemas.Requester{UserID: "1", ChannelID: "3", Integration: "guild"}, []string{"dm", "webhook"}},
		"somebody who brought the app":     {schemas.Requester{UserID: "1", GuildID: "2", ChannelID: "3", Integration: "user"}, []string{"dm", "webhook"}},
		"a result of the earlier system's": {schemas.Requester{UserID: "1", GuildID: "2"}, []string{"dm", "webhook"}},
	} {
		var led []string
		for _, route := range []string{"channel", "dm", "webhook"} {
			if all[route].LeadsTo(c.who) {
				led = append(led, route)
			}
		}
		if !slices.Equal(led, c.want) {
			t.Errorf("%s is reached by %v, not %v", name, led, c.want)
		}
	}
	for name, c := range map[string]struct {
		settings notifier.Routes
		bot      *discord.Bot
		want     string
	}{
		"without a webhook":      {notifier.Routes{}, bot, "channel dm"},
		"without a bot":          {notifier.Routes{Webhook: hook}, nil, "webhook"},
		"without either of them": {notifier.Routes{}, nil, ""},
	} {
		open, err := c.settings.Open(c.bot, discord.Options{})
		if got := strings.Join(slices.Sorted(maps.Keys(open)), " "); err != nil || got != c.want {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
}

func TestRoutesAreCheckedBeforeAnythingStarts(t *testing.T) {
	if err := (notifier.Routes{Fallback: []string{"dm", "none"}}).Validate(); err != nil {
		t.Error(err)
	}
	err := notifier.Routes{Fallback: []string{"pigeon", "channel", "owl"}}.Validate()
	if err == nil || !strings.Contains(err.Error(), "pigeon") || !strings.Contains(err.Error(), "owl") || !strings.Contains(err.Error(), "use channel, dm, webhook or none") {
		t.Errorf("%v", err)
	}
	if _, err := (notifier.Routes{Webhook: notifier.WebhookSetting{URL: "secret"}}).Open(nil, discord.Options{}); err == nil || strings.Contains(err.Error(), "secret") {
		t.Errorf("an address that is none: %v", err)
	}
}

func TestTheWebhookGetsTheTextWithoutButtons(t *testing.T) {
	posted := make(chan map[string]any, 1)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var body map[string]any
		if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
			t.Error(err)
		}
		posted <- body
		w.WriteHeader(http.StatusNoContent)
	}))
	defer server.Close()
	transport := &http.Transport{}
	defer transport.CloseIdleConnections()
	open, err := notifier.Routes{Webhook: notifier.WebhookSetting{URL: server.URL + "/hook?key=1"}}.Open(nil, discord.Options{HTTP: &http.Client{Transport: transport}})
	if err != nil {
		t.Fatal(err)
	}
	m := discord.Message{Content: "Your report is ready", Nonce: "n", Components: discord.Button("Show results", "retrieve:wf_1", 1)}
	if _, err := open["webhook"].Send(t.Context(), schemas.Requester{}, m); err != nil {
		t.Fatal(err)
	}
	if body := <-posted; body["content"] != "Your report is ready" || len(body["components"].([]any)) != 0 || body["nonce"] != nil {
		t.Errorf("%v", body)
	}
}
