package discord

import (
	"context"
	"net/http"

	"github.com/bwmarrin/discordgo"
)

// Interactions is the client of the routes that an interaction's token opens. It is safe for concurrent use; one
// token never delays another.
type Interactions struct{ client }

// NewInteractions returns a client.
func NewInteractions(o Options) *Interactions { return &Interactions{client{o: o.filled()}} }

// Callback types that are used here (Discord's "Interaction Callback Type").
const (
	CallbackMessage  = 4
	CallbackDeferred = 5
	CallbackChoices  = 8
)

// Callback sends a first answer that is no message, such as the choices of an autocompletion: a callback as JSON. It is
// sent once, since nobody waits for a second try.
func (c *Interactions) Callback(ctx context.Context, s Session, body []byte) error {
	return c.do(ctx, call{
		route: "callback", method: http.MethodPost, path: "/interactions/" + s.ID + "/" + s.Token + "/callback",
		bucket: s.Token, body: body, contentType: "application/json",
	}, nil)
}

// Answer sends the first answer to an interaction, a message. It must arrive within 3 s of the interaction. A second
// answer is refused with AlreadyAcknowledged. It is not sent again when it is not known whether it arrived.
func (c *Interactions) Answer(ctx context.Context, s Session, m Message) (Answered, error) {
	body, contentType, err := encode(map[string]any{"type": CallbackMessage, "data": m.payload()}, m.Files)
	if err != nil {
		return Answered{}, err
	}
	var out struct {
		Resource struct {
			Message discordgo.Message `json:"message"`
		} `json:"resource"`
	}
	err = c.do(ctx, call{
		route: "callback", method: http.MethodPost, path: "/interactions/" + s.ID + "/" + s.Token + "/callback?with_response=true",
		bucket: s.Token, body: body, contentType: contentType,
	}, &out)
	got := out.Resource.Message
	return Answered{got.ChannelID, got.ID, m.Ephemeral || got.Flags&flagEphemeral != 0}, err
}

func original(s Session) string {
	return "/webhooks/" + s.ApplicationID + "/" + s.Token + "/messages/@original"
}

// EditOriginal replaces the first answer. It is safe to repeat. Early says that the acknowledgement may still be on
// its way (up to 10 s), so that "unknown webhook" is tried again.
func (c *Interactions) EditOriginal(ctx context.Context, s Session, m Message, early bool) (Answered, error) {
	body, contentType, err := encode(m.payload(), m.Files)
	if err != nil {
		return Answered{}, err
	}
	var out discordgo.Message
	err = c.do(ctx, call{
		route: "edit_original", method: http.MethodPatch, path: original(s), bucket: s.Token, body: body, contentType: contentType, safe: true, early: early,
	}, &out)
	return Answered{out.ChannelID, out.ID, out.Flags&flagEphemeral != 0}, err
}

// Original reads the first answer.
func (c *Interactions) Original(ctx context.Context, s Session) (*discordgo.Message, error) {
	var out discordgo.Message
	err := c.do(ctx, call{route: "get_original", method: http.MethodGet, path: original(s), bucket: s.Token, safe: true}, &out)
	return &out, err
}

// DeleteOriginal removes the first answer.
func (c *Interactions) DeleteOriginal(ctx context.Context, s Session) error {
	return c.do(ctx, call{route: "delete_original", method: http.MethodDelete, path: original(s), bucket: s.Token, safe: true}, nil)
}

// Followup sends one more message. It cannot be made idempotent, so it is for what may appear twice.
func (c *Interactions) Followup(ctx context.Context, s Session, m Message) (Answered, error) {
	body, contentType, err := encode(m.payload(), m.Files)
	if err != nil {
		return Answered{}, err
	}
	var out discordgo.Message
	err = c.do(ctx, call{
		route: "followup", method: http.MethodPost, path: "/webhooks/" + s.ApplicationID + "/" + s.Token + "?wait=true",
		bucket: s.Token, body: body, contentType: contentType,
	}, &out)
	return Answered{out.ChannelID, out.ID, m.Ephemeral}, err
}

// Forget frees what is known of a session's rate limit.
func (c *Interactions) Forget(s Session) { c.limits.forget(s.Token) }
