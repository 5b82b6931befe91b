package ingest

import (
	"context"
	"slices"

	"github.com/bwmarrin/discordgo"

	"autointel.example/schemas"
)

// command is a slash command: how Discord is told of it, and what comes of its use.
type command struct {
	name        words // what answers quote is the same in every language
	description words
	options     []*discordgo.ApplicationCommandOption
	// use carries it out. Discord does not enforce the bounds of options, so it validates what it is given; a *UserError is told
	// to the user.
	use func(*Intake, context.Context, received) error
	// suggest lists what may be meant while the option workflow_id is typed, the best first; nil: nothing.
	suggest func(i *Intake, ctx context.Context, who schemas.Requester, typed string) ([]Choice, error)
}

// commands are all there are, in the order in which Discord is told of them. Each stands in a command_*.go of its name.
var commands = []command{commandAutointel, commandRetrieve, commandWorkflows, commandCancel}

// commandNamed finds a command. What is not found another version has registered.
func commandNamed(name string) (command, error) {
	i := slices.IndexFunc(commands, func(c command) bool { return c.name.en == name })
	if i < 0 {
		return command{}, errUnknownCommand
	}
	return commands[i], nil
}

// Definitions are the commands as Discord is told of them. What they bound and offer is validated again when it comes in.
func Definitions() []*discordgo.ApplicationCommand {
	var all []*discordgo.ApplicationCommand
	for _, c := range commands {
		all = append(all, c.definition())
	}
	return all
}

// definition is a command that can be used wherever an application can be installed and wherever commands can be typed: servers,
// direct messages with the bot, and private channels.
func (c command) definition() *discordgo.ApplicationCommand {
	names, descriptions := c.name.localized(), c.description.localized()
	return &discordgo.ApplicationCommand{
		Type: discordgo.ChatApplicationCommand, Name: c.name.en, NameLocalizations: &names, Description: c.description.en, DescriptionLocalizations: &descriptions,
		IntegrationTypes: &[]discordgo.ApplicationIntegrationType{discordgo.ApplicationIntegrationGuildInstall, discordgo.ApplicationIntegrationUserInstall},
		Contexts:         &[]discordgo.InteractionContextType{discordgo.InteractionContextGuild, discordgo.InteractionContextBotDM, discordgo.InteractionContextPrivateChannel},
		Options:          c.options,
	}
}
