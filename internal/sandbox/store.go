package sandbox

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"time"

	"github.com/bwmarrin/discordgo"
)

// Message is a message that somebody can see.
type Message struct {
	ID          string                    `json:"id"`
	ChannelID   string                    `json:"channel_id"`
	Content     string                    `json:"content"`
	Embeds      []*discordgo.MessageEmbed `json:"embeds"`
	Components  json.RawMessage           `json:"components"`
	Attachments []Attachment              `json:"attachments"`
	Flags       int                       `json:"flags"`
	Author      user                      `json:"author"`
	Timestamp   time.Time                 `json:"timestamp"`
	Edited      *time.Time                `json:"edited_timestamp"`
	Nonce       string                    `json:"nonce,omitempty"`
	Interaction string                    `json:"interaction_id,omitempty"` // which it answers
	For         string                    `json:"for,omitempty"`            // the one user who sees an ephemeral one
	Mentioned   []string                  `json:"mentioned,omitempty"`      // users whose mention rang
	Deleted     bool                      `json:"deleted,omitempty"`
	History     []Version                 `json:"history,omitempty"` // what it was before, oldest first
}

// Version is what a message was.
type Version struct {
	Content string                    `json:"content"`
	Embeds  []*discordgo.MessageEmbed `json:"embeds"`
	Until   time.Time                 `json:"until"`
}

// Attachment is a file of a message.
type Attachment struct {
	ID          string `json:"id"`
	Filename    string `json:"filename"`
	Size        int    `json:"size"`
	ContentType string `json:"content_type"`
	URL         string `json:"url"`
	Data        []byte `json:"-"`
}

// Ephemeral reports whether the message is shown to one user alone.
func (m Message) Ephemeral() bool { return m.Flags&(1<<6) != 0 }

// button is a button of a message.
type button struct {
	CustomID string `json:"custom_id"`
	Label    string `json:"label"`
	Style    int    `json:"style"`
	URL      string `json:"url"`
	Disabled bool   `json:"disabled"`
}

// rows are the message's buttons.
func (m Message) rows() [][]button {
	var rows []struct {
		Components []button `json:"components"`
	}
	if json.Unmarshal(m.Components, &rows) != nil {
		return nil
	}
	var list [][]button
	for _, r := range rows {
		list = append(list, r.Components)
	}
	return list
}

// Buttons lists the custom ids of the message's buttons that can be pressed.
func (m Message) Buttons() []string {
	var ids []string
	for _, row := range m.rows() {
		for _, b := range row {
			if b.CustomID != "" && !b.Disabled {
				ids = append(ids, b.CustomID)
			}
		}
	}
	return ids
}

type user struct {
	ID       string `json:"id"`
	Username string `json:"username"`
	Bot      bool   `json:"bot,omitempty"`
}

// self is the bot as a user.
func (s *Sandbox) self() user { return user{s.app, "autointel", true} }

// channel is where messages stand. DM: its one user.
type channel struct {
	id     string
	dm     string
	denied bool
}

// channelOf returns a channel; guild channels come into being when they are first named. The caller holds the lock.
func (s *Sandbox) channelOf(id string) *channel {
	c := s.channels[id]
	if c == nil {
		c = &channel{id: id}
		s.channels[id] = c
	}
	return c
}

// add keeps a new message. The caller holds the lock.
func (s *Sandbox) add(m *Message) {
	m.ID = s.snowflake()
	m.Timestamp = s.o.Now()
	m.Author = s.self()
	s.messages[m.ID] = m
	s.order = append(s.order, m.ID)
	s.notify()
}

// replace gives a message new content and keeps the old. The caller holds the lock.
func (s *Sandbox) replace(m *Message, b body) {
	now := s.o.Now()
	m.History = append(m.History, Version{m.Content, m.Embeds, now})
	m.Edited = &now
	b.onto(m, s.URL())
	s.notify()
}

// Messages returns every message of a channel (all channels: ""), oldest first, deleted ones left out.
func (s *Sandbox) Messages(channelID string) []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.messagesOf(channelID)
}

func (s *Sandbox) messagesOf(channelID string) []Message {
	list := []Message{}
	for _, id := range s.order {
		if m := s.messages[id]; !m.Deleted && (channelID == "" || m.ChannelID == channelID) {
			c := *m
			c.History = slices.Clone(m.History)
			list = append(list, c)
		}
	}
	return list
}

// WaitMessage returns the first message that is as wanted, now or after any change, until the context ends.
func (s *Sandbox) WaitMessage(ctx context.Context, wanted func(Message) bool) (Message, error) {
	for {
		s.mu.Lock()
		changed := s.changed
		list := s.messagesOf("")
		s.mu.Unlock()
		for _, m := range list {
			if wanted(m) {
				return m, nil
			}
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return Message{}, ctx.Err()
		}
	}
}

// DMChannel returns the channel of the bot's direct messages with a user.
func (s *Sandbox) DMChannel(userID string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.dmOf(userID).id
}

func (s *Sandbox) dmOf(userID string) *channel {
	for _, c := range s.channels {
		if c.dm == userID {
			return c
		}
	}
	c := s.channelOf(s.snowflake())
	c.dm = userID
	return c
}

func (s *Sandbox) listMessages(w http.ResponseWriter, r *http.Request) {
	writeJSON(w, http.StatusOK, s.Messages(r.URL.Query().Get("channel")))
}

func (s *Sandbox) attachment(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if m := s.messages[r.PathValue("message")]; m != nil {
		for _, a := range m.Attachments {
			if a.Filename == r.PathValue("name") {
				w.Header().Set("Content-Type", a.ContentType)
				w.Header().Set("X-Content-Type-Options", "nosniff")
				w.Header().Set("Content-Security-Policy", "sandbox; default-src 'none'") // it is no part of the page
				_, _ = w.Write(a.Data)
				return
			}
		}
	}
	unknownMessage.write(w)
}
