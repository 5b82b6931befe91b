package main

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"autointel.example/cmd/autointel/disk"
	"autointel.example/internal/program"
	"autointel.example/internal/sandbox"
	"autointel.example/services/ingest"
)

// A key and a token of the right form, and nobody's.
const (
	someKey   = "7e1a0c3b5d2f49687e1a0c3b5d2f49687e1a0c3b5d2f49687e1a0c3b5d2f4968"
	someToken = "MTE5ODYyMjQ4MzQ3MTkyNTI0OA.Cl2FMQ.ZnCjm1XVW7vRze4b7Cq4se7kKWs"
)

func TestWhatAnInstallationStandsOnIsJudged(t *testing.T) {
	good := func() ground {
		return ground{
			dataDir: "/d", space: disk.Space{Free: 50 << 30, Total: 100 << 30}, embedded: true, gateway: true,
			discord: program.Discord{ApplicationID: "1198622483471925248", Token: someToken},
		}
	}
	for _, c := range []struct {
		name         string
		change       func(*ground)
		level, check string
		says         string
	}{
		{"a good one", func(*ground) {}, "", "", ""},
		{"the sandbox needs nothing", func(g *ground) { g.discord, g.sandboxed = program.Discord{}, true }, "", "", ""},
		{"the gateway needs no public key", func(g *ground) { g.discord.PublicKey = "" }, "", "", ""},
		{"but a token", func(g *ground) { g.discord.Token = "" }, levelFailed, "discord", "DISCORD_TOKEN is not set"},
		{"HTTP needs the public key", func(g *ground) { g.http, g.gateway = true, false }, levelFailed, "discord", "DISCORD_PUBLIC_KEY is not set"},
		{"HTTP alone does without a token, and says what that costs", func(g *ground) {
			g.http, g.gateway, g.discord.PublicKey, g.discord.Token = true, false, someKey, ""
		}, levelWarning, "discord", "nobody can be told"},
		{"a key that is none", func(g *ground) { g.discord.PublicKey = "abc" }, levelFailed, "discord", "DISCORD_PUBLIC_KEY must be"},
		{"the example's application id", func(g *ground) { g.discord.ApplicationID = "000000000000000000" }, levelFailed, "discord", "DISCORD_APPLICATION_ID is a placeholder"},
		{"the example's token", func(g *ground) { g.discord.Token = "<your token here>" }, levelFailed, "discord", "DISCORD_TOKEN is a placeholder"},
		{"changeme", func(g *ground) { g.discord.Token = "CHANGEME" }, levelFailed, "discord", "placeholder"},
		{"a full disk", func(g *ground) { g.space.Free = 1 << 20 }, levelFailed, "disk", "1.0 MiB free"},
		{"a nearly full disk", func(g *ground) { g.space.Free = 900 << 20 }, levelWarning, "disk", "900 MiB free"},
		{"a small share of a large disk", func(g *ground) { g.space.Free = 4 << 30 }, levelWarning, "disk", "4.0 GiB free"},
		{"memory is no disk", func(g *ground) { g.space.Kind = "tmpfs" }, levelWarning, "data directory", "tmpfs"},
		{"nor is a network", func(g *ground) { g.space.Kind = "nfs" }, levelWarning, "data directory", "nfs"},
		{"little memory", func(g *ground) { g.memory = 100 << 20 }, levelWarning, "memory", "100 MiB"},
		{"a clock that is somewhat off", func(g *ground) { g.skew = -10 * time.Second }, levelWarning, "clock", "10s"},
		{"a clock that is far off", func(g *ground) { g.skew = time.Hour }, levelFailed, "clock", "1h0m0s"},
		{"a log that is not synced", func(g *ground) { g.fast = true }, levelWarning, "durability", "power cut"},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := good()
			c.change(&g)
			found := g.judge()
			wrong := 0
			for _, f := range found {
				if f.Level == levelOK {
					continue
				}
				wrong++
				if f.Level != c.level || f.Check != c.check || !strings.Contains(f.Says, c.says) || f.Do == "" && !strings.Contains(f.Says, "copy it") {
					t.Errorf("%+v", f)
				}
				if strings.Contains(f.Says+f.Do, someToken) {
					t.Error("the token is shown")
				}
			}
			if want := map[bool]int{true: 0, false: 1}[c.level == ""]; wrong != want {
				t.Errorf("%d findings: %+v", wrong, found)
			}
		})
	}
}

