package discord

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"mime/multipart"
	"net/textproto"

	"github.com/bwmarrin/discordgo"
)

// Message is what we send. Mentions never ring unless their users are named in Mentions.
type Message struct {
	Content    string
	Embeds     []*discordgo.MessageEmbed
	Components []discordgo.MessageComponent // an edit without any removes those there were
	Files      []File
	Ephemeral  bool     // of a first answer or a follow-up: shown to its user alone
	Mentions   []string // users whose mentions in Content ring
	Nonce      string   // of Create Message only, at most 25 characters: a repeated one returns the first message
}

// File is an attachment.
type File struct {
	Name        string
	ContentType string
	Data        []byte
}

const flagEphemeral = 1 << 6

// payload is the JSON of a message. Every list is sent, so an edit replaces what was there.
type payload struct {
	Content     string                       `json:"content"`
	Embeds      []*discordgo.MessageEmbed    `json:"embeds"`
	Components  []discordgo.MessageComponent `json:"components"`
	Mentions    mentions                     `json:"allowed_mentions"`
	Flags       int                          `json:"flags,omitempty"`
	Attachments []attachment                 `json:"attachments"`
	Nonce       string                       `json:"nonce,omitempty"`
	Enforce     bool                         `json:"enforce_nonce,omitempty"`
}

type mentions struct {
	Parse []string `json:"parse"`
	Users []string `json:"users,omitempty"`
}

type attachment struct {
	ID       int    `json:"id"`
	Filename string `json:"filename"`
}

func (m Message) payload() payload {
	p := payload{
		Content: m.Content, Embeds: m.Embeds, Components: m.Components,
		Mentions: mentions{Parse: []string{}, Users: m.Mentions}, Attachments: []attachment{}, Nonce: m.Nonce, Enforce: m.Nonce != "",
	}
	if p.Embeds == nil {
		p.Embeds = []*discordgo.MessageEmbed{}
	}
	if p.Components == nil {
		p.Components = []discordgo.MessageComponent{}
	}
	if m.Ephemeral {
		p.Flags = flagEphemeral
	}
	for i, f := range m.Files {
		p.Attachments = append(p.Attachments, attachment{i, f.Name})
	}
	return p
}

// encode returns the body of a request and its content type: JSON, or multipart when there are files.
func encode(v any, files []File) (body []byte, contentType string, err error) {
	content, err := json.Marshal(v)
	if err != nil || len(files) == 0 {
		return content, "application/json", err
	}
	var buffer bytes.Buffer
	w := multipart.NewWriter(&buffer)
	part, err := w.CreatePart(header(`form-data; name="payload_json"`, "application/json"))
	if err == nil {
		_, err = part.Write(content)
	}
	for i, f := range files {
		if err != nil {
			break
		}
		if part, err = w.CreatePart(header(fmt.Sprintf(`form-data; name="files[%d]"; filename=%q`, i, f.Name), f.ContentType)); err == nil {
			_, err = part.Write(f.Data)
		}
	}
	if err == nil {
		err = w.Close()
	}
	return buffer.Bytes(), w.FormDataContentType(), err
}

func header(disposition, contentType string) textproto.MIMEHeader {
	return textproto.MIMEHeader{"Content-Disposition": {disposition}, "Content-Type": {contentType}}
}

// Nonce returns 25 characters that stand for the parts: the same message sent twice within minutes appears once.
func Nonce(parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		fmt.Fprintf(h, "%d:%s", len(p), p)
	}
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil))[:25]
}
