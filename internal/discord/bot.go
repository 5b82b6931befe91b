package discord

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/bwmarrin/discordgo"
)

// Bot is the client of the routes that the bot's own token opens: channel messages and direct messages.
type Bot struct {
	session *discordgo.Session
	o       Options
}

// NewBot returns a client for a bot's token. discordgo's own retries are off: its waits do not end with the context,
// and it repeats a POST that may have been applied.
func NewBot(token string, o Options) (*Bot, error) {
	o = o.filled()
	base, err := url.Parse(o.API)
	if err != nil {
		return nil, errors.New("DISCORD_API_URL is not a URL")
	}
	s, err := discordgo.New("Bot " + token)
	if err != nil {
		return nil, err
	}
	s.ShouldRetryOnRateLimit, s.MaxRestRetries, s.StateEnabled = false, 0, false
	transport := o.HTTP.Transport
	if transport == nil {
		transport = http.DefaultTransport
	}
	s.Client = &http.Client{Timeout: 30 * time.Second, Transport: rebase{base, transport}}
	return &Bot{s, o}, nil
}

// rebase sends discordgo's requests to another base: its endpoints are fixed when the program starts.
type rebase struct {
	base *url.URL
	next http.RoundTripper
}

// RoundTrip implements http.RoundTripper.
func (t rebase) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.URL.Scheme, r.URL.Host, r.Host = t.base.Scheme, t.base.Host, t.base.Host
	if rest, ok := strings.CutPrefix(r.URL.Path, "/api/v"+discordgo.APIVersion); ok {
		r.URL.Path = t.base.Path + rest
	}
	return t.next.RoundTrip(r)
}

// Send posts a message in a channel. With a nonce, a repetition within minutes returns the first message.
func (b *Bot) Send(ctx context.Context, channelID string, m Message) (Answered, error) {
	var out discordgo.Message
	err := b.request(ctx, "channel_message", http.MethodPost, discordgo.EndpointChannelMessages(channelID), m.payload(), &out)
	return Answered{channelID, out.ID, false}, err
}

// Edit replaces a message of the bot's, such as the first answer of an interaction that was not ephemeral.
func (b *Bot) Edit(ctx context.Context, channelID, messageID string, m Message) error {
	return b.request(ctx, "edit_message", http.MethodPatch, discordgo.EndpointChannelMessage(channelID, messageID), m.payload(), nil)
}

// DM opens the direct message channel with a user.
func (b *Bot) DM(ctx context.Context, userID string) (channelID string, err error) {
	var out discordgo.Channel
	err = b.request(ctx, "open_dm", http.MethodPost, discordgo.EndpointUserChannels("@me"), map[string]string{"recipient_id": userID}, &out)
	return out.ID, err
}

// request sends a request, and waits for a rate limit up to three times as long as the context lives.
func (b *Bot) request(ctx context.Context, route, method, endpoint string, body, out any) error {
	for attempt := range 3 {
		content, err := b.session.RequestWithBucketID(method, endpoint, body, endpoint, discordgo.WithContext(ctx))
		b.o.Observer.DiscordRequest(route, codeOf(err))
		var limited *discordgo.RateLimitError
		if errors.As(err, &limited) && attempt < 2 {
			after := limited.RetryAfter
			if deadline, ok := ctx.Deadline(); ok && b.o.Now().Add(after).After(deadline) {
				return &RateLimitedError{route, after}
			}
			b.o.Observer.DiscordWaited(after)
			if b.o.Sleep(ctx, after) != nil {
				return &RateLimitedError{route, after}
			}
			continue
		}
		if err != nil {
			return botError(route, err)
		}
		if out == nil {
			return nil
		}
		return json.Unmarshal(content, out)
	}
	return nil
}

// botError turns discordgo's errors into ours, which say less: its own hold the whole request.
func botError(route string, err error) error {
	var rest *discordgo.RESTError
	var limited *discordgo.RateLimitError
	switch {
	case errors.As(err, &limited):
		return &RateLimitedError{route, limited.RetryAfter}
	case errors.As(err, &rest):
		return apiError(route, rest.Response.StatusCode, rest.ResponseBody)
	}
	return &ConnectionError{route, withoutURL(err)}
}

func codeOf(err error) int {
	var rest *discordgo.RESTError
	var limited *discordgo.RateLimitError
	switch {
	case err == nil:
		return http.StatusOK
	case errors.As(err, &rest):
		return rest.Response.StatusCode
	case errors.As(err, &limited):
		return http.StatusTooManyRequests
	}
	return 0
}
