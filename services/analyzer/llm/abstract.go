package llm

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"autointel.example/schemas"
)

const abstractSchema = `{"type":"object","additionalProperties":false,"required":["statements"],"properties":{"statements":{"type":"array","minItems":1,"maxItems":8,"items":` +
	`{"type":"object","additionalProperties":false,"required":["text","quotes"],"properties":{"text":{"type":"string","minLength":10,"maxLength":400},` +
	`"quotes":{"type":"array","minItems":1,"maxItems":4,"items":` + citedSchema + `}}}}}}`

const citedSchema = `{"type":"object","additionalProperties":false,"required":["sentence","quote"],"properties":{"sentence":{"type":"integer"},"quote":{"type":"string","minLength":3,"maxLength":2000}}}`

// Abstract implements Model.
func (s *Session) Abstract(ctx context.Context, p Page) (*schemas.Abstract, error) {
	language := p.document.Language.Name
	if language == "" {
		language = "the text's own language"
	}
	var found *schemas.Abstract
	err := s.ask(ctx, question{
		name: "abstract", schema: abstractSchema, maxOutput: 1500, page: p.frame(s.mark),
		task: fmt.Sprintf("Summarise the text in three to six sentences of your own, in %s. For each of them name the sentences it stands on: their number, and words quoted from them exactly. Use no figure that is not in those sentences.", language),
	}, func(answer []byte) error {
		var a struct {
			Statements []struct {
				Text   string  `json:"text"`
				Quotes []cited `json:"quotes"`
			} `json:"statements"`
		}
		if err := json.Unmarshal(answer, &a); err != nil {
			return err
		}
		found = &schemas.Abstract{Method: s.Method()}
		for _, st := range a.Statements {
			quotes := p.quotes(st.Quotes)
			if len(quotes) > 0 && borne(st.Text, textsOf(quotes)...) && !speaksToModels(st.Text) {
				found.Statements = append(found.Statements, schemas.Statement{Text: oneLine(st.Text), Quotes: quotes})
			}
		}
		if len(found.Statements) == 0 {
			return errors.New("none of its quotes stands in the text word for word, or none of its sentences says what its quotes say")
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return found, nil
}

func textsOf(quotes []schemas.Quote) []string {
	texts := make([]string, len(quotes))
	for i, q := range quotes {
		texts[i] = q.Text
	}
	return texts
}
