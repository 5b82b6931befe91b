package discord

import (
	"slices"
	"strings"

	"github.com/bwmarrin/discordgo"
)

// What the custom ids of buttons begin with; the workflow id follows.
const (
	CancelPrefix   = "cancel:"
	RetrievePrefix = "retrieve:"
	ReportPrefix   = "report:" // the full report, as a file
	DeeperPrefix   = "deeper:" // the same page at the next depth
	OlderPrefix    = "older:"  // the next page of a search; when the last one ended comes before the workflow id
)

// Button is a row with one button.
func Button(label, customID string, style discordgo.ButtonStyle) []discordgo.MessageComponent {
	return Buttons(discordgo.Button{Label: label, CustomID: customID, Style: style})
}

// Buttons are rows of as many buttons as fit; what does not fit into the rows of a message is left out.
func Buttons(buttons ...discordgo.Button) []discordgo.MessageComponent {
	var rows []discordgo.MessageComponent
	for chunk := range slices.Chunk(buttons, MaxButtons) {
		var row discordgo.ActionsRow
		for _, b := range chunk {
			row.Components = append(row.Components, b)
		}
		rows = append(rows, row)
	}
	return rows[:min(len(rows), MaxRows)]
}

// maxAddress is how much of an address is shown, in characters.
const maxAddress = 300

// addressEscaper writes what could end an address, format it or mention somebody in the form that means the same in one.
var addressEscaper = strings.NewReplacer(
	"<", "%3C", ">", "%3E", " ", "%20", "\n", "", "\r", "", "[", "%5B", "]", "%5D", "`", "%60", "|", "%7C", "*", "%2A", "@", "%40", `\`, "%5C",
)

// Address shows a URL without making Discord fetch a preview of it.
func Address(url string) string {
	if url == "" {
		return ""
	}
	return "<" + addressEscaper.Replace(Clip(url, maxAddress)) + ">"
}

// MessageLink is the address at which people find a message. Guild empty: in a direct message.
func MessageLink(guildID, channelID, messageID string) string {
	if guildID == "" {
		guildID = "@me"
	}
	return "https://discord.com/channels/" + guildID + "/" + channelID + "/" + messageID
}

// Card is a message of one embed.
func Card(title, description, footer string, colour int) Message {
	e := &discordgo.MessageEmbed{Title: title, Description: description, Color: colour}
	if footer != "" {
		e.Footer = &discordgo.MessageEmbedFooter{Text: footer}
	}
	return Message{Embeds: FitEmbeds([]*discordgo.MessageEmbed{e})}
}

// Colours of cards.
const (
	Blue   = 0x5865f2
	Green  = 0x57f287
	Orange = 0xfaa61a
	Red    = 0xed4245
)
