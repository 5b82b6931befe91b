package signals

import (
	"fmt"
	"slices"
	"strings"

	"autointel.example/schemas"
	"autointel.example/services/analyzer/signals/cues"
)

// maxNamed bounds how many of the signs are a language model's.
const maxNamed = 12

// believe keeps of the signs that a language model has named in a sentence those whose words are the writer's own: in no quotation, and
// not reported of somebody else, as for those that are found by words.
func (r *reading) believe(s *cues.Sentence) {
	for _, f := range r.Named {
		if len(f.Quotes) == 0 || f.Quotes[0].Sentence != s.Index || !slices.Contains(wording, f.Code) {
			continue
		}
		from := strings.Index(s.Text, f.Matched)
		if s.TooLong || f.Matched == "" || from < 0 || s.Reported() && !kinds[f.Code].reported {
			continue
		}
		to := from + len(f.Matched)
		quoted := false
		for i, t := range s.Tokens {
			quoted = quoted || s.Quoted[i] && t.From < to && t.To > from
		}
		if !quoted {
			r.named = append(r.named, f)
		}
	}
}

// addNamed adds what is believed of a language model's signs, and not known already. Each is a hint, whatever its kind: nobody has
// counted how often a model is wrong, and the score, which was calibrated without one, takes no notice of them.
func (r *reading) addNamed() {
	known := map[string]bool{}
	at := func(f schemas.Finding, sentence int) string { return fmt.Sprint(f.Code, sentence) }
	for _, f := range r.findings {
		for _, q := range f.Quotes {
			known[at(f, q.Sentence)] = true
		}
	}
	added := 0
	for _, f := range r.named {
		key := at(f, f.Quotes[0].Sentence)
		if known[key] || added == maxNamed {
			continue
		}
		known[key] = true
		added++
		k := kinds[f.Code]
		r.findings = append(r.findings, schemas.Finding{
			Code: f.Code, Name: k.name, Severity: 1, Why: fmt.Sprintf(k.why, "“"+f.Matched+"”"), Matched: f.Matched,
			Quotes: r.quotes([]int{f.Quotes[0].Sentence}), Method: f.Method,
		})
	}
}
