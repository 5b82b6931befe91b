package sandbox

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"github.com/bwmarrin/discordgo"
)

// offered are the commands that the page completes, in the form in which applications register them with Discord.
func (s *Sandbox) offered() []*discordgo.ApplicationCommand { return builtin }

// builtin are the commands of autointel, for as long as the application has registered none.
var builtin = []*discordgo.ApplicationCommand{
	{Name: "autointel", Description: "Look into a page", Options: []*discordgo.ApplicationCommandOption{
		{Name: "url", Description: "What to look into", Type: discordgo.ApplicationCommandOptionString, Required: true},
		{Name: "depth", Description: "How deep to look; standard if you do not say", Type: discordgo.ApplicationCommandOptionString, Choices: choices("standard", "deep", "comprehensive", "experimental")},
		{Name: "private", Description: "Show everything to you alone", Type: discordgo.ApplicationCommandOptionBoolean},
	}},
	{Name: "retrieve_results", Description: "Show a result that was kept for you", Options: []*discordgo.ApplicationCommandOption{
		{Name: "workflow_id", Description: "As the notice and the answer name it", Type: discordgo.ApplicationCommandOptionString, Autocomplete: true},
		{Name: "url", Description: "The newest result for an address", Type: discordgo.ApplicationCommandOptionString},
		{Name: "since", Description: "The newest result of the last while", Type: discordgo.ApplicationCommandOptionString, Choices: choices("1h", "24h", "7d", "30d")},
		{Name: "words", Description: "The newest result that holds these words", Type: discordgo.ApplicationCommandOptionString},
	}},
	{Name: "workflows", Description: "What runs and what ran for you"},
	{Name: "cancel", Description: "Stop a workflow", Options: []*discordgo.ApplicationCommandOption{
		{Name: "workflow_id", Description: "Which workflow to stop", Type: discordgo.ApplicationCommandOptionString, Required: true, Autocomplete: true},
	}},
}

func choices(values ...string) []*discordgo.ApplicationCommandOptionChoice {
	var list []*discordgo.ApplicationCommandOptionChoice
	for _, v := range values {
		list = append(list, &discordgo.ApplicationCommandOptionChoice{Name: v, Value: v})
	}
	return list
}

// usedCommand says what was used, as Discord shows it above the answer.
func usedCommand(name string, options map[string]any) string {
	names := slices.SortedFunc(maps.Keys(options), func(a, b string) int {
		return cmp.Or(optionRank(name, a)-optionRank(name, b), cmp.Compare(a, b))
	})
	text := "/" + name
	for _, n := range names {
		text += fmt.Sprintf(" %s:%v", n, options[n])
	}
	return "used " + text
}

// optionRank is where an option stands among those of its command.
func optionRank(command, option string) int {
	for _, c := range builtin {
		if c.Name == command {
			return slices.IndexFunc(c.Options, func(o *discordgo.ApplicationCommandOption) bool { return o.Name == option })
		}
	}
	return 0
}

// usedButton says which button was pressed.
func usedButton(m Message, customID string) string {
	for _, row := range m.rows() {
		for _, b := range row {
			if b.CustomID == customID {
				return "pressed " + b.Label
			}
		}
	}
	return "pressed a button"
}
