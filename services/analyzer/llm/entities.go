package llm

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"autointel.example/schemas"
)

const kindsSchema = `{"type":"object","additionalProperties":false,"required":["entities"],"properties":{"entities":{"type":"array","maxItems":60,"items":` +
	`{"type":"object","additionalProperties":false,"required":["number","kind"],"properties":{"number":{"type":"integer"},"kind":{"type":"string","enum":["person","organization","place","other"]}}}}}}`

// Kinds implements Model. It returns the same entities in the same order; those that the model says nothing of stay as they are.
func (s *Session) Kinds(ctx context.Context, p Page, entities []schemas.Entity) ([]schemas.Entity, error) {
	if len(entities) == 0 {
		return entities, nil
	}
	var b strings.Builder
	fmt.Fprintf(&b, "<<<%s\n", s.mark)
	shown := 0
	for i, e := range entities {
		sentence := ""
		if j := slices.IndexFunc(e.Mentions, func(m int) bool { return m >= 0 && m < len(p.shown) && p.shown[m] }); j >= 0 {
			sentence = clip(oneLine(p.document.Sentences[e.Mentions[j]]), 300)
		}
		if sentence == "" || speaksToModels(e.Name) {
			continue
		}
		shown++
		fmt.Fprintf(&b, "[%d] %s: %s\n", i+1, clip(oneLine(e.Name), 120), sentence)
	}
	fmt.Fprintf(&b, "%s>>>", s.mark)
	if shown == 0 {
		return entities, nil
	}
	typed := slices.Clone(entities)
	err := s.ask(ctx, question{
		name: "kinds", schema: kindsSchema, maxOutput: 40*shown + 200, page: b.String(),
		task: "Each line has a number, a name, and a sentence in which it is mentioned. Say of each name whether it is a person, an organization, a place or something other.",
	}, func(answer []byte) error {
		var a struct {
			Entities []struct {
				Number int    `json:"number"`
				Kind   string `json:"kind"`
			} `json:"entities"`
		}
		if err := json.Unmarshal(answer, &a); err != nil {
			return err
		}
		known := 0
		for _, k := range a.Entities {
			if k.Number < 1 || k.Number > len(typed) {
				continue
			}
			known++
			if e := &typed[k.Number-1]; e.Kind != k.Kind {
				e.Kind, e.Method = k.Kind, s.Method()
			}
		}
		if known == 0 {
			return errors.New("none of its numbers is that of a name")
		}
		return nil
	})
	if err != nil {
		return entities, err
	}
	return typed, nil
}
