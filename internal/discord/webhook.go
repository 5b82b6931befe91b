package discord

import (
	"context"
	"errors"
	"net/http"
	"net/url"
)

// Webhook is the operator's webhook. Its address is a credential.
type Webhook struct {
	client *client
	url    *url.URL
}

// NewWebhook returns a client for a webhook's address.
func NewWebhook(address string, o Options) (*Webhook, error) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return nil, errors.New("AUTOINTEL_WEBHOOK_URL is not a web address: copy it from the channel's settings, under Integrations")
	}
	o.API = u.Scheme + "://" + u.Host
	return &Webhook{&client{o: o.filled()}, u}, nil
}

// Post sends a message. Buttons are left out: a webhook's do nothing.
func (w *Webhook) Post(ctx context.Context, m Message) error {
	m.Components, m.Nonce = nil, ""
	body, contentType, err := encode(m.payload(), m.Files)
	if err != nil {
		return err
	}
	return w.client.do(ctx, call{
		route: "webhook", method: http.MethodPost, path: w.url.RequestURI(), bucket: w.url.Path, body: body, contentType: contentType,
	}, nil)
}