func TestRealCredentialsAreNoPlaceholders(t *testing.T) {
	for _, value := range []string{someKey, someToken, "1198622483471925248"} {
		if placeholder(value) {
			t.Errorf("%q", value)
		}
	}
}

func TestTheClockIsHeldAgainstDiscords(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Date", time.Now().Add(-time.Hour).UTC().Format(http.TimeFormat))
	}))
	defer server.Close()
	if skew := skewOf(t.Context(), server.URL, time.Now); (skew - time.Hour).Abs() > 2*time.Second {
		t.Error(skew)
	}
	if skew := skewOf(t.Context(), "http://127.0.0.1:1", time.Now); skew != 0 {
		t.Error(skew)
	}
}

func TestDiscordItselfIsAskedAboutTheCredentials(t *testing.T) {
	box := must[*sandbox.Sandbox](t)(sandbox.Start(sandbox.Options{}))
	defer func() { _ = box.Close() }()
	right := program.Discord{ApplicationID: box.ApplicationID(), PublicKey: box.PublicKey(), Token: box.BotToken(), API: box.APIURL()}
	ask := func(d program.Discord, mode, addr string) map[string]finding {
		g := ground{}
		g.configured(d, ingest.Gateway{Mode: mode}, addr)
		var f findings
		g.asked(t.Context(), &f)
		found := map[string]finding{}
		for _, one := range f {
			found[one.Check] = one
		}
		return found
	}
	if f := ask(right, "auto", ""); f["bot token"].Level != levelOK || !strings.Contains(f["invite"].Says, "client_id="+box.ApplicationID()) {
		t.Errorf("%+v", f)
	}
	wrong := right
	wrong.Token = someToken
	if f := ask(wrong, "auto", ""); f["bot token"].Level != levelFailed || !strings.Contains(f["bot token"].Do, "reset it") {
		t.Errorf("%+v", f)
	}
	other := right
	other.ApplicationID = "1198622483471925248"
	if f := ask(other, "auto", ""); f["bot token"].Level != levelFailed || !strings.Contains(f["bot token"].Do, box.ApplicationID()) {
		t.Errorf("%+v", f)
	}
	if f := ask(right, "auto", "127.0.0.1:1"); f["bot token"].Level != levelWarning || !strings.Contains(f["bot token"].Says, "no endpoint") {
		t.Errorf("%+v", f)
	}
	box.SetEndpoint("http://127.0.0.1:1/interactions")
	if f := ask(right, "auto", ""); f["bot token"].Level != levelFailed || !strings.Contains(f["bot token"].Says, "none come over the gateway") {
		t.Errorf("%+v", f)
	}
}

func TestUpRefusesWhatCannotWork(t *testing.T) {
	dir := t.TempDir()
	code, stdout, stderr := call(t.Context(), "up", "--data-dir", dir, "--discord-application-id", "000000000000000000", "--discord-token", "changeme", "--discord-api-url", "http://127.0.0.1:1", "--http-addr", "127.0.0.1:0")
	if code != 2 || stdout != "" || !strings.Contains(stderr, "DISCORD_TOKEN is a placeholder") || !strings.Contains(stderr, "DISCORD_APPLICATION_ID is a placeholder") {
		t.Errorf("exit %d %s %s", code, stdout, stderr)
	}
	if left := tree(t, dir); left != "" {
		t.Errorf("it began all the same: %s", left)
	}
}
