package llm

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"autointel.example/schemas"
)

const claimsSchema = `{"type":"object","additionalProperties":false,"required":["claims"],"properties":{"claims":{"type":"array","maxItems":40,"items":` +
	`{"type":"object","additionalProperties":false,"required":["sentence","quote","kind","speaker","about","certainty","sourced"],"properties":{` +
	`"sentence":{"type":"integer"},"quote":{"type":"string","minLength":3,"maxLength":2000},"kind":{"type":"string","enum":["figure","comparison","cause","event","attribution","statement"]},` +
	`"speaker":{"type":"string","maxLength":120},"about":{"type":"string","maxLength":120},"certainty":{"type":"string","enum":["asserted","reported","hedged"]},"sourced":{"type":"boolean"}}}}}}`

// Claims implements Model. The claims are in the order of the text, one of a sentence, without verdicts.
func (s *Session) Claims(ctx context.Context, p Page, n int) ([]schemas.Claim, error) {
	var found []schemas.Claim
	err := s.ask(ctx, question{
		name: "claims", schema: claimsSchema, maxOutput: 110*n + 200, page: p.frame(s.mark),
		task: fmt.Sprintf("Find the statements of fact that somebody could check, at most %d, those first that matter most. Of each: the number of its sentence and words quoted exactly from it; its kind; "+
			"who says so, as the text names them (empty: the text itself); what it is about, in words of the text; whether it is asserted, reported or hedged; and whether the text says where it is from.", n),
	}, func(answer []byte) error {
		var a struct {
			Claims []struct {
				cited
				Kind      string `json:"kind"`
				Speaker   string `json:"speaker"`
				About     string `json:"about"`
				Certainty string `json:"certainty"`
				Sourced   bool   `json:"sourced"`
			} `json:"claims"`
		}
		if err := json.Unmarshal(answer, &a); err != nil {
			return err
		}
		found = nil
		seen := map[int]bool{}
		for i, c := range a.Claims {
			q, ok := p.find(c.cited)
			if !ok || seen[q.Sentence] || len(found) == n {
				continue
			}
			seen[q.Sentence] = true
			claim := schemas.Claim{
				Where: q, Kind: c.Kind, Certainty: c.Certainty, Sourced: c.Sourced, Verdict: schemas.VerdictNotChecked, Method: s.Method(),
				Score: 1 - float64(i)/float64(len(a.Claims)),
			}
			if p.names(c.Speaker, q.Sentence) {
				claim.Speaker = oneLine(c.Speaker)
			}
			if p.says(c.About) {
				claim.About = oneLine(c.About)
			}
			found = append(found, claim)
		}
		if len(found) == 0 && len(a.Claims) > 0 {
			return errors.New("none of its quotes stands in the text word for word")
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(found, func(a, b schemas.Claim) int { return a.Where.Sentence - b.Where.Sentence })
	for i := range found {
		found[i].ID = fmt.Sprintf("c%d", i+1)
	}
	return found, nil
}
