package sandbox

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"time"
)

// User is somebody who uses commands.
type User struct {
	ID          string
	Name        string
	GuildID     string // empty: in a direct message
	ChannelID   string
	ManageGuild bool
	Locale      string // default en-US
	UserInstall bool   // the app is installed by the user alone: 5 follow-ups, and the bot is not in the guild
}

// Interaction is what a use of a command or a button made.
type Interaction struct {
	ID   string
	Body []byte // as it was delivered; holds the token
}

// interaction is what the sandbox knows of one.
type interaction struct {
	id, token  string
	typ        int
	user       User
	created    time.Time
	answered   bool
	killed     bool
	original   string // the message that answers it
	followups  int
	userOnly   bool
	messageID  string // of a button: the message it stands under
	attachment int64
	used       string   // what its user did, for the page
	choices    []Choice // of an autocompletion, once it is answered
}

// types of interactions and of callbacks
const (
	typePing         = 1
	typeCommand      = 2
	typeButton       = 3
	typeAutocomplete = 4

	answerMessage        = 4
	answerDeferred       = 5
	answerDeferredUpdate = 6
	answerUpdate         = 7
	answerChoices        = 8
)

// permission bits in a member
const manageGuild = 1 << 5

// Command uses a slash command and delivers the interaction.
func (s *Sandbox) Command(ctx context.Context, u User, name string, options map[string]any) (Interaction, error) {
	s.mu.Lock()
	i := s.newInteraction(u, typeCommand, s.commandData(name, options, ""), "")
	s.interactions[i.ID].used = s.usedCommand(u.GuildID, name, options)
	s.mu.Unlock()
	return i, s.Deliver(ctx, i)
}

// commandData is the part of an interaction that says which command is used, or being typed: then the option under the
// cursor is focused. The caller holds the lock.
func (s *Sandbox) commandData(name string, options map[string]any, focused string) map[string]any {
	list := []map[string]any{}
	for _, k := range slices.Sorted(maps.Keys(options)) {
		o := map[string]any{"name": k, "type": optionType(options[k]), "value": options[k]}
		if k == focused {
			o["focused"] = true
		}
		list = append(list, o)
	}
	return map[string]any{"id": s.snowflake(), "name": name, "type": commandChat, "options": list}
}

// optionType is the type of the option that a value is for.
func optionType(value any) int {
	switch value.(type) {
	case bool:
		return optionBoolean
	case int:
		return optionInteger
	case float64:
		return optionNumber
	}
	return optionString
}

// Press presses a button of a message and delivers the interaction.
func (s *Sandbox) Press(ctx context.Context, u User, messageID, customID string) (Interaction, error) {
	s.mu.Lock()
	m := s.messages[messageID]
	if m == nil || m.Ephemeral() && m.For != u.ID {
		s.mu.Unlock()
		return Interaction{}, fmt.Errorf("the user sees no message %s", messageID)
	}
	u.ChannelID = m.ChannelID
	i := s.newInteraction(u, typeButton, map[string]any{"component_type": 2, "custom_id": customID}, messageID)
	s.interactions[i.ID].used = usedButton(*m, customID)
	s.mu.Unlock()
	return i, s.Deliver(ctx, i)
}

