package ingest

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"autointel.example/internal/discord"
)

// Registration is where an application's commands are registered: everywhere, or with a guild in that one alone, where a
// change is seen at once.
type Registration struct {
	Bot         *discord.Bot
	Application string
	Guild       string
}

// Registered is what Discord has, against what we define.
type Registered struct {
	Hash    string   `json:"hash"`    // of our definitions
	Discord string   `json:"discord"` // the same of what Discord has
	Changes []Change `json:"changes"` // that registering makes; none: the hashes are equal
}

// Change is what registering does to one command.
type Change struct {
	Command string  `json:"command"`
	Kind    string  `json:"kind"` // added, removed or changed
	Fields  []Field `json:"fields,omitempty"`
}

// Kinds of changes.
const (
	Added   = "added"
	Removed = "removed"
	Changed = "changed"
)

// Field is one value of a command that changes. Empty: there is none.
type Field struct {
	Path    string `json:"path"`
	Discord string `json:"discord,omitempty"`
	Ours    string `json:"ours,omitempty"`
}

// Diff says what registering would change.
func (r Registration) Diff(ctx context.Context) (Registered, error) {
	_, found, err := r.compare(ctx)
	return found, err
}

// Register brings Discord's commands up to date, and says what that has changed. Nothing is sent when nothing would: of new
// commands Discord takes 200 a day.
func (r Registration) Register(ctx context.Context) (Registered, error) {
	ours, found, err := r.compare(ctx)
	if err != nil || len(found.Changes) == 0 {
		return found, err
	}
	body, err := json.Marshal(ours)
	if err != nil {
		return found, err
	}
	return found, r.Bot.SetCommands(ctx, r.Application, r.Guild, body)
}

func (r Registration) compare(ctx context.Context) (ours []map[string]any, found Registered, err error) {
	found.Changes = []Change{}
	definitions, err := json.Marshal(Definitions())
	if err != nil {
		return nil, found, err
	}
	list, err := r.Bot.Commands(ctx, r.Application, r.Guild)
	if err != nil {
		return nil, found, err
	}
	if ours, err = canonical(definitions, r.Guild); err != nil {
		return nil, found, err
	}
	theirs, err := canonical(list, r.Guild)
	if err != nil {
		return nil, found, err
	}
	if found.Hash, err = hashOf(ours); err != nil {
		return nil, found, err
	}
	if found.Discord, err = hashOf(theirs); err != nil {
		return nil, found, err
	}
	if found.Hash != found.Discord {
		found.Changes = changes(theirs, ours)
	}
	return ours, found, nil
}

// changes lists what becomes of each command, by name.
func changes(theirs, ours []map[string]any) []Change {
	before, after := byName(theirs), byName(ours)
	all := maps.Clone(before)
	maps.Copy(all, after)
	list := []Change{}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		was, is := before[name], after[name]
		switch {
		case was == nil:
			list = append(list, Change{Command: name, Kind: Added})
		case is == nil:
			list = append(list, Change{Command: name, Kind: Removed})
		default:
			if fields := differences(was, is); len(fields) > 0 {
				list = append(list, Change{name, Changed, fields})
			}
		}
	}
	return list
}

func byName(commands []map[string]any) map[string]map[string]any {
	m := map[string]map[string]any{}
	for _, c := range commands {
		m[commandName(c)] = c
	}
	return m
}

// differences lists the values in which two commands differ, by their paths.
func differences(was, is map[string]any) []Field {
	before, after := map[string]string{}, map[string]string{}
	flatten("", was, before)
	flatten("", is, after)
	all := maps.Clone(before)
	maps.Copy(all, after)
	var fields []Field
	for _, path := range slices.Sorted(maps.Keys(all)) {
		if before[path] != after[path] {
			fields = append(fields, Field{path, before[path], after[path]})
		}
	}
	return fields
}

// flatten writes every value under its path. What stands in a list and has a name is called by it.
func flatten(path string, v any, into map[string]string) {
	switch v := v.(type) {
	case map[string]any:
		for key, value := range v {
			flatten(join(path, key), value, into)
		}
	case []any:
		for n, item := range v {
			name := fmt.Sprint(n)
			if object, ok := item.(map[string]any); ok && object["name"] != nil {
				name = fmt.Sprint(n, " ", object["name"])
			}
			flatten(path+"["+name+"]", item, into)
		}
	default:
		into[path] = fmt.Sprint(v)
	}
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}
