package discord

import (
	"context"
	"encoding/json"
	"net/http"
)

// commandsPath is where an application's commands are: everywhere, or those of one guild.
func commandsPath(application, guild string) string {
	if guild == "" {
		return "/applications/" + application + "/commands"
	}
	return "/applications/" + application + "/guilds/" + guild + "/commands"
}

// Commands reads the commands that Discord has of an application, as JSON and with every language: everywhere, or with a
// guild those of that guild alone.
func (b *Bot) Commands(ctx context.Context, application, guild string) (json.RawMessage, error) {
	var list json.RawMessage
	err := b.do(ctx, call{
		route: "get_commands", method: http.MethodGet, path: commandsPath(application, guild) + "?with_localizations=true", bucket: "commands", safe: true,
	}, &list)
	return list, err
}

// SetCommands replaces all of them.
func (b *Bot) SetCommands(ctx context.Context, application, guild string, list json.RawMessage) error {
	return b.do(ctx, call{
		route: "set_commands", method: http.MethodPut, path: commandsPath(application, guild), bucket: "commands",
		contentType: "application/json", body: list, safe: true,
	}, nil)
}
