package ingest

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
)

// What a command, an option and a choice are, of all that Discord says of them: the rest is its own (ids, versions, what it
// has derived), and says nothing of whether it has what we want.
var (
	commandFields = []string{
		"type", "name", "name_localizations", "description", "description_localizations", "options", "default_member_permissions", "nsfw",
	}
	everywhereFields = []string{"integration_types", "contexts"} // a guild's commands have none
	optionFields     = []string{
		"type", "name", "name_localizations", "description", "description_localizations", "required", "choices", "options", "channel_types",
		"min_value", "max_value", "min_length", "max_length", "autocomplete",
	}
	choiceFields = []string{"name", "name_localizations", "value"}
)

// canonical is a list of commands such that two that mean the same are equal: sorted by name, without what is not ours to
// say, and without what says nothing (null, false, empty).
func canonical(list []byte, guild string) ([]map[string]any, error) {
	var commands []map[string]any
	if err := json.Unmarshal(list, &commands); err != nil {
		return nil, fmt.Errorf("not a list of commands: %w", err)
	}
	fields := commandFields
	if guild == "" {
		fields = slices.Concat(commandFields, everywhereFields)
	}
	for n, c := range commands {
		c = only(c, fields)
		if c["type"] == nil {
			c["type"] = float64(1)
		}
		for _, field := range everywhereFields {
			if kinds, ok := c[field].([]any); ok {
				slices.SortFunc(kinds, func(a, b any) int { return cmp.Compare(fmt.Sprint(a), fmt.Sprint(b)) })
			}
		}
		each(c["options"], canonicalOption)
		commands[n] = c
	}
	slices.SortFunc(commands, func(a, b map[string]any) int { return cmp.Compare(commandName(a), commandName(b)) })
	return commands, nil
}

func canonicalOption(o map[string]any) map[string]any {
	o = only(o, optionFields)
	each(o["options"], canonicalOption)
	each(o["choices"], func(c map[string]any) map[string]any { return only(c, choiceFields) })
	return o
}

// only returns the fields of an object that are named and say something.
func only(object map[string]any, fields []string) map[string]any {
	kept := map[string]any{}
	for _, f := range fields {
		switch v := object[f].(type) {
		case nil:
		case bool:
			if v {
				kept[f] = v
			}
		case []any:
			if len(v) > 0 {
				kept[f] = v
			}
		case map[string]any:
			if len(v) > 0 {
				kept[f] = v
			}
		default:
			kept[f] = v
		}
	}
	return kept
}

// each replaces the objects of a list.
func each(list any, by func(map[string]any) map[string]any) {
	items, _ := list.([]any)
	for n, item := range items {
		if object, ok := item.(map[string]any); ok {
			items[n] = by(object)
		}
	}
}

// commandName tells the commands of a list apart: one name may stand for one of each type.
func commandName(command map[string]any) string {
	name, _ := command["name"].(string)
	if command["type"] != float64(1) {
		name += fmt.Sprintf(" (type %v)", command["type"])
	}
	return name
}

// hashOf is the same for what means the same.
func hashOf(commands []map[string]any) (string, error) {
	content, err := json.Marshal(commands) // the keys of a map are sorted
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:]), err
}
