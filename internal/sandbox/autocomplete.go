package sandbox

import (
	"context"
	"encoding/json"
	"fmt"
	"unicode/utf8"
)

// Choice is what a user may choose while typing an option.
type Choice struct {
	Name              string            `json:"name"`
	NameLocalizations map[string]string `json:"name_localizations,omitempty"`
	Value             any               `json:"value"`
}

// Autocomplete types an option of a slash command, the focused one, and returns the choices that are offered. The answer
// may come in the endpoint's response or by a callback.
func (s *Sandbox) Autocomplete(ctx context.Context, u User, name string, options map[string]any, focused string) ([]Choice, error) {
	if _, ok := options[focused]; !ok {
		return nil, fmt.Errorf("the focused option %q has no value, not even an empty one", focused)
	}
	s.mu.Lock()
	i := s.newInteraction(u, typeAutocomplete, s.commandData(name, options, focused), "")
	of := s.interactions[i.ID]
	s.mu.Unlock()
	if err := s.Deliver(ctx, i); err != nil {
		return nil, err
	}
	for {
		s.mu.Lock()
		changed, answered, choices := s.changed, of.answered, of.choices
		s.mu.Unlock()
		if answered {
			return choices, nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// Bounds of choices.
const (
	maxChoices    = 25
	maxChoiceText = 100 // characters
)

// complete takes the choices that answer an autocompletion. None at all is an empty list and not a missing one. The
// caller holds the lock.
func (s *Sandbox) complete(i *interaction, data json.RawMessage) *refusal {
	var in struct {
		Choices *[]Choice `json:"choices"`
	}
	if len(data) > 0 && json.Unmarshal(data, &in) != nil {
		return &invalidJSON
	}
	var c checks
	if in.Choices == nil {
		c.add("data.choices", "BASE_TYPE_REQUIRED", "This field is required")
		return c.broken
	}
	c.choices("data.choices", *in.Choices)
	if c.broken != nil {
		return c.broken
	}
	i.answered, i.choices = true, *in.Choices
	s.notify()
	return nil
}

// choices checks a list of choices, those of an answer or of a command's option.
func (c *checks) choices(path string, list []Choice) {
	if len(list) > maxChoices {
		c.add(path, "BASE_TYPE_MAX_LENGTH", "Must be 25 or fewer in length.")
	}
	for n, choice := range list {
		at := fmt.Sprintf("%s.%d.", path, n)
		c.required(at+"name", choice.Name)
		c.length(at+"name", choice.Name, maxChoiceText)
		c.localized(at+"name_localizations", choice.NameLocalizations, maxChoiceText)
		switch v := choice.Value.(type) {
		case string:
			c.length(at+"value", v, maxChoiceText)
		case float64:
		default:
			c.add(at+"value", "BASE_TYPE_REQUIRED", "This field is required")
		}
	}
}

// between checks that a text is not empty and not too long.
func (c *checks) between(path, s string, limit int) {
	if n := utf8.RuneCountInString(s); n < 1 || n > limit {
		c.add(path, "BASE_TYPE_BAD_LENGTH", fmt.Sprintf("Must be between 1 and %d in length.", limit))
	}
}
