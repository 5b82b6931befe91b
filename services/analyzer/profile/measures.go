package profile

import (
	"context"
	"fmt"
	"math"
	"strings"

	"autointel.example/schemas"
	"autointel.example/services/analyzer/signals/cues"
	"autointel.example/services/analyzer/text"
)

// counts are what is counted of a voice: the sentences with a cue of each section, and how often its words stand.
type counts struct {
	with, words                     map[string]int
	places                          map[string][]int // utterances, in order
	questions, exclamations         []int
	usAndThem, certainWithoutSource []int
	openings                        []string // the first two words of each utterance
	distinct                        float64  // words of 50 in a row that are different, on average
}

// Sections of the cues that are counted.
var sections = []string{"certain", "hedge", "absolute", "self", "we", "they", "address", "evaluative", "loaded_language", cues.Attribution, cues.Reporting}

func count(ctx context.Context, lexicon *cues.Lexicon, v *voice) counts {
	c := counts{with: map[string]int{}, words: map[string]int{}, places: map[string][]int{}}
	var all []string
	for i, u := range v.says {
		if i%64 == 0 && ctx.Err() != nil {
			return c
		}
		end := strings.TrimRight(u.text, " \"”»’')")
		if strings.HasSuffix(end, "?") {
			c.questions = append(c.questions, i)
		}
		if strings.HasSuffix(end, "!") {
			c.exclamations = append(c.exclamations, i)
		}
		s := lexicon.One(u.text)
		for _, section := range sections {
			n := 0
			for _, m := range s.Matches {
				if m.Section == section && !m.Weak && (!judges(section) || !m.Negated && !s.Reported()) {
					n++
				}
			}
			if n > 0 {
				c.with[section]++
				c.words[section] += n
				c.places[section] = append(c.places[section], i)
			}
		}
		has := func(section string) bool { p := c.places[section]; return len(p) > 0 && p[len(p)-1] == i }
		if has("we") && has("they") {
			c.usAndThem = append(c.usAndThem, i)
		}
		if has("certain") && !has(cues.Attribution) && !has(cues.Reporting) {
			c.certainWithoutSource = append(c.certainWithoutSource, i)
		}
		words := text.Words(strings.ToLower(u.text))
		all = append(all, words...)
		opening := ""
		if len(words) >= 3 {
			opening = words[0] + " " + words[1]
		}
		c.openings = append(c.openings, opening)
	}
	c.distinct = distinct(all)
	return c
}

// judges reports whether a section is of words that are only meant where they are neither negated nor somebody else's.
func judges(section string) bool { return section == "certain" || section == "loaded_language" }

// window is how many words in a row the variety of words is measured over: longer texts would otherwise always seem poorer.
const window = 50

// distinct returns the mean share of different words over every window of words, 0 to 1; of fewer words than a window, over all of them.
func distinct(words []string) float64 {
	if len(words) == 0 {
		return 0
	}
	in := map[string]int{}
	sum, n := 0.0, 0
	for i, w := range words {
		in[w]++
		if i >= window {
			out := words[i-window]
			if in[out]--; in[out] == 0 {
				delete(in, out)
			}
		}
		if i >= window-1 || i == len(words)-1 && n == 0 {
			sum += float64(len(in)) / float64(min(window, len(words)))
			n++
		}
	}
	return sum / float64(n)
}

// measures makes figures of the counts, each with what it was counted from.
func measures(c counts, v *voice, verification *schemas.Verification) []schemas.Measure {
	n := len(v.says)
	var all []schemas.Measure
	sentences := func(code, name string, k int, meaning string) {
		all = append(all, schemas.Measure{Code: code, Name: name, Value: percent(k, n), Unit: "percent of sentences", Why: fmt.Sprintf("%s: %d of %d sentences.", meaning, k, n)})
	}
	words := func(code, name string, k int, meaning string) {
		all = append(all, schemas.Measure{Code: code, Name: name, Value: percent(k, v.words), Unit: "per 100 words", Why: fmt.Sprintf("%s: %d of %d words.", meaning, k, v.words)})
	}
	sentences("certainty", "Certainty", c.with["certain"], "Words that leave no doubt, such as “certainly” or “proven”, neither negated nor reported")
	sentences("hedging", "Hedging", c.with["hedge"], "Words that leave room, such as “may” or “perhaps”")
	sentences("evaluation", "What should be", c.with["evaluative"], "Words that say what should be, such as “must” or “should”")
	sentences("charged", "Charged wording", c.with["loaded_language"], "Words that judge instead of describing, neither negated nor reported")
	sentences("questions", "Questions", len(c.questions), "Sentences that end with a question mark")
	sentences("exclamations", "Exclamations", len(c.exclamations), "Sentences that end with an exclamation mark")
	sentences("attribution", "Attribution", max(c.with[cues.Attribution], c.with[cues.Reporting]), "Sentences that say who says so")
	words("self_reference", "Self-reference", c.words["self"], "I, me, my and their like")
	words("we_reference", "We", c.words["we"], "We, us, our and their like")
	words("address", "Address", c.words["address"], "You, your and their like")
	words("absolutes", "Absolutes", c.words["absolute"], "Words such as “all”, “never” and “everyone”")
	all = append(all, schemas.Measure{
		Code: "sentence_length", Name: "Length of sentences", Value: round1(float64(v.words) / float64(max(1, n))), Unit: "words", Why: fmt.Sprintf("%d words in %d sentences.", v.words, n),
	}, schemas.Measure{
		Code: "variety", Name: "Variety of words", Value: round1(100 * c.distinct), Unit: "percent", Why: fmt.Sprintf("Different words among %d in a row, on average over the text.", min(window, v.words)),
	})
	if m, ok := claims(v, verification); ok {
		all = append(all, m)
	}
	return all
}

// claims counts which of a voice's claims say where they are from. Ok is false if it makes none.
func claims(v *voice, verification *schemas.Verification) (schemas.Measure, bool) {
	made, sourced := 0, 0
	if verification != nil {
		for _, c := range verification.Claims {
			if c.Speaker == v.name || c.Speaker == "" && v.role != RoleQuoted && v.saysIn(c.Where.Sentence) {
				made++
				if c.Sourced {
					sourced++
				}
			}
		}
	}
	return schemas.Measure{
		Code: "claims_sourced", Name: "Claims with a source", Value: percent(sourced, made), Unit: "percent of claims",
		Why: fmt.Sprintf("Claims that the text gives a source of: %d of %d.", sourced, made),
	}, made > 0
}

func (v *voice) saysIn(sentence int) bool {
	for _, u := range v.says {
		if u.sentence == sentence {
			return true
		}
	}
	return false
}

func percent(k, n int) float64 { return round1(100 * float64(k) / float64(max(1, n))) }

func round1(x float64) float64 { return math.Round(x*10) / 10 }
