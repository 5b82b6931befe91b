package llm

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"autointel.example/schemas"
)

// signCodes are the signs that a model is asked for, with what each of them is. Those that need counting, or other documents, are not
// among them.
var signCodes = []struct{ code, means string }{
	{schemas.FindingLoadedLanguage, "words that judge, mock or glorify instead of describing"},
	{schemas.FindingFalseDilemma, "only two ways are offered, as if there were no others"},
	{schemas.FindingAdHominem, "a person or a group is run down instead of answered"},
	{schemas.FindingAppealToFear, "the reader is threatened with what may happen"},
	{schemas.FindingUrgency, "the reader is pressed to act at once"},
	{schemas.FindingBandwagon, "that many do or think so is offered as a reason"},
	{schemas.FindingOverconfidence, "more certainty is claimed than a text can have"},
	{schemas.FindingUnattributed, "something is presented as known without saying by whom"},
	{schemas.FindingFalseAuthority, "authorities are invoked who have no name"},
}

// maxSignWords is how many words may show a sign: more are no longer what gave it away.
const maxSignWords = 16

var signsSchema = `{"type":"object","additionalProperties":false,"required":["signs"],"properties":{"signs":{"type":"array","maxItems":30,"items":` +
	`{"type":"object","additionalProperties":false,"required":["sentence","quote","code"],"properties":{"sentence":{"type":"integer"},"quote":{"type":"string","minLength":3,"maxLength":200},` +
	`"code":{"type":"string","enum":[` + signEnum() + `]}}}}}}`

func signEnum() string {
	var quoted []string
	for _, s := range signCodes {
		quoted = append(quoted, `"`+s.code+`"`)
	}
	return strings.Join(quoted, ",")
}

// Signs implements Model. A finding has its code, the words that show it as they stand in the text, and their sentence: no reason of the
// model's own. They are in the order of the text.
func (s *Session) Signs(ctx context.Context, p Page, n int) ([]schemas.Finding, error) {
	var means strings.Builder
	for _, c := range signCodes {
		fmt.Fprintf(&means, "\n- %s: %s", c.code, c.means)
	}
	var found []schemas.Finding
	err := s.ask(ctx, question{
		name: "signs", schema: signsSchema, maxOutput: 60*n + 200, page: p.frame(s.mark),
		task: fmt.Sprintf("Find the places in which the writer, in the writer's own words, sways the reader by how something is said: at most %d, the clearest first, and none if there are none. "+
			"Leave out what is quoted from others or reported of them, what is denied, and plain facts, however grave. Of each: the number of its sentence, the fewest words that show it, "+
			"quoted exactly (at most %d), and its code:%s", n, maxSignWords, means.String()),
	}, func(answer []byte) error {
		var a struct {
			Signs []struct {
				cited
				Code string `json:"code"`
			} `json:"signs"`
		}
		if err := json.Unmarshal(answer, &a); err != nil {
			return err
		}
		found = nil
		for _, c := range a.Signs {
			q, ok := p.find(c.cited)
			if !ok || len(found) == n {
				continue
			}
			words := wordsIn(q.Text, c.Quote)
			known := slices.ContainsFunc(found, func(f schemas.Finding) bool { return f.Code == c.Code && f.Quotes[0].Sentence == q.Sentence })
			if words == "" || known {
				continue
			}
			found = append(found, schemas.Finding{Code: c.Code, Matched: words, Quotes: []schemas.Quote{q}, Method: s.Method()})
		}
		if len(found) == 0 && len(a.Signs) > 0 {
			return errors.New("none of its quotes stands in the text word for word, or they are too long")
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(found, func(a, b schemas.Finding) int { return a.Quotes[0].Sentence - b.Quotes[0].Sentence })
	return found, nil
}

// wordsIn returns the place in a sentence that a quote names, as it stands there; empty: no whole words of it, or too many.
func wordsIn(sentence, quote string) string {
	n := len(strings.Fields(oneLine(quote)))
	if n == 0 || n > maxSignWords {
		return ""
	}
	want := folded(unpunctuated(quote))
	var starts, ends []int
	in := false
	for i, r := range sentence {
		if space := unicode.IsSpace(r); space == in {
			if in = !in; in {
				starts = append(starts, i)
			} else {
				ends = append(ends, i)
			}
		}
	}
	if in {
		ends = append(ends, len(sentence))
	}
	for i := 0; i+n <= len(starts); i++ {
		if words := unpunctuated(sentence[starts[i]:ends[i+n-1]]); folded(words) == want {
			return words
		}
	}
	return ""
}

// unpunctuated is words without the punctuation around them.
func unpunctuated(words string) string {
	return strings.TrimFunc(words, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) })
}
