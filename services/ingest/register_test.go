package ingest

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"autointel.example/internal/discord"
	"autointel.example/internal/sandbox"
	"autointel.example/internal/workflow"
)

// registration is a sandbox to register in. Sent counts the lists that were sent to it.
type registration struct {
	*sandbox.Sandbox
	Registration
	sent int
}

// RoundTrip counts, and hands on.
func (r *registration) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.Method != http.MethodGet {
		r.sent++
	}
	return http.DefaultTransport.RoundTrip(req)
}

func openRegistration(t *testing.T, guild string) *registration {
	t.Helper()
	box, err := sandbox.Start(sandbox.Options{})
	if err != nil {
		t.Fatal(err)
	}
	r := &registration{Sandbox: box}
	r.Registration = Registration{
		Bot: discord.NewBot(box.BotToken(), discord.Options{API: box.APIURL(), HTTP: &http.Client{Transport: r}}), Application: box.ApplicationID(), Guild: guild,
	}
	t.Cleanup(func() {
		http.DefaultClient.CloseIdleConnections()
		if err := box.Close(); err != nil {
			t.Error(err)
		}
	})
	return r
}

func TestCommandsAreRegisteredOnceAndThenOnlyWhenTheyChange(t *testing.T) {
	for _, guild := range []string{"", "200000000000000001"} {
		r := openRegistration(t, guild)
		found, err := r.Diff(t.Context())
		if err != nil || len(found.Changes) != len(commands) || found.Changes[0].Kind != Added || r.sent != 0 {
			t.Fatalf("before: %+v, %v", found, err)
		}
		if found, err = r.Register(t.Context()); err != nil || len(found.Changes) != len(commands) || r.sent != 1 {
			t.Fatalf("%+v, %v", found, err)
		}
		list := r.Commands(guild)
		if len(list) != len(commands) || list[0].Name != "autointel" || len(list[0].Options) != 3 || list[0].NameLocalizations["de"] == "" {
			t.Errorf("%+v", list)
		}
		if everywhere := len(list[0].Contexts) == 3 && len(list[0].IntegrationTypes) == 2; everywhere != (guild == "") {
			t.Errorf("guild %q: %v %v", guild, list[0].Contexts, list[0].IntegrationTypes)
		}
		for range 2 { // Discord has added ids, versions and nulls of its own
			if found, err = r.Register(t.Context()); err != nil || len(found.Changes) != 0 || found.Hash != found.Discord || r.sent != 1 {
				t.Errorf("again: %+v, %v, sent %d times", found, err, r.sent)
			}
		}
	}
}

