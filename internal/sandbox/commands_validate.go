package sandbox

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/bwmarrin/discordgo"
)

// types of commands and of their options (Discord's documentation, "Application Commands").
const (
	commandChat    = 1
	commandUser    = 2
	commandMessage = 3

	optionSubcommand = 1
	optionGroup      = 2
	optionString     = 3
	optionInteger    = 4
	optionBoolean    = 5
	optionNumber     = 10
	optionLast       = 11
)

// Bounds of commands.
const (
	maxCommands     = 100  // of the type that is typed
	maxMenuCommands = 15   // of each of the other types
	maxOptions      = 25   //
	maxCommandName  = 32   // characters
	maxCommandText  = 100  // characters of a description
	maxCommandTotal = 8000 // characters of a command's names, descriptions and values together
	maxOptionLength = 6000 // that a string option may be bounded by
)

// commandName is what a typed command and its options may be called. Letters have no upper case, where there is one.
var commandName = regexp.MustCompile(`^[-_'\p{L}\p{N}\p{Devanagari}\p{Thai}]{1,32}$`)

// validateCommands checks a guild's commands, as they would be.
func validateCommands(list []Command) *refusal {
	count := map[int]int{}
	for n, c := range list {
		count[c.Type]++
		if find(list, c) != n {
			r := formError(fmt.Sprintf("%d.name", n), "APPLICATION_COMMANDS_DUPLICATE_NAME", "Application command names must be unique")
			return &r
		}
	}
	if count[commandChat] > maxCommands || count[commandUser] > maxMenuCommands || count[commandMessage] > maxMenuCommands {
		return &tooManyCommands
	}
	var c checks
	for n, command := range list {
		c.command(fmt.Sprintf("%d.", n), command)
	}
	return c.broken
}

// command checks one command.
func (c *checks) command(at string, command Command) {
	switch command.Type {
	case commandChat:
		c.name(at, command.Name, command.NameLocalizations)
		c.between(at+"description", command.Description, maxCommandText)
	case commandUser, commandMessage: // these are chosen from a menu
		c.between(at+"name", command.Name, maxCommandName)
		c.localized(at+"name_localizations", command.NameLocalizations, maxCommandName)
		if command.Description != "" || len(command.Options) > 0 {
			c.add(at+"description", "APPLICATION_COMMAND_CONTEXT_MENU_DESCRIPTION", "Context menu commands have neither a description nor options")
		}
	default:
		c.add(at+"type", "BASE_TYPE_CHOICES", "Value must be one of {1, 2, 3}.")
	}
	c.localized(at+"description_localizations", command.DescriptionLocalizations, maxCommandText)
	total := utf8.RuneCountInString(command.Name) + utf8.RuneCountInString(command.Description) + c.options(at+"options", command.Options, 0)
	if total > maxCommandTotal {
		c.add(at+"options", "APPLICATION_COMMAND_TOO_LARGE", fmt.Sprintf("Command exceeds maximum size (%d)", maxCommandTotal))
	}
}

// name checks a name that is typed, in every language.
func (c *checks) name(at, name string, localized map[string]string) {
	check := func(path, s string) {
		if !commandName.MatchString(s) || strings.ToLower(s) != s {
			c.add(path, "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")
		}
	}
	check(at+"name", name)
	c.localized(at+"name_localizations", localized, maxCommandName)
	for locale, s := range localized {
		check(at+"name_localizations."+locale, s)
	}
}

// localized checks texts by language.
func (c *checks) localized(path string, texts map[string]string, limit int) {
	for locale, s := range texts {
		if _, known := discordgo.Locales[discordgo.Locale(locale)]; !known || locale == "" {
			c.add(path, "DICT_TYPE_KEY_INVALID", fmt.Sprintf("Locale %q is not supported.", locale))
		}
		c.between(path+"."+locale, s, limit)
	}
}

