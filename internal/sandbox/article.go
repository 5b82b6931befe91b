package sandbox

import (
	"bytes"
	"fmt"
	"hash/fnv"
	"html/template"
	"regexp"
	"slices"
	"strings"

	"github.com/bwmarrin/discordgo"

	"autointel.example/internal/discord"
)

// messageView is a message as a page shows it.
type messageView struct {
	ID       string        `json:"id"`
	Rev      string        `json:"rev"`  // changes with the message
	HTML     template.HTML `json:"html"` // made by the template "message"
	Said     string        `json:"said"` // for who listens instead of looking
	Workflow string        `json:"workflow,omitempty"`
}

// article is what the template "message" is given.
type article struct {
	Message
	Used     string // what the message answers
	By       string
	Text     template.HTML
	Cards    []card
	Files    []fileView
	Rows     [][]button
	Only     string // who alone sees it
	Workflow string
}

// card is an embed.
type card struct {
	Colour             string
	Title, Description template.HTML
	Fields             []field
	Footer             string
}

type field struct {
	Name, Value template.HTML
	Inline      bool
}

// fileView is an attachment, with the text of it if it is one.
type fileView struct {
	Attachment
	Bytes   string
	Preview string
	Cut     bool // the preview is not all of it
}

// maxPreview is how much of a file is shown on the page, in bytes.
const maxPreview = 32 << 10

// workflowID is what names a workflow in a message.
var workflowID = regexp.MustCompile(`wf_[0-9a-f]{32}`)

// show makes a message's view. The caller holds the lock.
func (s *Sandbox) show(message Message, m markup) messageView {
	a := article{Message: message, Text: m.html(message.Content), Rows: message.rows()}
	if i := s.interactions[message.Interaction]; i != nil {
		a.Used, a.By = i.used, s.nameOf(i.user.ID)
	}
	if message.Ephemeral() {
		a.Only = s.nameOf(message.For)
	}
	for _, e := range message.Embeds {
		a.Cards = append(a.Cards, cardOf(e, m))
	}
	for _, f := range message.Attachments {
		a.Files = append(a.Files, fileOf(f))
	}
	a.Workflow = workflowOf(message)
	var b bytes.Buffer
	if err := pageTemplate.ExecuteTemplate(&b, "message", a); err != nil {
		panic(err) // a template of our own with a value of its own type: the tests would not pass
	}
	h := fnv.New64a()
	_, _ = h.Write(b.Bytes()) // never fails
	return messageView{
		ID: message.ID, Rev: fmt.Sprintf("%x", h.Sum64()), HTML: template.HTML(b.String()), //nolint:gosec // the template has escaped it
		Said: said(message), Workflow: a.Workflow,
	}
}

func cardOf(e *discordgo.MessageEmbed, m markup) card {
	c := card{Colour: fmt.Sprintf("#%06x", e.Color&0xffffff), Title: m.html(e.Title), Description: m.html(strings.TrimSpace(e.Description))}
	if e.Color == 0 {
		c.Colour = "#4e5058"
	}
	for _, f := range e.Fields {
		c.Fields = append(c.Fields, field{m.html(f.Name), m.html(strings.TrimSpace(f.Value)), f.Inline})
	}
	if e.Footer != nil {
		c.Footer = e.Footer.Text
	}
	return c
}

func fileOf(a Attachment) fileView {
	f := fileView{Attachment: a, Bytes: size(a.Size)}
	if strings.HasPrefix(a.ContentType, "text/") {
		f.Cut = len(a.Data) > maxPreview
		f.Preview = strings.ToValidUTF8(string(a.Data[:min(len(a.Data), maxPreview)]), "")
	}
	return f
}

func size(n int) string {
	switch {
	case n < 1000:
		return fmt.Sprintf("%d bytes", n)
	case n < 1000_000:
		return fmt.Sprintf("%.1f kB", float64(n)/1e3)
	}
	return fmt.Sprintf("%.1f MB", float64(n)/1e6)
}

// workflowOf is the workflow that a message is about: its footer or a button names it, or its text.
func workflowOf(m Message) string {
	for _, e := range m.Embeds {
		if e.Footer != nil && workflowID.MatchString(e.Footer.Text) {
			return workflowID.FindString(e.Footer.Text)
		}
	}
	return workflowID.FindString(string(m.Components) + m.Content)
}

// said is a message in a line.
func said(m Message) string {
	parts := []string{}
	if m.Content != "" {
		parts = append(parts, m.Content)
	}
	for _, e := range m.Embeds {
		parts = append(parts, e.Title)
		for line := range strings.Lines(e.Description) {
			if strings.Contains(line, " %)") && strings.Contains(line, "/") { // the bar of a progress card, for its numbers
				parts = append(parts, strings.TrimLeft(strings.TrimSpace(line), "▰▱ "))
				break
			}
		}
		for _, f := range e.Fields {
			if !f.Inline {
				parts = append(parts, f.Name)
			}
		}
	}
	for _, a := range m.Attachments {
		parts = append(parts, "file "+a.Filename)
	}
	text := discord.Clip(strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), ". "), 300)
	if m.Ephemeral() {
		return "autointel, to you alone: " + text
	}
	return "autointel: " + text
}
