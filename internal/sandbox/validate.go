package sandbox

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/bwmarrin/discordgo"

	"autointel.example/internal/discord"
)

const (
	maxFile    = discord.MaxFileSize
	maxRequest = discord.MaxRequest
)

// body is a message as a client sends it.
type body struct {
	Content    string                    `json:"content"`
	Embeds     []*discordgo.MessageEmbed `json:"embeds"`
	Components json.RawMessage           `json:"components"`
	Flags      int                       `json:"flags"`
	Nonce      string                    `json:"nonce"`
	Enforce    bool                      `json:"enforce_nonce"`
	Mentions   *struct {
		Parse []string `json:"parse"`
		Users []string `json:"users"`
	} `json:"allowed_mentions"`
	files []Attachment
}

// onto gives a message this content.
func (b body) onto(m *Message, base string) {
	m.Content, m.Embeds, m.Components, m.Attachments = b.Content, b.Embeds, b.Components, nil
	for _, f := range b.files {
		f.URL = base + "/attachments/" + m.ID + "/" + f.Filename
		m.Attachments = append(m.Attachments, f)
	}
	m.Mentioned = nil
	if b.Mentions != nil {
		for _, u := range b.Mentions.Users {
			if strings.Contains(b.Content, "<@"+u+">") {
				m.Mentioned = append(m.Mentioned, u)
			}
		}
	}
}

// readBody reads the JSON and the files of a request: application/json, or multipart with payload_json and files[n].
func readBody(w http.ResponseWriter, r *http.Request) (content []byte, files []Attachment, refused *refusal) {
	r.Body = http.MaxBytesReader(w, r.Body, maxRequest)
	kind, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/form-data" {
		content, err = io.ReadAll(r.Body)
		if err != nil {
			return nil, nil, &tooLarge
		}
		return content, nil, nil
	}
	parts := multipart.NewReader(r.Body, params["boundary"])
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return content, files, nil
		}
		if err != nil {
			return nil, nil, &tooLarge
		}
		data, err := io.ReadAll(part)
		switch {
		case err != nil:
			return nil, nil, &tooLarge
		case part.FormName() == "payload_json":
			content = data
		case strings.HasPrefix(part.FormName(), "files["):
			files = append(files, Attachment{
				ID: fmt.Sprint(len(files)), Filename: part.FileName(), Size: len(data), ContentType: part.Header.Get("Content-Type"), Data: data,
			})
		}
	}
}

// readMessage reads a message from a request.
func readMessage(w http.ResponseWriter, r *http.Request) (body, *refusal) {
	content, files, refused := readBody(w, r)
	if refused != nil || len(content) == 0 {
		return body{}, refused
	}
	var b body
	if json.Unmarshal(content, &b) != nil {
		return body{}, &invalidJSON
	}
	b.files = files
	return b, nil
}

// formError is Discord's 50035 with its nested errors; path is separated by dots.
func formError(path, code, message string) refusal {
	var nested any = map[string]any{"_errors": []any{map[string]string{"code": code, "message": message}}}
	parts := strings.Split(path, ".")
	slices.Reverse(parts)
	for _, p := range parts {
		nested = map[string]any{p: nested}
	}
	return refusal{http.StatusBadRequest, 50035, "Invalid Form Body", nested}
}

// checks collects the first rule that is broken.
type checks struct{ broken *refusal }

func (c *checks) length(path, s string, limit int) {
	if utf8.RuneCountInString(s) > limit {
		c.add(path, "BASE_TYPE_MAX_LENGTH", fmt.Sprintf("Must be %d or fewer in length.", limit))
	}
}

func (c *checks) required(path, s string) {
	if s == "" {
		c.add(path, "BASE_TYPE_REQUIRED", "This field is required")
	}
}

func (c *checks) add(path, code, message string) {
	if c.broken == nil {
		r := formError(path, code, message)
		c.broken = &r
	}
}