// options checks a list of options, and returns how many characters they count towards the total. Within is the
// type of the option that they belong to; 0: to the command itself.
func (c *checks) options(path string, list []CommandOption, within int) int {
	if len(list) > maxOptions {
		c.add(path, "BASE_TYPE_MAX_LENGTH", "Must be 25 or fewer in length.")
	}
	total := 0
	for n, o := range list {
		at := fmt.Sprintf("%s.%d.", path, n)
		same := func(other CommandOption) bool { return other.Name == o.Name }
		if slices.IndexFunc(list, same) != n {
			c.add(at+"name", "APPLICATION_COMMAND_OPTIONS_NAME_DUPLICATE", "Option names must be unique")
		}
		if n > 0 && o.Required && !list[n-1].Required {
			c.add(at+"required", "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", "Required options must be placed before non-required options")
		}
		if n > 0 && (o.Type <= optionGroup) != (list[0].Type <= optionGroup) {
			c.add(at+"type", "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", "Sub-command and sub-command group option types are mutually exclusive to all other types")
		}
		total += c.option(at, o, within)
	}
	return total
}

// option checks one option.
func (c *checks) option(at string, o CommandOption, within int) int {
	c.name(at, o.Name, o.NameLocalizations)
	c.between(at+"description", o.Description, maxCommandText)
	c.localized(at+"description_localizations", o.DescriptionLocalizations, maxCommandText)
	misplaced := within == optionGroup && o.Type != optionSubcommand || within == optionSubcommand && o.Type <= optionGroup
	if o.Type < optionSubcommand || o.Type > optionLast || misplaced {
		c.add(at+"type", "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", "Option type is invalid here")
	}
	if len(o.Options) > 0 && o.Type > optionGroup {
		c.add(at+"options", "APPLICATION_COMMAND_OPTIONS_NESTED", "Only sub-commands and groups have options")
	}
	text, number := o.Type == optionString, o.Type == optionInteger || o.Type == optionNumber
	switch {
	case len(o.Choices) > 0 && o.Autocomplete:
		c.add(at+"autocomplete", "APPLICATION_COMMAND_OPTIONS_AUTOCOMPLETE_CHOICES", "Autocomplete options have no choices")
	case (len(o.Choices) > 0 || o.Autocomplete) && !text && !number:
		c.add(at+"choices", "APPLICATION_COMMAND_OPTIONS_CHOICES_TYPE", "Options of this type have neither choices nor autocomplete")
	case (o.MinValue != nil || o.MaxValue != nil) && !number:
		c.add(at+"min_value", "APPLICATION_COMMAND_OPTIONS_MIN_MAX_TYPE", "Only numbers have bounds")
	case (o.MinLength != nil || o.MaxLength != nil) && !text:
		c.add(at+"min_length", "APPLICATION_COMMAND_OPTIONS_MIN_MAX_TYPE", "Only strings have bounds of their length")
	}
	if o.MinLength != nil && (*o.MinLength < 0 || *o.MinLength > maxOptionLength) || o.MaxLength != nil && (*o.MaxLength < 1 || *o.MaxLength > maxOptionLength) {
		c.add(at+"max_length", "NUMBER_TYPE_MAX", fmt.Sprintf("int value should be less than or equal to %d.", maxOptionLength))
	}
	c.choices(at+"choices", o.Choices)
	total := utf8.RuneCountInString(o.Name) + utf8.RuneCountInString(o.Description)
	for n, choice := range o.Choices {
		if _, isText := choice.Value.(string); isText != text {
			c.add(fmt.Sprintf("%schoices.%d.value", at, n), "APPLICATION_COMMAND_OPTIONS_CHOICE_TYPE", "The value is not of the option's type")
		}
		total += utf8.RuneCountInString(choice.Name) + utf8.RuneCountInString(fmt.Sprint(choice.Value))
	}
	return total + c.options(at+"options", o.Options, o.Type)
}
