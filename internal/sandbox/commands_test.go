package sandbox_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/bwmarrin/discordgo"

	"autointel.example/internal/sandbox"
)

func analyze() *discordgo.ApplicationCommand {
	return &discordgo.ApplicationCommand{
		Name: "autointel", Description: "Reports about a page", NameLocalizations: &map[discordgo.Locale]string{discordgo.German: "autointel"},
		Options: []*discordgo.ApplicationCommandOption{
			{Type: discordgo.ApplicationCommandOptionString, Name: "url", Description: "The page", Required: true},
			{Type: discordgo.ApplicationCommandOptionString, Name: "depth", Description: "How deep", Choices: []*discordgo.ApplicationCommandOptionChoice{{Name: "Standard", Value: "standard"}}},
		},
	}
}

func TestCommandsAreRegisteredThroughDiscordgo(t *testing.T) {
	s := plain(t, sandbox.Options{})
	d, app := library(t, s, s.BotToken()), s.ApplicationID()
	for _, guild := range []string{"", "22"} {
		made, err := d.ApplicationCommandCreate(app, guild, analyze())
		if err != nil {
			t.Fatal(err)
		}
		again, err := d.ApplicationCommandCreate(app, guild, analyze())
		if err != nil || again.ID != made.ID || again.Version == made.Version {
			t.Errorf("a name that is there is replaced: %+v, %v", again, err)
		}
		edited, err := d.ApplicationCommandEdit(app, guild, made.ID, &discordgo.ApplicationCommand{Name: "autointel", Description: "Another text", Options: analyze().Options})
		if err != nil || edited.ID != made.ID || edited.Description != "Another text" || len(edited.Options) != 2 || edited.NameLocalizations == nil {
			t.Errorf("%+v, %v", edited, err)
		}
		replaced, err := d.ApplicationCommandBulkOverwrite(app, guild, []*discordgo.ApplicationCommand{{Name: "workflows", Description: "Mine"}, analyze()})
		if err != nil || len(replaced) != 2 || replaced[1].ID != made.ID {
			t.Errorf("%+v, %v", replaced, err)
		}
		if got, err := d.ApplicationCommand(app, guild, made.ID); err != nil || got.GuildID != guild || len(got.Options[1].Choices) != 1 {
			t.Errorf("%+v, %v", got, err)
		}
		if err := d.ApplicationCommandDelete(app, guild, made.ID); err != nil {
			t.Error(err)
		}
		list, err := d.ApplicationCommands(app, guild)
		if err != nil || len(list) != 1 || list[0].Name != "workflows" || len(s.Commands(guild)) != 1 {
			t.Errorf("%+v, %v", list, err)
		}
	}
	if _, err := d.ApplicationCommand(app, "", "1"); codeOf(err) != 10063 {
		t.Errorf("an unknown command: %v", err)
	}
	if _, err := d.ApplicationCommands("1", ""); codeOf(err) != 20012 {
		t.Errorf("somebody else's application: %v", err)
	}
	if a, err := d.Application("@me"); err != nil || a.ID != app {
		t.Errorf("%+v, %v", a, err)
	}
}

// codeOf is Discord's JSON error code.
func codeOf(err error) int {
	var rest *discordgo.RESTError
	if errors.As(err, &rest) && rest.Message != nil {
		return rest.Message.Code
	}
	return 0
}

func TestCommandsOutsideTheRulesAreRefused(t *testing.T) {
	s := plain(t, sandbox.Options{})
	d, app := library(t, s, s.BotToken()), s.ApplicationID()
	type command = discordgo.ApplicationCommand
	type option = discordgo.ApplicationCommandOption
	choices := func(n int) (list []*discordgo.ApplicationCommandOptionChoice) {
		for i := range n {
			list = append(list, &discordgo.ApplicationCommandOptionChoice{Name: fmt.Sprint(i), Value: fmt.Sprint(i)})
		}
		return list
	}
	with := func(list ...*option) func(*command) { return func(c *command) { c.Options = list } }
	text := func(o option) *option {
		if o.Type == 0 {
			o.Type = discordgo.ApplicationCommandOptionString
		}
		if o.Name == "" {
			o.Name = "a"
		}
		o.Description = "text"
		return &o
	}
	for name, change := range map[string]func(*command){
		"a name in upper case":              func(c *command) { c.Name = "AutoIntel" },
		"a name with a space":               func(c *command) { c.Name = "auto intel" },
		"a name of 33 characters":           func(c *command) { c.Name = strings.Repeat("a", 33) },
		"no description":                    func(c *command) { c.Description = "" },
		"a description of 101 characters":   func(c *command) { c.Description = strings.Repeat("ü", 101) },
		"an unknown type":                   func(c *command) { c.Type = 9 },
		"a menu command with a description": func(c *command) { c.Type = 3 },
		"an unknown language":               func(c *command) { c.NameLocalizations = &map[discordgo.Locale]string{"xx": "a"} },
		"26 options": func(c *command) {
			c.Options = nil
			for i := range 26 {
				c.Options = append(c.Options, text(option{Name: fmt.Sprint("o", i)}))
			}
		},
		"26 choices":                            with(text(option{Choices: choices(26)})),
		"choices and autocomplete":              with(text(option{Choices: choices(1), Autocomplete: true})),
		"choices of another type":               with(text(option{Type: discordgo.ApplicationCommandOptionInteger, Choices: choices(1)})),
		"two options of a name":                 with(text(option{}), text(option{})),
		"a required option after another":       with(text(option{}), text(option{Name: "b", Required: true})),
		"a subcommand beside an option":         with(text(option{}), text(option{Name: "b", Type: discordgo.ApplicationCommandOptionSubCommand})),
		"a subcommand within a subcommand":      with(text(option{Type: discordgo.ApplicationCommandOptionSubCommand, Options: []*option{text(option{Type: discordgo.ApplicationCommandOptionSubCommand})}})),
		"a length's bound on a number":          with(text(option{Type: discordgo.ApplicationCommandOptionInteger, MaxLength: 5})),
		"a longest length of 6001":              with(text(option{MaxLength: 6001})),
		"an option's name with a bad character": with(text(option{Name: "a.b"})),
	} {
		t.Run(name, func(t *testing.T) {
			c := analyze()
			change(c)
			if _, err := d.ApplicationCommandCreate(app, "", c); codeOf(err) != 50035 {
				t.Errorf("%v", err)
			}
		})
	}
	var many []*command
	for i := range 101 {
		many = append(many, &command{Name: fmt.Sprint("c", i), Description: "one of many"})
	}
	if _, err := d.ApplicationCommandBulkOverwrite(app, "", many); codeOf(err) != 30032 {
		t.Errorf("101 commands: %v", err)
	}
	if _, err := d.ApplicationCommandBulkOverwrite(app, "", []*command{many[0], many[0]}); codeOf(err) != 50035 {
		t.Errorf("the same name twice: %v", err)
	}
	if n := len(s.Commands("")); n != 0 {
		t.Errorf("%d commands were kept", n)
	}
	for _, name := range []string{"c", "d", "e"} {
		for i := range 100 {
			many[i] = &command{Name: fmt.Sprint(name, i), Description: "one of many"}
		}
		_, err := d.ApplicationCommandBulkOverwrite(app, "", many[:100])
		if want := map[bool]int{true: 30034}[name == "e"]; codeOf(err) != want {
			t.Errorf("after %d commands of this day: %v", len(s.Commands("")), err)
		}
	}
}