func TestAChangeIsNamedToTheValue(t *testing.T) {
	r := openRegistration(t, "")
	ours, _, err := r.compare(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	ours[0]["description"] = "Something else"
	ours[0]["options"].([]any)[1].(map[string]any)["choices"].([]any)[2].(map[string]any)["value"] = "bottomless"
	renamed := slices.IndexFunc(ours, func(c map[string]any) bool { return c["name"] == "workflows" })
	ours[renamed]["name"] = "dance"
	body, err := json.Marshal(ours)
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Bot.SetCommands(t.Context(), r.Application, "", body); err != nil {
		t.Fatal(err)
	}
	found, err := r.Register(t.Context())
	if err != nil || len(found.Changes) != 3 {
		t.Fatalf("%+v, %v", found, err)
	}
	changed, removed, added := found.Changes[0], found.Changes[1], found.Changes[2]
	if changed.Command != "autointel" || len(changed.Fields) != 2 || changed.Fields[1].Path != "options[1 depth].choices[2 Comprehensive: and who wrote it].value" ||
		changed.Fields[1].Discord != "bottomless" || changed.Fields[1].Ours != workflow.Comprehensive {
		t.Errorf("%+v", changed)
	}
	if removed.Command != "dance" || removed.Kind != Removed || added.Command != "workflows" || added.Kind != Added {
		t.Errorf("%+v, %+v", removed, added)
	}
	if found, err = r.Diff(t.Context()); err != nil || len(found.Changes) != 0 {
		t.Errorf("afterwards: %+v, %v", found, err)
	}
}

func TestListsThatMeanTheSameAreEqual(t *testing.T) {
	const ours = `[{"name":"a","description":"d","type":1,"options":[{"type":3,"name":"o","description":"x","required":true,"choices":[{"name":"n","value":"v"}]}],"contexts":[0,1,2],"integration_types":[0,1]},
		{"name":"b","description":"d"}]`
	hash := func(list, guild string) string {
		t.Helper()
		c, err := canonical([]byte(list), guild)
		if err != nil {
			t.Fatal(err)
		}
		h, err := hashOf(c)
		if err != nil {
			t.Fatal(err)
		}
		return h
	}
	for name, c := range map[string]struct {
		theirs string
		equal  bool
	}{
		"with what Discord adds, in another order": {`[{"id":"2","version":"9","application_id":"1","type":1,"name":"b","name_localizations":null,"description":"d","options":[],"nsfw":false,"default_member_permissions":null,"dm_permission":true,"handler":null},
			{"id":"1","version":"8","application_id":"1","guild_id":null,"name":"a","description":"d","type":1,"default_permission":true,"contexts":[2,1,0],"integration_types":[1,0],"options":[{"type":3,"name":"o","name_localized":"o","description":"x","required":true,"autocomplete":false,"options":null,"choices":[{"name":"n","name_localizations":{},"value":"v"}]}]}]`, true},
		"with another value":       {strings.Replace(ours, `"v"`, `"w"`, 1), false},
		"with an option optional":  {strings.Replace(ours, `"required":true,`, "", 1), false},
		"with a context fewer":     {strings.Replace(ours, "[0,1,2]", "[0,1]", 1), false},
		"with permissions":         {strings.Replace(ours, `"name":"b"`, `"name":"b","default_member_permissions":"0"`, 1), false},
		"with a command of a menu": {strings.Replace(ours, `"name":"b"`, `"name":"b","type":2`, 1), false},
	} {
		if got := hash(c.theirs, "") == hash(ours, ""); got != c.equal {
			t.Errorf("%s: equal %v", name, got)
		}
	}
	if hash(strings.Replace(ours, "[0,1,2]", "null", 1), "5") != hash(ours, "5") {
		t.Error("a guild's commands have no contexts")
	}
	if _, err := canonical([]byte(`{"message":"no list"}`), ""); err == nil {
		t.Error("an object is no list")
	}
}

// The sandbox checks Discord's bounds when commands are registered; these are our own promises.
func TestEveryCommandIsDefinedInEveryLanguage(t *testing.T) {
	var names []string
	for _, c := range Definitions() {
		names = append(names, c.Name)
		speaks(t, c.Name, *c.NameLocalizations, *c.DescriptionLocalizations)
		for _, o := range c.Options {
			speaks(t, c.Name+" "+o.Name, o.NameLocalizations, o.DescriptionLocalizations)
			for _, choice := range o.Choices {
				speaks(t, c.Name+" "+o.Name+" "+choice.Name, choice.NameLocalizations)
			}
		}
	}
	if !slices.Equal(names, []string{"autointel", "retrieve_results", "workflows", "cancel"}) {
		t.Errorf("%v", names)
	}
	var depths, times []string
	for _, c := range depthChoices() {
		depths = append(depths, c.Value.(string))
	}
	for _, c := range sinceChoices() {
		times = append(times, c.Value.(string))
	}
	if !slices.Equal(depths, workflow.Depths()) {
		t.Errorf("%v is offered, there are %v", depths, workflow.Depths())
	}
	for _, since := range times {
		if _, ok := sinces[since]; !ok || len(times) != len(sinces) {
			t.Errorf("%v is offered, understood are %v", times, sinces)
		}
	}
}

func speaks[L ~string](t *testing.T, what string, texts ...map[L]string) {
	t.Helper()
	for _, m := range texts {
		for _, locale := range []L{"de", "fr"} {
			if s := m[locale]; s == "" || utf8.RuneCountInString(s) > 100 {
				t.Errorf("%s in %s: %q", what, locale, s)
			}
		}
	}
}
