package discord

import (
	"strings"
	"unicode/utf8"

	"github.com/bwmarrin/discordgo"
)

// Limits of a message, in characters unless they say otherwise (Discord's documentation, "Message" and "Embed Limits").
const (
	MaxContent     = 2000
	MaxEmbeds      = 10
	MaxEmbedsTotal = 6000 // over all embeds of a message
	MaxTitle       = 256
	MaxDescription = 4096
	MaxFields      = 25
	MaxFieldName   = 256
	MaxFieldValue  = 1024
	MaxFooter      = 2048
	MaxAuthor      = 256
	MaxFiles       = 10
	MaxFileSize    = 10 << 20 // bytes, unless the interaction says otherwise
	MaxRequest     = 25 << 20 // bytes
	MaxRows        = 5
	MaxButtons     = 5 // of a row
	MaxCustomID    = 100
	MaxLabel       = 80
)

// Clip returns s cut to n characters, with an ellipsis where it was cut. What is no UTF-8 is replaced.
func Clip(s string, n int) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	if n <= 0 {
		return ""
	}
	runes := []rune(s)
	return string(runes[:n-1]) + "…"
}

var escaper = strings.NewReplacer(
	`\`, `\\`, `*`, `\*`, `_`, `\_`, `~`, `\~`, "`", "\\`", `|`, `\|`, `>`, `\>`, `[`, `\[`, `]`, `\]`, `#`, `\#`, `@`, "@\u200b", `<`, `\<`,
)

// Escape makes text that somebody else wrote harmless in a message: no formatting, no mention, no link.
func Escape(s string) string { return escaper.Replace(s) }

// FitEmbeds clips every part of the embeds to its limit, and drops fields from the end until all of them together keep
// to theirs. It changes the embeds it is given.
func FitEmbeds(embeds []*discordgo.MessageEmbed) []*discordgo.MessageEmbed {
	embeds = embeds[:min(len(embeds), MaxEmbeds)]
	total := 0
	for _, e := range embeds {
		e.Title = clipTo(&total, e.Title, MaxTitle)
		e.Description = clipTo(&total, e.Description, MaxDescription)
		if e.Author != nil {
			e.Author.Name = clipTo(&total, e.Author.Name, MaxAuthor)
		}
		if e.Footer != nil {
			e.Footer.Text = clipTo(&total, e.Footer.Text, MaxFooter)
		}
		var fields []*discordgo.MessageEmbedField
		for _, f := range e.Fields[:min(len(e.Fields), MaxFields)] {
			name, value := Clip(f.Name, MaxFieldName), Clip(f.Value, MaxFieldValue)
			n := utf8.RuneCountInString(name) + utf8.RuneCountInString(value)
			if total+n > MaxEmbedsTotal || value == "" || name == "" {
				continue
			}
			total += n
			fields = append(fields, &discordgo.MessageEmbedField{Name: name, Value: value, Inline: f.Inline})
		}
		e.Fields = fields
	}
	return embeds
}

// clipTo clips s to its own limit and to what is left of the total.
func clipTo(total *int, s string, limit int) string {
	s = Clip(s, min(limit, MaxEmbedsTotal-*total))
	*total += utf8.RuneCountInString(s)
	return s
}
