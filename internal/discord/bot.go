package discord

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/bwmarrin/discordgo"
)

// Bot is the client of the routes that the bot's own token opens: channel messages and direct messages. It is ours like
// that of the interactions, and not discordgo's (v0.29.0): that one waits for a rate limit without regard to the context,
// repeats a POST that may have been applied, and quotes the whole request in its errors.
type Bot struct{ client }

// NewBot returns a client for a bot's token.
func NewBot(token string, o Options) *Bot { return &Bot{client{o: o.filled(), auth: "Bot " + token}} }

// send sends a message to a route. The rate limit is the channel's.
func (b *Bot) send(ctx context.Context, route, method, path, bucket string, m Message, safe bool) (Answered, error) {
	body, contentType, err := encode(m.payload(), m.Files)
	if err != nil {
		return Answered{}, err
	}
	var out discordgo.Message
	err = b.do(ctx, call{route: route, method: method, path: path, bucket: bucket, contentType: contentType, body: body, safe: safe}, &out)
	return Answered{ChannelID: out.ChannelID, MessageID: out.ID}, err
}

// Send posts a message in a channel. With a nonce it is safe to repeat: within minutes that returns the first message.
func (b *Bot) Send(ctx context.Context, channelID string, m Message) (Answered, error) {
	return b.send(ctx, "channel_message", http.MethodPost, "/channels/"+channelID+"/messages", "send "+channelID, m, m.Nonce != "")
}

// Edit replaces a message of the bot's, such as the first answer of an interaction that was not ephemeral.
func (b *Bot) Edit(ctx context.Context, channelID, messageID string, m Message) (Answered, error) {
	return b.send(ctx, "edit_message", http.MethodPatch, "/channels/"+channelID+"/messages/"+messageID, "edit "+channelID, m, true)
}

// Message reads a message of a channel. Ephemeral ones are not there for the bot.
func (b *Bot) Message(ctx context.Context, channelID, messageID string) (*discordgo.Message, error) {
	var out discordgo.Message
	err := b.do(ctx, call{
		route: "get_message", method: http.MethodGet, path: "/channels/" + channelID + "/messages/" + messageID, bucket: "read " + channelID, safe: true,
	}, &out)
	return &out, err
}

// DM opens the direct message channel with a user; opened before, it is the same one.
func (b *Bot) DM(ctx context.Context, userID string) (channelID string, err error) {
	body, err := json.Marshal(map[string]string{"recipient_id": userID})
	if err != nil {
		return "", err
	}
	var out discordgo.Channel
	err = b.do(ctx, call{
		route: "open_dm", method: http.MethodPost, path: "/users/@me/channels", bucket: "open_dm", contentType: "application/json", body: body, safe: true,
	}, &out)
	return out.ID, err
}
