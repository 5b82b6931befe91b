package main

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"autointel.example/internal/discord"
)

// clockWithin is how long Discord may take to say what time it is.
const clockWithin = 3 * time.Second

// skewOf asks Discord what time it is and returns by how much our clock is ahead; 0 when it does not say. Its answer is to the
// second, and is taken for the middle of it.
func skewOf(ctx context.Context, api string, now func() time.Time) time.Duration {
	ctx, cancel := context.WithTimeout(ctx, clockWithin)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, api+"/gateway", nil)
	if err != nil {
		return 0
	}
	began := now()
	response, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true, Proxy: http.ProxyFromEnvironment}}).Do(request)
	if err != nil {
		return 0 // whether Discord can be reached is another question
	}
	took := now().Sub(began)
	if err := response.Body.Close(); err != nil {
		return 0
	}
	said, err := http.ParseTime(response.Header.Get("Date"))
	if err != nil {
		return 0
	}
	return began.Add(took / 2).Sub(said.Add(500 * time.Millisecond))
}

// asked is what Discord itself says of the credentials.
func (g ground) asked(ctx context.Context, f *findings) {
	if g.sandboxed || g.discord.Token == "" || placeholder(g.discord.Token) {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	application, err := discord.NewBot(g.discord.Token, discord.Options{API: g.discord.API}).Application(ctx)
	switch d := g.discord; {
	case discord.Classify(err) == discord.Unauthorized:
		f.fail("bot token", "Discord does not take it", "reset it on the page Bot of the application, in Discord's developer portal, and put the new one in its place")
	case err != nil:
		f.warn("bot token", "Discord could not be asked: "+err.Error(), "see that this machine reaches "+d.API)
	case d.ApplicationID != "" && application.ID != d.ApplicationID:
		f.fail("bot token", "it is that of another application, "+application.Name, "DISCORD_APPLICATION_ID and DISCORD_TOKEN must be of the same: that of the token is "+application.ID)
	case g.http && application.VerifyKey != d.PublicKey:
		f.fail("bot token", "DISCORD_PUBLIC_KEY is not that of "+application.Name, "copy it from the page General Information of the application")
	case g.gateway && !g.http && application.Endpoint != "":
		f.fail("bot token", "Discord delivers the interactions of "+application.Name+" to "+application.Endpoint+", so none come over the gateway",
			"clear the interactions endpoint URL on the page General Information of the application, or set AUTOINTEL_INTERACTIONS_ADDR")
	case g.http && !g.gateway && application.Endpoint == "":
		f.warn("bot token", "Discord knows no endpoint for the interactions of "+application.Name, "name yours on the page General Information of the application: https://your.host/interactions")
	default:
		f.ok("bot token", fmt.Sprintf("that of %s", application.Name))
		f.ok("invite", discord.Invite(application.ID))
	}
}
