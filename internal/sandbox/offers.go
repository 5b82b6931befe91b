package sandbox

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
)

// offered are the commands that the page completes: those that the application has registered, in the page's guild and
// everywhere, or autointel's own for as long as there are none.
func (s *Sandbox) offered() []Command {
	registered := append(s.Commands(somebody.GuildID), s.Commands("")...)
	slash := slices.DeleteFunc(registered, func(c Command) bool { return c.Type > commandChat })
	if len(slash) > 0 {
		return slash
	}
	return builtin
}

// builtin are the commands of autointel.
var builtin = []Command{
	{Name: "autointel", Description: "Look into a page", Options: []CommandOption{
		{Name: "url", Description: "What to look into", Type: optionString, Required: true},
		{Name: "depth", Description: "How deep to look; standard if you do not say", Type: optionString, Choices: choices("standard", "deep", "comprehensive", "experimental")},
		{Name: "private", Description: "Show everything to you alone", Type: optionBoolean},
	}},
	{Name: "retrieve_results", Description: "Show a result that was kept for you", Options: []CommandOption{
		{Name: "workflow_id", Description: "As the notice and the answer name it", Type: optionString, Autocomplete: true},
		{Name: "url", Description: "The newest result for an address", Type: optionString},
		{Name: "since", Description: "The newest result of the last while", Type: optionString, Choices: choices("1h", "24h", "7d", "30d")},
		{Name: "words", Description: "The newest result that holds these words", Type: optionString},
	}},
	{Name: "workflows", Description: "What runs and what ran for you"},
	{Name: "cancel", Description: "Stop a workflow", Options: []CommandOption{
		{Name: "workflow_id", Description: "Which workflow to stop", Type: optionString, Required: true, Autocomplete: true},
	}},
}

func choices(values ...string) []Choice {
	var list []Choice
	for _, v := range values {
		list = append(list, Choice{Name: v, Value: v})
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
			return slices.IndexFunc(c.Options, func(o CommandOption) bool { return o.Name == option })
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
