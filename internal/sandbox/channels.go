package sandbox

import (
	"encoding/json"
	"net/http"
)

// asBot lets through who holds the bot's token.
func (s *Sandbox) asBot(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bot "+s.bot {
			unauthorized.write(w)
			return
		}
		next(w, r)
	}
}

func (s *Sandbox) me(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, http.StatusOK, s.self())
}

// createMessage is POST /channels/{channel}/messages. With enforce_nonce a nonce seen before returns its message.
func (s *Sandbox) createMessage(w http.ResponseWriter, r *http.Request) {
	b, refused := readMessage(w, r)
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.channelOf(r.PathValue("channel"))
	switch {
	case refused != nil:
	case c.dm != "" && s.dmBlocked[c.dm]:
		refused = &cannotSendToUser
	case c.denied:
		refused = &missingPermissions
	default:
		refused = b.validate(false, maxFile)
	}
	if refused != nil {
		refused.write(w)
		return
	}
	if id, seen := s.nonces[c.id+" "+b.Nonce]; seen && b.Nonce != "" && b.Enforce {
		writeJSON(w, http.StatusOK, s.messages[id])
		return
	}
	m := &Message{ChannelID: c.id, Nonce: b.Nonce}
	s.add(m)
	b.onto(m, s.URL())
	s.nonces[c.id+" "+b.Nonce] = m.ID
	writeJSON(w, http.StatusOK, m)
}

// channelMessage is GET and PATCH /channels/{channel}/messages/{message}. The bot's token does not reach ephemeral ones.
func (s *Sandbox) channelMessage(w http.ResponseWriter, r *http.Request) {
	b, refused := readMessage(w, r)
	s.mu.Lock()
	defer s.mu.Unlock()
	m := s.messages[r.PathValue("message")]
	switch {
	case s.channels[r.PathValue("channel")] == nil && m == nil:
		unknownChannel.write(w)
		return
	case m == nil || m.Deleted || m.ChannelID != r.PathValue("channel") || m.Ephemeral():
		unknownMessage.write(w)
		return
	}
	if r.Method == http.MethodPatch {
		if refused == nil {
			refused = b.validate(false, maxFile)
		}
		if refused != nil {
			refused.write(w)
			return
		}
		s.replace(m, b)
	}
	writeJSON(w, http.StatusOK, m)
}

// openDM is POST /users/@me/channels.
func (s *Sandbox) openDM(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Recipient string `json:"recipient_id"`
	}
	if json.NewDecoder(r.Body).Decode(&in) != nil || in.Recipient == "" {
		invalidJSON.write(w)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	writeJSON(w, http.StatusOK, map[string]any{"id": s.dmOf(in.Recipient).id, "type": 1})
}

// BlockDM makes a user refuse the bot's direct messages.
func (s *Sandbox) BlockDM(userID string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.dmBlocked[userID] = true
}

// DenyChannel takes from the bot the permission to write in a channel.
func (s *Sandbox) DenyChannel(channelID string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.channelOf(channelID).denied = true
}
