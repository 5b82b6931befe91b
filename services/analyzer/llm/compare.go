package llm

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"autointel.example/schemas"
)

const compareSchema = `{"type":"object","additionalProperties":false,"required":["sentences"],"properties":{"sentences":{"type":"array","maxItems":30,"items":` +
	`{"type":"object","additionalProperties":false,"required":["number","stance","why"],"properties":{"number":{"type":"integer"},"stance":{"type":"string","enum":["supports","contradicts","neither"]},"why":{"type":"string","maxLength":200}}}}}}`

// Compare implements Model. What it returns are sentences it was given; a reason that names a figure which neither side has is
// replaced by a plain one. Their score is that of the order they were given in.
func (s *Session) Compare(ctx context.Context, claim schemas.Quote, others []schemas.Quote) ([]schemas.Evidence, error) {
	if len(others) == 0 || speaksToModels(claim.Text) {
		return nil, nil
	}
	others = others[:min(len(others), 30)]
	var b strings.Builder
	fmt.Fprintf(&b, "<<<%s\n[0] %s\n", s.mark, clip(oneLine(claim.Text), 1000))
	for i, q := range others {
		if !speaksToModels(q.Text) {
			fmt.Fprintf(&b, "[%d] %s\n", i+1, clip(oneLine(q.Text), 1000))
		}
	}
	fmt.Fprintf(&b, "%s>>>", s.mark)
	var found []schemas.Evidence
	err := s.ask(ctx, question{
		name: "compare", schema: compareSchema, maxOutput: 80*len(others) + 200, page: b.String(),
		task: "Sentence 0 is a claim. Say of every other sentence whether it supports the claim, contradicts it, or does neither, and why, in at most fifteen words. A sentence about another time, place or thing does neither.",
	}, func(answer []byte) error {
		var a struct {
			Sentences []struct {
				Number int    `json:"number"`
				Stance string `json:"stance"`
				Why    string `json:"why"`
			} `json:"sentences"`
		}
		if err := json.Unmarshal(answer, &a); err != nil {
			return err
		}
		found = nil
		known := 0
		seen := map[int]bool{}
		for _, v := range a.Sentences {
			if v.Number < 1 || v.Number > len(others) || seen[v.Number] {
				continue
			}
			known++
			seen[v.Number] = true
			q := others[v.Number-1]
			if v.Stance == "neither" || speaksToModels(q.Text) {
				continue
			}
			why := oneLine(v.Why)
			if !borne(why, claim.Text, q.Text) {
				why = map[bool]string{true: "it says otherwise", false: "it says the same"}[v.Stance == "contradicts"]
			}
			found = append(found, schemas.Evidence{Where: q, Against: v.Stance == "contradicts", Why: why, Score: 1 - float64(v.Number-1)/float64(len(others)), Method: s.Method()})
		}
		if known == 0 {
			return errors.New("none of its numbers is that of a sentence")
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return found, nil
}
