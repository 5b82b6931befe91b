package sandbox

import (
	"encoding/json"
	"errors"
	"net/http"
	"slices"
)

// Command is a registered application command.
type Command struct {
	ID                       string            `json:"id"`
	ApplicationID            string            `json:"application_id"`
	GuildID                  string            `json:"guild_id,omitempty"`
	Version                  string            `json:"version"`
	Type                     int               `json:"type"`
	Name                     string            `json:"name"`
	NameLocalizations        map[string]string `json:"name_localizations,omitempty"`
	Description              string            `json:"description"`
	DescriptionLocalizations map[string]string `json:"description_localizations,omitempty"`
	Options                  []CommandOption   `json:"options,omitempty"`
	Permissions              *string           `json:"default_member_permissions"`
	DMPermission             *bool             `json:"dm_permission,omitempty"`
	NSFW                     bool              `json:"nsfw"`
	IntegrationTypes         []int             `json:"integration_types,omitempty"`
	Contexts                 []int             `json:"contexts,omitempty"`
}

// CommandOption is an option of a command, a subcommand or a group of them.
type CommandOption struct {
	Type                     int               `json:"type"`
	Name                     string            `json:"name"`
	NameLocalizations        map[string]string `json:"name_localizations,omitempty"`
	Description              string            `json:"description"`
	DescriptionLocalizations map[string]string `json:"description_localizations,omitempty"`
	Required                 bool              `json:"required,omitempty"`
	Choices                  []Choice          `json:"choices,omitempty"`
	Options                  []CommandOption   `json:"options,omitempty"`
	ChannelTypes             []int             `json:"channel_types,omitempty"`
	MinValue                 *float64          `json:"min_value,omitempty"`
	MaxValue                 *float64          `json:"max_value,omitempty"`
	MinLength                *int              `json:"min_length,omitempty"`
	MaxLength                *int              `json:"max_length,omitempty"`
	Autocomplete             bool              `json:"autocomplete,omitempty"`
}

// commands are an application's commands: by guild, and those of everywhere under "".
type commands struct {
	of      map[string][]Command
	created map[string]int // by guild and day
}

// maxCreates is how many commands may be created in a day and guild (Discord's documentation, "Application Commands").
const maxCreates = 200

// Commands returns the commands registered in a guild; everywhere: "".
func (s *Sandbox) Commands(guildID string) []Command {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.commands.of[guildID])
}

