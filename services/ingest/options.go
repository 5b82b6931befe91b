package ingest

import (
	"strings"

	"github.com/bwmarrin/discordgo"
)

// Names of options. Users and programs count on them.
const (
	optionURL      = "url"
	optionDepth    = "depth"
	optionPrivate  = "private"
	optionWorkflow = "workflow_id"
	optionSince    = "since"
	optionWords    = "words"
)

// options are a command's options by name. Discord does not enforce their bounds, so each is validated again.
type options map[string]any

func (r received) options() options {
	o := options{}
	for _, v := range r.ApplicationCommandData().Options {
		if v != nil {
			o[v.Name] = v.Value
		}
	}
	return o
}

func (o options) text(name string) string {
	s, _ := o[name].(string)
	return strings.TrimSpace(s)
}

func (o options) flag(name string) bool {
	b, _ := o[name].(bool)
	return b
}

// words is a text in the languages that the commands speak.
type words struct{ en, de, fr string }

func (w words) localized() map[discordgo.Locale]string {
	m := map[discordgo.Locale]string{}
	for locale, text := range map[discordgo.Locale]string{discordgo.German: w.de, discordgo.French: w.fr} {
		if text != "" {
			m[locale] = text
		}
	}
	return m
}

// same is a name that is the same everywhere: one that answers, notices and archived files quote, so that it can be typed as
// it was read.
func same(name string) words { return words{name, name, name} }

// Options that several commands have.

func addressOption(description words) *discordgo.ApplicationCommandOption {
	return written(same(optionURL), description, maxAddress)
}

func workflowOption() *discordgo.ApplicationCommandOption {
	return completed(written(same(optionWorkflow), words{
		"Id of the workflow; type to search",
		"Kennung des Ablaufs; tippe, um zu suchen",
		"Identifiant du traitement ; tape pour chercher",
	}, 100))
}

func privateOption() *discordgo.ApplicationCommandOption {
	return flag(words{optionPrivate, "privat", "privé"}, words{
		"Show the answer to you alone",
		"Die Antwort nur dir zeigen",
		"Ne montrer la réponse qu'à toi",
	})
}

const maxAddress = 2048 // characters

func option(kind discordgo.ApplicationCommandOptionType, name, description words) *discordgo.ApplicationCommandOption {
	return &discordgo.ApplicationCommandOption{
		Type: kind, Name: name.en, NameLocalizations: name.localized(), Description: description.en, DescriptionLocalizations: description.localized(),
	}
}

// written is an option that is typed, of at most so many characters.
func written(name, description words, length int) *discordgo.ApplicationCommandOption {
	o := option(discordgo.ApplicationCommandOptionString, name, description)
	o.MaxLength = length
	return o
}

func choosing(name, description words, choices []*discordgo.ApplicationCommandOptionChoice) *discordgo.ApplicationCommandOption {
	o := option(discordgo.ApplicationCommandOptionString, name, description)
	o.Choices = choices
	return o
}

func flag(name, description words) *discordgo.ApplicationCommandOption {
	return option(discordgo.ApplicationCommandOptionBoolean, name, description)
}

func required(o *discordgo.ApplicationCommandOption) *discordgo.ApplicationCommandOption {
	o.Required = true
	return o
}

// completed is an option for which what may be meant is suggested while it is typed.
func completed(o *discordgo.ApplicationCommandOption) *discordgo.ApplicationCommandOption {
	o.Autocomplete = true
	return o
}

func offer(value string, name words) *discordgo.ApplicationCommandOptionChoice {
	return &discordgo.ApplicationCommandOptionChoice{Name: name.en, NameLocalizations: name.localized(), Value: value}
}