// validate checks a message against Discord's limits (its documentation, "Create Message", "Embed Limits", "Buttons").
func (b body) validate(mayBeEmpty bool, fileLimit int64) *refusal {
	var c checks
	c.length("content", b.Content, discord.MaxContent)
	c.length("nonce", b.Nonce, 25)
	if len(b.Embeds) > discord.MaxEmbeds {
		c.add("embeds", "BASE_TYPE_MAX_LENGTH", fmt.Sprintf("Must be %d or fewer in length.", discord.MaxEmbeds))
	}
	total := 0
	for i, e := range b.Embeds {
		total += b.embed(&c, fmt.Sprintf("embeds.%d.", i), e)
	}
	if total > discord.MaxEmbedsTotal {
		c.add("embeds", "MAX_EMBED_SIZE_EXCEEDED", fmt.Sprintf("Embed size exceeds maximum size of %d", discord.MaxEmbedsTotal))
	}
	b.buttons(&c)
	if len(b.files) > discord.MaxFiles {
		c.add("attachments", "BASE_TYPE_MAX_LENGTH", fmt.Sprintf("Must be %d or fewer in length.", discord.MaxFiles))
	}
	for _, f := range b.files {
		if int64(f.Size) > fileLimit {
			return &tooLarge
		}
	}
	if c.broken != nil {
		return c.broken
	}
	if !mayBeEmpty && b.Content == "" && len(b.Embeds) == 0 && len(b.files) == 0 {
		return &emptyMessage
	}
	return nil
}

// embed checks one embed and returns how many characters it counts towards the total.
func (b body) embed(c *checks, path string, e *discordgo.MessageEmbed) int {
	total := utf8.RuneCountInString(e.Title) + utf8.RuneCountInString(e.Description)
	c.length(path+"title", e.Title, discord.MaxTitle)
	c.length(path+"description", e.Description, discord.MaxDescription)
	if e.Footer != nil {
		c.length(path+"footer.text", e.Footer.Text, discord.MaxFooter)
		total += utf8.RuneCountInString(e.Footer.Text)
	}
	if e.Author != nil {
		c.length(path+"author.name", e.Author.Name, discord.MaxAuthor)
		total += utf8.RuneCountInString(e.Author.Name)
	}
	if len(e.Fields) > discord.MaxFields {
		c.add(path+"fields", "BASE_TYPE_MAX_LENGTH", fmt.Sprintf("Must be %d or fewer in length.", discord.MaxFields))
	}
	for i, f := range e.Fields {
		at := fmt.Sprintf("%sfields.%d.", path, i)
		c.required(at+"name", f.Name)
		c.required(at+"value", f.Value)
		c.length(at+"name", f.Name, discord.MaxFieldName)
		c.length(at+"value", f.Value, discord.MaxFieldValue)
		total += utf8.RuneCountInString(f.Name) + utf8.RuneCountInString(f.Value)
	}
	return total
}

// buttons checks rows and buttons.
func (b body) buttons(c *checks) {
	var rows []struct {
		Components []struct {
			CustomID string `json:"custom_id"`
			Label    string `json:"label"`
			Style    int    `json:"style"`
			URL      string `json:"url"`
		} `json:"components"`
	}
	if len(b.Components) == 0 {
		return
	}
	if json.Unmarshal(b.Components, &rows) != nil {
		c.add("components", "BASE_TYPE_BAD_TYPE", "Must be a list of components.")
		return
	}
	if len(rows) > discord.MaxRows {
		c.add("components", "BASE_TYPE_MAX_LENGTH", "Must be 5 or fewer in length.")
	}
	for i, r := range rows {
		at := fmt.Sprintf("components.%d.components", i)
		if len(r.Components) == 0 || len(r.Components) > discord.MaxButtons {
			c.add(at, "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 5 in length.")
		}
		for j, button := range r.Components {
			at := fmt.Sprintf("%s.%d.", at, j)
			c.length(at+"label", button.Label, discord.MaxLabel)
			c.length(at+"custom_id", button.CustomID, discord.MaxCustomID)
			if button.URL == "" {
				c.required(at+"custom_id", button.CustomID)
			}
		}
	}
}
