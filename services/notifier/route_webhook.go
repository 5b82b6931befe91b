package notifier

import (
	"context"

	"autointel.example/internal/discord"
	"autointel.example/schemas"
)

// WebhookSetting is the operator's webhook.
type WebhookSetting struct {
	URL     string `name:"webhook-url" env:"AUTOINTEL_WEBHOOK_URL" help:"The operator's webhook, for the route webhook. It is a credential: better from a file."`
	URLFile string `name:"webhook-url-file" env:"AUTOINTEL_WEBHOOK_URL_FILE" placeholder:"FILE" help:"File that holds its address."`
}

// webhook is the operator's. It knows no nonce: a message whose answer was lost can appear twice.
type webhook struct{ client *discord.Webhook }

func openWebhook(c Routes, _ *discord.Bot, o discord.Options) (Route, error) {
	if c.Webhook.URL == "" {
		return nil, nil
	}
	client, err := discord.NewWebhook(c.Webhook.URL, o)
	if err != nil {
		return nil, err
	}
	return webhook{client}, nil
}

// LeadsTo implements Route. Who reads a webhook's channel is not known.
func (webhook) LeadsTo(who schemas.Requester) bool { return !who.Private }

// Send implements Route.
func (w webhook) Send(ctx context.Context, _ schemas.Requester, m discord.Message) (discord.Answered, error) {
	return discord.Answered{}, w.client.Post(ctx, m)
}
