package sandbox

import (
	"net/http"
)

// holder returns the interaction that a webhook route's token belongs to, if it may still be used: not before the first
// answer, and not after the token's life. The caller holds the lock.
func (s *Sandbox) holder(r *http.Request) (*interaction, *refusal) {
	i := s.byToken[r.PathValue("token")]
	switch {
	case i == nil || r.PathValue("app") != s.app:
		return nil, &unknownWebhook
	case i.killed, s.o.Now().Sub(i.created) >= s.o.TokenLifetime:
		return nil, &invalidToken
	case !i.answered:
		return nil, &unknownWebhook
	}
	return i, nil
}

// webhookMessage is GET, PATCH and DELETE /webhooks/{app}/{token}/messages/{message}.
func (s *Sandbox) webhookMessage(w http.ResponseWriter, r *http.Request) {
	b, refused := readMessage(w, r)
	s.mu.Lock()
	defer s.mu.Unlock()
	i, closed := s.holder(r)
	if closed != nil {
		closed.write(w)
		return
	}
	if s.limited(w, i.token) {
		return
	}
	id := r.PathValue("message")
	if id == "@original" {
		id = i.original
	}
	m := s.messages[id]
	if m == nil || m.Deleted || m.Interaction != i.id && id != i.original {
		unknownMessage.write(w)
		return
	}
	switch r.Method {
	case http.MethodGet:
		writeJSON(w, http.StatusOK, m)
	case http.MethodDelete:
		m.Deleted = true
		s.notify()
		w.WriteHeader(http.StatusNoContent)
	case http.MethodPatch:
		if refused == nil {
			refused = b.validate(false, i.attachment)
		}
		if refused != nil {
			refused.write(w)
			return
		}
		s.replace(m, b)
		writeJSON(w, http.StatusOK, m)
	}
}

// maxUserFollowups is how many follow-ups an interaction has where the app is installed by its user alone.
const maxUserFollowups = 5

// followup is POST /webhooks/{app}/{token}.
func (s *Sandbox) followup(w http.ResponseWriter, r *http.Request) {
	b, refused := readMessage(w, r)
	s.mu.Lock()
	defer s.mu.Unlock()
	i, closed := s.holder(r)
	if closed != nil {
		closed.write(w)
		return
	}
	if s.limited(w, i.token) {
		return
	}
	if refused == nil {
		refused = b.validate(false, i.attachment)
	}
	if refused == nil && i.userOnly && i.followups >= maxUserFollowups {
		refused = &followupCap
	}
	if refused != nil {
		refused.write(w)
		return
	}
	i.followups++
	m := &Message{ChannelID: i.user.ChannelID, Interaction: i.id, Flags: b.Flags & (1 << 6)}
	if m.Ephemeral() {
		m.For = i.user.ID
	}
	s.add(m)
	b.onto(m, s.URL())
	writeJSON(w, http.StatusOK, m)
}