// newInteraction makes an interaction as Discord sends it. The caller holds the lock.
func (s *Sandbox) newInteraction(u User, typ int, data map[string]any, messageID string) Interaction {
	i := &interaction{id: s.snowflake(), typ: typ, token: "token-" + rand.Text(), user: u, created: s.o.Now(), messageID: messageID, attachment: maxFile, userOnly: u.UserInstall}
	s.interactions[i.id], s.byToken[i.token] = i, i
	if u.Locale == "" {
		u.Locale = "en-US"
	}
	who := map[string]any{"id": u.ID, "username": u.Name, "global_name": u.Name}
	body := map[string]any{
		"id": i.id, "application_id": s.app, "type": typ, "token": i.token, "version": 1, "data": data, "locale": u.Locale,
		"channel_id": u.ChannelID, "app_permissions": "2147483647", "entitlements": []any{}, "attachment_size_limit": i.attachment,
	}
	if u.GuildID != "" {
		permissions := 0
		if u.ManageGuild {
			permissions = manageGuild
		}
		body["guild_id"], body["guild_locale"], body["context"] = u.GuildID, "en-US", 0
		body["member"] = map[string]any{"user": who, "permissions": strconv.Itoa(permissions), "roles": []any{}, "joined_at": "2024-01-01T00:00:00Z"}
		body["authorizing_integration_owners"] = map[string]string{"0": u.GuildID}
	} else {
		dm := s.dmOf(u.ID)
		i.user.ChannelID, body["channel_id"] = dm.id, dm.id
		body["user"], body["context"] = who, 1
		body["authorizing_integration_owners"] = map[string]string{"0": "0"}
	}
	if u.UserInstall {
		body["authorizing_integration_owners"] = map[string]string{"1": u.ID}
	}
	if messageID != "" {
		body["message"] = s.messages[messageID] // as it stands
	}
	content, err := json.Marshal(body)
	if err != nil {
		panic(err) // strings and numbers of our own: cannot happen
	}
	return Interaction{i.id, content}
}

// KillToken ends an interaction's token before its time.
func (s *Sandbox) KillToken(interactionID string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if i := s.interactions[interactionID]; i != nil {
		i.killed = true
	}
}

// Original returns the message that answers an interaction.
func (s *Sandbox) Original(interactionID string) (Message, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if i := s.interactions[interactionID]; i != nil {
		if m := s.messages[i.original]; m != nil {
			return *m, true
		}
	}
	return Message{}, false
}

type callbackBody struct {
	Type int             `json:"type"`
	Data json.RawMessage `json:"data"`
}

// callback is POST /interactions/{id}/{token}/callback.
func (s *Sandbox) callback(w http.ResponseWriter, r *http.Request) {
	content, files, refused := readBody(w, r)
	if refused != nil {
		refused.write(w)
		return
	}
	var in callbackBody
	if json.Unmarshal(content, &in) != nil {
		invalidJSON.write(w)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	i := s.interactions[r.PathValue("id")]
	if i == nil || i.token != r.PathValue("token") {
		unknownInteraction.write(w)
		return
	}
	if refused := s.answerWith(i, in.Type, in.Data, files); refused != nil {
		refused.write(w)
		return
	}
	if r.URL.Query().Get("with_response") != "true" {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	writeJSON(w, http.StatusOK, map[string]any{
		"interaction": map[string]any{"id": i.id, "type": i.typ, "response_message_id": i.original},
		"resource":    map[string]any{"type": in.Type, "message": s.messages[i.original]},
	})
}

// answerWith takes the first answer to an interaction: in time, and once. The caller holds the lock.
func (s *Sandbox) answerWith(i *interaction, typ int, data json.RawMessage, files []Attachment) *refusal {
	switch {
	case i.answered:
		return &acknowledged
	case s.o.Now().Sub(i.created) > s.o.AckTimeout, i.killed:
		return &unknownInteraction
	case (i.typ == typeAutocomplete) != (typ == answerChoices):
		r := formError("type", "INTERACTION_TYPE_INVALID", "This interaction cannot be answered by a callback of this type.")
		return &r
	case typ == answerChoices:
		return s.complete(i, data)
	}
	m := &Message{ChannelID: i.user.ChannelID, Interaction: i.id}
	switch typ {
	case answerMessage, answerDeferred:
		var b body
		if len(data) > 0 && json.Unmarshal(data, &b) != nil {
			return &invalidJSON
		}
		b.files = files
		if refused := b.validate(typ == answerDeferred, i.attachment); refused != nil {
			return refused
		}
		b.onto(m, "")
		m.Flags = b.Flags & (1 << 6)
		if m.Ephemeral() {
			m.For = i.user.ID
		}
		if typ == answerDeferred {
			m.Content = "thinking..."
		}
		s.add(m)
		b.onto(m, s.URL())
		i.original = m.ID
	case answerDeferredUpdate, answerUpdate:
		i.original = i.messageID
	default:
		r := formError("type", "BASE_TYPE_CHOICES", "Value must be one of {4, 5, 6, 7, 8, 9}.")
		return &r
	}
	i.answered = true
	return nil
}