// onCommands carries out a request of the bot's on its own application's commands, with the request's body and under the
// lock.
func (s *Sandbox) onCommands(do func(w http.ResponseWriter, r *http.Request, content []byte)) http.HandlerFunc {
	return s.asBot(func(w http.ResponseWriter, r *http.Request) {
		content, _, refused := readBody(w, r)
		if refused == nil && r.PathValue("app") != s.app {
			refused = &notYourApplication
		}
		if refused != nil {
			refused.write(w)
			return
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		do(w, r, content)
	})
}

// listCommands is GET .../commands. Localisations are shown on demand.
func (s *Sandbox) listCommands(w http.ResponseWriter, r *http.Request, _ []byte) {
	list := slices.Clone(s.commands.of[r.PathValue("guild")])
	if r.URL.Query().Get("with_localizations") != "true" {
		for n := range list {
			list[n] = list[n].withoutLocalizations()
		}
	}
	writeJSON(w, http.StatusOK, append([]Command{}, list...))
}

// withoutLocalizations is a copy without them.
func (c Command) withoutLocalizations() Command {
	c.NameLocalizations, c.DescriptionLocalizations, c.Options = nil, nil, slices.Clone(c.Options)
	for n := range c.Options {
		o := &c.Options[n]
		o.NameLocalizations, o.DescriptionLocalizations, o.Choices = nil, nil, slices.Clone(o.Choices)
		for m := range o.Choices {
			o.Choices[m].NameLocalizations = nil
		}
	}
	return c
}

// replaceCommands is PUT .../commands: the list is all there is from now on. A command that stays keeps its id.
func (s *Sandbox) replaceCommands(w http.ResponseWriter, r *http.Request, content []byte) {
	var list []Command
	if json.Unmarshal(content, &list) != nil {
		invalidJSON.write(w)
		return
	}
	guild := r.PathValue("guild")
	before := s.commands.of[guild]
	after := []Command{}
	fresh := 0
	for _, c := range list {
		c.Type = max(c.Type, commandChat)
		id := ""
		if n := find(before, c); n >= 0 {
			id = before[n].ID
		} else {
			fresh++
		}
		after = append(after, s.stamped(c, guild, id))
	}
	if refused := validateCommands(after); refused != nil {
		refused.write(w)
		return
	}
	if !s.mayCreate(w, guild, fresh) {
		return
	}
	s.commands.of[guild] = after
	writeJSON(w, http.StatusOK, after)
}

// createCommand is POST .../commands. A name that is there is replaced.
func (s *Sandbox) createCommand(w http.ResponseWriter, r *http.Request, content []byte) {
	var c Command
	if json.Unmarshal(content, &c) != nil {
		invalidJSON.write(w)
		return
	}
	c.Type = max(c.Type, commandChat)
	guild := r.PathValue("guild")
	list := slices.Clone(s.commands.of[guild])
	status, n := http.StatusOK, find(list, c)
	if n >= 0 {
		list[n] = s.stamped(c, guild, list[n].ID)
	} else {
		status, n = http.StatusCreated, len(list)
		list = append(list, s.stamped(c, guild, ""))
	}
	if refused := validateCommands(list); refused != nil {
		refused.write(w)
		return
	}
	if status == http.StatusCreated && !s.mayCreate(w, guild, 1) {
		return
	}
	s.commands.of[guild] = list
	writeJSON(w, status, list[n])
}

// oneCommand is GET, PATCH and DELETE .../commands/{command}. What a PATCH leaves out stays.
func (s *Sandbox) oneCommand(w http.ResponseWriter, r *http.Request, content []byte) {
	guild := r.PathValue("guild")
	list := slices.Clone(s.commands.of[guild])
	n := slices.IndexFunc(list, func(c Command) bool { return c.ID == r.PathValue("command") })
	if n < 0 {
		unknownCommand.write(w)
		return
	}
	switch r.Method {
	case http.MethodGet:
		writeJSON(w, http.StatusOK, list[n])
	case http.MethodDelete:
		s.commands.of[guild] = slices.Delete(list, n, n+1)
		w.WriteHeader(http.StatusNoContent)
	case http.MethodPatch:
		c, err := list[n].patched(content)
		if err != nil {
			invalidJSON.write(w)
			return
		}
		c.Type = list[n].Type
		list[n] = s.stamped(c, guild, list[n].ID)
		if refused := validateCommands(list); refused != nil {
			refused.write(w)
			return
		}
		s.commands.of[guild] = list
		writeJSON(w, http.StatusOK, list[n])
	}
}

// patched is a command with the fields that a PATCH names replaced, each as a whole.
func (c Command) patched(content []byte) (Command, error) {
	fields := map[string]json.RawMessage{}
	old, err := json.Marshal(c)
	if err = errors.Join(err, json.Unmarshal(old, &fields), json.Unmarshal(content, &fields)); err != nil {
		return c, err
	}
	merged, err := json.Marshal(fields)
	if err != nil {
		return c, err
	}
	var out Command
	err = json.Unmarshal(merged, &out)
	return out, err
}

// find returns where the command of the same name and type stands in a list, else -1.
func find(list []Command, c Command) int {
	return slices.IndexFunc(list, func(other Command) bool { return other.Name == c.Name && other.Type == c.Type })
}

// stamped is a command as it is kept. Without an id it is new. The caller holds the lock.
func (s *Sandbox) stamped(c Command, guild, id string) Command {
	if id == "" {
		id = s.snowflake()
	}
	c.ID, c.ApplicationID, c.GuildID, c.Version = id, s.app, guild, s.snowflake()
	return c
}

// mayCreate counts new commands, and refuses those above the day's. The caller holds the lock.
func (s *Sandbox) mayCreate(w http.ResponseWriter, guild string, n int) bool {
	day := guild + s.o.Now().UTC().Format(" 2006-01-02")
	if s.commands.created[day]+n > maxCreates {
		tooManyCreates.write(w)
		return false
	}
	s.commands.created[day] += n
	return true
}

// application is GET /applications/@me and /oauth2/applications/@me.
func (s *Sandbox) application(w http.ResponseWriter, _ *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var endpoint *string
	if s.endpoint != "" {
		endpoint = &s.endpoint
	}
	writeJSON(w, http.StatusOK, map[string]any{
		"id": s.app, "name": "autointel", "description": "", "icon": nil, "bot_public": true, "bot_require_code_grant": false, "flags": 0,
		"verify_key": s.PublicKey(), "bot": s.self(), "interactions_endpoint_url": endpoint,
	})
}
