package ingest

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/bwmarrin/discordgo"

	"autointel.example/internal/discord"
	"autointel.example/schemas"
)

// received is an interaction as it came in: discordgo's type, and what that lacks.
type received struct {
	discordgo.Interaction
	AttachmentSizeLimit int64
	UserInstalled       bool // and by the user alone
	At                  time.Time
}

// parseInteraction reads an interaction.
func parseInteraction(body []byte) (received, error) {
	var r received
	if err := r.Interaction.UnmarshalJSON(body); err != nil {
		return r, fmt.Errorf("not an interaction: %w", err)
	}
	if r.Type == discordgo.InteractionPing {
		return r, nil
	}
	var more struct {
		Limit  int64             `json:"attachment_size_limit"`
		Owners map[string]string `json:"authorizing_integration_owners"`
	}
	if err := json.Unmarshal(body, &more); err != nil {
		return r, fmt.Errorf("not an interaction: %w", err)
	}
	_, guild := more.Owners["0"]
	_, user := more.Owners["1"]
	r.AttachmentSizeLimit, r.UserInstalled = more.Limit, user && !guild
	at, err := schemas.InteractionTime(r.ID)
	r.At = at
	return r, err
}

// session is what is needed to answer the interaction.
func (r received) session() discord.Session {
	return discord.Session{ID: r.ID, ApplicationID: r.AppID, Token: r.Token, CreatedAt: r.At}
}

// requester is who asked, and where the answer may go.
func (r received) requester(private bool) schemas.Requester {
	q := schemas.Requester{
		GuildID: r.GuildID, ChannelID: r.ChannelID, Locale: string(r.Locale), Private: private, Integration: "guild", AttachmentSizeLimit: r.AttachmentSizeLimit,
	}
	if r.UserInstalled {
		q.Integration = "user"
	}
	if r.Member != nil && r.Member.User != nil {
		q.UserID = r.Member.User.ID
		q.ManageGuild = r.Member.Permissions&(discordgo.PermissionManageGuild|discordgo.PermissionAdministrator) != 0
	} else if r.User != nil {
		q.UserID = r.User.ID
	}
	return q
}

// typed returns what was typed so far of an option that is being completed.
func (r received) typed(name string) (text string, ok bool) {
	for _, v := range r.ApplicationCommandData().Options {
		if v != nil && v.Focused && v.Name == name {
			text, ok = v.Value.(string)
			return strings.TrimSpace(text), ok
		}
	}
	return "", false
}
