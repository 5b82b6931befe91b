package sandbox

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
)

// offered are the commands that the page completes: those that the application has registered, in the page's guild and everywhere.
func (s *Sandbox) offered() []Command {
	registered := append(s.Commands(somebody.GuildID), s.Commands("")...)
	return slices.DeleteFunc(registered, func(c Command) bool { return c.Type > commandChat })
}

// usedCommand says what was used, as Discord shows it above the answer: the options as the command has them. The caller holds the lock.
func (s *Sandbox) usedCommand(guildID, name string, options map[string]any) string {
	var defined []CommandOption
	for _, c := range append(slices.Clone(s.commands.of[guildID]), s.commands.of[""]...) {
		if c.Name == name && defined == nil {
			defined = c.Options
		}
	}
	rank := func(option string) int {
		return slices.IndexFunc(defined, func(o CommandOption) bool { return o.Name == option })
	}
	names := slices.SortedFunc(maps.Keys(options), func(a, b string) int { return cmp.Or(rank(a)-rank(b), cmp.Compare(a, b)) })
	text := "/" + name
	for _, n := range names {
		text += fmt.Sprintf(" %s:%v", n, options[n])
	}
	return "used " + text
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
