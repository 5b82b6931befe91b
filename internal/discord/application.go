package discord

import (
	"context"
	"net/http"
	"net/url"
)

// Application is what Discord says of the application that a bot's token belongs to.
type Application struct {
	ID        string `json:"id"`
	Name      string `json:"name"`
	VerifyKey string `json:"verify_key"`
	// Endpoint is where Discord delivers interactions by HTTP; empty: they come over the gateway.
	Endpoint string `json:"interactions_endpoint_url"`
}

// Application asks whose bot it is.
func (b *Bot) Application(ctx context.Context) (a Application, err error) {
	err = b.do(ctx, call{route: "application", method: http.MethodGet, path: "/applications/@me", bucket: "application", safe: true}, &a)
	return a, err
}

// inviteScopes and invitePermissions are what autointel needs of a server: commands, and a bot that may see a channel, send messages
// with embeds and files there, and read its own again.
const (
	inviteScopes      = "bot applications.commands"
	invitePermissions = "117760" // VIEW_CHANNEL, SEND_MESSAGES, EMBED_LINKS, ATTACH_FILES, READ_MESSAGE_HISTORY
)

// Invite returns the address at which somebody who may manage a server adds the application to it.
func Invite(applicationID string) string {
	return "https://discord.com/oauth2/authorize?" + url.Values{"client_id": {applicationID}, "scope": {inviteScopes}, "permissions": {invitePermissions}}.Encode()
}
